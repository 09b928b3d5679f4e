/* retry: what an HTTP answer means for the lookup and its host, and how long to wait before the
 * next attempt.
 *
 * Pure: time and randomness come in as arguments. */
#ifndef BYLINE_CORE_RETRY_H
#define BYLINE_CORE_RETRY_H

#include <stdbool.h>
#include <stdint.h>

#include "core/article.h"
#include "core/host_limits.h"
#include "core/span.h"

struct retry_policy {
    int attempts;           /* in all, the first one counted */
    int64_t backoff_ms;     /* upper bound of the first wait */
    int64_t max_backoff_ms; /* upper bound of any wait, Retry-After included */
};

struct retry_verdict {
    enum fetch_outcome outcome; /* where no attempt is left */
    bool again;                 /* another attempt may succeed */
    enum host_verdict host;
};

/* For a final status (not 304, not a redirect that is followed). */
struct retry_verdict retry_judge_status(int http_status);

/* Full jitter: uniform in [0, min(max_backoff, backoff * 2^(attempt - 1))]. attempt counts from 1
 * (the one that failed); random is any 64 bits. */
int64_t retry_backoff_ms(const struct retry_policy *policy, int attempt, uint64_t random);

/* How long the whole host is left alone after an answer of that status: what Retry-After says, or
 * for a 429 without a readable one backoff_ms, the wait before its next attempt, at least 1. 0 for
 * a status that is not retried. retry_after may hold several lines, of which the longest counts.
 * now_ms and cap_ms as below. */
int64_t retry_pause_ms(int http_status, struct span retry_after, int64_t now_ms, int64_t cap_ms,
                       int64_t backoff_ms);

/* Retry-After (RFC 9110, section 10.2.3): seconds or an HTTP-date, as a wait from now_ms (wall
 * clock). A past date is 0, a fraction of a second a whole one, more than cap_ms is cap_ms. False
 * for what is neither. */
bool retry_after_ms(struct span value, int64_t now_ms, int64_t cap_ms, int64_t *ret_wait_ms);

#endif
