/* record: an event's bytes in, an Avro record's bytes out; the two ends of the way that need
 * neither Kafka nor the loop. */
#ifndef BYLINE_RECORD_H
#define BYLINE_RECORD_H

#include <stdbool.h>

#include "config/config.h"
#include "core/arena.h"
#include "core/article.h"
#include "core/avro_plan.h"
#include "core/buf.h"
#include "core/decode.h"
#include "core/error.h"

enum {
    RECORD_MAX_EVENT_BYTES = 10 << 20,  /* a larger value is a dead letter */
    RECORD_MAX_OUTPUT_BYTES = 64 << 20, /* of an encoded record */
    RECORD_ARENA_BYTES = 96 << 20,      /* of one event: decoded text, metadata and output */
};

/* Decodes value by input.format and checks its url; both results live in the arena and borrow
 * from value. ERROR_POISON for what is no event, ERROR_FATAL without memory. */
bool record_decode(const struct config *config, struct span value, struct arena *arena,
                   struct event **ret_event, struct article **ret_article, struct error *ret_error)
    __attribute__((warn_unused_result));

/* Completes the article and appends the record to out. */
bool record_encode(const struct config *config, const struct avro_plan *plan,
                   struct article *article, struct arena *arena, struct buf *out,
                   struct error *ret_error) __attribute__((warn_unused_result));

#endif
