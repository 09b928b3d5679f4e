/* schemas: which schema a consumed Avro value was written with, asked from the registry off the
 * loop.
 *
 *   value -> schemas_find --HIT--> decode_avro
 *                         --NEGATIVE--> dead letter
 *                         --MISS--> schemas_wait ... done -> schemas_find again
 *
 * One question is under way at a time, so a slow registry never fills the thread pool; all who
 * wait for one schema share it. What the registry fails to answer is asked again, after 250 ms and
 * then up to 5 s, in turn with the others; ids that are known go on. One loop owns it. */
#ifndef BYLINE_SCHEMAS_H
#define BYLINE_SCHEMAS_H

#include <uv.h>

#include "config/config.h"
#include "core/avro_schema.h"
#include "core/error.h"
#include "core/schema_cache.h"
#include "core/span.h"
#include "core/wire_format.h"

struct schemas;
struct schemas_waiter;

/* Called once on the loop, never from within schemas_wait: the schema may be found now. */
typedef void schemas_done(void *context);

/* config is borrowed. Knows the fingerprint of schemas/article-event.avsc from the start. NULL on
 * failure. */
struct schemas *schemas_new(uv_loop_t *loop, const struct config *config, struct error *ret_error)
    __attribute__((warn_unused_result));

/* Nobody is called any more. Frees itself once the loop has closed its handles and a question under
 * way has ended: run the loop until it is empty. */
void schemas_free(struct schemas *schemas);

/* The schema of a value and its payload; header is the value of its __value_schema_id, absent where
 * it has none. HIT sets *ret_schema, which lives until the loop goes on, and *ret_payload; NEGATIVE
 * sets *ret_error (ERROR_POISON); MISS sets *ret_key, to wait for. */
enum schema_cache_result schemas_find(struct schemas *schemas, struct span value,
                                      struct span header, const struct avro_schema **ret_schema,
                                      struct span *ret_payload, struct wire_schema *ret_key,
                                      struct error *ret_error);

/* NULL without memory. The waiter lives until done is called. */
struct schemas_waiter *schemas_wait(struct schemas *schemas, const struct wire_schema *key,
                                    schemas_done *done, void *context)
    __attribute__((warn_unused_result));

/* Of one that was not called yet, or NULL. */
void schemas_cancel(struct schemas_waiter *waiter);

/* Why a schema that somebody waits for could not be had so far ("waiting for schema 7: registry:
 * HTTP 503 ..."), NULL where none is late. Lives until the loop goes on. */
const char *schemas_trouble(const struct schemas *schemas);

/* Questions to the registry, by their end. */
struct schemas_counts {
    uint64_t found, refused, failed;
};

const struct schemas_counts *schemas_counts(const struct schemas *schemas);

#endif
