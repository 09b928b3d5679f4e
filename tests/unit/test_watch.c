#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/watch.h"

enum { DEADLINE_MS = 120000, START_MS = 1000 };

static const struct watch_sight lookup = {WATCH_LOOKUP, 7, 0}, next_lookup = {WATCH_LOOKUP, 7, 1},
                                next_record = {WATCH_LOOKUP, 8, 0}, output = {WATCH_OUTPUT, 7, 0},
                                schema = {WATCH_SCHEMA, 7, 0}, records = {WATCH_RECORDS, 7, 0},
                                nothing = {WATCH_NOTHING, 0, 0};

static void what_waits_is_slow_and_then_stuck(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const struct watch_sight *sight;
        uint64_t waited_ms;
        enum watch_state expected;
    } cases[] = {
        {"nothing is never late", &nothing, 1000 * DEADLINE_MS, WATCH_IDLE},
        {"a lookup begins", &lookup, 0, WATCH_WORKING},
        {"a lookup goes on", &lookup, 5000, WATCH_WORKING},
        {"a slow lookup", &lookup, 5001, WATCH_SLOW},
        {"within its deadline", &lookup, DEADLINE_MS + 15000, WATCH_SLOW},
        {"that its deadline did not end", &lookup, DEADLINE_MS + 15001, WATCH_STUCK},
        {"a slow broker", &output, 15000, WATCH_SLOW},
        {"a broker that acknowledges nothing", &output, 15001, WATCH_STUCK},
        {"a slow registry", &schema, 15000, WATCH_SLOW},
        {"a registry that owes a schema", &schema, 15001, WATCH_STUCK},
        {"records that do not come", &records, 15001, WATCH_STUCK},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct watch watch = {0};
        watch_look(&watch, cases[i].sight, START_MS);
        watch_look(&watch, cases[i].sight, START_MS + cases[i].waited_ms);
        enum watch_state found = watch_state(&watch, DEADLINE_MS, START_MS + cases[i].waited_ms);
        if (found != cases[i].expected)
            fail_msg("%s: %s", cases[i].name, watch_state_name(found));
    }
}

static void every_step_starts_the_clock_anew(void **state)
{
    (void)state;
    const struct watch_sight *steps[] = {&schema, &lookup, &next_lookup, &output, &next_record};
    struct watch watch = {0};
    uint64_t now_ms = START_MS;
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        watch_look(&watch, steps[i], now_ms);
        assert_int_equal(watch_state(&watch, DEADLINE_MS, now_ms), WATCH_WORKING);
        now_ms += 10000;
        assert_int_equal(watch_state(&watch, DEADLINE_MS, now_ms), WATCH_SLOW);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_waits_is_slow_and_then_stuck),
        cmocka_unit_test(every_step_starts_the_clock_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
