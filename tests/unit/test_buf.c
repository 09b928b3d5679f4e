#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/buf.h"

static void it_grows_to_its_maximum_and_no_further(void **state)
{
    (void)state;
    struct buf buf;
    buf_init(&buf, 1000);
    for (int i = 0; i < 1000; i++)
        assert_true(buf_add_char(&buf, 'x'));
    assert_false(buf_failed(&buf));
    assert_false(buf_add_char(&buf, 'x'));
    assert_true(buf_failed(&buf));
    assert_int_equal(buf.len, 1000);
    assert_true(buf.capacity <= 1001);
    buf_finish(&buf);
}

static void on_memory_of_the_callers_it_never_allocates(void **state)
{
    (void)state;
    char memory[9];
    struct buf buf;
    buf_init_on(&buf, memory, sizeof memory);
    assert_true(buf_add_text(&buf, "12345678"));
    assert_ptr_equal(buf.data, memory);
    assert_false(buf_add_char(&buf, '9'));
    assert_true(buf_failed(&buf));
    assert_false(buf.no_memory);
}

static void what_does_not_fit_changes_nothing_and_fails_what_follows(void **state)
{
    (void)state;
    struct buf buf;
    buf_init(&buf, 8);
    assert_true(buf_add_text(&buf, "abcd"));
    assert_false(buf_format(&buf, "%s", "too long"));
    assert_false(buf_append(&buf, "x", SIZE_MAX));
    assert_false(buf_add_text(&buf, "e"));
    assert_true(span_equals(buf_span(&buf), "abcd"));
    buf_reset(&buf);
    assert_false(buf_failed(&buf));
    assert_true(buf_add_text(&buf, "12345678"));
    buf_finish(&buf);
}

static void an_empty_one_gives_an_empty_span(void **state)
{
    (void)state;
    struct buf buf;
    buf_init(&buf, 8);
    assert_non_null(buf_span(&buf).data);
    assert_int_equal(buf_span(&buf).len, 0);
    buf_finish(&buf);
    buf_finish(NULL);
}

static void text_is_escaped_for_a_json_string(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *escaped;
    } cases[] = {
        {"", ""},
        {"plain", "plain"},
        {"say \"no\" \\ yes", "say \\\"no\\\" \\\\ yes"},
        {"a\nb\rc\td", "a\\nb\\rc\\td"},
        {"\x1B[31m", "\\u001b[31m"},
        {"\x7F", "\\u007f"},
        {"Gl\xC3\xBC"
         "ck",
         "Gl\xC3\xBC"
         "ck"},
        {"\xFFx", "\xEF\xBF\xBDx"},
        {"\xC3\xBC\xFF\xC3\xBC", "\xC3\xBC\xEF\xBF\xBD\xC3\xBC"},
        {"cut \xE2\x82", "cut \xEF\xBF\xBD\xEF\xBF\xBD"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf buf;
        buf_init(&buf, 1000);
        assert_true(buf_add_json_escaped(&buf, span_from(cases[i].text)));
        assert_true(span_equals(buf_span(&buf), cases[i].escaped));
        buf_finish(&buf);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_grows_to_its_maximum_and_no_further),
        cmocka_unit_test(on_memory_of_the_callers_it_never_allocates),
        cmocka_unit_test(what_does_not_fit_changes_nothing_and_fails_what_follows),
        cmocka_unit_test(an_empty_one_gives_an_empty_span),
        cmocka_unit_test(text_is_escaped_for_a_json_string),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
