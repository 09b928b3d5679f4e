#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/retry.h"

static const int64_t now_ms = INT64_C(784111777000); /* Sun, 06 Nov 1994 08:49:37 GMT */

static void each_status_has_its_meaning(void **state)
{
    (void)state;
    static const struct {
        int status;
        enum fetch_outcome outcome;
        bool again;
    } cases[] = {
        {200, FETCH_OK, false},        {204, FETCH_OK, false},        {301, FETCH_ERROR, false},
        {304, FETCH_ERROR, false},     {400, FETCH_ERROR, false},     {401, FETCH_BLOCKED, false},
        {403, FETCH_BLOCKED, false},   {404, FETCH_NOT_FOUND, false}, {408, FETCH_TIMEOUT, true},
        {410, FETCH_NOT_FOUND, false}, {425, FETCH_ERROR, true},      {429, FETCH_ERROR, true},
        {451, FETCH_BLOCKED, false},   {500, FETCH_ERROR, true},      {503, FETCH_ERROR, true},
        {599, FETCH_ERROR, true},      {600, FETCH_ERROR, false},     {0, FETCH_ERROR, false},
        {-1, FETCH_ERROR, false},      {206, FETCH_ERROR, false},     {207, FETCH_OK, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct retry_verdict verdict = retry_judge_status(cases[i].status);
        assert_int_equal(verdict.outcome, cases[i].outcome);
        assert_int_equal(verdict.again, cases[i].again);
    }
    assert_int_equal(retry_judge_status(429).host, HOST_BUSY);
    assert_int_equal(retry_judge_status(503).host, HOST_OVERLOADED);
    assert_int_equal(retry_judge_status(404).host, HOST_GOOD);
}

static void backoff_doubles_up_to_its_cap_with_full_jitter(void **state)
{
    (void)state;
    const struct retry_policy policy = {.attempts = 4, .backoff_ms = 200, .max_backoff_ms = 1000};
    static const int64_t bounds[] = {200, 400, 800, 1000, 1000};
    for (int attempt = 1; attempt <= 5; attempt++) {
        int64_t bound = bounds[attempt - 1];
        assert_int_equal(retry_backoff_ms(&policy, attempt, 0), 0);
        assert_int_equal(retry_backoff_ms(&policy, attempt, (uint64_t)bound), bound);
        for (uint64_t random = 1; random < UINT64_MAX / 3; random *= 3)
            assert_in_range(retry_backoff_ms(&policy, attempt, random), 0, bound);
    }
    assert_in_range(retry_backoff_ms(&policy, 1000000, UINT64_MAX), 0, 1000);
    const struct retry_policy none = {.attempts = 4};
    assert_int_equal(retry_backoff_ms(&none, 3, 12345), 0);
}

static void retry_after_is_seconds_or_a_date_and_capped(void **state)
{
    (void)state;
    enum { CAP_MS = 30000, NO = -1 };
    static const struct {
        const char *value;
        int64_t wait_ms;
    } cases[] = {
        {"0", 0},
        {"1", 1000},
        {" 2 ", 2000},
        {"30", 30000},
        {"999999", CAP_MS},
        {"99999999999999999999999999", CAP_MS},
        {"Sun, 06 Nov 1994 08:49:47 GMT", 10000},
        {"Sun, 06 Nov 1994 08:49:37 GMT", 0},
        {"Sun, 06 Nov 1994 08:49:00 GMT", 0},
        {"Sun, 06 Nov 2094 08:49:37 GMT", CAP_MS},
        {"", NO},
        {"-1", NO},
        {"1.5", 2000},
        {"0.2", 1000},
        {"29.9999999999999999999999999", 30000},
        {"99999999999999999999999999.5", CAP_MS},
        {"1.", NO},
        {".5", NO},
        {"1.5.5", NO},
        {"1.5s", NO},
        {"1,5", NO},
        {"soon", NO},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t wait_ms = NO;
        bool found = retry_after_ms(span_from(cases[i].value), now_ms, CAP_MS, &wait_ms);
        assert_int_equal(found, cases[i].wait_ms != NO);
        assert_int_equal(wait_ms, cases[i].wait_ms);
    }
}

static void a_retried_status_pauses_the_host(void **state)
{
    (void)state;
    enum { CAP_MS = 30000, BACKOFF_MS = 70 };
    static const struct {
        int status;
        const char *retry_after; /* NULL: none */
        int64_t backoff_ms, pause_ms;
    } cases[] = {
        {408, "2", BACKOFF_MS, 2000},
        {425, "2", BACKOFF_MS, 2000},
        {429, "2", BACKOFF_MS, 2000},
        {500, "2", BACKOFF_MS, 2000},
        {502, "Sun, 06 Nov 1994 08:49:47 GMT", BACKOFF_MS, 10000},
        {503, "999999", BACKOFF_MS, CAP_MS},
        {504, "1\n3\n2", BACKOFF_MS, 3000},
        {599, "soon\n1", BACKOFF_MS, 1000},
        {503, "soon", BACKOFF_MS, 0},
        {503, NULL, BACKOFF_MS, 0},
        {200, "2", BACKOFF_MS, 0},
        {301, "2", BACKOFF_MS, 0},
        {403, "2", BACKOFF_MS, 0},
        {404, "2", BACKOFF_MS, 0},
        {0, "2", BACKOFF_MS, 0},
        {429, NULL, BACKOFF_MS, BACKOFF_MS},
        {429, "", BACKOFF_MS, BACKOFF_MS},
        {429, "soon", BACKOFF_MS, BACKOFF_MS},
        {429, "soon\n-1", BACKOFF_MS, BACKOFF_MS},
        {429, NULL, 0, 1},
        {429, "soon\n1", BACKOFF_MS, 1000},
        {429, "0", BACKOFF_MS, 0},
        {429, "Sun, 06 Nov 1994 08:49:00 GMT", BACKOFF_MS, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(retry_pause_ms(cases[i].status, span_from(cases[i].retry_after), now_ms,
                                        CAP_MS, cases[i].backoff_ms),
                         cases[i].pause_ms);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_status_has_its_meaning),
        cmocka_unit_test(backoff_doubles_up_to_its_cap_with_full_jitter),
        cmocka_unit_test(retry_after_is_seconds_or_a_date_and_capped),
        cmocka_unit_test(a_retried_status_pauses_the_host),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
