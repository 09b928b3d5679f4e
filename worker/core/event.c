#include "core/event.h"

#include "core/base64.h"
#include "core/date.h"
#include "core/digest.h"
#include "core/time_text.h"

enum { SHOWN_KEY_BYTES = 100 };

struct event_field {
    const char *name;
    bool (*set)(const struct event_builder *, const struct event_field *,
                const struct event_value *);
    enum article_field field; /* that it sets; ARTICLE_FIELD_COUNT: none */
    const char *path;         /* JSON Pointer */
};

bool event_too_large(const struct event_builder *builder)
{
    return error_poison(builder->error, ERROR_CLASS_TOO_LARGE,
                        "the event needs more memory than one event may have");
}

static bool wrong_type(const struct event_builder *builder, const struct event_field *field,
                       const char *wanted, const struct event_value *value)
{
    return error_poison(builder->error, builder->wrong_type, "field \"%s\" must be %s, not %s",
                        field->name, wanted, value->type);
}

/* ---- texts ---- */

/* Whether it is a text; bytes are one where they are UTF-8 (Avro specification, "Schema
 * Resolution": bytes are promotable to string). */
static bool is_text(const struct event_value *value)
{
    return value->kind == EVENT_STRING || (value->kind == EVENT_BYTES && span_is_utf8(value->text));
}

/* Absent without memory. */
static struct span keep(const struct event_builder *builder, struct span text)
{
    return builder->copies_texts ? arena_copy(builder->arena, text) : text;
}

static bool take_text(const struct event_builder *builder, const struct event_field *field,
                      const struct event_value *value, struct span *ret_text)
{
    if (!is_text(value))
        return wrong_type(builder, field, "a string", value);
    struct span text = keep(builder, value->text);
    if (!text.data)
        return event_too_large(builder);
    *ret_text = text;
    return true;
}

static bool set_text(const struct event_builder *builder, const struct event_field *field,
                     const struct event_value *value)
{
    struct span text;
    if (!take_text(builder, field, value, &text))
        return false;
    metadata_set_text(&builder->event->metadata, field->field, text, span_from(field->path));
    return true;
}

static bool set_content_type(const struct event_builder *builder, const struct event_field *field,
                             const struct event_value *value)
{
    return take_text(builder, field, value, &builder->event->content_type);
}

/* ---- the others ---- */

static bool set_authors(const struct event_builder *builder, const struct event_field *field,
                        const struct event_value *value)
{
    if (value->kind != EVENT_LIST)
        return wrong_type(builder, field, "an array of strings", value);
    size_t kept = 0;
    struct author *authors = arena_alloc(builder->arena, (value->count + 1) * sizeof *authors);
    if (!authors)
        return event_too_large(builder);
    for (size_t i = 0; i < value->count; i++) {
        const struct event_value *item = &value->items[i];
        if (item->kind == EVENT_NULL)
            continue;
        if (!is_text(item))
            return error_poison(builder->error, builder->wrong_type,
                                "field \"%s\" must be an array of strings, item %zu is %s",
                                field->name, i + 1, item->type);
        struct span name = keep(builder, span_trim(item->text));
        if (!name.data)
            return event_too_large(builder);
        if (name.len > 0)
            authors[kept++] = (struct author){.name = name};
    }
    if (kept > 0)
        builder->event->metadata.fields[ARTICLE_AUTHORS] = (struct value){
            .kind = VALUE_AUTHORS,
            .path = span_from(field->path),
            .authors = {.items = authors, .count = kept},
        };
    return true;
}

/* A date as a producer that knows it well writes it, as it would be text. */
static struct span date_text(const struct event_builder *builder, const struct event_value *value)
{
    char text[TIME_TEXT_MAX];
    return arena_copy(builder->arena, value->kind == EVENT_DAY
                                          ? time_text_day(value->number, text)
                                          : time_text_instant(value->number, text));
}

/* A date that no rule reads is kept as it is, in extra: it must not cost the event. */
static bool set_published(const struct event_builder *builder, const struct event_field *field,
                          const struct event_value *value)
{
    struct metadata *metadata = &builder->event->metadata;
    struct value date = {.kind = VALUE_DATE, .path = span_from(field->path)};
    struct span text;
    if (is_text(value))
        text = keep(builder, value->text);
    else if (value->kind == EVENT_DAY || value->kind == EVENT_INSTANT)
        text = date_text(builder, value);
    else
        return wrong_type(builder, field, "a string, a date or a timestamp", value);
    if (!text.data)
        return event_too_large(builder);
    if (date_parse(text, &date.date)) {
        metadata->fields[field->field] = date;
        return true;
    }
    return text.len == 0 ||
           metadata_add_extra(metadata, builder->arena, span_from(field->name), text) ||
           event_too_large(builder);
}

static bool set_content(const struct event_builder *builder, const struct event_field *field,
                        const struct event_value *value)
{
    struct span bytes = value->text;
    if (value->kind != EVENT_STRING && value->kind != EVENT_BYTES)
        return wrong_type(builder, field, builder->has_no_bytes ? "a base64 string" : "bytes",
                          value);
    if (builder->has_no_bytes) {
        if (!base64_decode(value->text, builder->arena, &bytes))
            return error_poison(builder->error, ERROR_CLASS_DECODE,
                                "field \"%s\" is not base64 (RFC 4648)", field->name);
        if (!bytes.data)
            return event_too_large(builder);
    }
    if (bytes.len > 0)
        builder->event->content = bytes;
    return true;
}

static bool set_observed_at(const struct event_builder *builder, const struct event_field *field,
                            const struct event_value *value)
{
    struct date_value date = {0};
    struct event *event = builder->event;
    if (value->kind == EVENT_NUMBER || value->kind == EVENT_INSTANT) {
        event->observed_at_ms = value->number;
    } else if (!is_text(value)) {
        return wrong_type(builder, field, "milliseconds since 1970 or an RFC 3339 text", value);
    } else if (date_parse(value->text, &date) && date.has_instant) {
        event->observed_at_ms = date.instant_ms;
    } else {
        return error_poison(builder->error, ERROR_CLASS_DECODE,
                            "field \"%s\" is a text that names no instant, such as "
                            "2022-01-24T10:30:00Z",
                            field->name);
    }
    event->has_observed_at = true;
    return true;
}

static bool set_attributes(const struct event_builder *builder, const struct event_field *field,
                           const struct event_value *value)
{
    if (value->kind != EVENT_MAP)
        return wrong_type(builder, field, "an object of strings", value);
    for (size_t i = 0; i < value->count; i++) {
        const struct event_value *item = &value->items[i];
        const struct span key = item->key;
        if (item->kind == EVENT_NULL)
            continue;
        if (!is_text(item))
            return error_poison(
                builder->error, builder->wrong_type,
                "field \"%s\" must be an object of strings, \"%.*s\" is %s", field->name,
                (int)(key.len < SHOWN_KEY_BYTES ? key.len : SHOWN_KEY_BYTES), key.data, item->type);
        struct span kept_key = keep(builder, key);
        struct span kept_value = keep(builder, item->text);
        if (!kept_key.data || !kept_value.data ||
            !metadata_add_extra(&builder->event->metadata, builder->arena, kept_key, kept_value))
            return event_too_large(builder);
    }
    return true;
}

/* ---- which is which ---- */

static const struct event_field fields[] = {
    {"event_id", set_text, ARTICLE_EVENT_ID, "/event_id"},
    {"url", set_text, ARTICLE_SOURCE_URL, "/url"},
    {"title", set_text, ARTICLE_TITLE, "/title"},
    {"authors", set_authors, ARTICLE_AUTHORS, "/authors"},
    {"published", set_published, ARTICLE_PUBLISHED, "/published"},
    {"language", set_text, ARTICLE_LANGUAGE, "/language"},
    {"publisher", set_text, ARTICLE_PUBLISHER, "/publisher"},
    {"doi", set_text, ARTICLE_DOI, "/doi"},
    {"text", set_text, ARTICLE_TEXT, "/text"},
    {"content", set_content, ARTICLE_FIELD_COUNT, "/content"},
    {"content_type", set_content_type, ARTICLE_FIELD_COUNT, "/content_type"},
    {"observed_at", set_observed_at, ARTICLE_FIELD_COUNT, "/observed_at"},
    {"attributes", set_attributes, ARTICLE_EXTRA, "/attributes"},
};

const struct event_field *event_field_find(struct span name)
{
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (span_equals(name, fields[i].name))
            return &fields[i];
    return NULL;
}

bool event_set(const struct event_builder *builder, const struct event_field *field,
               const struct event_value *value)
{
    return value->kind == EVENT_NULL || field->set(builder, field, value);
}

bool event_set_id(struct event *event, struct span value, struct arena *arena)
{
    if (event->metadata.fields[ARTICLE_EVENT_ID].kind != VALUE_NONE)
        return true;
    unsigned char digest[DIGEST_BYTES];
    digest_sha256(value, digest);
    struct span id = digest_hex(span_of((const char *)digest, sizeof digest), arena);
    metadata_set_text(&event->metadata, ARTICLE_EVENT_ID, id, span_from("sha256"));
    return id.data != NULL;
}
