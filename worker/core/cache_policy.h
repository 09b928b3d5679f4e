/* cache_policy: how long an HTTP answer may be used again (RFC 9111, RFC 5861).
 *
 *   stored      fresh_until   while_revalidate_until / if_error_until
 *     |  FRESH      |    STALE_SERVE    |    STALE_ERROR   |   GONE
 *     +-------------+-------------------+------------------+----------->
 *       used as is    used, asked anew    asked anew; used
 *                     behind its back     where that fails
 *
 * A private cache: what is kept for a request with credentials is found only with the same
 * credentials, so `private` and s-maxage do not matter here. The operator's ttl stands where the
 * origin says nothing and bounds what it says. Pure; times are milliseconds. */
#ifndef BYLINE_CORE_CACHE_POLICY_H
#define BYLINE_CORE_CACHE_POLICY_H

#include <stdbool.h>
#include <stdint.h>

#include "core/span.h"

/* For how long stale answers are served at most, whatever the origin allows. */
enum { CACHE_MAX_STALE_MS = 86400 * 1000 };

/* Header values as received; absent where the answer had none. */
struct cache_headers {
    struct span cache_control, expires, date, age, etag, last_modified, vary;
};

struct cache_bounds {
    int64_t ttl_ms;
    int64_t negative_ttl_ms; /* for 404 and 410 */
};

/* On the monotonic clock that now_ms of cache_judge counts. Never decreasing in this order. */
struct cache_lifetime {
    int64_t fresh_until_ms;
    int64_t while_revalidate_until_ms;
    int64_t if_error_until_ms;
};

enum cache_state { CACHE_FRESH, CACHE_STALE_SERVE, CACHE_STALE_ERROR, CACHE_GONE };

/* False where the answer must not be kept: another status, no-store, `Vary: *`, nothing to gain.
 * wall_ms is the wall clock, for Date and Expires. */
bool cache_judge(int http_status, const struct cache_headers *headers,
                 const struct cache_bounds *bounds, int64_t wall_ms, int64_t now_ms,
                 struct cache_lifetime *ret_lifetime);

/* True where an answer on the way (a redirect) forbids keeping what it leads to. */
bool cache_forbidden(struct span cache_control);

enum cache_state cache_state(const struct cache_lifetime *lifetime, int64_t now_ms);

#endif
