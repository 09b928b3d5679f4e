#include "core/decode.h"

#include <assert.h>
#include <stdalign.h>

#include "core/json_value.h"
#include "core/text_article.h"

enum {
    MAX_TREE_BYTES = 64 * 1024 * 1024, /* of an event's values, while they are read */
    TREE_FIRST_BYTES = 8192,           /* of them on the stack */
};

/* ---- JSON ---- */

static struct event_value value_of(const struct json *json)
{
    struct event_value value = {
        .kind = EVENT_OTHER, .type = json_type_name(json), .key = json->key};
    switch (json->kind) {
    case JSON_KIND_NULL: value.kind = EVENT_NULL; break;
    case JSON_KIND_STRING:
        value.kind = EVENT_STRING;
        value.text = json->text;
        break;
    case JSON_KIND_NUMBER:
        if (json_to_integer(json, &value.number))
            value.kind = EVENT_NUMBER;
        break;
    case JSON_KIND_ARRAY: value.kind = EVENT_LIST; break;
    case JSON_KIND_OBJECT: value.kind = EVENT_MAP; break;
    case JSON_KIND_TRUE:
    case JSON_KIND_FALSE: break;
    }
    return value;
}

/* The items of one level: no field has more. */
static bool add_items(const struct json *json, struct arena *tree, struct event_value *value)
{
    struct event_value *items = arena_alloc(tree, (json->count + 1) * sizeof *items);
    if (!items)
        return false;
    value->items = items;
    for (const struct json *item = json->first; item; item = item->next)
        items[value->count++] = value_of(item);
    return true;
}

static bool read_object(const struct event_builder *builder, const struct json *root,
                        struct arena *tree)
{
    if (!json_is(root, JSON_KIND_OBJECT))
        return error_poison(builder->error, ERROR_CLASS_DECODE,
                            "the value must be a JSON object, not %s", json_type_name(root));
    struct span duplicate = json_duplicate_key(root, tree);
    if (duplicate.data)
        return error_poison(builder->error, ERROR_CLASS_DECODE,
                            "the value is not JSON: duplicate object key \"%.*s\"",
                            (int)(duplicate.len < 100 ? duplicate.len : 100), duplicate.data);
    for (const struct json *member = root->first; member; member = member->next) {
        const struct event_field *field = event_field_find(member->key);
        if (!field)
            continue;
        struct event_value value = value_of(member);
        if (json_is_container(member) && !add_items(member, tree, &value))
            return event_too_large(builder);
        if (!event_set(builder, field, &value))
            return false;
    }
    return true;
}

static bool decode_json(const struct event_builder *builder, struct span text)
{
    alignas(max_align_t) char first[TREE_FIRST_BYTES];
    struct arena tree;
    struct json_error json_error;
    arena_init_on(&tree, MAX_TREE_BYTES, first, sizeof first);
    const struct json *root = json_read(text, &tree, &json_error);
    bool ok = root && read_object(builder, root, &tree);
    arena_finish(&tree);
    if (root)
        return ok;
    if (json_error.no_memory)
        return event_too_large(builder);
    return error_poison(builder->error, ERROR_CLASS_DECODE,
                        "the value is not JSON: line %zu, column %zu: %s", json_error.line,
                        json_error.column, json_error.reason);
}

/* ---- which format ---- */

/* RFC 8259, section 8.1, lets a reader ignore a byte order mark. */
static struct span without_bom(struct span value)
{
    size_t skip = span_starts_with(value, "\xEF\xBB\xBF") ? 3 : 0;
    return span_of(value.data + skip, value.len - skip);
}

static bool is_number(struct span text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!strchr("+-.0123456789eE", text.data[i]) || !text.data[i])
            return false;
    return true;
}

/* An object, whole or cut off; or a whole value of another type, which no article starts and ends
 * like: decode_event says what is wrong with it. */
static bool looks_like_json(struct span text)
{
    if (text.len == 0)
        return false;
    char first = text.data[0], last = text.data[text.len - 1];
    if (first == '{' || (first == '[' && last == ']'))
        return true;
    if (memchr(text.data, '\n', text.len))
        return false;
    return (first == '"' && last == '"') || span_equals(text, "null") ||
           span_equals(text, "true") || span_equals(text, "false") || is_number(text);
}

enum event_format decode_detect(struct span value)
{
    enum { CONFLUENT_PREFIX_BYTES = 5 };
    /* 00 and a schema id, which is never negative. */
    if (value.len >= CONFLUENT_PREFIX_BYTES && value.data[0] == '\0' &&
        (unsigned char)value.data[1] < 0x80)
        return EVENT_AVRO;
    if (span_starts_with(value, "\xC3\x01"))
        return EVENT_AVRO;
    return looks_like_json(span_trim(without_bom(value))) ? EVENT_JSON : EVENT_TEXT;
}

static bool decode_text(const struct event_builder *builder, struct span text)
{
    if (memchr(text.data, '\0', text.len))
        return error_poison(builder->error, ERROR_CLASS_DECODE,
                            "the value is no text: it holds a NUL byte");
    return text_article_parse(text, builder->arena, &builder->event->metadata, builder->error);
}

bool decode_event(enum event_format format, struct span value, struct arena *arena,
                  struct event *ret_event, struct error *ret_error)
{
    struct event event = {0};
    const struct event_builder builder = {
        .event = &event,
        .arena = arena,
        .error = ret_error,
        .wrong_type = ERROR_CLASS_DECODE,
        .copies_texts = true,
        .has_no_bytes = true,
    };
    assert(format != EVENT_AVRO); /* decode_avro reads it, with its schema */
    if (span_is_empty(value))
        return error_poison(ret_error, ERROR_CLASS_DECODE, "the value is empty");
    if (!span_is_utf8(value))
        return error_poison(ret_error, ERROR_CLASS_DECODE,
                            "the value is not UTF-8 from byte %zu on", span_utf8_len(value) + 1);
    bool decoded = format == EVENT_JSON ? decode_json(&builder, without_bom(value))
                                        : decode_text(&builder, value);
    if (!decoded)
        return false;
    if (!event_set_id(&event, value, arena))
        return event_too_large(&builder);
    *ret_event = event;
    return true;
}
