/* host_limits: when one host may be asked the next time.
 *
 *               failures in a row              open_ms over
 *     CLOSED ----------------------> OPEN ---------------------> HALF_OPEN
 *        ^                             ^                          |      |
 *        |                             +----- the probe fails ----+      |
 *        +---------------------- the probe succeeds ---------------------+
 *
 * Four limits, each of which must agree: requests in flight (a window that begins small where
 * the host is not known, for it may be silent, grows with each answer, halves when it is overloaded
 * and grows slowly back), requests a second (a token bucket), a pause that the host asked for
 * (Retry-After, a 429), and the breaker. Pure; times are milliseconds of one monotonic clock. */
#ifndef BYLINE_CORE_HOST_LIMITS_H
#define BYLINE_CORE_HOST_LIMITS_H

#include <stdbool.h>
#include <stdint.h>

struct host_options {
    int in_flight;   /* at most, at least 1 */
    bool is_known;   /* the operator's own: the window begins whole */
    double rate;     /* requests a second, 0: no limit */
    int failures;    /* in a row that open the breaker, 0: never */
    int64_t open_ms; /* how long it stays open */
};

enum host_verdict {
    HOST_GOOD,       /* it answered, whatever it said */
    HOST_BUSY,       /* it answered that it has too much to do (429): halve the window */
    HOST_OVERLOADED, /* 503, a timeout: halve the window, count a failure (one before each pause) */
    HOST_FAILED,     /* no connection, a reset, 5xx: count a failure */
    HOST_NEUTRAL,    /* cancelled by us, says nothing of the host */
};

enum host_breaker { BREAKER_CLOSED, BREAKER_OPEN, BREAKER_HALF_OPEN };

struct host_limits {
    struct host_options options;
    int in_flight;
    double window; /* 1 to options.in_flight */
    int64_t halved_at_ms;
    bool has_halved;
    double tokens;
    int64_t tokens_at_ms;
    int64_t paused_until_ms;
    enum host_breaker breaker;
    int failures; /* in a row */
    int64_t open_until_ms;
};

enum { HOST_WHEN_ONE_ENDS = -1 };

void host_limits_init(struct host_limits *limits, const struct host_options *options,
                      int64_t now_ms);

/* When the next request may start: now_ms or less for "now", a later time, or HOST_WHEN_ONE_ENDS
 * while only the end of one under way can make room. */
int64_t host_limits_ready_at(struct host_limits *limits, int64_t now_ms);

/* A request starts; host_limits_ready_at has just allowed it. */
void host_limits_begin(struct host_limits *limits);

/* It has ended. */
void host_limits_end(struct host_limits *limits, int64_t now_ms, enum host_verdict verdict);

/* No request before until_ms. */
void host_limits_pause(struct host_limits *limits, int64_t until_ms);

/* True where forgetting it loses little: no request under way, no pause and no open breaker. */
bool host_limits_is_idle(const struct host_limits *limits, int64_t now_ms);

#endif
