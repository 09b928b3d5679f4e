#include "core/avro_json.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>

#include "core/avro_binary.h"
#include "core/avro_check.h"
#include "core/avro_skip.h"
#include "core/time_text.h"

enum { MICROS_A_MILLI = 1000, NANOS_A_MILLI = 1000000 };

/* The bytes have passed avro_check, so a read that fails is a mistake of ours. */
#define MUST(taken)                                                                                \
    do {                                                                                           \
        bool taken_ = (taken);                                                                     \
        assert(taken_);                                                                            \
        (void)taken_;                                                                              \
    } while (0)

struct printer {
    struct avro_cursor cursor;
    struct buf *out;
};

static void print_value(struct printer *printer, const struct schema_node *node);

static void add(struct printer *printer, const char *text)
{
    (void)buf_add_text(printer->out, text);
}

static void add_quoted(struct printer *printer, struct span text)
{
    (void)buf_add_json_string(printer->out, text);
}

static void add_hex(struct printer *printer, struct span bytes)
{
    static const char digits[] = "0123456789abcdef";
    (void)buf_add_char(printer->out, '"');
    for (size_t i = 0; i < bytes.len; i++) {
        unsigned char byte = (unsigned char)bytes.data[i];
        (void)buf_add_char(printer->out, digits[byte >> 4]);
        (void)buf_add_char(printer->out, digits[byte & 15]);
    }
    (void)buf_add_char(printer->out, '"');
}

static void add_number(struct printer *printer, double value, int digits)
{
    if (isfinite(value))
        (void)buf_format(printer->out, "%.*g", digits, value);
    else
        add(printer, "null");
}

static int64_t floor_divide(int64_t value, int64_t by)
{
    return value / by - (value % by < 0);
}

static void print_integer(struct printer *printer, enum schema_logical logical)
{
    char text[TIME_TEXT_MAX];
    int64_t value;
    MUST(avro_take_long(&printer->cursor, &value));
    switch (logical) {
    case LOGICAL_DATE: add_quoted(printer, time_text_day(value, text)); break;
    case LOGICAL_TIMESTAMP_MILLIS: add_quoted(printer, time_text_instant(value, text)); break;
    case LOGICAL_TIMESTAMP_MICROS:
        add_quoted(printer, time_text_instant(floor_divide(value, MICROS_A_MILLI), text));
        break;
    case LOGICAL_TIMESTAMP_NANOS:
        add_quoted(printer, time_text_instant(floor_divide(value, NANOS_A_MILLI), text));
        break;
    default: (void)buf_format(printer->out, "%" PRId64, value);
    }
}

static void print_bytes(struct printer *printer, bool text)
{
    struct span bytes;
    MUST(avro_take_bytes(&printer->cursor, &bytes));
    if (text)
        add_quoted(printer, bytes);
    else
        add_hex(printer, bytes);
}

static void print_fixed(struct printer *printer, size_t len)
{
    struct span bytes;
    MUST(avro_take_fixed(&printer->cursor, len, &bytes));
    add_hex(printer, bytes);
}

static void print_float(struct printer *printer)
{
    float value;
    MUST(avro_take_float(&printer->cursor, &value));
    add_number(printer, (double)value, 9); /* digits that tell any float from its neighbours */
}

static void print_double(struct printer *printer)
{
    double value;
    MUST(avro_take_double(&printer->cursor, &value));
    add_number(printer, value, 17);
}

static void print_boolean(struct printer *printer)
{
    bool value;
    MUST(avro_take_boolean(&printer->cursor, &value));
    add(printer, value ? "true" : "false");
}

static bool is_wanted(const char *name, const char *const *names, size_t name_count)
{
    for (size_t i = 0; i < name_count; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return names == NULL;
}

static void print_record(struct printer *printer, const struct schema_node *node,
                         const char *const *names, size_t name_count)
{
    const char *separator = "";
    add(printer, "{");
    for (size_t i = 0; i < node->count; i++) {
        const struct schema_field *field = &node->fields[i];
        if (!is_wanted(field->name, names, name_count)) {
            avro_skip(&printer->cursor, field->type);
            continue;
        }
        add(printer, separator);
        add_quoted(printer, span_from(field->name));
        add(printer, ":");
        print_value(printer, field->type);
        separator = ",";
    }
    add(printer, "}");
}

/* Arrays and maps. */
static void print_blocks(struct printer *printer, const struct schema_node *node)
{
    bool map = node->type == SCHEMA_MAP;
    const char *separator = "";
    int64_t count;
    int64_t size_bytes;
    add(printer, map ? "{" : "[");
    for (;;) {
        MUST(avro_take_block(&printer->cursor, &count, &size_bytes));
        if (count == 0)
            break;
        for (int64_t i = 0; i < count; i++) {
            add(printer, separator);
            if (map) {
                print_bytes(printer, true);
                add(printer, ":");
            }
            print_value(printer, node->items);
            separator = ",";
        }
    }
    add(printer, map ? "}" : "]");
}

static size_t take_index(struct printer *printer)
{
    int64_t index;
    MUST(avro_take_long(&printer->cursor, &index));
    return (size_t)index;
}

static void print_value(struct printer *printer, const struct schema_node *node)
{
    switch (node->type) {
    case SCHEMA_NULL: add(printer, "null"); break;
    case SCHEMA_BOOLEAN: print_boolean(printer); break;
    case SCHEMA_INT:
    case SCHEMA_LONG: print_integer(printer, node->logical); break;
    case SCHEMA_FLOAT: print_float(printer); break;
    case SCHEMA_DOUBLE: print_double(printer); break;
    case SCHEMA_BYTES: print_bytes(printer, false); break;
    case SCHEMA_STRING: print_bytes(printer, true); break;
    case SCHEMA_FIXED: print_fixed(printer, node->fixed_bytes); break;
    case SCHEMA_ENUM: add_quoted(printer, span_from(node->symbols[take_index(printer)])); break;
    case SCHEMA_RECORD: print_record(printer, node, NULL, 0); break;
    case SCHEMA_ARRAY:
    case SCHEMA_MAP: print_blocks(printer, node); break;
    case SCHEMA_UNION: print_value(printer, node->branches[take_index(printer)]); break;
    case SCHEMA_TYPE_COUNT: assert(false && "of no type");
    }
}

bool avro_json_of(const struct avro_schema *schema, struct span payload, const char *const *names,
                  size_t name_count, struct buf *out, struct error *ret_error)
{
    size_t start = out->len;
    assert(!buf_failed(out));
    if (!avro_check(schema, payload, ret_error))
        return false;
    struct printer printer = {.cursor = avro_cursor_of(payload), .out = out};
    const struct schema_node *root = avro_schema_root(schema);
    if (root->type == SCHEMA_RECORD)
        print_record(&printer, root, names, name_count);
    else
        print_value(&printer, root);
    if (!buf_failed(out))
        return true;
    out->len = start;
    out->failed = false;
    return error_poison(ret_error, ERROR_CLASS_TOO_LARGE,
                        "the record's JSON is larger than %zu bytes", out->max_bytes);
}

bool avro_json(const struct avro_plan *plan, struct span payload, struct buf *out,
               struct error *ret_error)
{
    return avro_json_of(avro_plan_schema(plan), payload, NULL, 0, out, ret_error);
}

bool avro_json_fields(const struct avro_plan *plan, struct span payload, const char *const *names,
                      size_t name_count, struct buf *out, struct error *ret_error)
{
    return avro_json_of(avro_plan_schema(plan), payload, names, name_count, out, ret_error);
}
