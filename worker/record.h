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
#include "core/span.h"
#include "core/wire_format.h"

struct schemas;

enum {
    RECORD_MAX_EVENT_BYTES = 10 << 20,  /* a larger value is a dead letter */
    RECORD_MAX_OUTPUT_BYTES = 64 << 20, /* of an encoded record */
    RECORD_ARENA_BYTES = 96 << 20,      /* of one event: decoded text, metadata and output */
};

enum record_result {
    RECORD_DECODED,
    RECORD_UNREADABLE, /* until the schema is there: wait for it, then decode again */
    RECORD_FAILED,
};

/* What is decoded, borrowed: the value and that of its header __value_schema_id, absent where it
 * has none. */
struct record_input {
    struct span value;
    struct span schema_header;
};

/* What comes of it: the article lives in the arena and borrows from the input. */
struct record_decoded {
    struct article *article;
    struct wire_schema schema; /* instead of it where the input is unreadable: to wait for */
};

/* Decodes the input by input.format and checks its url. RECORD_UNREADABLE has taken nothing from
 * the arena. RECORD_FAILED sets *ret_error: ERROR_POISON for what is no event, ERROR_FATAL without
 * memory. */
enum record_result record_decode(const struct config *config, struct schemas *schemas,
                                 const struct record_input *input, struct arena *arena,
                                 struct record_decoded *ret_decoded, struct error *ret_error)
    __attribute__((warn_unused_result));

/* Completes the article and appends the record to out. */
bool record_encode(const struct config *config, const struct avro_plan *plan,
                   struct article *article, struct arena *arena, struct buf *out,
                   struct error *ret_error) __attribute__((warn_unused_result));

#endif
