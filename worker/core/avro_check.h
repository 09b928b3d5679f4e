/* avro_check: whether bytes from outside really are one record of a schema.
 *
 * Nothing else reads foreign Avro before this has walked it: avro-c's decoder takes 538 MB from a
 * 5-byte message and hangs on a block count of INT64_MIN. Time is bounded by the bytes and a
 * number of values, memory by the depth. Pure. */
#ifndef BYLINE_CORE_AVRO_CHECK_H
#define BYLINE_CORE_AVRO_CHECK_H

#include <stdbool.h>

#include "core/avro_schema.h"
#include "core/error.h"
#include "core/span.h"

enum {
    AVRO_CHECK_MAX_DEPTH = 64,
    AVRO_CHECK_MAX_VALUES = 1000 * 1000, /* fields and items together, also those of no bytes */
};

/* False with ERROR_POISON of class decode; the message names the place ("authors[2].name: ...").
 * Checks: nothing truncated and nothing behind the record, lengths, block counts and sizes, int in
 * 32 bits, union and enum indexes in range, boolean 0 or 1, strings and keys valid UTF-8. */
bool avro_check(const struct avro_schema *schema, struct span bytes, struct error *ret_error)
    __attribute__((warn_unused_result));

#endif
