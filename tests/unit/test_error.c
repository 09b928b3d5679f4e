#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/error.h"
#include "core/span.h"

static void messages_are_printable_whatever_came_in(void **state)
{
    (void)state;
    static const struct {
        const char *came;
        const char *message;
    } cases[] = {
        {"plain", "plain"},
        {"two\r\nlines", "two??lines"},
        {"\x1B[31mred\x7F", "?[31mred?"},
        {"c1 \xC2\x9B", "c1 ??"},
        {"\xC3\xA9t\xC3\xA9", "\xC3\xA9t\xC3\xA9"},
        {"broken \xFF here", "broken ? here"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error error;
        assert_false(error_set(&error, ERROR_RETRY, "%s", cases[i].came));
        assert_int_equal(error.kind, ERROR_RETRY);
        assert_string_equal(error.message, cases[i].message);
    }
}

static void a_long_message_is_cut_between_characters(void **state)
{
    (void)state;
    char text[1024] = "";
    for (int i = 0; i < 300; i++)
        memcpy(text + 3 * i, "\xE2\x82\xAC", 4);
    struct error error;
    assert_false(error_set(&error, ERROR_FATAL, "%s", text));
    assert_int_equal(strlen(error.message), 510); /* 170 characters of 3 bytes */
    assert_true(span_is_utf8(span_from(error.message)));
}

static void poison_has_a_class_and_each_class_a_name(void **state)
{
    (void)state;
    static const char *const names[ERROR_CLASS_COUNT] = {"decode",  "schema",    "lookup",
                                                         "refused", "too_large", "encode"};
    for (enum error_class which = 0; which < ERROR_CLASS_COUNT; which++) {
        struct error error;
        assert_false(error_poison(&error, which, "why"));
        assert_int_equal(error.kind, ERROR_POISON);
        assert_string_equal(error_class_name(error.error_class), names[which]);
    }
}

static void nobody_need_listen(void **state)
{
    (void)state;
    assert_false(error_set(NULL, ERROR_USAGE, "%d", 1));
    assert_false(error_poison(NULL, ERROR_CLASS_LOOKUP, "%d", 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_are_printable_whatever_came_in),
        cmocka_unit_test(a_long_message_is_cut_between_characters),
        cmocka_unit_test(poison_has_a_class_and_each_class_a_name),
        cmocka_unit_test(nobody_need_listen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
