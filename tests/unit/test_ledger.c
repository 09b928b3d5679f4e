#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/ledger.h"

static void nothing_is_safe_before_the_first_record(void **state)
{
    (void)state;
    struct ledger ledger;
    ledger_init(&ledger);
    assert_int_equal(ledger_safe_offset(&ledger), -1);
    ledger_finish_all(&ledger);
}

/* Each row opens 10..17 without 13 and 14, finishes some, and names what may be committed. */
static void only_the_contiguous_prefix_is_safe(void **state)
{
    (void)state;
    static const struct {
        int64_t finished[8];
        size_t count;
        int64_t safe;
    } cases[] = {
        {{0}, 0, -1},
        {{10}, 1, 11},
        {{11}, 1, 10},
        {{11, 10}, 2, 12},
        {{10, 11, 12}, 3, 15}, /* the gap belongs to nobody */
        {{17, 16, 15, 12, 11}, 5, 10},
        {{17, 16, 15, 12, 11, 10}, 6, 18},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ledger ledger;
        ledger_init(&ledger);
        static const int64_t opened[] = {10, 11, 12, 15, 16, 17};
        for (size_t j = 0; j < 6; j++)
            assert_true(ledger_open(&ledger, opened[j]));
        for (size_t j = 0; j < cases[i].count; j++)
            ledger_finish(&ledger, cases[i].finished[j]);
        assert_int_equal(ledger_safe_offset(&ledger), cases[i].safe);
        assert_int_equal(ledger_unfinished(&ledger), 6 - cases[i].count);
        ledger_finish_all(&ledger);
    }
}

static void reading_ahead_of_a_stuck_record_is_bounded(void **state)
{
    (void)state;
    struct ledger ledger;
    ledger_init(&ledger);
    for (int64_t offset = 0; offset < LEDGER_MAX_OPEN; offset++) {
        assert_true(ledger_open(&ledger, offset));
        if (offset > 0)
            ledger_finish(&ledger, offset);
    }
    assert_true(ledger_is_nearly_full(&ledger));
    assert_false(ledger_open(&ledger, LEDGER_MAX_OPEN));
    assert_int_equal(ledger_safe_offset(&ledger), 0);
    ledger_finish(&ledger, 0);
    assert_true(ledger_has_room(&ledger));
    assert_int_equal(ledger_safe_offset(&ledger), LEDGER_MAX_OPEN);
    ledger_finish_all(&ledger);
}

/* A simple model beside the ring, over many wraps of it. */
static void it_agrees_with_a_plain_array(void **state)
{
    (void)state;
    enum { RECORDS = 20000, WINDOW = 300 };
    static bool finished[RECORDS];
    struct ledger ledger;
    ledger_init(&ledger);
    uint32_t random = 7;
    int64_t opened = 0, safe = 0;
    while (safe < RECORDS) {
        random = random * 1664525u + 1013904223u;
        if (opened < RECORDS && opened - safe < WINDOW && (random >> 16) % 2) {
            assert_true(ledger_open(&ledger, opened++));
        } else if (opened > safe) {
            int64_t offset = safe + (random >> 16) % (opened - safe);
            if (finished[offset])
                offset = safe;
            finished[offset] = true;
            ledger_finish(&ledger, offset);
            while (safe < opened && finished[safe])
                safe++;
        }
        assert_int_equal(ledger_safe_offset(&ledger), ledger.finished_total ? safe : -1);
    }
    ledger_finish_all(&ledger);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_safe_before_the_first_record),
        cmocka_unit_test(only_the_contiguous_prefix_is_safe),
        cmocka_unit_test(reading_ahead_of_a_stuck_record_is_bounded),
        cmocka_unit_test(it_agrees_with_a_plain_array),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
