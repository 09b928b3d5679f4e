#include "core/decode_avro.h"

#include <assert.h>

#include "core/avro_binary.h"
#include "core/avro_check.h"
#include "core/avro_skip.h"
#include "core/date.h"
#include "core/time_text.h"

enum { MICROS_A_MILLI = 1000, NANOS_A_MILLI = 1000000 };

struct decoder {
    struct avro_cursor cursor; /* over bytes that avro_check has accepted */
    struct arena *arena;
    struct event *event;
    struct error *error;
};

/* One field of ArticleEvent, and how it is read from a value of the type node. */
struct event_field {
    const char *name;
    bool (*read)(struct decoder *, const struct event_field *, const struct schema_node *);
    enum article_field field; /* that it sets */
    const char *path;         /* JSON Pointer */
};

static bool too_large(struct decoder *decoder)
{
    return error_poison(decoder->error, ERROR_CLASS_TOO_LARGE,
                        "the event needs more memory than one event may have");
}

static bool wrong_type(struct decoder *decoder, const char *name, const char *wanted,
                       const struct schema_node *node)
{
    return error_poison(decoder->error, ERROR_CLASS_SCHEMA,
                        "field %s must be %s, its schema makes it %s", name, wanted,
                        schema_type_name(node->type));
}

/* ---- values; the cursor stands at one of type node ---- */

/* The branch that a union's value has, or the type itself. */
static const struct schema_node *take_branch(struct decoder *decoder,
                                             const struct schema_node *node)
{
    if (node->type != SCHEMA_UNION)
        return node;
    int64_t branch;
    bool taken = avro_take_long(&decoder->cursor, &branch);
    assert(taken);
    return node->branches[branch];
}

static struct span take_bytes(struct decoder *decoder)
{
    struct span bytes;
    bool taken = avro_take_bytes(&decoder->cursor, &bytes);
    assert(taken);
    return bytes;
}

static int64_t take_long(struct decoder *decoder)
{
    int64_t value;
    bool taken = avro_take_long(&decoder->cursor, &value);
    assert(taken);
    return value;
}

static int64_t floor_divide(int64_t value, int64_t by)
{
    return value / by - (value % by < 0);
}

/* Milliseconds since the epoch. */
static int64_t take_instant(struct decoder *decoder, const struct schema_node *node)
{
    int64_t value = take_long(decoder);
    switch (node->logical) {
    case LOGICAL_TIMESTAMP_MICROS: return floor_divide(value, MICROS_A_MILLI);
    case LOGICAL_TIMESTAMP_NANOS: return floor_divide(value, NANOS_A_MILLI);
    default: return value;
    }
}

/* The next item of an array or a map; *left counts down its block. False behind the last one. */
static bool next_item(struct decoder *decoder, int64_t *left)
{
    if (*left == 0) {
        int64_t size_bytes;
        bool taken = avro_take_block(&decoder->cursor, left, &size_bytes);
        assert(taken);
        if (*left == 0)
            return false;
    }
    (*left)--;
    return true;
}

/* A text, or absent for null. */
static bool take_text(struct decoder *decoder, const char *name, const struct schema_node *type,
                      struct span *ret_text)
{
    const struct schema_node *node = take_branch(decoder, type);
    if (node->type != SCHEMA_STRING && node->type != SCHEMA_NULL)
        return wrong_type(decoder, name, "string", node);
    *ret_text = node->type == SCHEMA_NULL ? SPAN_NONE : take_bytes(decoder);
    return true;
}

/* ---- fields ---- */

static bool read_text(struct decoder *decoder, const struct event_field *field,
                      const struct schema_node *node)
{
    struct span text;
    if (!take_text(decoder, field->name, node, &text))
        return false;
    metadata_set_text(&decoder->event->metadata, field->field, text, span_from(field->path));
    return true;
}

static size_t count_items(struct decoder *decoder, const struct schema_node *node)
{
    struct avro_cursor start = decoder->cursor;
    size_t count = 0;
    for (int64_t left = 0; next_item(decoder, &left); count++)
        avro_skip(&decoder->cursor, node->items);
    decoder->cursor = start;
    return count;
}

static bool read_authors(struct decoder *decoder, const struct event_field *field,
                         const struct schema_node *node)
{
    if (node->type != SCHEMA_ARRAY)
        return wrong_type(decoder, field->name, "an array of string", node);
    size_t kept = 0;
    struct author *authors =
        arena_alloc(decoder->arena, (count_items(decoder, node) + 1) * sizeof *authors);
    if (!authors)
        return too_large(decoder);
    for (int64_t left = 0; next_item(decoder, &left);) {
        struct span name;
        if (!take_text(decoder, field->name, node->items, &name))
            return false;
        name = span_trim(name);
        if (name.len > 0)
            authors[kept++] = (struct author){.name = name};
    }
    if (kept > 0)
        decoder->event->metadata.fields[ARTICLE_AUTHORS] = (struct value){
            .kind = VALUE_AUTHORS,
            .path = span_from(field->path),
            .authors = {.items = authors, .count = kept},
        };
    return true;
}

/* What a producer that knows its dates well writes: an instant or a day, as it would be text. */
static struct span take_date_text(struct decoder *decoder, const struct schema_node *node)
{
    char text[TIME_TEXT_MAX];
    struct span printed = node->type == SCHEMA_INT
                              ? time_text_day(take_long(decoder), text)
                              : time_text_instant(take_instant(decoder, node), text);
    return arena_copy(decoder->arena, printed);
}

static bool is_date(const struct schema_node *node)
{
    return (node->type == SCHEMA_INT && node->logical == LOGICAL_DATE) ||
           (node->type == SCHEMA_LONG && node->logical != LOGICAL_NONE &&
            node->logical != LOGICAL_OTHER);
}

/* A date that no rule reads is kept as it is, in extra: it must not cost the event. */
static bool read_published(struct decoder *decoder, const struct event_field *field,
                           const struct schema_node *node)
{
    struct metadata *metadata = &decoder->event->metadata;
    struct value value = {.kind = VALUE_DATE, .path = span_from(field->path)};
    struct span text;
    if (is_date(node))
        text = take_date_text(decoder, node);
    else if (node->type == SCHEMA_STRING)
        text = take_bytes(decoder);
    else
        return wrong_type(decoder, field->name, "string, a date or a timestamp", node);
    if (!text.data)
        return too_large(decoder);
    if (date_parse(text, &value.date)) {
        metadata->fields[ARTICLE_PUBLISHED] = value;
        return true;
    }
    return text.len == 0 ||
           metadata_add_extra(metadata, decoder->arena, span_from(field->name), text) ||
           too_large(decoder);
}

static bool read_content(struct decoder *decoder, const struct event_field *field,
                         const struct schema_node *node)
{
    if (node->type != SCHEMA_BYTES && node->type != SCHEMA_STRING)
        return wrong_type(decoder, field->name, "bytes", node);
    struct span content = take_bytes(decoder);
    if (content.len > 0)
        decoder->event->content = content;
    return true;
}

static bool read_content_type(struct decoder *decoder, const struct event_field *field,
                              const struct schema_node *node)
{
    return take_text(decoder, field->name, node, &decoder->event->content_type);
}

static bool read_observed_at(struct decoder *decoder, const struct event_field *field,
                             const struct schema_node *node)
{
    if (node->type != SCHEMA_LONG || node->logical == LOGICAL_OTHER)
        return wrong_type(decoder, field->name, "a timestamp", node);
    decoder->event->observed_at_ms = take_instant(decoder, node);
    decoder->event->has_observed_at = true;
    return true;
}

static bool read_attributes(struct decoder *decoder, const struct event_field *field,
                            const struct schema_node *node)
{
    if (node->type != SCHEMA_MAP)
        return wrong_type(decoder, field->name, "a map of string", node);
    for (int64_t left = 0; next_item(decoder, &left);) {
        struct span key = take_bytes(decoder);
        struct span value;
        if (!take_text(decoder, field->name, node->items, &value))
            return false;
        if (value.data &&
            !metadata_add_extra(&decoder->event->metadata, decoder->arena, key, value))
            return too_large(decoder);
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

static const struct event_field *find_field(const char *name)
{
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (strcmp(fields[i].name, name) == 0)
            return &fields[i];
    return NULL;
}

/* ---- the record ---- */

static bool read_record(struct decoder *decoder, const struct schema_node *record)
{
    for (size_t i = 0; i < record->count; i++) {
        const struct event_field *field = find_field(record->fields[i].name);
        if (!field) {
            avro_skip(&decoder->cursor, record->fields[i].type);
            continue;
        }
        const struct schema_node *node = take_branch(decoder, record->fields[i].type);
        if (node->type != SCHEMA_NULL && !field->read(decoder, field, node))
            return false;
    }
    return true;
}

bool decode_avro(const struct avro_schema *writer, struct span payload, struct arena *arena,
                 struct event *ret_event, struct error *ret_error)
{
    struct event event = {0};
    struct decoder decoder = {
        .cursor = avro_cursor_of(payload), .arena = arena, .event = &event, .error = ret_error};
    const struct schema_node *root = avro_schema_root(writer);
    if (root->type != SCHEMA_RECORD)
        return error_poison(ret_error, ERROR_CLASS_SCHEMA,
                            "the value's schema is %s, an event is a record",
                            schema_type_name(root->type));
    if (!avro_check(writer, payload, ret_error) || !read_record(&decoder, root))
        return false;
    if (!decode_event_id(&event, payload, arena))
        return too_large(&decoder);
    *ret_event = event;
    return true;
}
