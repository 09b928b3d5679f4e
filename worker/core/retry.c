#include "core/retry.h"

#include "core/http_date.h"

static const struct {
    int first, last;
    struct retry_verdict verdict;
} statuses[] = {
    {200, 205, {FETCH_OK, false, HOST_GOOD}},
    {207, 299, {FETCH_OK, false, HOST_GOOD}}, /* 206 is a part, which nobody asks for */
    {401, 401, {FETCH_BLOCKED, false, HOST_GOOD}},
    {403, 403, {FETCH_BLOCKED, false, HOST_GOOD}},
    {404, 404, {FETCH_NOT_FOUND, false, HOST_GOOD}},
    {408, 408, {FETCH_TIMEOUT, true, HOST_OVERLOADED}},
    {410, 410, {FETCH_NOT_FOUND, false, HOST_GOOD}},
    {425, 425, {FETCH_ERROR, true, HOST_GOOD}},
    {429, 429, {FETCH_ERROR, true, HOST_BUSY}},
    {451, 451, {FETCH_BLOCKED, false, HOST_GOOD}},
    {500, 502, {FETCH_ERROR, true, HOST_FAILED}},
    {503, 503, {FETCH_ERROR, true, HOST_OVERLOADED}},
    {504, 599, {FETCH_ERROR, true, HOST_FAILED}},
};

struct retry_verdict retry_judge_status(int http_status)
{
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
        if (http_status >= statuses[i].first && http_status <= statuses[i].last)
            return statuses[i].verdict;
    return (struct retry_verdict){FETCH_ERROR, false, HOST_GOOD};
}

int64_t retry_backoff_ms(const struct retry_policy *policy, int attempt, uint64_t random)
{
    int64_t bound = policy->backoff_ms;
    for (int i = 1; i < attempt && bound < policy->max_backoff_ms; i++)
        bound = bound > INT64_MAX / 2 ? INT64_MAX : bound * 2;
    if (bound > policy->max_backoff_ms)
        bound = policy->max_backoff_ms;
    return bound <= 0 ? 0 : (int64_t)(random % ((uint64_t)bound + 1));
}

static size_t count_digits(struct span text)
{
    size_t count = 0;
    while (count < text.len && text.data[count] >= '0' && text.data[count] <= '9')
        count++;
    return count;
}

/* Whole seconds (RFC 9110, section 10.2.3). Some hosts write a fraction all the same: they mean to
 * be left alone, and it counts as one second more. */
static bool parse_seconds(struct span value, int64_t cap_ms, int64_t *ret_wait_ms)
{
    int64_t cap_seconds = cap_ms / 1000 + 1, seconds = 0;
    size_t whole = count_digits(value);
    struct span rest = span_of(value.data + whole, value.len - whole);
    size_t decimals =
        rest.len > 0 && *rest.data == '.' ? count_digits(span_of(rest.data + 1, rest.len - 1)) : 0;
    if (whole == 0 || (rest.len > 0 && (decimals == 0 || decimals + 1 < rest.len)))
        return false;
    for (size_t i = 0; i < whole; i++) {
        seconds = seconds * 10 + (value.data[i] - '0');
        if (seconds > cap_seconds)
            seconds = cap_seconds; /* any further digit keeps it above the cap */
    }
    *ret_wait_ms = (seconds + (decimals > 0)) * 1000;
    return true;
}

bool retry_after_ms(struct span value, int64_t now_ms, int64_t cap_ms, int64_t *ret_wait_ms)
{
    int64_t wait_ms, date_ms;
    value = span_trim(value);
    if (parse_seconds(value, cap_ms, &wait_ms))
        ;
    else if (http_date_parse(value, now_ms, &date_ms))
        wait_ms = date_ms - now_ms;
    else
        return false;
    if (wait_ms < 0)
        wait_ms = 0;
    *ret_wait_ms = wait_ms > cap_ms ? cap_ms : wait_ms;
    return true;
}

int64_t retry_pause_ms(int http_status, struct span retry_after, int64_t now_ms, int64_t cap_ms,
                       int64_t backoff_ms)
{
    enum { TOO_MANY = 429 };
    bool is_readable = false;
    int64_t pause_ms = 0, one_ms;
    if (!retry_judge_status(http_status).again)
        return 0;
    for (size_t at = 0, end; at < retry_after.len; at = end + 1) {
        const char *line = retry_after.data + at, *stop = memchr(line, '\n', retry_after.len - at);
        end = stop ? (size_t)(stop - retry_after.data) : retry_after.len;
        if (!retry_after_ms(span_of(line, end - at), now_ms, cap_ms, &one_ms))
            continue;
        is_readable = true;
        if (one_ms > pause_ms)
            pause_ms = one_ms;
    }
    if (http_status != TOO_MANY || is_readable)
        return pause_ms;
    return backoff_ms > 0 ? backoff_ms : 1;
}
