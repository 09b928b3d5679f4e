/* avro_encode: an enriched article as one Avro record, by the plan of its schema.
 *
 * Writes the binary encoding itself (avro_binary.h). avro-c would want a tree of values first:
 * 88,000 instructions to fill and write the tests' record of the default schema, against 30,000
 * here, and a map's keys would end at their first NUL. avro-c has accepted the schema before
 * (avro_plan.h), and the tests read every result with it.
 *
 * Allocates nothing but the buffer's growth. Pure; a plan is only read. */
#ifndef BYLINE_CORE_AVRO_ENCODE_H
#define BYLINE_CORE_AVRO_ENCODE_H

#include <stdbool.h>

#include "core/article.h"
#include "core/avro_plan.h"
#include "core/buf.h"
#include "core/error.h"

/* Appends the record to out, which is as before on failure: ERROR_POISON of class encode for a
 * value that the schema cannot hold (the message names the field), too_large past out's maximum.
 *
 * A value that is absent becomes the field's default, else null, else an empty array or map. */
bool avro_encode(const struct avro_plan *plan, const struct article *article, struct buf *out,
                 struct error *ret_error) __attribute__((warn_unused_result));

#endif
