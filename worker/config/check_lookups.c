#include <stdio.h>
#include <string.h>

#include "config/check.h"
#include "core/json_map.h"
#include "core/metrics.h"
#include "core/template.h"

struct lookup_checker {
    const struct config *config;
    const struct yaml *yaml;
    struct error *error;
    size_t index; /* of the lookup */
};

/* Letters that a label of a metric, a log key and a provenance source can all carry. */
static const char name_characters[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
enum { MAX_NAME_BYTES = 64 };

static bool complain(const struct lookup_checker *c, const char *key, const char *reason)
{
    const char *name = c->config->enrich.items[c->index].name;
    char path[320];
    (void)snprintf(path, sizeof path, "enrich/%zu/%s", c->index, key);
    return config_complain(c->yaml, path, c->error, "lookup %.64s: %s", *name ? name : "?", reason);
}

static bool check_name(const struct lookup_checker *c)
{
    const char *name = c->config->enrich.items[c->index].name;
    size_t len = strlen(name);
    if (len == 0)
        return complain(c, "name", "a lookup needs a name");
    if (len > MAX_NAME_BYTES || strspn(name, name_characters) != len)
        return complain(c, "name", "a name has letters, digits, - and _, at most 64");
    if (strcmp(name, "event") == 0 || strcmp(name, "text") == 0)
        return complain(c, "name", "\"event\" and \"text\" name the event itself in provenance");
    for (size_t i = 0; i < c->index; i++)
        if (strcmp(name, c->config->enrich.items[i].name) == 0)
            return complain(c, "name", "another lookup has this name");
    return true;
}

/* Whether the host of the lookup's address comes with the event. */
static bool host_is_the_events(const struct config_lookup *lookup)
{
    struct error error;
    struct template *url = template_new(lookup->url, &error);
    bool fixed = !url || template_host_is_fixed(url);
    template_free(url);
    return !fixed;
}

static bool check_type(const struct lookup_checker *c)
{
    const struct config_lookup *lookup = &c->config->enrich.items[c->index];
    bool post = strcmp(lookup->method, "POST") == 0;
    if (lookup->type == LOOKUP_PAGE && lookup->fields.count > 0)
        return complain(c, "fields", "type page takes no fields; did you mean type json?");
    if (lookup->type == LOOKUP_PAGE && post)
        return complain(c, "method", "type page is asked with GET");
    if (lookup->type == LOOKUP_JSON && lookup->fields.count == 0)
        return complain(c, "fields", "type json needs fields, such as {section: /section}");
    if (post && !*lookup->body)
        return complain(c, "method", "POST needs a body");
    if (!post && *lookup->body)
        return complain(c, "body", "a body needs method: POST");
    if (lookup->body_substituted && host_is_the_events(lookup))
        return complain(c, "body",
                        "what ${...} gives would go to any host that an event names: it needs a "
                        "url whose host is written here");
    return true;
}

/* Headers that curl writes from what it knows better. */
static const char *const framing_headers[] = {"Host", "Content-Length", "Transfer-Encoding",
                                              "Connection"};

/* A field name is a token of RFC 9110, section 5.6.2. */
static bool check_headers(const struct lookup_checker *c)
{
    static const char token[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-.^_`|~";
    const struct config_lookup *lookup = &c->config->enrich.items[c->index];
    const struct config_map *headers = &lookup->headers;
    for (size_t i = 0; i < headers->count; i++) {
        const char *name = headers->items[i].key;
        char path[300];
        (void)snprintf(path, sizeof path, "headers/%.256s", name);
        if (name[strspn(name, token)])
            return complain(c, path, "the name of a header holds a character that none may have");
        if (strpbrk(headers->items[i].value, "\r\n"))
            return complain(c, path, "the value of a header holds a line break");
        for (size_t k = 0; k < sizeof framing_headers / sizeof *framing_headers; k++)
            if (span_equals_nocase(span_from(name), framing_headers[k]))
                return complain(c, path, "this header is byline's own to write");
        bool is_secret = headers->items[i].substituted || template_names_a_secret(span_from(name));
        if (is_secret && host_is_the_events(lookup))
            return complain(c, path,
                            "this header would go to any host that an event names: it needs a url "
                            "whose host is written here");
    }
    return true;
}

static bool check_template(const struct lookup_checker *c, const char *key, const char *text,
                           bool (*check)(const struct template *, struct error *))
{
    struct error error;
    struct template *template = template_new(text, &error);
    bool ok = template && check(template, &error);
    template_free(template);
    return ok || complain(c, key, error.message);
}

static bool check_when(const struct lookup_checker *c)
{
    const char *when = c->config->enrich.items[c->index].when;
    if (!*when || template_field_find(span_from(when + (*when == '!'))) < ARTICLE_FIELD_COUNT)
        return true;
    return complain(c, "when", "when must be a field of the event, such as url or !doi");
}

static bool check_requests(const struct lookup_checker *c)
{
    const struct config_lookup *lookup = &c->config->enrich.items[c->index];
    return check_template(c, "url", lookup->url, template_check_url) &&
           (!*lookup->body || check_template(c, "body", lookup->body, template_check_json)) &&
           check_when(c);
}

static bool check_fields(const struct lookup_checker *c)
{
    const struct config_map *fields = &c->config->enrich.items[c->index].fields;
    for (size_t i = 0; i < fields->count; i++) {
        const struct json_map_entry entry = {.field = span_from(fields->items[i].key),
                                             .pointer = span_from(fields->items[i].value)};
        struct error error;
        char path[300];
        (void)snprintf(path, sizeof path, "fields/%.256s", fields->items[i].key);
        struct json_map *map = json_map_new(&entry, 1, &error);
        if (!map)
            return complain(c, path, error.message);
        json_map_free(map);
    }
    return true;
}

bool config_check_lookups(const struct config *config, const struct yaml *yaml,
                          struct error *ret_error)
{
    if (config->enrich.count > METRICS_MAX_LOOKUPS)
        return config_complain(yaml, "enrich", ret_error, "enrich has more than %d lookups",
                               (int)METRICS_MAX_LOOKUPS);
    for (size_t i = 0; i < config->enrich.count; i++) {
        const struct lookup_checker checker = {config, yaml, ret_error, i};
        if (!check_name(&checker) || !check_type(&checker) || !check_headers(&checker) ||
            !check_requests(&checker) || !check_fields(&checker))
            return false;
    }
    return true;
}
