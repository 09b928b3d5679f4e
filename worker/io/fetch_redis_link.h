/* fetch_redis_link: a connection of hiredis on the loop, which takes from the other side only what
 * Redis can say: a reply to each command, no list, nothing longer than a value. On the loop's
 * thread. */
#ifndef BYLINE_IO_FETCH_REDIS_LINK_H
#define BYLINE_IO_FETCH_REDIS_LINK_H

#include <stdbool.h>

#include <hiredis/async.h>

struct fetch;

/* Before the first command. The engine's handles count for it; it goes with the link. False without
 * memory. */
bool fetch_redis_link_open(struct fetch *fetch, redisAsyncContext *link);

/* Takes what has come; the link may be gone then. */
void fetch_redis_link_read(redisAsyncContext *link);

/* What came that Redis would not say, in words; NULL where nothing did. Until the link's disconnect
 * callback has returned. */
const char *fetch_redis_link_wrong(const redisAsyncContext *link);

#endif
