/* fetch_redis: the cache that replicas share, in Redis; a helper and never a need.
 *
 *              resolved        connected        PING answered
 *   RESTING --> RESOLVING --> CONNECTING --> GREETING --> UP
 *      ^            |              |             |         |
 *      +------------+--------------+-------------+---------+  failed, or REDIS_LATE answers late
 *
 * A value is asked for only while UP, and waited for REDIS_ANSWER_MS at most. What does not answer
 * is left alone for a while that doubles; whether it is back is tried by a PING for which nobody
 * waits. Values to be kept are sent without waiting, within REDIS_MAX_SENDING_BYTES. Runs on the
 * loop's thread. */
#ifndef BYLINE_IO_FETCH_REDIS_H
#define BYLINE_IO_FETCH_REDIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/error.h"
#include "core/span.h"

enum {
    REDIS_ANSWER_MS = 50,    /* that one lookup may lose to it */
    REDIS_LATE = 3,          /* answers in a row that came too late */
    REDIS_CONNECT_MS = 1000, /* until it answers the first PING */
    REDIS_REST_MS = 250,     /* left alone at first, and at most */
    REDIS_MAX_REST_MS = 8000,
    REDIS_MAX_VALUE_BYTES = 512 * 1024,        /* kept and read */
    REDIS_MAX_WAITING = 4096,                  /* commands without an answer */
    REDIS_MAX_SENDING_BYTES = 4 * 1024 * 1024, /* of values without an answer */
};

struct fetch;
struct fetch_redis;
struct redis_get; /* a value that is being asked for */

/* url is that of cache.redis. The engine's handles count for it (fetch_handle_opened). NULL with
 * ERROR_FATAL. */
struct fetch_redis *fetch_redis_new(struct fetch *fetch, const char *url, struct error *ret_error)
    __attribute__((warn_unused_result));

/* Closes its handles; no callback runs any more. */
void fetch_redis_close(struct fetch_redis *redis);

/* Once all handles are closed. */
void fetch_redis_free(struct fetch_redis *redis);

/* value is absent where there is none, or no answer in time; borrowed for the call. */
typedef void redis_done(void *context, struct span value);

/* NULL, and no callback, where Redis is not to be asked now; redis may be NULL. done is not called
 * before this has returned. */
struct redis_get *fetch_redis_get(struct fetch_redis *redis, struct span key, redis_done *done,
                                  void *context);
void fetch_redis_cancel(struct redis_get *get); /* NULL is allowed */

/* Sends and forgets. */
void fetch_redis_put(struct fetch_redis *redis, struct span key, struct span value,
                     int64_t keep_ms);

/* A value that fetch_redis_get gave was none of ours. */
void fetch_redis_note_unreadable(struct fetch_redis *redis);

size_t fetch_redis_memory_bytes(const struct fetch_redis *redis);
void fetch_redis_print_metrics(const struct fetch_redis *redis, struct buf *out);

#endif
