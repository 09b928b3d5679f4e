/* avro_json: a record's payload as one line of JSON, for people and for jq.
 *
 * In the schema's order. Unions are unwrapped, timestamps are RFC 3339 in UTC, dates YYYY-MM-DD,
 * bytes and fixed lower-case hex, enums their symbol; a float that JSON has no number for is null.
 * Walks the bytes with the schema's tree, after avro_check. Pure. */
#ifndef BYLINE_CORE_AVRO_JSON_H
#define BYLINE_CORE_AVRO_JSON_H

#include <stdbool.h>
#include <stddef.h>

#include "core/avro_plan.h"
#include "core/avro_schema.h"
#include "core/buf.h"
#include "core/error.h"
#include "core/span.h"

/* Appends the object, without a line feed. payload is the record without its framing. ERROR_POISON
 * where it is not a record of the plan's schema or does not fit; out is then as before. */
bool avro_json(const struct avro_plan *plan, struct span payload, struct buf *out,
               struct error *ret_error) __attribute__((warn_unused_result));

/* The same with only the named fields of the record, still in the schema's order. */
bool avro_json_fields(const struct avro_plan *plan, struct span payload, const char *const *names,
                      size_t name_count, struct buf *out, struct error *ret_error)
    __attribute__((warn_unused_result));

/* The same for any schema; names NULL is every field. */
bool avro_json_of(const struct avro_schema *schema, struct span payload, const char *const *names,
                  size_t name_count, struct buf *out, struct error *ret_error)
    __attribute__((warn_unused_result));

#endif
