#include "core/decode.h"

#include <stdalign.h>

#include "core/base64.h"
#include "core/date.h"
#include "core/digest.h"
#include "core/json_value.h"
#include "core/text_article.h"

enum {
    MAX_TREE_BYTES = 64 * 1024 * 1024, /* of an event's values, while they are read */
    TREE_FIRST_BYTES = 8192,           /* of them on the stack */
};

struct decoder {
    struct arena *arena;
    struct event *event;
    struct error *error;
};

/* One field of ArticleEvent. */
struct event_field {
    const char *name;
    bool (*read)(const struct decoder *, const struct event_field *, const struct json *);
    enum article_field field; /* that it sets; of text fields */
    const char *path;         /* JSON Pointer */
};

static bool too_large(const struct decoder *d)
{
    return error_poison(d->error, ERROR_CLASS_TOO_LARGE,
                        "the event needs more memory than one event may have");
}

static bool wrong_type(const struct decoder *d, const char *name, const char *wanted,
                       const struct json *json)
{
    return error_poison(d->error, ERROR_CLASS_DECODE, "field \"%s\" must be %s, not %s", name,
                        wanted, json_type_name(json));
}

/* --- fields ------------------------------------------------------------------------------ */

static bool copy_string(const struct decoder *d, const struct event_field *field,
                        const struct json *json, struct span *ret_text)
{
    if (!json_is(json, JSON_KIND_STRING))
        return wrong_type(d, field->name, "a string", json);
    struct span copy = arena_copy(d->arena, json->text);
    if (!copy.data)
        return too_large(d);
    *ret_text = copy;
    return true;
}

static bool read_text(const struct decoder *d, const struct event_field *field,
                      const struct json *json)
{
    struct span text;
    if (!copy_string(d, field, json, &text))
        return false;
    metadata_set_text(&d->event->metadata, field->field, text, span_from(field->path));
    return true;
}

static bool read_authors(const struct decoder *d, const struct event_field *field,
                         const struct json *json)
{
    if (!json_is(json, JSON_KIND_ARRAY))
        return wrong_type(d, field->name, "an array of strings", json);
    size_t kept = 0, i = 0;
    struct author *authors = arena_alloc(d->arena, (json->count + 1) * sizeof *authors);
    if (!authors)
        return too_large(d);
    for (const struct json *item = json->first; item; item = item->next) {
        i++;
        if (!json_is(item, JSON_KIND_STRING))
            return error_poison(d->error, ERROR_CLASS_DECODE,
                                "field \"%s\" must be an array of strings, item %zu is %s",
                                field->name, i, json_type_name(item));
        struct span name = arena_copy(d->arena, item->text);
        if (!name.data)
            return too_large(d);
        if (span_trim(name).len > 0)
            authors[kept++] = (struct author){.name = span_trim(name)};
    }
    if (kept > 0)
        d->event->metadata.fields[ARTICLE_AUTHORS] = (struct value){
            .kind = VALUE_AUTHORS,
            .path = span_from(field->path),
            .authors = {.items = authors, .count = kept},
        };
    return true;
}

/* A date that no rule reads is kept as it is, in extra: it must not cost the event. */
static bool read_published(const struct decoder *d, const struct event_field *field,
                           const struct json *json)
{
    struct span text;
    if (!copy_string(d, field, json, &text))
        return false;
    struct value value = {.kind = VALUE_DATE, .path = span_from(field->path)};
    if (date_parse(text, &value.date)) {
        d->event->metadata.fields[ARTICLE_PUBLISHED] = value;
        return true;
    }
    return text.len == 0 ||
           metadata_add_extra(&d->event->metadata, d->arena, span_from(field->name), text) ||
           too_large(d);
}

static bool read_content(const struct decoder *d, const struct event_field *field,
                         const struct json *json)
{
    if (!json_is(json, JSON_KIND_STRING))
        return wrong_type(d, field->name, "a base64 string", json);
    struct span bytes;
    if (!base64_decode(json->text, d->arena, &bytes))
        return error_poison(d->error, ERROR_CLASS_DECODE, "field \"%s\" is not base64 (RFC 4648)",
                            field->name);
    if (!bytes.data)
        return too_large(d);
    if (bytes.len > 0)
        d->event->content = bytes;
    return true;
}

static bool read_content_type(const struct decoder *d, const struct event_field *field,
                              const struct json *json)
{
    return copy_string(d, field, json, &d->event->content_type);
}

static bool read_observed_at(const struct decoder *d, const struct event_field *field,
                             const struct json *json)
{
    struct date_value date = {0};
    int64_t instant_ms = 0;
    if (json_to_integer(json, &instant_ms)) {
        d->event->observed_at_ms = instant_ms;
    } else if (json_is(json, JSON_KIND_STRING) && date_parse(json->text, &date) &&
               date.has_instant) {
        d->event->observed_at_ms = date.instant_ms;
    } else if (json_is(json, JSON_KIND_STRING)) {
        return error_poison(d->error, ERROR_CLASS_DECODE,
                            "field \"%s\" is a text that names no instant, such as "
                            "2022-01-24T10:30:00Z",
                            field->name);
    } else {
        return wrong_type(d, field->name, "milliseconds since 1970 or an RFC 3339 text", json);
    }
    d->event->has_observed_at = true;
    return true;
}

static bool read_attributes(const struct decoder *d, const struct event_field *field,
                            const struct json *json)
{
    if (!json_is(json, JSON_KIND_OBJECT))
        return wrong_type(d, field->name, "an object of strings", json);
    for (const struct json *value = json->first; value; value = value->next) {
        const struct span key = value->key;
        if (json_is(value, JSON_KIND_NULL))
            continue;
        if (!json_is(value, JSON_KIND_STRING))
            return error_poison(d->error, ERROR_CLASS_DECODE,
                                "field \"%s\" must be an object of strings, \"%.*s\" is %s",
                                field->name, (int)(key.len < 100 ? key.len : 100), key.data,
                                json_type_name(value));
        struct span key_copy = arena_copy(d->arena, key);
        struct span value_copy = arena_copy(d->arena, value->text);
        if (!key_copy.data || !value_copy.data ||
            !metadata_add_extra(&d->event->metadata, d->arena, key_copy, value_copy))
            return too_large(d);
    }
    return true;
}

static const struct event_field fields[] = {
    {"event_id", read_text, ARTICLE_EVENT_ID, "/event_id"},
    {"url", read_text, ARTICLE_SOURCE_URL, "/url"},
    {"title", read_text, ARTICLE_TITLE, "/title"},
    {"authors", read_authors, ARTICLE_AUTHORS, "/authors"},
    {"published", read_published, ARTICLE_PUBLISHED, "/published"},
    {"language", read_text, ARTICLE_LANGUAGE, "/language"},
    {"publisher", read_text, ARTICLE_PUBLISHER, "/publisher"},
    {"doi", read_text, ARTICLE_DOI, "/doi"},
    {"text", read_text, ARTICLE_TEXT, "/text"},
    {"content", read_content, ARTICLE_FIELD_COUNT, "/content"},
    {"content_type", read_content_type, ARTICLE_FIELD_COUNT, "/content_type"},
    {"observed_at", read_observed_at, ARTICLE_FIELD_COUNT, "/observed_at"},
    {"attributes", read_attributes, ARTICLE_EXTRA, "/attributes"},
};

/* --- values ------------------------------------------------------------------------------ */

static bool read_fields(const struct decoder *d, const struct json *root, struct arena *tree)
{
    if (!json_is(root, JSON_KIND_OBJECT))
        return error_poison(d->error, ERROR_CLASS_DECODE, "the value must be a JSON object, not %s",
                            json_type_name(root));
    struct span duplicate = json_duplicate_key(root, tree);
    if (duplicate.data)
        return error_poison(d->error, ERROR_CLASS_DECODE,
                            "the value is not JSON: duplicate object key \"%.*s\"",
                            (int)(duplicate.len < 100 ? duplicate.len : 100), duplicate.data);
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        const struct json *member = json_get(root, fields[i].name);
        if (member && member->kind != JSON_KIND_NULL && !fields[i].read(d, &fields[i], member))
            return false;
    }
    return true;
}

static bool decode_json(const struct decoder *d, struct span value)
{
    alignas(max_align_t) char first[TREE_FIRST_BYTES];
    struct arena tree;
    struct json_error json_error;
    arena_init_on(&tree, MAX_TREE_BYTES, first, sizeof first);
    const struct json *root = json_read(value, &tree, &json_error);
    bool ok = root && read_fields(d, root, &tree);
    arena_finish(&tree);
    if (root)
        return ok;
    if (json_error.no_memory)
        return too_large(d);
    return error_poison(d->error, ERROR_CLASS_DECODE,
                        "the value is not JSON: line %zu, column %zu: %s", json_error.line,
                        json_error.column, json_error.reason);
}

bool decode_event_id(struct event *event, struct span value, struct arena *arena)
{
    if (event->metadata.fields[ARTICLE_EVENT_ID].kind != VALUE_NONE)
        return true;
    unsigned char digest[DIGEST_BYTES];
    digest_sha256(value, digest);
    struct span id = digest_hex(span_of((const char *)digest, sizeof digest), arena);
    metadata_set_text(&event->metadata, ARTICLE_EVENT_ID, id, span_from("sha256"));
    return id.data != NULL;
}

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
    if (value.len >= CONFLUENT_PREFIX_BYTES && value.data[0] == '\0')
        return EVENT_AVRO;
    if (span_starts_with(value, "\xC3\x01"))
        return EVENT_AVRO;
    return looks_like_json(span_trim(without_bom(value))) ? EVENT_JSON : EVENT_TEXT;
}

bool decode_event(enum event_format format, struct span value, struct arena *arena,
                  struct event *ret_event, struct error *ret_error)
{
    struct event event = {0};
    const struct decoder decoder = {.arena = arena, .event = &event, .error = ret_error};
    bool ok = false;
    if (span_is_empty(value))
        return error_poison(ret_error, ERROR_CLASS_DECODE, "the value is empty");
    if (format != EVENT_AVRO && !span_is_utf8(value))
        return error_poison(ret_error, ERROR_CLASS_DECODE,
                            "the value is not UTF-8 from byte %zu on", span_utf8_len(value) + 1);
    if (format == EVENT_TEXT && memchr(value.data, '\0', value.len))
        return error_poison(ret_error, ERROR_CLASS_DECODE,
                            "the value is no text: it holds a NUL byte");
    switch (format) {
    case EVENT_JSON: ok = decode_json(&decoder, without_bom(value)); break;
    case EVENT_TEXT: ok = text_article_parse(value, arena, &event.metadata, ret_error); break;
    case EVENT_AVRO:
        return error_poison(ret_error, ERROR_CLASS_DECODE,
                            "the value is Avro, which this worker does not read");
    }
    if (!ok)
        return false;
    if (!decode_event_id(&event, value, arena))
        return too_large(&decoder);
    *ret_event = event;
    return true;
}
