#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/replay_tally.h"

enum { MAX_TEXT = 1 << 20 };

static void add(struct replay_tally *tally, const char *error_class, const char *host,
                enum replay_fate fate)
{
    const struct replay_facts facts = {.error_class = span_from(error_class),
                                       .host = span_from(host),
                                       .source_topic = span_from("articles")};
    replay_tally_add(tally, &facts, fate);
}

static void letters_alike_are_one_row_the_largest_first(void **state)
{
    (void)state;
    struct replay_tally tally;
    struct buf out;
    buf_init(&out, MAX_TEXT);
    replay_tally_init(&tally);
    add(&tally, "decode", NULL, REPLAY_SKIP);
    add(&tally, "lookup", "metadata.example", REPLAY_SEND);
    add(&tally, "lookup", "metadata.example", REPLAY_SEND);
    add(&tally, "\033[2J", "a b", REPLAY_PARK);
    add(&tally, "lookup", "metadata.example", REPLAY_SEND);
    add(&tally, "decode", NULL, REPLAY_SKIP);
    replay_tally_print(&tally, &out);
    assert_true(span_equals(buf_span(&out),
                            "CLASS   HOST              SOURCE TOPIC    LETTERS  FATE\n"
                            "lookup  metadata.example  articles              3  replay\n"
                            "decode  -                 articles              2  skip\n"
                            "?[2J    a?b               articles              1  park\n"));
    replay_tally_finish(&tally);
    buf_finish(&out);
}

static void rows_are_bounded(void **state)
{
    (void)state;
    struct replay_tally tally;
    struct buf out;
    buf_init(&out, MAX_TEXT);
    replay_tally_init(&tally);
    for (int i = 0; i < REPLAY_TALLY_MAX_ROWS + 7; i++) {
        char host[32];
        (void)snprintf(host, sizeof host, "h%d", i);
        add(&tally, "lookup", host, REPLAY_SEND);
    }
    assert_int_equal(tally.count, REPLAY_TALLY_MAX_ROWS);
    assert_int_equal(tally.rest, 7);
    replay_tally_print(&tally, &out);
    assert_false(buf_failed(&out));
    replay_tally_finish(&tally);
    buf_finish(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(letters_alike_are_one_row_the_largest_first),
        cmocka_unit_test(rows_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
