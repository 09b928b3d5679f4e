#include "core/avro_canonical.h"

enum { FORM_MAX_BYTES = 4 * 1024 * 1024 };

/* The CRC of no bytes, and its polynomial (Avro specification, "Schema Fingerprints"). */
#define CRC_EMPTY UINT64_C(0xC15D213AA4D7A795)

/* One bit a node: its definition is printed, from now on its name stands for it. */
struct printed {
    unsigned char bits[AVRO_SCHEMA_MAX_NODES / 8 + 1];
};

static void print_node(const struct schema_node *node, struct printed *printed, struct buf *out);

static bool mark_printed(struct printed *printed, const struct schema_node *node)
{
    unsigned char bit = (unsigned char)(1U << (node->id % 8));
    bool before = (printed->bits[node->id / 8] & bit) != 0;
    printed->bits[node->id / 8] |= bit;
    return before;
}

static void print_fields(const struct schema_node *node, struct printed *printed, struct buf *out)
{
    (void)buf_add_text(out, ",\"fields\":[");
    for (size_t i = 0; i < node->count; i++) {
        (void)buf_format(out, "%s{\"name\":\"%s\",\"type\":", i > 0 ? "," : "",
                         node->fields[i].name);
        print_node(node->fields[i].type, printed, out);
        (void)buf_add_char(out, '}');
    }
    (void)buf_add_char(out, ']');
}

static void print_symbols(const struct schema_node *node, struct buf *out)
{
    (void)buf_add_text(out, ",\"symbols\":[");
    for (size_t i = 0; i < node->count; i++)
        (void)buf_format(out, "%s\"%s\"", i > 0 ? "," : "", node->symbols[i]);
    (void)buf_add_char(out, ']');
}

static void print_named(const struct schema_node *node, struct printed *printed, struct buf *out)
{
    if (mark_printed(printed, node)) {
        (void)buf_format(out, "\"%s\"", node->fullname);
        return;
    }
    (void)buf_format(out, "{\"name\":\"%s\",\"type\":\"%s\"", node->fullname,
                     schema_type_name(node->type));
    if (node->type == SCHEMA_RECORD)
        print_fields(node, printed, out);
    else if (node->type == SCHEMA_ENUM)
        print_symbols(node, out);
    else
        (void)buf_format(out, ",\"size\":%zu", node->fixed_bytes);
    (void)buf_add_char(out, '}');
}

static void print_union(const struct schema_node *node, struct printed *printed, struct buf *out)
{
    for (size_t i = 0; i < node->count; i++) {
        (void)buf_add_char(out, i > 0 ? ',' : '[');
        print_node(node->branches[i], printed, out);
    }
    (void)buf_add_char(out, ']');
}

/* As deep as the schema's text is nested, since a name is opened once only. */
static void print_node(const struct schema_node *node, struct printed *printed, struct buf *out)
{
    switch (node->type) {
    case SCHEMA_RECORD:
    case SCHEMA_ENUM:
    case SCHEMA_FIXED: print_named(node, printed, out); break;
    case SCHEMA_UNION: print_union(node, printed, out); break;
    case SCHEMA_ARRAY:
    case SCHEMA_MAP:
        (void)buf_format(out, "{\"type\":\"%s\",\"%s\":", schema_type_name(node->type),
                         node->type == SCHEMA_ARRAY ? "items" : "values");
        print_node(node->items, printed, out);
        (void)buf_add_char(out, '}');
        break;
    default: (void)buf_format(out, "\"%s\"", schema_type_name(node->type));
    }
}

void avro_canonical_form(const struct schema_node *root, struct buf *out)
{
    struct printed printed = {{0}};
    print_node(root, &printed, out);
}

uint64_t avro_canonical_crc(struct span bytes)
{
    uint64_t crc = CRC_EMPTY;
    for (size_t i = 0; i < bytes.len; i++) {
        crc ^= (unsigned char)bytes.data[i];
        for (int bit = 0; bit < 8; bit++)
            crc = (crc >> 1) ^ (crc & 1 ? CRC_EMPTY : 0);
    }
    return crc;
}

bool avro_canonical_fingerprint(const struct schema_node *root, uint64_t *ret_fingerprint,
                                struct error *ret_error)
{
    struct buf form;
    buf_init(&form, FORM_MAX_BYTES);
    avro_canonical_form(root, &form);
    bool fits = !buf_failed(&form);
    if (fits)
        *ret_fingerprint = avro_canonical_crc(buf_span(&form));
    else
        (void)error_set(ret_error, ERROR_USAGE, "schema: larger than byline reads");
    buf_finish(&form);
    return fits;
}
