#include "core/json_map.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "core/json_value.h"
#include "core/suggest.h"

enum { MAX_POINTER_BYTES = 1024 };

struct mapping {
    enum article_field field; /* ARTICLE_EXTRA for extra.NAME */
    struct span extra_key;
    struct span pointer;
};

struct json_map {
    struct arena texts; /* what the mappings borrow from */
    size_t count;
    struct mapping mappings[];
};

/* --- the map ----------------------------------------------------------------------------- */

/* The event's own id, and what is derived from the finished article, are not a lookup's to set. */
static bool is_settable(enum article_field field)
{
    switch (article_field_kind(field)) {
    case VALUE_TEXT: return field != ARTICLE_EVENT_ID && field != ARTICLE_ARTICLE_ID;
    case VALUE_TEXTS:
    case VALUE_AUTHORS:
    case VALUE_DATE:
    case VALUE_BOOL: return true;
    default: return false;
    }
}

static bool fail_field(struct span name, struct error *ret_error)
{
    if (article_field_find(name) < ARTICLE_FIELD_COUNT)
        return error_set(ret_error, ERROR_USAGE,
                         "%.*s cannot be set by a lookup: byline sets it itself", SPAN_ARG(name));
    struct suggest suggest;
    suggest_init(&suggest, name);
    for (enum article_field field = 0; field < ARTICLE_FIELD_COUNT; field++)
        if (is_settable(field))
            suggest_offer(&suggest, article_field_name(field));
    if (suggest.best)
        return error_set(ret_error, ERROR_USAGE, "no output field is called %.*s; did you mean %s?",
                         SPAN_ARG(name), suggest.best);
    return error_set(ret_error, ERROR_USAGE,
                     "no output field is called %.*s; extra.%.*s would keep it in extra",
                     SPAN_ARG(name), SPAN_ARG(name));
}

/* RFC 6901, section 3: "" or "/token...", with ~ only in ~0 and ~1. */
static bool is_pointer(struct span pointer)
{
    if (pointer.len > MAX_POINTER_BYTES || (pointer.len > 0 && pointer.data[0] != '/'))
        return false;
    for (size_t i = 0; i < pointer.len; i++)
        if (pointer.data[i] == '~' &&
            (i + 1 == pointer.len || (pointer.data[i + 1] != '0' && pointer.data[i + 1] != '1')))
            return false;
    return true;
}

static bool read_entry(const struct json_map_entry *entry, struct arena *texts,
                       struct mapping *ret_mapping, struct error *ret_error)
{
    static const char extra[] = "extra.";
    const size_t extra_len = sizeof extra - 1;
    struct mapping mapping = {.field = article_field_find(entry->field)};
    if (span_starts_with(entry->field, extra) && entry->field.len > extra_len) {
        mapping.field = ARTICLE_EXTRA;
        mapping.extra_key =
            arena_copy(texts, span_of(entry->field.data + extra_len, entry->field.len - extra_len));
    } else if (mapping.field == ARTICLE_FIELD_COUNT || !is_settable(mapping.field)) {
        return fail_field(entry->field, ret_error);
    }
    if (!is_pointer(entry->pointer))
        return error_set(ret_error, ERROR_USAGE,
                         "\"%.*s\" is not a JSON Pointer, such as /data/title",
                         SPAN_ARG(entry->pointer));
    mapping.pointer = arena_copy(texts, entry->pointer);
    if (entry->pointer.data && !mapping.pointer.data)
        return error_set(ret_error, ERROR_FATAL, "out of memory");
    *ret_mapping = mapping;
    return true;
}

struct json_map *json_map_new(const struct json_map_entry *entries, size_t count,
                              struct error *ret_error)
{
    struct json_map *map = calloc(1, sizeof *map + count * sizeof map->mappings[0]);
    if (!map) {
        (void)error_set(ret_error, ERROR_FATAL, "out of memory");
        return NULL;
    }
    arena_init(&map->texts, SIZE_MAX);
    for (size_t i = 0; i < count; i++) {
        if (!read_entry(&entries[i], &map->texts, &map->mappings[i], ret_error)) {
            json_map_free(map);
            return NULL;
        }
    }
    map->count = count;
    return map;
}

void json_map_free(struct json_map *map)
{
    if (!map)
        return;
    arena_finish(&map->texts);
    free(map);
}

/* --- an answer --------------------------------------------------------------------------- */

/* token without its escapes; at most MAX_POINTER_BYTES. */
static struct span unescape(struct span token, char *buffer)
{
    size_t len = 0;
    for (size_t i = 0; i < token.len; i++) {
        char c = token.data[i];
        if (c == '~') /* is_pointer has seen that 0 or 1 follows */
            c = token.data[++i] == '0' ? '~' : '/';
        buffer[len++] = c;
    }
    return span_of(buffer, len);
}

/* RFC 6901, section 4: digits without a leading zero. */
static const json_t *array_item(const json_t *array, struct span token)
{
    size_t index = 0;
    if (token.len == 0 || token.len > 9 || (token.len > 1 && token.data[0] == '0'))
        return NULL;
    for (size_t i = 0; i < token.len; i++) {
        if (token.data[i] < '0' || token.data[i] > '9')
            return NULL;
        index = index * 10 + (size_t)(token.data[i] - '0');
    }
    return json_array_get(array, index);
}

static const json_t *resolve(const json_t *json, struct span pointer)
{
    char buffer[MAX_POINTER_BYTES];
    while (json && pointer.len > 0) {
        struct span rest = span_of(pointer.data + 1, pointer.len - 1);
        const char *slash = rest.len ? memchr(rest.data, '/', rest.len) : NULL;
        size_t len = slash ? (size_t)(slash - rest.data) : rest.len;
        struct span token = unescape(span_of(rest.data, len), buffer);
        if (json_is_object(json))
            json = json_object_getn(json, token.data, token.len);
        else
            json = json_is_array(json) ? array_item(json, token) : NULL;
        pointer = span_of(rest.data + len, rest.len - len);
    }
    return json;
}

static enum json_result apply_one(const struct mapping *mapping, const json_t *root,
                                  struct arena *arena, struct metadata *metadata)
{
    const json_t *json = resolve(root, mapping->pointer);
    if (mapping->field == ARTICLE_EXTRA) {
        struct span text;
        enum json_result result = json_text_of(json, arena, &text);
        if (result == JSON_RESULT_SET &&
            !metadata_add_extra(metadata, arena, mapping->extra_key, text))
            result = JSON_RESULT_FAILED;
        return result;
    }
    struct value *value = &metadata->fields[mapping->field];
    enum json_result result = json_value_of(json, article_field_kind(mapping->field), arena, value);
    if (result == JSON_RESULT_SET)
        value->path = mapping->pointer;
    return result;
}

/* Whole numbers past 64 bits are read as reals: one of them must not cost the whole answer. */
static json_t *parse(struct span body, json_error_t *ret_error)
{
    const size_t flags = JSON_DECODE_ANY | JSON_ALLOW_NUL;
    json_t *root = json_loadb(body.data ? body.data : "", body.len, flags, ret_error);
    if (!root && json_error_code(ret_error) == json_error_numeric_overflow)
        root = json_loadb(body.data, body.len, flags | JSON_DECODE_INT_AS_REAL, ret_error);
    return root;
}

bool json_map_apply(const struct json_map *map, struct span body, struct arena *arena,
                    struct metadata *ret_metadata, struct error *ret_error)
{
    json_error_t parse_error;
    json_t *root = parse(body, &parse_error);
    if (!root)
        return error_poison(ret_error, ERROR_CLASS_LOOKUP,
                            "the answer is not JSON: line %d, column %d: %s", parse_error.line,
                            parse_error.column, parse_error.text);
    struct metadata metadata = {0};
    bool ok = true;
    for (size_t i = 0; ok && i < map->count; i++)
        ok = apply_one(&map->mappings[i], root, arena, &metadata) != JSON_RESULT_FAILED;
    json_decref(root);
    if (!ok)
        return error_poison(ret_error, ERROR_CLASS_TOO_LARGE,
                            "the answer holds more than the event's memory");
    *ret_metadata = metadata;
    return true;
}
