/* avro_schema: an Avro schema (.avsc text) as a tree that our own walks can follow.
 *
 *   record EnrichedArticle                 a reference by name is the same node:
 *     published: union                     modified's DateValue is published's, and a record
 *       null                               that contains itself is a cycle in the tree
 *       record DateValue
 *         instant: union null | long (timestamp-millis)
 *
 * Keeps what avro-c drops when it reads a schema: logical types and defaults. Bounded in size,
 * depth and number of nodes. Read-only once parsed, so any thread may read it. Pure. */
#ifndef BYLINE_CORE_AVRO_SCHEMA_H
#define BYLINE_CORE_AVRO_SCHEMA_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/error.h"
#include "core/span.h"

enum {
    AVRO_SCHEMA_MAX_BYTES = 1024 * 1024,
    AVRO_SCHEMA_MAX_DEPTH = 64,
    AVRO_SCHEMA_MAX_NODES = 10000,
    AVRO_SCHEMA_MAX_MEMBERS = 2000, /* fields of a record, symbols of an enum, branches */
};

/* In the order of the primitive names' table in avro_schema.c. */
enum schema_type {
    SCHEMA_NULL,
    SCHEMA_BOOLEAN,
    SCHEMA_INT,
    SCHEMA_LONG,
    SCHEMA_FLOAT,
    SCHEMA_DOUBLE,
    SCHEMA_BYTES,
    SCHEMA_STRING,
    SCHEMA_RECORD,
    SCHEMA_ENUM,
    SCHEMA_FIXED,
    SCHEMA_ARRAY,
    SCHEMA_MAP,
    SCHEMA_UNION,
    SCHEMA_TYPE_COUNT,
};

enum schema_logical {
    LOGICAL_NONE,
    LOGICAL_DATE,             /* int: days since 1970-01-01 */
    LOGICAL_TIMESTAMP_MILLIS, /* long: since the epoch, UTC */
    LOGICAL_TIMESTAMP_MICROS,
    LOGICAL_TIMESTAMP_NANOS,
    LOGICAL_OTHER, /* uuid, decimal, local-timestamp-millis, ...: nothing that byline reads */
};

struct schema_field {
    const char *name;
    const struct schema_node *type;
    const json_t *default_value; /* NULL: none */
};

struct schema_node {
    size_t id; /* unique in its schema, below AVRO_SCHEMA_MAX_NODES */
    enum schema_type type;
    enum schema_logical logical;
    const char *fullname; /* of record, enum, fixed: "io.byline.v1.Author"; else NULL */
    const struct schema_field *fields;         /* of a record */
    const char *const *symbols;                /* of an enum */
    int default_symbol;                        /* of an enum: index, -1: none */
    const struct schema_node *const *branches; /* of a union */
    size_t count;                              /* of fields, symbols or branches */
    const struct schema_node *items;           /* of an array; a map's values */
    size_t fixed_bytes;
};

struct avro_schema;

/* Parses the text. NULL on failure: ERROR_USAGE, the message names the field ("field published:
 * unknown type 'Dat'"). */
struct avro_schema *avro_schema_parse(struct span avsc, struct error *ret_error)
    __attribute__((warn_unused_result));
void avro_schema_free(struct avro_schema *schema);

const struct schema_node *avro_schema_root(const struct avro_schema *schema);

/* CRC-64-AVRO of the Parsing Canonical Form (Avro specification, "Schema Fingerprints"). */
uint64_t avro_schema_fingerprint(const struct avro_schema *schema);

/* "string", "record", ... */
const char *schema_type_name(enum schema_type type);

/* The index of an enum's symbol, or -1. */
int schema_symbol_find(const struct schema_node *node, struct span symbol);

/* The same for a word of ours, which stands for a symbol in any case: person for PERSON. */
int schema_symbol_for(const struct schema_node *node, struct span word);

#endif
