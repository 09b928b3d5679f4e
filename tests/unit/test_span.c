#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/span.h"

static void utf8_is_checked_as_rfc_3629_says(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        bool valid;
    } cases[] = {
        {"", true},
        {"plain ascii, longer than eight", true},
        {"Schn\xC3\xA4ppchen \xE2\x82\xAC \xF0\x9F\x98\x80", true},
        {"\xC0\x80", false},         /* overlong NUL */
        {"\xE0\x80\xAF", false},     /* overlong */
        {"\xED\xA0\x80", false},     /* surrogate */
        {"\xF4\x90\x80\x80", false}, /* above U+10FFFF */
        {"long enough, then \xFF", false},
        {"cut \xE2\x82", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(span_is_utf8(span_from(cases[i].bytes)), cases[i].valid);
}

static void trim_takes_html_white_space_only(void **state)
{
    (void)state;
    assert_true(span_equals(span_trim(span_from(" \t\r\n\fa b\n")), "a b"));
    assert_int_equal(span_trim(span_from(" \n ")).len, 0);
}

static void control_characters_are_the_ascii_ones(void **state)
{
    (void)state;
    static const struct {
        struct span text;
        bool has;
    } cases[] = {
        {SPAN_LITERAL(""), false},         {SPAN_LITERAL("W/\"a b~\""), false},
        {SPAN_LITERAL("\xC3\x80"), false}, {SPAN_LITERAL("a\r"), true},
        {SPAN_LITERAL("\ta"), true},       {SPAN_LITERAL("a\0b"), true},
        {SPAN_LITERAL("\x7F"), true},      {SPAN_LITERAL("\x1F"), true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(span_has_control(cases[i].text), cases[i].has);
}

static void names_compare_without_ascii_case(void **state)
{
    (void)state;
    assert_true(span_equals_nocase(span_from("Content-TYPE"), "content-type"));
    assert_false(span_equals_nocase(span_from("Content"), "content-type"));
    assert_false(span_equals_nocase(span_from("content-type-x"), "content-type"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8_is_checked_as_rfc_3629_says),
        cmocka_unit_test(control_characters_are_the_ascii_ones),
        cmocka_unit_test(trim_takes_html_white_space_only),
        cmocka_unit_test(names_compare_without_ascii_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
