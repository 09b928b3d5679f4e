#include "core/avro_default.h"

#include "core/avro_binary.h"

struct encoder {
    struct buf *out;
    struct error *error;
};

static bool encode(struct encoder *encoder, const struct schema_node *node, const json_t *value,
                   const struct avro_path *path, int depth);

static bool refuse(struct encoder *encoder, const struct avro_path *path, const char *expected)
{
    char place[AVRO_PATH_MAX];
    return error_set(encoder->error, ERROR_USAGE, "schema: field %s: its default is not %s",
                     avro_path_text(path, place), expected);
}

/* Whether JSON of this kind stands for a value of the type. */
static bool kind_fits(const struct schema_node *node, const json_t *value)
{
    switch (node->type) {
    case SCHEMA_NULL: return json_is_null(value);
    case SCHEMA_BOOLEAN: return json_is_boolean(value);
    case SCHEMA_INT:
    case SCHEMA_LONG: return json_is_integer(value);
    case SCHEMA_FLOAT:
    case SCHEMA_DOUBLE: return json_is_number(value);
    case SCHEMA_BYTES:
    case SCHEMA_FIXED:
    case SCHEMA_STRING:
    case SCHEMA_ENUM: return json_is_string(value);
    case SCHEMA_RECORD:
    case SCHEMA_MAP: return json_is_object(value);
    case SCHEMA_ARRAY: return json_is_array(value);
    case SCHEMA_UNION:
    case SCHEMA_TYPE_COUNT: break;
    }
    return true;
}

static struct span text_of(const json_t *value)
{
    return span_of(json_string_value(value), json_string_length(value));
}

/* Each character U+0000 to U+00FF is a byte. */
static bool encode_bytes(struct encoder *encoder, const struct schema_node *node,
                         const json_t *value, const struct avro_path *path)
{
    struct span text = text_of(value);
    struct buf bytes;
    buf_init(&bytes, text.len);
    bool valid = true;
    for (size_t i = 0; i < text.len && valid; i++) {
        unsigned char c = (unsigned char)text.data[i];
        valid = c < 0x80 || c == 0xC2 || c == 0xC3; /* C2 80 to C3 BF are U+0080 to U+00FF */
        if (valid && c >= 0x80)
            c = (unsigned char)((c & 3) << 6 | (text.data[++i] & 0x3F));
        (void)buf_add_char(&bytes, (char)c);
    }
    valid = valid && !buf_failed(&bytes);
    if (node->type == SCHEMA_FIXED) {
        valid = valid && bytes.len == node->fixed_bytes;
        (void)buf_add(encoder->out, buf_span(&bytes));
    } else {
        avro_put_bytes(encoder->out, buf_span(&bytes));
    }
    buf_finish(&bytes);
    return valid || refuse(encoder, path, "bytes of that size");
}

static bool encode_number(struct encoder *encoder, const struct schema_node *node,
                          const json_t *value, const struct avro_path *path)
{
    json_int_t integer = json_integer_value(value);
    switch (node->type) {
    case SCHEMA_INT:
        if (integer < INT32_MIN || integer > INT32_MAX)
            return refuse(encoder, path, "an int of 32 bits");
        avro_put_long(encoder->out, integer);
        break;
    case SCHEMA_LONG: avro_put_long(encoder->out, integer); break;
    case SCHEMA_FLOAT: avro_put_float(encoder->out, (float)json_number_value(value)); break;
    default: avro_put_double(encoder->out, json_number_value(value));
    }
    return true;
}

static bool encode_record(struct encoder *encoder, const struct schema_node *node,
                          const json_t *value, const struct avro_path *path, int depth)
{
    for (size_t i = 0; i < node->count; i++) {
        const struct schema_field *field = &node->fields[i];
        struct avro_path below = {.up = path, .name = field->name};
        const json_t *part = json_object_get(value, field->name);
        if (!part)
            part = field->default_value;
        if (!part)
            return refuse(encoder, &below, "given");
        if (!encode(encoder, field->type, part, &below, depth))
            return false;
    }
    return true;
}

static bool encode_array(struct encoder *encoder, const struct schema_node *node,
                         const json_t *value, const struct avro_path *path, int depth)
{
    size_t count = json_array_size(value);
    if (count > 0)
        avro_put_long(encoder->out, (int64_t)count);
    for (size_t i = 0; i < count; i++) {
        struct avro_path below = {.up = path, .index = i};
        if (!encode(encoder, node->items, json_array_get(value, i), &below, depth))
            return false;
    }
    avro_put_long(encoder->out, 0);
    return true;
}

static bool encode_map(struct encoder *encoder, const struct schema_node *node, const json_t *value,
                       const struct avro_path *path, int depth)
{
    if (json_object_size(value) > 0)
        avro_put_long(encoder->out, (int64_t)json_object_size(value));
    const char *key;
    json_t *item;
    json_object_foreach((json_t *)value, key, item)
    {
        struct avro_path below = {.up = path, .name = key};
        avro_put_bytes(encoder->out, span_from(key));
        if (!encode(encoder, node->items, item, &below, depth))
            return false;
    }
    avro_put_long(encoder->out, 0);
    return true;
}

static bool encode_union(struct encoder *encoder, const struct schema_node *node,
                         const json_t *value, const struct avro_path *path, int depth)
{
    size_t branch = 0;
    while (branch < node->count && !kind_fits(node->branches[branch], value))
        branch++;
    if (branch == node->count)
        return refuse(encoder, path, "of any type of the union");
    avro_put_long(encoder->out, (int64_t)branch);
    return encode(encoder, node->branches[branch], value, path, depth);
}

static bool encode_symbol(struct encoder *encoder, const struct schema_node *node,
                          const json_t *value, const struct avro_path *path)
{
    int symbol = schema_symbol_find(node, text_of(value));
    if (symbol < 0)
        return refuse(encoder, path, "one of the symbols");
    avro_put_long(encoder->out, symbol);
    return true;
}

static bool encode(struct encoder *encoder, const struct schema_node *node, const json_t *value,
                   const struct avro_path *path, int depth)
{
    if (++depth > AVRO_SCHEMA_MAX_DEPTH || buf_failed(encoder->out))
        return refuse(encoder, path, "finite: it is too large");
    if (!kind_fits(node, value))
        return refuse(encoder, path, schema_type_name(node->type));
    switch (node->type) {
    case SCHEMA_NULL: return true;
    case SCHEMA_BOOLEAN: avro_put_boolean(encoder->out, json_is_true(value)); return true;
    case SCHEMA_STRING: avro_put_bytes(encoder->out, text_of(value)); return true;
    case SCHEMA_BYTES:
    case SCHEMA_FIXED: return encode_bytes(encoder, node, value, path);
    case SCHEMA_ENUM: return encode_symbol(encoder, node, value, path);
    case SCHEMA_RECORD: return encode_record(encoder, node, value, path, depth);
    case SCHEMA_ARRAY: return encode_array(encoder, node, value, path, depth);
    case SCHEMA_MAP: return encode_map(encoder, node, value, path, depth);
    case SCHEMA_UNION: return encode_union(encoder, node, value, path, depth);
    default: return encode_number(encoder, node, value, path);
    }
}

bool avro_default_encode(const struct schema_node *node, const json_t *value,
                         const struct avro_path *path, struct buf *out, struct error *ret_error)
{
    struct encoder encoder = {.out = out, .error = ret_error};
    return encode(&encoder, node, value, path, 0);
}
