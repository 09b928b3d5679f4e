#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/replay_progress.h"

struct step {
    int64_t first, end;
    int64_t new_count; /* what replay_progress_settle returns */
};

/* Each row settles from start 40 on and names the start and the text that come of it. */
static void what_is_settled_in_any_order_is_remembered(void **state)
{
    (void)state;
    static const struct {
        struct step steps[5];
        int64_t start;
        const char *text;
    } cases[] = {
        {{{0}}, 40, ""},
        {{{40, 41, 1}}, 41, ""},
        {{{40, 41, 1}, {41, 50, 9}}, 50, ""},
        {{{42, 43, 1}}, 40, "r1 2+1"},
        {{{42, 43, 1}, {43, 44, 1}}, 40, "r1 2+2"},
        {{{43, 44, 1}, {42, 43, 1}}, 40, "r1 2+2"},
        {{{42, 43, 1}, {40, 42, 2}}, 43, ""},
        {{{45, 47, 2}, {42, 43, 1}, {50, 51, 1}}, 40, "r1 2+1 2+2 3+1"},
        {{{45, 47, 2}, {42, 43, 1}, {40, 41, 1}}, 41, "r1 1+1 2+2"},
        {{{45, 47, 2}, {42, 43, 1}, {41, 48, 4}}, 40, "r1 1+7"},
        {{{45, 47, 2}, {45, 47, 0}, {46, 47, 0}}, 40, "r1 5+2"},
        {{{10, 30, 0}, {30, 42, 2}}, 42, ""},
        {{{42, 42, 0}}, 40, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct replay_progress progress;
        struct buf text;
        replay_progress_init(&progress, 40);
        buf_init(&text, REPLAY_PROGRESS_MAX_BYTES);
        for (const struct step *step = cases[i].steps; step->end; step++)
            assert_int_equal(replay_progress_settle(&progress, step->first, step->end),
                             step->new_count);
        assert_int_equal(replay_progress_write(&progress, &text), 0);
        assert_int_equal(progress.start, cases[i].start);
        assert_true(span_equals(buf_span(&text), cases[i].text));
        buf_finish(&text);
        replay_progress_finish(&progress);
    }
}

static void a_text_brings_back_what_was_settled(void **state)
{
    (void)state;
    struct replay_progress progress;
    replay_progress_init(&progress, 41);
    assert_true(replay_progress_read(&progress, span_from("r1 1+2 2+1")));
    static const char has[] = "1011001000"; /* 40 to 49 */
    for (int i = 0; i < 9; i++)
        assert_int_equal(replay_progress_has(&progress, 40 + i), i == 0 || has[i] == '1');
    assert_int_equal(replay_progress_settled_count(&progress), 3);
    replay_progress_finish(&progress);
}

static void text_that_is_not_ours_is_refused_whole(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",       "r1 1",  "r1 1+",    "r1 0+1",  "r1 1+0",
        "r2 1+2", "hello", "r1 1+2 x", "r1 1+-2", "r1 999999999999999999+999999999999999999 x",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct replay_progress progress;
        replay_progress_init(&progress, 7);
        print_message("%s\n", cases[i]);
        assert_false(replay_progress_read(&progress, span_from(cases[i])));
        assert_int_equal(progress.start, 7);
        assert_int_equal(progress.count, 0);
        replay_progress_finish(&progress);
    }
}

static void padding_is_read_as_nothing(void **state)
{
    (void)state;
    for (int has_runs = 0; has_runs < 2; has_runs++) {
        struct replay_progress progress, again;
        struct buf text;
        replay_progress_init(&progress, 7);
        replay_progress_init(&again, 7);
        buf_init(&text, REPLAY_PROGRESS_MAX_BYTES);
        if (has_runs)
            (void)replay_progress_settle(&progress, 9, 12);
        assert_int_equal(replay_progress_write(&progress, &text), 0);
        replay_progress_pad(&text);
        assert_int_equal(text.len, REPLAY_PROGRESS_MAX_BYTES);
        assert_true(replay_progress_read(&again, buf_span(&text)));
        assert_int_equal(again.count, has_runs);
        assert_int_equal(replay_progress_has(&again, 10), has_runs);
        buf_finish(&text);
        replay_progress_finish(&progress);
        replay_progress_finish(&again);
    }
}

static void what_the_text_cannot_hold_is_counted(void **state)
{
    (void)state;
    enum { SETTLED = 5000 };
    struct replay_progress progress, again;
    struct buf text;
    replay_progress_init(&progress, 0);
    replay_progress_init(&again, 0);
    buf_init(&text, REPLAY_PROGRESS_MAX_BYTES);
    for (int64_t i = 0; i < SETTLED; i++)
        (void)replay_progress_settle(&progress, 2 * i + 1, 2 * i + 2);
    int64_t left_out = replay_progress_write(&progress, &text);
    assert_false(buf_failed(&text));
    assert_true(replay_progress_read(&again, buf_span(&text)));
    assert_int_equal(replay_progress_settled_count(&again), SETTLED - left_out);
    assert_true(SETTLED - left_out > 1000);
    replay_progress_finish(&progress);
    replay_progress_finish(&again);
    buf_finish(&text);
}

/* Beyond its bound it forgets, and the start never passes what is not settled. */
static void memory_is_bounded(void **state)
{
    (void)state;
    enum { SETTLED = 2 * REPLAY_PROGRESS_MAX_RUNS };
    struct replay_progress progress;
    replay_progress_init(&progress, 0);
    for (int64_t i = 0; i < SETTLED; i++)
        (void)replay_progress_settle(&progress, 2 * i + 1, 2 * i + 2);
    assert_int_equal(progress.count, REPLAY_PROGRESS_MAX_RUNS);
    assert_int_equal(progress.forgotten_count, SETTLED - REPLAY_PROGRESS_MAX_RUNS);
    (void)replay_progress_settle(&progress, 0, 1);
    assert_int_equal(progress.start, 2);
    replay_progress_finish(&progress);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_settled_in_any_order_is_remembered),
        cmocka_unit_test(a_text_brings_back_what_was_settled),
        cmocka_unit_test(text_that_is_not_ours_is_refused_whole),
        cmocka_unit_test(padding_is_read_as_nothing),
        cmocka_unit_test(what_the_text_cannot_hold_is_counted),
        cmocka_unit_test(memory_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
