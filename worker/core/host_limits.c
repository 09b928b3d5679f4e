#include "core/host_limits.h"

#include <assert.h>

/* One answer that the host is overloaded says as much as all that were under way with it: the
 * window halves at most once in this time. */
enum { HALVE_EVERY_MS = 1000, FIRST_WINDOW = 2 };

void host_limits_init(struct host_limits *limits, const struct host_options *options,
                      int64_t now_ms)
{
    assert(options->in_flight >= 1);
    bool is_whole = options->is_known || options->in_flight < FIRST_WINDOW;
    *limits = (struct host_limits){
        .options = *options,
        .window = is_whole ? options->in_flight : FIRST_WINDOW,
        .halved_at_ms = now_ms - HALVE_EVERY_MS,
        .tokens = 1,
        .tokens_at_ms = now_ms,
    };
}

/* The bucket holds what a tenth of a second gives, at least one token: enough to keep the rate when
 * the loop wakes late, too little for a burst that the host would feel. */
static void fill_tokens(struct host_limits *limits, int64_t now_ms)
{
    double size = limits->options.rate / 10;
    if (size < 1)
        size = 1;
    limits->tokens += (double)(now_ms - limits->tokens_at_ms) * limits->options.rate / 1000;
    if (limits->tokens > size)
        limits->tokens = size;
    limits->tokens_at_ms = now_ms;
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

int64_t host_limits_ready_at(struct host_limits *limits, int64_t now_ms)
{
    if (limits->breaker == BREAKER_OPEN && now_ms >= limits->open_until_ms)
        limits->breaker = BREAKER_HALF_OPEN;
    if (limits->in_flight >= (int)limits->window ||
        (limits->breaker == BREAKER_HALF_OPEN && limits->in_flight > 0))
        return HOST_WHEN_ONE_ENDS;
    int64_t at = later(now_ms, limits->paused_until_ms);
    if (limits->breaker == BREAKER_OPEN)
        at = later(at, limits->open_until_ms);
    if (limits->options.rate > 0) {
        fill_tokens(limits, now_ms);
        if (limits->tokens < 1) {
            double wait_ms = (1 - limits->tokens) * 1000 / limits->options.rate;
            at = later(at, now_ms + (int64_t)wait_ms + 1);
        }
    }
    return at;
}

void host_limits_begin(struct host_limits *limits)
{
    limits->in_flight++;
    if (limits->options.rate > 0)
        limits->tokens -= 1;
}

/* By one for each answer until the host has been overloaded, then by one for a window of them. */
static void grow(struct host_limits *limits)
{
    limits->window += limits->has_halved ? 1 / limits->window : 1;
    if (limits->window > limits->options.in_flight)
        limits->window = limits->options.in_flight;
}

static void halve(struct host_limits *limits, int64_t now_ms)
{
    if (now_ms - limits->halved_at_ms < HALVE_EVERY_MS)
        return;
    limits->halved_at_ms = now_ms;
    limits->has_halved = true;
    limits->window /= 2;
    if (limits->window < 1)
        limits->window = 1;
}

static void count_failure(struct host_limits *limits, int64_t now_ms)
{
    if (limits->options.failures == 0)
        return;
    limits->failures++;
    if (limits->breaker == BREAKER_HALF_OPEN || limits->failures >= limits->options.failures) {
        limits->breaker = BREAKER_OPEN;
        limits->open_until_ms = now_ms + limits->options.open_ms;
    }
}

void host_limits_end(struct host_limits *limits, int64_t now_ms, enum host_verdict verdict)
{
    assert(limits->in_flight > 0);
    limits->in_flight--;
    switch (verdict) {
    case HOST_GOOD:
        limits->failures = 0;
        limits->breaker = BREAKER_CLOSED;
        grow(limits);
        break;
    case HOST_BUSY:
        limits->failures = 0;
        limits->breaker = BREAKER_CLOSED;
        halve(limits, now_ms);
        break;
    case HOST_OVERLOADED:
        halve(limits, now_ms);
        if (now_ms >= limits->paused_until_ms) /* else it says what made the pause once more */
            count_failure(limits, now_ms);
        break;
    case HOST_FAILED: count_failure(limits, now_ms); break;
    case HOST_NEUTRAL: break;
    }
}

void host_limits_pause(struct host_limits *limits, int64_t until_ms)
{
    limits->paused_until_ms = later(limits->paused_until_ms, until_ms);
}

bool host_limits_is_idle(const struct host_limits *limits, int64_t now_ms)
{
    return limits->in_flight == 0 && limits->paused_until_ms <= now_ms &&
           (limits->breaker != BREAKER_OPEN || limits->open_until_ms <= now_ms);
}
