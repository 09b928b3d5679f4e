/* avro_default: the value that a schema gives to a field nobody fills, in binary.
 *
 * avro-c drops defaults when it reads a schema, so they come from the .avsc's own JSON: bytes as
 * text of U+0000 to U+00FF, a union's default as its first branch that takes such JSON, a record's
 * missing fields by their own defaults (Avro specification, "Complex Types"). Pure. */
#ifndef BYLINE_CORE_AVRO_DEFAULT_H
#define BYLINE_CORE_AVRO_DEFAULT_H

#include <stdbool.h>

#include "core/avro_path.h"
#include "core/avro_schema.h"
#include "core/buf.h"
#include "core/error.h"

/* Appends the value. ERROR_USAGE names the field where the default does not fit its type. */
bool avro_default_encode(const struct schema_node *node, const json_t *value,
                         const struct avro_path *path, struct buf *out, struct error *ret_error)
    __attribute__((warn_unused_result));

#endif
