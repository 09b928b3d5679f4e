#include "lookup.h"

#include <stdlib.h>
#include <string.h>

static bool resolve_when(struct lookup *lookup, struct error *ret_error)
{
    const char *when = lookup->config->when ? lookup->config->when : "";
    lookup->when = ARTICLE_FIELD_COUNT;
    if (!*when)
        return true;
    lookup->when_absent = *when == '!';
    const char *name = when + lookup->when_absent;
    lookup->when =
        strcmp(name, "url") == 0 ? ARTICLE_SOURCE_URL : article_field_find(span_from(name));
    if (lookup->when == ARTICLE_FIELD_COUNT)
        return error_set(ret_error, ERROR_USAGE, "lookup %s: when: no field is called \"%s\"",
                         lookup->config->name, name);
    return true;
}

static bool resolve_map(struct lookup *lookup, struct error *ret_error)
{
    if (lookup->config->type != LOOKUP_JSON)
        return true;
    const struct config_map *fields = &lookup->config->fields;
    struct json_map_entry *entries = calloc(fields->count + 1, sizeof *entries);
    if (!entries)
        return error_set(ret_error, ERROR_FATAL, "out of memory");
    for (size_t i = 0; i < fields->count; i++)
        entries[i] = (struct json_map_entry){.field = span_from(fields->items[i].key),
                                             .pointer = span_from(fields->items[i].value)};
    lookup->map = json_map_new(entries, fields->count, ret_error);
    free(entries);
    return lookup->map != NULL;
}

static bool resolve_headers(struct lookup *lookup, struct error *ret_error)
{
    const struct config_map *headers = &lookup->config->headers;
    lookup->headers = calloc(headers->count + 1, sizeof *lookup->headers);
    if (!lookup->headers)
        return error_set(ret_error, ERROR_FATAL, "out of memory");
    for (size_t i = 0; i < headers->count; i++)
        lookup->headers[i] = (struct fetch_header){.name = span_from(headers->items[i].key),
                                                   .value = span_from(headers->items[i].value)};
    return true;
}

bool lookup_resolve(struct lookup *lookup, const struct config_lookup *config,
                    struct lookup_metrics *metrics, struct error *ret_error)
{
    *lookup =
        (struct lookup){.config = config, .name = span_from(config->name), .metrics = metrics};
    metrics->name = config->name;
    lookup->url = template_new(config->url, ret_error);
    if (!lookup->url)
        return false;
    lookup->trusted = template_host_is_fixed(lookup->url);
    if (config->body && *config->body) {
        lookup->body = template_new(config->body, ret_error);
        if (!lookup->body)
            return false;
    }
    return resolve_when(lookup, ret_error) && resolve_map(lookup, ret_error) &&
           resolve_headers(lookup, ret_error);
}

void lookup_finish(struct lookup *lookup)
{
    template_free(lookup->url);
    template_free(lookup->body);
    json_map_free(lookup->map);
    free(lookup->headers);
}
