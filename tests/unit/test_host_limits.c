#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/host_limits.h"

enum { START_MS = 1000000 };

static struct host_limits limits_of(struct host_options options)
{
    struct host_limits limits;
    options.is_known = true;
    host_limits_init(&limits, &options, START_MS);
    return limits;
}

static bool is_ready(struct host_limits *limits, int64_t now_ms)
{
    int64_t at_ms = host_limits_ready_at(limits, now_ms);
    return at_ms != HOST_WHEN_ONE_ENDS && at_ms <= now_ms;
}

static void exchange(struct host_limits *limits, int64_t now_ms, enum host_verdict verdict)
{
    host_limits_begin(limits);
    host_limits_end(limits, now_ms, verdict);
}

static void no_more_in_flight_than_the_window(void **state)
{
    (void)state;
    struct host_limits limits = limits_of((struct host_options){.in_flight = 3});
    for (int i = 0; i < 3; i++) {
        assert_true(is_ready(&limits, START_MS));
        host_limits_begin(&limits);
    }
    assert_int_equal(host_limits_ready_at(&limits, START_MS), HOST_WHEN_ONE_ENDS);
    host_limits_end(&limits, START_MS, HOST_GOOD);
    assert_true(is_ready(&limits, START_MS));
}

static void a_host_that_has_not_answered_yet_is_asked_little(void **state)
{
    (void)state;
    struct host_limits limits;
    host_limits_init(&limits, &(struct host_options){.in_flight = 16}, START_MS);
    assert_int_equal((int)limits.window, 2);
    for (int i = 1; i <= 20; i++) {
        exchange(&limits, START_MS, HOST_GOOD);
        assert_int_equal((int)limits.window, i < 14 ? 2 + i : 16);
    }
    host_limits_init(&limits, &(struct host_options){.in_flight = 1}, START_MS);
    assert_int_equal((int)limits.window, 1);
}

static void the_window_halves_at_most_once_a_second_and_grows_back(void **state)
{
    (void)state;
    struct host_limits limits = limits_of((struct host_options){.in_flight = 16});
    for (int i = 0; i < 5; i++)
        exchange(&limits, START_MS, HOST_BUSY);
    assert_int_equal((int)limits.window, 8);
    exchange(&limits, START_MS + 1000, HOST_OVERLOADED);
    assert_int_equal((int)limits.window, 4);
    for (int i = 2; i < 20; i++)
        exchange(&limits, START_MS + i * 1000, HOST_BUSY);
    assert_int_equal((int)limits.window, 1);
    for (int i = 0; i < 1000; i++)
        exchange(&limits, START_MS + 60000, HOST_GOOD);
    assert_int_equal((int)limits.window, 16);
}

static void the_rate_is_kept_without_bursts(void **state)
{
    (void)state;
    struct host_limits limits = limits_of((struct host_options){.in_flight = 1000, .rate = 20});
    int started = 0;
    int64_t now_ms = START_MS;
    while (now_ms < START_MS + 10000) {
        int64_t at_ms = host_limits_ready_at(&limits, now_ms);
        if (at_ms > now_ms) {
            now_ms = at_ms;
            continue;
        }
        host_limits_begin(&limits);
        started++;
    }
    assert_in_range(started, 195, 203);
    now_ms += 3600000; /* an idle hour saves up no more than the bucket holds */
    for (started = 0; is_ready(&limits, now_ms); started++)
        host_limits_begin(&limits);
    assert_in_range(started, 1, 2);
}

static void a_pause_holds_everything_and_only_grows(void **state)
{
    (void)state;
    struct host_limits limits = limits_of((struct host_options){.in_flight = 4});
    host_limits_pause(&limits, START_MS + 2000);
    host_limits_pause(&limits, START_MS + 500);
    assert_int_equal(host_limits_ready_at(&limits, START_MS), START_MS + 2000);
    assert_false(host_limits_is_idle(&limits, START_MS));
    assert_true(is_ready(&limits, START_MS + 2000));
}

static void the_breaker_opens_probes_and_closes(void **state)
{
    (void)state;
    struct host_limits limits =
        limits_of((struct host_options){.in_flight = 8, .failures = 3, .open_ms = 5000});
    exchange(&limits, START_MS, HOST_FAILED);
    exchange(&limits, START_MS, HOST_FAILED);
    exchange(&limits, START_MS, HOST_GOOD); /* in a row only */
    for (int i = 0; i < 3; i++) {
        assert_int_equal(limits.breaker, BREAKER_CLOSED);
        exchange(&limits, START_MS, i == 1 ? HOST_OVERLOADED : HOST_FAILED);
    }
    assert_int_equal(limits.breaker, BREAKER_OPEN);
    assert_int_equal(host_limits_ready_at(&limits, START_MS + 1), START_MS + 5000);
    assert_false(host_limits_is_idle(&limits, START_MS + 4999));
    assert_true(host_limits_is_idle(&limits, START_MS + 5000));

    assert_true(is_ready(&limits, START_MS + 5000)); /* one probe, no more */
    host_limits_begin(&limits);
    assert_int_equal(host_limits_ready_at(&limits, START_MS + 5000), HOST_WHEN_ONE_ENDS);
    host_limits_end(&limits, START_MS + 5100, HOST_FAILED);
    assert_int_equal(host_limits_ready_at(&limits, START_MS + 5100), START_MS + 10100);

    assert_true(is_ready(&limits, START_MS + 10100));
    exchange(&limits, START_MS + 10200, HOST_GOOD);
    assert_int_equal(limits.breaker, BREAKER_CLOSED);
    assert_true(host_limits_is_idle(&limits, START_MS + 10200));
}

static void busy_answers_and_cancels_never_open_the_breaker(void **state)
{
    (void)state;
    struct host_limits limits =
        limits_of((struct host_options){.in_flight = 8, .failures = 2, .open_ms = 5000});
    for (int i = 0; i < 50; i++)
        exchange(&limits, START_MS + i, i % 2 ? HOST_BUSY : HOST_NEUTRAL);
    assert_int_equal(limits.breaker, BREAKER_CLOSED);
}

static void a_host_that_asks_for_pauses_only_fails_once_a_pause(void **state)
{
    (void)state;
    struct host_limits limits =
        limits_of((struct host_options){.in_flight = 8, .failures = 3, .open_ms = 5000});
    for (int pause = 0; pause < 3; pause++) {
        int64_t now_ms = START_MS + pause * 2000;
        assert_int_equal(limits.breaker, BREAKER_CLOSED);
        for (int i = 0; i < 4; i++) {
            exchange(&limits, now_ms, HOST_OVERLOADED);
            host_limits_pause(&limits, now_ms + 1000);
        }
    }
    assert_int_equal(limits.breaker, BREAKER_OPEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_more_in_flight_than_the_window),
        cmocka_unit_test(a_host_that_has_not_answered_yet_is_asked_little),
        cmocka_unit_test(the_window_halves_at_most_once_a_second_and_grows_back),
        cmocka_unit_test(the_rate_is_kept_without_bursts),
        cmocka_unit_test(a_pause_holds_everything_and_only_grows),
        cmocka_unit_test(the_breaker_opens_probes_and_closes),
        cmocka_unit_test(a_host_that_asks_for_pauses_only_fails_once_a_pause),
        cmocka_unit_test(busy_answers_and_cancels_never_open_the_breaker),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
