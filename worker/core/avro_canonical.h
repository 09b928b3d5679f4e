/* avro_canonical: the Parsing Canonical Form of a schema, and its fingerprint.
 *
 * Two schemas that read the same bytes alike have the same form: full names, no doc, no default,
 * no logicalType, no white space, keys in a fixed order (Avro specification, "Transforming into
 * Parsing Canonical Form", "Schema Fingerprints"). Pure. */
#ifndef BYLINE_CORE_AVRO_CANONICAL_H
#define BYLINE_CORE_AVRO_CANONICAL_H

#include <stdbool.h>
#include <stdint.h>

#include "core/avro_schema.h"
#include "core/buf.h"
#include "core/error.h"
#include "core/span.h"

/* Appends the form; buf_failed tells whether it fit. */
void avro_canonical_form(const struct schema_node *root, struct buf *out);

/* CRC-64-AVRO of any bytes; of a form it is the schema's fingerprint. */
uint64_t avro_canonical_crc(struct span bytes);

/* The fingerprint of the schema under root; ERROR_USAGE where its form is too large. */
bool avro_canonical_fingerprint(const struct schema_node *root, uint64_t *ret_fingerprint,
                                struct error *ret_error) __attribute__((warn_unused_result));

#endif
