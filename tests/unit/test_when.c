#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/when.h"

/* 2026-11-23T12:00:00Z */
static const int64_t now_ms = 1795435200000;

enum { HOUR_MS = 3600000 };

static void a_moment_is_read_as_a_person_names_it(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t ms;
    } cases[] = {
        {"now", now_ms},
        {"30s ago", now_ms - 30000},
        {"15m", now_ms - 15 * 60000},
        {"2h ago", now_ms - 2 * HOUR_MS},
        {" 2h  ago ", now_ms - 2 * HOUR_MS},
        {"3d ago", now_ms - (int64_t)3 * 24 * HOUR_MS},
        {"1w", now_ms - (int64_t)7 * 24 * HOUR_MS},
        {"0s ago", now_ms},
        {"2026-11-23T12:00:00Z", now_ms},
        {"2026-11-23T13:00:00+01:00", now_ms},
        {"2026-11-23", now_ms - 12 * HOUR_MS},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t ms = -1;
        print_message("%s\n", cases[i].text);
        assert_true(when_parse(span_from(cases[i].text), now_ms, &ms));
        assert_int_equal(ms, cases[i].ms);
    }
}

static void what_names_no_moment_is_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        "ago",
        "h",
        "2",
        "2x ago",
        "-2h",
        "2h before",
        "1234567890h",
        "2026",
        "2026-11",
        "yesterday",
        "on 2026-11-23",
        "2026-11-23T12:00:00",
        "2026-13-45",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t ms = -1;
        print_message("%s\n", cases[i]);
        assert_false(when_parse(span_from(cases[i]), now_ms, &ms));
        assert_int_equal(ms, -1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_moment_is_read_as_a_person_names_it),
        cmocka_unit_test(what_names_no_moment_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
