#include "core/decode.h"

#include <jansson.h>

#include "core/base64.h"
#include "core/date.h"
#include "core/digest.h"
#include "core/json_value.h"
#include "core/text_article.h"

struct decoder {
    struct arena *arena;
    struct event *event;
    struct error *error;
};

/* One field of ArticleEvent. */
struct event_field {
    const char *name;
    bool (*read)(const struct decoder *, const struct event_field *, const json_t *);
    enum article_field field; /* that it sets; of text fields */
    const char *path;         /* JSON Pointer */
};

static bool too_large(const struct decoder *d)
{
    return error_poison(d->error, ERROR_CLASS_TOO_LARGE,
                        "the event needs more memory than one event may have");
}

static bool wrong_type(const struct decoder *d, const char *name, const char *wanted,
                       const json_t *json)
{
    return error_poison(d->error, ERROR_CLASS_DECODE, "field \"%s\" must be %s, not %s", name,
                        wanted, json_type_name(json));
}

static struct span string_span(const json_t *json)
{
    return span_of(json_string_value(json), json_string_length(json));
}

/* --- fields ------------------------------------------------------------------------------ */

static bool copy_string(const struct decoder *d, const struct event_field *field,
                        const json_t *json, struct span *ret_text)
{
    if (!json_is_string(json))
        return wrong_type(d, field->name, "a string", json);
    struct span copy = arena_copy(d->arena, string_span(json));
    if (!copy.data)
        return too_large(d);
    *ret_text = copy;
    return true;
}

static bool read_text(const struct decoder *d, const struct event_field *field, const json_t *json)
{
    struct span text;
    if (!copy_string(d, field, json, &text))
        return false;
    metadata_set_text(&d->event->metadata, field->field, text, span_from(field->path));
    return true;
}

static bool read_authors(const struct decoder *d, const struct event_field *field,
                         const json_t *json)
{
    if (!json_is_array(json))
        return wrong_type(d, field->name, "an array of strings", json);
    size_t count = json_array_size(json), kept = 0;
    struct author *authors = arena_alloc(d->arena, (count + 1) * sizeof *authors);
    if (!authors)
        return too_large(d);
    for (size_t i = 0; i < count; i++) {
        const json_t *item = json_array_get(json, i);
        if (!json_is_string(item))
            return error_poison(d->error, ERROR_CLASS_DECODE,
                                "field \"%s\" must be an array of strings, item %zu is %s",
                                field->name, i + 1, json_type_name(item));
        struct span name = arena_copy(d->arena, string_span(item));
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
                           const json_t *json)
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
                         const json_t *json)
{
    if (!json_is_string(json))
        return wrong_type(d, field->name, "a base64 string", json);
    struct span bytes;
    if (!base64_decode(string_span(json), d->arena, &bytes))
        return error_poison(d->error, ERROR_CLASS_DECODE, "field \"%s\" is not base64 (RFC 4648)",
                            field->name);
    if (!bytes.data)
        return too_large(d);
    if (bytes.len > 0)
        d->event->content = bytes;
    return true;
}

static bool read_content_type(const struct decoder *d, const struct event_field *field,
                              const json_t *json)
{
    return copy_string(d, field, json, &d->event->content_type);
}

static bool read_observed_at(const struct decoder *d, const struct event_field *field,
                             const json_t *json)
{
    struct date_value date = {0};
    if (json_is_integer(json)) {
        d->event->observed_at_ms = json_integer_value(json);
    } else if (json_is_string(json) && date_parse(string_span(json), &date) && date.has_instant) {
        d->event->observed_at_ms = date.instant_ms;
    } else if (json_is_string(json)) {
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
                            const json_t *json)
{
    if (!json_is_object(json))
        return wrong_type(d, field->name, "an object of strings", json);
    json_t *attributes = (json_t *)json; /* jansson's iterator is not const */
    for (void *at = json_object_iter(attributes); at; at = json_object_iter_next(attributes, at)) {
        const json_t *value = json_object_iter_value(at);
        const struct span key = span_of(json_object_iter_key(at), json_object_iter_key_len(at));
        if (json_is_null(value))
            continue;
        if (!json_is_string(value))
            return error_poison(d->error, ERROR_CLASS_DECODE,
                                "field \"%s\" must be an object of strings, \"%.*s\" is %s",
                                field->name, (int)(key.len < 100 ? key.len : 100), key.data,
                                json_type_name(value));
        struct span key_copy = arena_copy(d->arena, key);
        struct span value_copy = arena_copy(d->arena, string_span(value));
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

static bool decode_json(const struct decoder *d, struct span value)
{
    json_error_t parse_error;
    json_t *root =
        json_loadb(value.data, value.len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &parse_error);
    if (!root)
        return error_poison(d->error, ERROR_CLASS_DECODE,
                            "the value is not JSON: line %d, column %d: %s", parse_error.line,
                            parse_error.column, parse_error.text);
    bool ok = json_is_object(root);
    if (!ok)
        (void)error_poison(d->error, ERROR_CLASS_DECODE, "the value must be a JSON object, not %s",
                           json_type_name(root));
    for (size_t i = 0; ok && i < sizeof fields / sizeof *fields; i++) {
        const json_t *member = json_object_get(root, fields[i].name);
        if (member && !json_is_null(member))
            ok = fields[i].read(d, &fields[i], member);
    }
    json_decref(root);
    return ok;
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
