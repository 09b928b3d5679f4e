#include "core/wire_format.h"

#include <assert.h>

#include "core/hex.h"

enum {
    CONFLUENT_MAGIC = 0x00,
    HEADER_MAGIC = 0x01,
    CONFLUENT_PREFIX = 5,
    SINGLE_OBJECT_PREFIX = 10,
};

static const unsigned char single_object_magic[2] = {0xC3, 0x01};

/* ---- confluent: the id, most significant byte first
 *
 *   00 | 00 00 00 2A | payload
 *   magic    id 42
 */

static size_t frame_confluent(int32_t id, unsigned char *prefix)
{
    prefix[0] = CONFLUENT_MAGIC;
    for (int i = 0; i < 4; i++)
        prefix[1 + i] = (unsigned char)((uint32_t)id >> (24 - 8 * i));
    return CONFLUENT_PREFIX;
}

static void parse_confluent(const unsigned char *bytes, struct wire_schema *schema)
{
    uint32_t id = 0;
    for (int i = 0; i < 4; i++)
        id = id << 8 | bytes[1 + i];
    schema->framing = WIRE_CONFLUENT;
    schema->id = (int32_t)id;
}

/* ---- single_object: CRC-64-AVRO of the schema, least significant byte first
 *      (Avro specification, "Single-object encoding")
 *
 *   C3 01 | 15 1F 0B 2D 4A 9E 77 C0 | payload
 *   magic         fingerprint
 */

static size_t frame_single_object(uint64_t fingerprint, unsigned char *prefix)
{
    memcpy(prefix, single_object_magic, sizeof single_object_magic);
    for (int i = 0; i < 8; i++)
        prefix[2 + i] = (unsigned char)(fingerprint >> (8 * i));
    return SINGLE_OBJECT_PREFIX;
}

static void parse_single_object(const unsigned char *bytes, struct wire_schema *schema)
{
    uint64_t fingerprint = 0;
    for (int i = 0; i < 8; i++)
        fingerprint |= (uint64_t)bytes[2 + i] << (8 * i);
    schema->framing = WIRE_SINGLE_OBJECT;
    schema->fingerprint = fingerprint;
}

/* ---- confluent_header: the value of the record header __value_schema_id; the record's own value
 *      is the bare payload
 *
 *   01 | 89 79 1B 76 2A 14 4C 01 95 5B 2E 3A 4B 70 8D 0F
 *   magic        the GUID's 16 bytes as it is written
 */

void wire_header(const struct wire_schema *schema, unsigned char ret_value[WIRE_HEADER_BYTES])
{
    ret_value[0] = HEADER_MAGIC;
    memcpy(ret_value + 1, schema->guid, WIRE_GUID_BYTES);
}

static bool parse_header(struct span header, struct wire_schema *schema)
{
    if (header.len != WIRE_HEADER_BYTES || header.data[0] != HEADER_MAGIC)
        return false;
    schema->framing = WIRE_CONFLUENT_HEADER;
    memcpy(schema->guid, header.data + 1, WIRE_GUID_BYTES);
    return true;
}

bool wire_guid_parse(struct span text, struct wire_schema *ret_schema)
{
    static const char shape[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    struct wire_schema schema = {.framing = WIRE_CONFLUENT_HEADER};
    size_t digits = 0;
    if (text.len != sizeof shape - 1)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        int digit = hex_value(text.data[i]);
        if (shape[i] == '-' ? text.data[i] != '-' : digit < 0)
            return false;
        if (shape[i] == '-')
            continue;
        schema.guid[digits / 2] = (unsigned char)(schema.guid[digits / 2] << 4 | digit);
        digits++;
    }
    *ret_schema = schema;
    return true;
}

/* ---- any ---- */

size_t wire_frame(const struct wire_schema *schema, unsigned char ret_prefix[WIRE_PREFIX_MAX])
{
    switch (schema->framing) {
    case WIRE_CONFLUENT: return frame_confluent(schema->id, ret_prefix);
    case WIRE_SINGLE_OBJECT: return frame_single_object(schema->fingerprint, ret_prefix);
    case WIRE_CONFLUENT_HEADER:
    case WIRE_NONE: return 0;
    }
    assert(false && "no such framing");
    return 0;
}

bool wire_parse(struct span value, struct span header, struct wire_schema *ret_schema,
                struct span *ret_payload, struct error *ret_error)
{
    const unsigned char *bytes = (const unsigned char *)value.data;
    struct wire_schema schema = {.framing = WIRE_NONE};
    size_t prefix = 0;
    if (header.data) {
        if (!parse_header(header, &schema))
            return error_poison(ret_error, ERROR_CLASS_DECODE,
                                "the header " WIRE_HEADER_NAME " is not 01 and a GUID's 16 bytes");
    } else if (value.len >= CONFLUENT_PREFIX && bytes[0] == CONFLUENT_MAGIC) {
        parse_confluent(bytes, &schema);
        prefix = CONFLUENT_PREFIX;
    } else if (value.len >= SINGLE_OBJECT_PREFIX &&
               memcmp(bytes, single_object_magic, sizeof single_object_magic) == 0) {
        parse_single_object(bytes, &schema);
        prefix = SINGLE_OBJECT_PREFIX;
    } else {
        return error_poison(ret_error, ERROR_CLASS_DECODE,
                            "Avro without a schema: %zu bytes that start with neither 00 and an id "
                            "nor C3 01 and a fingerprint",
                            value.len);
    }
    *ret_schema = schema;
    *ret_payload = span_of(value.data + prefix, value.len - prefix);
    return true;
}
