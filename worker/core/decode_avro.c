#include "core/decode_avro.h"

#include <assert.h>

#include "core/avro_binary.h"
#include "core/avro_check.h"
#include "core/avro_skip.h"

enum {
    MICROS_A_MILLI = 1000,
    NANOS_A_MILLI = 1000000,
    MAX_ITEMS_BYTES = 8 * 1024 * 1024, /* of the longest list or map: about 100,000 items */
};

struct decoder {
    struct avro_cursor cursor; /* over bytes that avro_check has accepted */
    struct event_builder builder;
    struct arena items; /* of one list or map at a time */
};

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

static void take_int(struct decoder *decoder, const struct schema_node *node,
                     struct event_value *value)
{
    value->number = take_long(decoder);
    if (node->logical == LOGICAL_NONE)
        value->kind = EVENT_NUMBER;
    else if (node->logical == LOGICAL_DATE)
        value->kind = EVENT_DAY;
}

static void take_long_value(struct decoder *decoder, const struct schema_node *node,
                            struct event_value *value)
{
    value->number = take_long(decoder);
    value->kind = EVENT_INSTANT;
    switch (node->logical) {
    case LOGICAL_TIMESTAMP_MILLIS: break;
    case LOGICAL_TIMESTAMP_MICROS:
        value->number = floor_divide(value->number, MICROS_A_MILLI);
        break;
    case LOGICAL_TIMESTAMP_NANOS: value->number = floor_divide(value->number, NANOS_A_MILLI); break;
    case LOGICAL_NONE: value->kind = EVENT_NUMBER; break;
    case LOGICAL_DATE:
    case LOGICAL_OTHER: value->kind = EVENT_OTHER; break;
    }
}

/* One that is no list and no map, or stands in one. */
static struct event_value take_simple(struct decoder *decoder, const struct schema_node *type)
{
    const struct schema_node *node = take_branch(decoder, type);
    struct event_value value = {.kind = EVENT_OTHER, .type = schema_type_name(node->type)};
    switch (node->type) {
    case SCHEMA_NULL: value.kind = EVENT_NULL; break;
    case SCHEMA_STRING:
        value.kind = EVENT_STRING;
        value.text = take_bytes(decoder);
        break;
    case SCHEMA_BYTES:
        value.kind = node->logical == LOGICAL_NONE ? EVENT_BYTES : EVENT_OTHER;
        value.text = take_bytes(decoder);
        break;
    case SCHEMA_INT: take_int(decoder, node, &value); break;
    case SCHEMA_LONG: take_long_value(decoder, node, &value); break;
    default: avro_skip(&decoder->cursor, node);
    }
    return value;
}

/* ---- lists and maps ---- */

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

/* One of an array or a map, with its key. */
static struct event_value take_item(struct decoder *decoder, const struct schema_node *node)
{
    struct span key = node->type == SCHEMA_MAP ? take_bytes(decoder) : SPAN_NONE;
    struct event_value item = take_simple(decoder, node->items);
    item.key = key;
    return item;
}

/* Without the nulls, which take no bytes and so could be any number. */
static size_t count_items(struct decoder *decoder, const struct schema_node *node)
{
    struct avro_cursor start = decoder->cursor;
    size_t count = 0;
    for (int64_t left = 0; next_item(decoder, &left);)
        count += take_item(decoder, node).kind != EVENT_NULL;
    decoder->cursor = start;
    return count;
}

static bool take_items(struct decoder *decoder, const struct schema_node *node,
                       struct event_value *ret_value)
{
    struct event_value value = {.kind = node->type == SCHEMA_MAP ? EVENT_MAP : EVENT_LIST,
                                .type = schema_type_name(node->type)};
    arena_reset(&decoder->items);
    struct event_value *items =
        arena_alloc(&decoder->items, (count_items(decoder, node) + 1) * sizeof *items);
    if (!items)
        return event_too_large(&decoder->builder);
    for (int64_t left = 0; next_item(decoder, &left);) {
        struct event_value item = take_item(decoder, node);
        if (item.kind != EVENT_NULL)
            items[value.count++] = item;
    }
    value.items = items;
    *ret_value = value;
    return true;
}

/* ---- the record ---- */

static bool read_field(struct decoder *decoder, const struct event_field *field,
                       const struct schema_node *type)
{
    struct event_value value;
    const struct schema_node *node = take_branch(decoder, type);
    if (node->type != SCHEMA_ARRAY && node->type != SCHEMA_MAP)
        value = take_simple(decoder, node);
    else if (!take_items(decoder, node, &value))
        return false;
    return event_set(&decoder->builder, field, &value);
}

static bool read_record(struct decoder *decoder, const struct schema_node *record)
{
    for (size_t i = 0; i < record->count; i++) {
        const struct event_field *field = event_field_find(span_from(record->fields[i].name));
        if (!field)
            avro_skip(&decoder->cursor, record->fields[i].type);
        else if (!read_field(decoder, field, record->fields[i].type))
            return false;
    }
    return true;
}

bool decode_avro(const struct avro_schema *writer, struct span payload, struct arena *arena,
                 struct event *ret_event, struct error *ret_error)
{
    struct event event = {0};
    struct decoder decoder = {
        .cursor = avro_cursor_of(payload),
        .builder = {.event = &event,
                    .arena = arena,
                    .error = ret_error,
                    .wrong_type = ERROR_CLASS_SCHEMA},
    };
    const struct schema_node *root = avro_schema_root(writer);
    if (root->type != SCHEMA_RECORD)
        return error_poison(ret_error, ERROR_CLASS_SCHEMA,
                            "the value's schema is %s, an event is a record",
                            schema_type_name(root->type));
    if (!avro_check(writer, payload, ret_error))
        return false;
    arena_init(&decoder.items, MAX_ITEMS_BYTES);
    bool ok = read_record(&decoder, root);
    arena_finish(&decoder.items);
    if (!ok)
        return false;
    if (!event_set_id(&event, payload, arena))
        return event_too_large(&decoder.builder);
    *ret_event = event;
    return true;
}
