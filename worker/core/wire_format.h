/* wire_format: what stands before a record's Avro payload and tells its schema.
 *
 * Pure. Others' bytes: wire_parse reads no further than the header. */
#ifndef BYLINE_CORE_WIRE_FORMAT_H
#define BYLINE_CORE_WIRE_FORMAT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/error.h"
#include "core/span.h"

enum wire_framing {
    WIRE_CONFLUENT,        /* the registry's id before the payload */
    WIRE_CONFLUENT_HEADER, /* the registry's GUID in a record header, the payload bare */
    WIRE_SINGLE_OBJECT,    /* the schema's fingerprint before the payload */
    WIRE_NONE,
};

enum { WIRE_PREFIX_MAX = 10, WIRE_GUID_BYTES = 16, WIRE_HEADER_BYTES = 1 + WIRE_GUID_BYTES };

/* Name of the record header of WIRE_CONFLUENT_HEADER. */
#define WIRE_HEADER_NAME "__value_schema_id"

/* Which schema a payload was written with; the member of its framing is set. */
struct wire_schema {
    enum wire_framing framing;
    int32_t id;                          /* WIRE_CONFLUENT */
    unsigned char guid[WIRE_GUID_BYTES]; /* WIRE_CONFLUENT_HEADER */
    uint64_t fingerprint;                /* WIRE_SINGLE_OBJECT */
};

/* Writes what goes before the payload; returns its length, 0 for none and confluent_header. */
size_t wire_frame(const struct wire_schema *schema, unsigned char ret_prefix[WIRE_PREFIX_MAX]);

/* The value of the record header of WIRE_CONFLUENT_HEADER. */
void wire_header(const struct wire_schema *schema, unsigned char ret_value[WIRE_HEADER_BYTES]);

/* "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", in either case, into ret_schema's guid and framing. */
bool wire_guid_parse(struct span text, struct wire_schema *ret_schema)
    __attribute__((warn_unused_result));

/* Tells the framing of a consumed value; header is the value of its __value_schema_id, absent
 * where it has none. False with ERROR_POISON of class decode where it starts with neither magic. */
bool wire_parse(struct span value, struct span header, struct wire_schema *ret_schema,
                struct span *ret_payload, struct error *ret_error)
    __attribute__((warn_unused_result));

#endif
