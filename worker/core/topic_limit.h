/* topic_limit: what a topic takes, learnt from what it refuses as too large.
 *
 *   batch   [ small small LARGE small ]  refused whole: the small ones for the company they keep
 *           [ LARGER THAN A BATCH ]      travels alone: refused by its own fault
 *
 * After the first kind batches become smaller until only the second kind is left. Sizes are those
 * of key and value, in bytes; times are milliseconds of the monotonic clock. Pure. Not
 * thread-safe. */
#ifndef BYLINE_CORE_TOPIC_LIMIT_H
#define BYLINE_CORE_TOPIC_LIMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    TOPIC_LIMIT_MIN_BATCH = 1024,
    TOPIC_LIMIT_MEMORY_MS = 60000, /* an operator may have given the topic more room */
};

struct topic_limit {
    size_t batch_bytes;   /* of the producer: what is larger travels alone */
    bool is_compressed;   /* nobody knows its size on the wire, so each record has to be tried */
    bool company_refused; /* since the producer was made */
    size_t refused_bytes; /* of the smallest that was refused by its own fault, 0: none */
    uint64_t refused_ms;
};

/* A record came back as too large. True: by its own fault; false: it may be sent again, with the
 * next producer. */
bool topic_limit_refused(struct topic_limit *limit, size_t bytes, uint64_t now_ms);

/* For a new producer: its batch_bytes. */
size_t topic_limit_renew(struct topic_limit *limit);

/* Whether a record needs not be tried: one no larger was refused a moment ago. */
bool topic_limit_forbids(const struct topic_limit *limit, size_t bytes, uint64_t now_ms);

#endif
