/* The tables are searched by halves: each must be in the order of its bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/date_words.c"

static void check(const struct word *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && strcmp(words[i - 1].text, words[i].text) >= 0)
            fail_msg("%s stands behind %s", words[i].text, words[i - 1].text);
        assert_ptr_equal(find(words, count, span_from(words[i].text)), &words[i]);
    }
}

static void every_word_is_found(void **state)
{
    (void)state;
    check(months, sizeof months / sizeof *months);
    check(fillers, sizeof fillers / sizeof *fillers);
}

static void parts_of_words_are_none(void **state)
{
    (void)state;
    static const char *const others[] = {"janu", "januaryy", "m", "zzz", "", "a\xCC\x81"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_int_equal(date_word_month(span_from(others[i])), 0);
    assert_int_equal(date_word_month(span_from("JANUARY")), 1);
    assert_false(date_word_filler(span_of("on\0\0x", 5)));
    assert_true(date_word_filler(span_from("on")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_word_is_found),
        cmocka_unit_test(parts_of_words_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
