#include "core/json_map.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "core/json_value.h"
#include "core/suggest.h"
#include "core/text.h"

enum {
    MAX_POINTER_BYTES = 1024,
    MAX_TREE_BYTES = 64 * 1024 * 1024, /* of an answer's values, while they are mapped */
    TREE_FIRST_BYTES = 8192,           /* of them on the stack */
};

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
            suggest_offer(&suggest, span_from(article_field_name(field)));
    if (suggest.best.data)
        return error_set(ret_error, ERROR_USAGE,
                         "no output field is called %.*s; did you mean %.*s?", SPAN_ARG(name),
                         SPAN_ARG(suggest.best));
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
static const struct json *array_item(const struct json *array, struct span token)
{
    size_t index = 0;
    if (token.len == 0 || token.len > 9 || (token.len > 1 && token.data[0] == '0'))
        return NULL;
    for (size_t i = 0; i < token.len; i++) {
        if (token.data[i] < '0' || token.data[i] > '9')
            return NULL;
        index = index * 10 + (size_t)(token.data[i] - '0');
    }
    return json_item(array, index);
}

static const struct json *resolve(const struct json *json, struct span pointer)
{
    char buffer[MAX_POINTER_BYTES];
    while (json && pointer.len > 0) {
        struct span rest = span_of(pointer.data + 1, pointer.len - 1);
        const char *slash = rest.len ? memchr(rest.data, '/', rest.len) : NULL;
        size_t len = slash ? (size_t)(slash - rest.data) : rest.len;
        struct span token = unescape(span_of(rest.data, len), buffer);
        json = json_is(json, JSON_KIND_OBJECT) ? json_member(json, token) : array_item(json, token);
        pointer = span_of(rest.data + len, rest.len - len);
    }
    return json;
}

/* Without control and invisible characters, as a page's texts; false without memory. */
static bool clean(struct span *text, struct arena *arena)
{
    size_t plain = 0;
    while (plain < text->len && text->data[plain] >= ' ' && text->data[plain] < 0x7F)
        plain++;
    if (plain < text->len)
        *text = text_clean(arena, *text);
    return text->data != NULL;
}

static bool clean_texts(struct value *value, struct arena *arena)
{
    struct span *items = arena_alloc(arena, (value->texts.count + 1) * sizeof *items);
    if (!items)
        return false;
    for (size_t i = 0; i < value->texts.count; i++) {
        items[i] = value->texts.items[i];
        if (!clean(&items[i], arena))
            return false;
    }
    value->texts.items = items;
    return true;
}

static bool clean_value(struct value *value, struct arena *arena)
{
    switch (value->kind) {
    case VALUE_TEXT: return clean(&value->text, arena);
    case VALUE_TEXTS: return clean_texts(value, arena);
    default: return true; /* names and dates are read, not taken over */
    }
}

static enum json_result apply_one(const struct mapping *mapping, const struct json *root,
                                  struct arena *arena, struct metadata *metadata)
{
    const struct json *json = resolve(root, mapping->pointer);
    if (mapping->field == ARTICLE_EXTRA) {
        struct span text;
        enum json_result result = json_text_of(json, arena, &text);
        if (result == JSON_RESULT_SET &&
            !(clean(&text, arena) && metadata_add_extra(metadata, arena, mapping->extra_key, text)))
            result = JSON_RESULT_FAILED;
        return result;
    }
    struct value *value = &metadata->fields[mapping->field];
    enum json_result result = json_value_of(json, article_field_kind(mapping->field), arena, value);
    if (result != JSON_RESULT_SET)
        return result;
    value->path = mapping->pointer;
    return clean_value(value, arena) ? result : JSON_RESULT_FAILED;
}

static bool apply(const struct json_map *map, const struct json *root, struct arena *arena,
                  struct metadata *metadata)
{
    for (size_t i = 0; i < map->count; i++)
        if (apply_one(&map->mappings[i], root, arena, metadata) == JSON_RESULT_FAILED)
            return false;
    return true;
}

bool json_map_apply(const struct json_map *map, struct span body, struct arena *arena,
                    struct metadata *ret_metadata, struct error *ret_error)
{
    alignas(max_align_t) char first[TREE_FIRST_BYTES];
    struct arena tree;
    struct json_error json_error;
    struct metadata metadata = {0};
    static const char bom[] = "\xEF\xBB\xBF"; /* may be ignored (RFC 8259, section 8.1) */
    if (span_starts_with(body, bom))
        body = span_of(body.data + sizeof bom - 1, body.len - (sizeof bom - 1));
    arena_init_on(&tree, MAX_TREE_BYTES, first, sizeof first);
    const struct json *root = json_read(body, &tree, &json_error);
    bool ok = root && apply(map, root, arena, &metadata);
    arena_finish(&tree);
    if (!root && !json_error.no_memory)
        return error_poison(ret_error, ERROR_CLASS_LOOKUP,
                            "the answer is not JSON: line %zu, column %zu: %s", json_error.line,
                            json_error.column, json_error.reason);
    if (!ok)
        return error_poison(ret_error, ERROR_CLASS_TOO_LARGE,
                            "the answer holds more than the event's memory");
    *ret_metadata = metadata;
    return true;
}
