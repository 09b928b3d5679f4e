/* The way of a configuration: text -> libfyaml's tree -> defaults -> values by the table of keys ->
 * the schema's file -> pairs that cannot be (check.c). */
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/check.h"
#include "config/config.h"
#include "config/keys.h"
#include "config/scalar.h"
#include "config/substitute.h"
#include "config/yaml.h"
#include "core/avro_plan.h"
#include "core/suggest.h"

enum { MAX_CONFIG_BYTES = 1024 * 1024, MAX_SCHEMA_BYTES = 1024 * 1024 };
enum { MAX_PATH_BYTES = 256, MAX_ITEMS = 1000 };

struct loader {
    struct yaml yaml;
    const char *folder; /* of the file: where relative paths start */
    struct error *error;
};

/* One table of keys and the struct that it fills. */
struct section {
    const struct config_key *keys;
    size_t key_count;
    void *base;
    const char *label; /* before a key in messages: "" or "enrich." */
};

static bool fail(const struct loader *loader, struct fy_node *node, const char *path,
                 const char *reason)
{
    return error_set(loader->error, ERROR_USAGE, "%s:%d: %s %s", loader->yaml.name, yaml_line(node),
                     path, reason);
}

static bool out_of_memory(const struct loader *loader)
{
    return error_set(loader->error, ERROR_USAGE, "%s: out of memory", loader->yaml.name);
}

/* --- freeing and defaults ---------------------------------------------------------------- */

static void free_list(struct config_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i]);
    free(list->items);
    *list = (struct config_list){0};
}

static void free_map(struct config_map *map)
{
    for (size_t i = 0; i < map->count; i++) {
        free(map->items[i].key);
        free(map->items[i].value);
    }
    free(map->items);
    *map = (struct config_map){0};
}

static void free_values(const struct section *section)
{
    for (size_t i = 0; i < section->key_count; i++) {
        void *field = (char *)section->base + section->keys[i].offset;
        switch (section->keys[i].type) {
        case KEY_STRING:
        case KEY_PATH: free(*(char **)field); break;
        case KEY_LIST: free_list(field); break;
        case KEY_MAP: free_map(field); break;
        default: break; /* owns nothing; lookups are freed by config_free */
        }
    }
}

static struct section section_of_config(struct config *config)
{
    return (struct section){config_keys, config_key_count, config, ""};
}

static struct section section_of_lookup(struct config_lookup *lookup)
{
    return (struct section){config_lookup_keys, config_lookup_key_count, lookup, "enrich."};
}

void config_free(struct config *config)
{
    if (!config)
        return;
    for (size_t i = 0; i < config->enrich.count; i++) {
        const struct section section = section_of_lookup(&config->enrich.items[i]);
        free_values(&section);
        free_list(&config->enrich.items[i].url_secrets);
    }
    free(config->enrich.items);
    free(config->output.schema_text);
    const struct section section = section_of_config(config);
    free_values(&section);
    free(config);
}

static bool set_string(void *field, const char *text)
{
    char *copy = strdup(text);
    if (!copy)
        return false;
    free(*(char **)field);
    *(char **)field = copy;
    return true;
}

static bool set_only_item(struct config_list *list, const char *item)
{
    list->items = calloc(1, sizeof *list->items);
    if (!list->items)
        return false;
    list->items[0] = strdup(item);
    list->count = list->items[0] ? 1 : 0;
    return list->count == 1;
}

static bool set_defaults(const struct section *section)
{
    char reason[SCALAR_REASON_BYTES];
    for (size_t i = 0; i < section->key_count; i++) {
        const struct config_key *key = &section->keys[i];
        void *field = (char *)section->base + key->offset;
        bool ok = true;
        if (key->type == KEY_STRING || key->type == KEY_PATH)
            ok = set_string(field, key->default_text);
        else if (key->type == KEY_LIST)
            ok = !*key->default_text || set_only_item(field, key->default_text);
        else if (key->type != KEY_MAP && key->type != KEY_LOOKUPS)
            ok = scalar_read(key, key->default_text, section->base, reason);
        if (!ok)
            return false;
    }
    return true;
}

/* --- values ------------------------------------------------------------------------------ */

/* The text of a scalar after substitution, for the caller to free; NULL after a message. */
static char *text_of(const struct loader *loader, struct fy_node *node, const char *path,
                     bool *ret_substituted)
{
    bool is_text = fy_node_is_scalar(node) && !fy_node_is_alias(node);
    if (!is_text) {
        (void)fail(loader, node, path,
                   fy_node_is_scalar(node) ? "is a YAML alias: write the value itself"
                                           : "must be a single value");
        return NULL;
    }
    struct error error;
    char *text = substitute(yaml_text(node), loader->folder, ret_substituted, &error);
    if (!text)
        (void)error_set(loader->error, ERROR_USAGE, "%s:%d: %s: %s", loader->yaml.name,
                        yaml_line(node), path, error.message);
    return text;
}

/* Says what was wrong with a value; quotes it unless it could be a secret. */
static bool fail_value(const struct loader *loader, struct fy_node *node, const char *path,
                       const char *reason, const char *text, bool hide)
{
    char message[SCALAR_REASON_BYTES + 128];
    (void)snprintf(message, sizeof message, hide ? "%s" : "%s, not \"%.80s\"", reason, text);
    return fail(loader, node, path, message);
}

static bool set_text(const struct loader *loader, const struct config_key *key, const char *text,
                     void *field)
{
    if (key->type == KEY_STRING || !*text)
        return set_string(field, text) || out_of_memory(loader);
    char *joined = substitute_join(loader->folder, text);
    bool ok = joined && set_string(field, joined);
    free(joined);
    return ok || out_of_memory(loader);
}

static bool read_scalar(const struct loader *loader, const struct config_key *key, const char *path,
                        struct fy_node *node, void *base)
{
    if (!fy_node_is_scalar(node)) {
        char reason[SCALAR_REASON_BYTES];
        (void)snprintf(reason, sizeof reason, "must be %s", config_type_name(key->type));
        return fail(loader, node, path, reason);
    }
    bool hide = false;
    char *text = text_of(loader, node, path, &hide);
    if (!text)
        return false;
    hide = hide || key->secret;
    char reason[SCALAR_REASON_BYTES];
    bool is_text = key->type == KEY_STRING || key->type == KEY_PATH;
    bool ok = is_text ? !key->choices || scalar_choice(key, text, reason) >= 0
                      : scalar_read(key, text, base, reason);
    if (!ok)
        (void)fail_value(loader, node, path, reason, text, hide);
    else if (is_text)
        ok = set_text(loader, key, text, (char *)base + key->offset);
    free(text);
    return ok;
}

static bool read_list(const struct loader *loader, const char *path, struct fy_node *node,
                      struct config_list *list)
{
    if (!fy_node_is_sequence(node))
        return fail(loader, node, path, "must be a list such as [a, b]");
    int count = fy_node_sequence_item_count(node);
    if (count > MAX_ITEMS)
        return fail(loader, node, path, "has too many items");
    free_list(list);
    list->items = calloc((size_t)count + 1, sizeof *list->items);
    if (!list->items)
        return out_of_memory(loader);
    void *previous = NULL;
    struct fy_node *item;
    while ((item = fy_node_sequence_iterate(node, &previous)) != NULL) {
        bool substituted;
        char *text = text_of(loader, item, path, &substituted);
        if (!text)
            return false;
        list->items[list->count++] = text;
    }
    return true;
}

/* A free key: not empty, and without the characters that could not be meant. */
static char *key_text(const struct loader *loader, struct fy_node *node, const char *path)
{
    struct span text = node && !fy_node_is_alias(node) ? yaml_text(node) : SPAN_NONE;
    if (text.len == 0 || memchr(text.data, '\0', text.len)) {
        (void)fail(loader, node, path, "has a key that is not a text");
        return NULL;
    }
    char *copy = strndup(text.data, text.len);
    if (!copy)
        (void)out_of_memory(loader);
    return copy;
}

static bool read_map(const struct loader *loader, const char *path, struct fy_node *node,
                     struct config_map *map)
{
    if (!fy_node_is_mapping(node))
        return fail(loader, node, path, "must be a map such as {key: value}");
    int count = fy_node_mapping_item_count(node);
    if (count > MAX_ITEMS)
        return fail(loader, node, path, "has too many entries");
    free_map(map);
    map->items = calloc((size_t)count + 1, sizeof *map->items);
    if (!map->items)
        return out_of_memory(loader);
    void *previous = NULL;
    struct fy_node_pair *pair;
    while ((pair = fy_node_mapping_iterate(node, &previous)) != NULL) {
        struct config_pair *item = &map->items[map->count++];
        item->key = key_text(loader, fy_node_pair_key(pair), path);
        item->line = yaml_line(fy_node_pair_key(pair));
        if (!item->key)
            return false;
        char item_path[MAX_PATH_BYTES];
        (void)snprintf(item_path, sizeof item_path, "%.*s.%.*s", MAX_PATH_BYTES / 2 - 1, path,
                       MAX_PATH_BYTES / 2 - 1, item->key);
        struct fy_node *value = fy_node_pair_value(pair);
        item->value = yaml_is_null(value) ? strdup("")
                                          : text_of(loader, value, item_path, &item->substituted);
        if (!item->value)
            return false;
    }
    return true;
}

static bool read_section(const struct loader *loader, const struct section *section,
                         const char *prefix, struct fy_node *node);

static bool read_lookups(const struct loader *loader, struct fy_node *node, struct config *config)
{
    if (!fy_node_is_sequence(node))
        return fail(loader, node, "enrich", "must be a list of lookups");
    int count = fy_node_sequence_item_count(node);
    if (count > MAX_ITEMS)
        return fail(loader, node, "enrich", "has too many lookups");
    config->enrich.items = calloc((size_t)count + 1, sizeof *config->enrich.items);
    if (!config->enrich.items)
        return out_of_memory(loader);
    void *previous = NULL;
    struct fy_node *item;
    while ((item = fy_node_sequence_iterate(node, &previous)) != NULL) {
        if (!fy_node_is_mapping(item))
            return fail(loader, item, "enrich", "holds an item that is not a map of keys");
        struct config_lookup *lookup = &config->enrich.items[config->enrich.count++];
        const struct section section = section_of_lookup(lookup);
        if (!set_defaults(&section))
            return out_of_memory(loader);
        if (!read_section(loader, &section, "", item))
            return false;
        struct fy_node *url = fy_node_mapping_lookup_by_string(item, "url", FY_NT);
        if (url && !substitute_secrets(yaml_text(url), loader->folder, &lookup->url_secrets))
            return out_of_memory(loader);
        struct fy_node *body = fy_node_mapping_lookup_by_string(item, "body", FY_NT);
        if (body)
            free(text_of(loader, body, "body", &lookup->body_substituted));
    }
    return true;
}

static bool read_key(const struct loader *loader, const struct section *section,
                     const struct config_key *key, struct fy_node *node)
{
    char path[MAX_PATH_BYTES];
    (void)snprintf(path, sizeof path, "%s%s", section->label, key->path);
    void *field = (char *)section->base + key->offset;
    switch (key->type) {
    case KEY_LIST: return read_list(loader, path, node, field);
    case KEY_MAP: return read_map(loader, path, node, field);
    case KEY_LOOKUPS: return read_lookups(loader, node, section->base);
    default: return read_scalar(loader, key, path, node, section->base);
    }
}

/* --- the tree ---------------------------------------------------------------------------- */

/* The key of that path; *ret_is_section where it only leads to keys. */
static const struct config_key *find_key(const struct section *section, const char *path,
                                         bool *ret_is_section)
{
    size_t len = strlen(path);
    *ret_is_section = false;
    for (size_t i = 0; i < section->key_count; i++) {
        const char *candidate = section->keys[i].path;
        if (strcmp(candidate, path) == 0)
            return &section->keys[i];
        if (strncmp(candidate, path, len) == 0 && candidate[len] == '.')
            *ret_is_section = true;
    }
    return NULL;
}

/* The closest path, of a key or of a section, else a key of the same name in another section. */
static struct span close_key(const struct section *section, const char *path)
{
    const char *dot = strrchr(path, '.');
    const char *name = dot ? dot + 1 : path;
    struct suggest suggest;
    suggest_init(&suggest, span_from(path));
    for (size_t i = 0; i < section->key_count; i++) {
        const char *candidate = section->keys[i].path;
        suggest_offer(&suggest, span_from(candidate));
        for (const char *end = strchr(candidate, '.'); end; end = strchr(end + 1, '.'))
            suggest_offer(&suggest, span_of(candidate, (size_t)(end - candidate)));
    }
    for (size_t i = 0; i < section->key_count && !suggest.best.data; i++) {
        const char *last = strrchr(section->keys[i].path, '.');
        if (last && strcmp(last + 1, name) == 0)
            return span_from(section->keys[i].path);
    }
    return suggest.best;
}

static bool fail_unknown(const struct loader *loader, const struct section *section,
                         const char *path, struct fy_node *node)
{
    struct span close = close_key(section, path);
    if (close.data)
        return error_set(loader->error, ERROR_USAGE,
                         "%s:%d: unknown key %s%s; did you mean %s%.*s?", loader->yaml.name,
                         yaml_line(node), section->label, path, section->label, SPAN_ARG(close));
    return error_set(loader->error, ERROR_USAGE, "%s:%d: unknown key %s%s", loader->yaml.name,
                     yaml_line(node), section->label, path);
}

/* node is what stands under prefix. Depth is bounded by the table's own paths. */
static bool read_section(const struct loader *loader, const struct section *section,
                         const char *prefix, struct fy_node *node)
{
    if (!fy_node_is_mapping(node))
        return fail(loader, node, *prefix ? prefix : "the file", "must be a map of keys");
    void *previous = NULL;
    struct fy_node_pair *pair;
    while ((pair = fy_node_mapping_iterate(node, &previous)) != NULL) {
        struct fy_node *key_node = fy_node_pair_key(pair);
        struct fy_node *value = fy_node_pair_value(pair);
        struct span name = key_node ? yaml_text(key_node) : SPAN_NONE;
        char path[MAX_PATH_BYTES];
        (void)snprintf(path, sizeof path, "%s%s%.*s", prefix, *prefix ? "." : "",
                       (int)(name.len < 100 ? name.len : 100), name.data ? name.data : "");
        bool is_section;
        const struct config_key *key = find_key(section, path, &is_section);
        if (!key && !is_section)
            return fail_unknown(loader, section, path, key_node);
        if (yaml_is_null(value)) /* as if it were not written */
            continue;
        if (!(key ? read_key(loader, section, key, value)
                  : read_section(loader, section, path, value)))
            return false;
    }
    return true;
}

static bool read_schema(const struct loader *loader, struct config *config)
{
    if (!*config->output.schema)
        return set_string(&config->output.schema_text, "") || out_of_memory(loader);
    struct error error;
    size_t len = 0;
    config->output.schema_text = /* KEY_PATH is joined already */
        substitute_read_file(".", config->output.schema, MAX_SCHEMA_BYTES, &len, &error);
    if (!config->output.schema_text)
        return error_set(loader->error, ERROR_USAGE, "%s:%d: output.schema: %s", loader->yaml.name,
                         yaml_find_line(&loader->yaml, "output/schema"), error.message);
    struct avro_plan *plan = avro_plan_new(span_of(config->output.schema_text, len), &error);
    if (!plan)
        return error_set(loader->error, ERROR_USAGE, "%s:%d: output.schema: %s: %s",
                         loader->yaml.name, yaml_find_line(&loader->yaml, "output/schema"),
                         config->output.schema, error.message);
    avro_plan_free(plan);
    return true;
}

static struct config *parse(struct span text, const char *name, const char *folder,
                            struct error *ret_error)
{
    struct error ignored;
    struct loader loader = {.folder = folder, .error = ret_error ? ret_error : &ignored};
    struct config *config = calloc(1, sizeof *config);
    const struct section section = section_of_config(config);
    bool ok = yaml_parse(text, name, &loader.yaml, loader.error);
    if (ok && (!config || !set_defaults(&section)))
        ok = out_of_memory(&loader);
    if (ok && loader.yaml.root)
        ok = read_section(&loader, &section, "", loader.yaml.root);
    ok = ok && read_schema(&loader, config) && config_check(config, &loader.yaml, loader.error);
    yaml_finish(&loader.yaml);
    if (!ok) {
        config_free(config);
        config = NULL;
    }
    return config;
}

struct config *config_parse(const char *text, const char *name, struct error *ret_error)
{
    return parse(span_from(text), name, ".", ret_error);
}

struct config *config_load(const char *path, struct error *ret_error)
{
    size_t len = 0;
    struct error error;
    struct config *config = NULL;
    char *copy = strdup(path); /* dirname writes into its argument */
    char *text = copy ? substitute_read_file(".", path, MAX_CONFIG_BYTES, &len, &error) : NULL;
    if (text)
        config = parse(span_of(text, len), path, dirname(copy), ret_error);
    else
        (void)error_set(ret_error, ERROR_USAGE, "%s", copy ? error.message : "out of memory");
    free(text);
    free(copy);
    return config;
}
