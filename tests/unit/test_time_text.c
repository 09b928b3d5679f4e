#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/time_text.h"

static void days_are_calendar_days(void **state)
{
    (void)state;
    static const struct {
        int64_t days;
        const char *text;
    } cases[] = {
        {0, "1970-01-01"},       {-1, "1969-12-31"},       {19016, "2022-01-24"},
        {11016, "2000-02-29"},   {11017, "2000-03-01"},    {-25508, "1900-03-01"},
        {19782, "2024-02-29"},   {-719468, "0000-03-01"},  {-719529, "-0001-12-31"},
        {2932896, "9999-12-31"}, {2932897, "10000-01-01"},
    };
    char text[TIME_TEXT_MAX];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(time_text_day(cases[i].days, text).data, cases[i].text);
}

static void instants_are_rfc_3339(void **state)
{
    (void)state;
    static const struct {
        int64_t ms;
        const char *text;
    } cases[] = {
        {0, "1970-01-01T00:00:00Z"},
        {-1, "1969-12-31T23:59:59.999Z"},
        {1700000000123, "2023-11-14T22:13:20.123Z"},
        {951782400000, "2000-02-29T00:00:00Z"},
        {INT64_MAX, "292278994-08-17T07:12:55.807Z"},
        {INT64_MIN, "-292275055-05-16T16:47:04.192Z"},
    };
    char text[TIME_TEXT_MAX];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct span span = time_text_instant(cases[i].ms, text);
        assert_string_equal(span.data, cases[i].text);
        assert_int_equal(span.len, strlen(cases[i].text));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_are_calendar_days),
        cmocka_unit_test(instants_are_rfc_3339),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
