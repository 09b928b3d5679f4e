#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/date.h"

/* date, precision, instant in RFC 3339 without zone ("" for none), offset in minutes. */
static void print(const struct date_value *value, char *out, size_t size)
{
    int year = 0, month = 0, day = 0;
    if (value->has_date)
        date_to_civil(value->date, &year, &month, &day);
    int len = snprintf(out, size, "%04d-%02d-%02d %s", year, month, day,
                       date_precision_name(value->precision));
    if (value->has_instant)
        snprintf(out + len, size - (size_t)len, " %lld %+d", (long long)(value->instant_ms / 1000),
                 (int)value->utc_offset_min);
}

static const struct {
    const char *text, *want; /* want NULL: no date */
} cases[] = {
    /* ISO 8601, W3C-DTF, RFC 3339 */
    {"2022-01-24", "2022-01-24 day"},
    {"2022-01", "0000-00-00 month"},
    {"2022", "0000-00-00 year"},
    {"20220124", "2022-01-24 day"},
    {"2022/1/4", "2022-01-04 day"},
    {"2022-01-24T10:30Z", "2022-01-24 minute 1643020200 +0"},
    {"2022-01-24T10:30:15+01:00", "2022-01-24 second 1643016615 +60"},
    {"2022-01-24T10:30:15.250-0530", "2022-01-24 second 1643040015 -330"},
    {"2022-01-24T00:30:00+03", "2022-01-24 second 1642973400 +180"},
    {"2022-01-24T10:30:15", "2022-01-24 second"},
    {"2022-01-24 10:30:15 +0000 UTC", "2022-01-24 second 1643020215 +0"},
    {"2022-01-24T24:00Z", "2022-01-25 minute 1643068800 +0"},
    {"2022-12-31T24:00:00", "2023-01-01 second"},
    {"2022-01-24T24:01Z", "2022-01-24 day"},
    {"20220124T103015Z", "2022-01-24 second 1643020215 +0"},
    {"20220124103015", "2022-01-24 second"},
    {"2022-01-24T-5:00Z", "2022-01-24 day"},
    {"2022-01-24T+01:00", "2022-01-24 day"},
    {"2022-01-24+01:00", "2022-01-24 day"}, /* XML Schema's date with its zone */
    {"2022-01-24-05:00", "2022-01-24 day"},
    {"2022-01-24 - 05:00", "2022-01-24 minute"},
    {"24.01.2022-10:30", "2022-01-24 minute"},
    {"2022-024", "2022-01-24 day"},
    {"2020-366", "2020-12-31 day"},
    {"2022-366", NULL},
    {"2022-000", NULL},
    {"2022-W04-1", "2022-01-24 day"},
    {"2022W041", "2022-01-24 day"},
    {"2020-W53-7", "2021-01-03 day"},
    {"2019-W01-1", "2018-12-31 day"},
    {"2022-W04-8", NULL},
    {"2022-W53-1", NULL},
    {"2022-W00-1", NULL},
    {"case 2022-024", NULL},
    {"2000-02-29", "2000-02-29 day"},
    {"2021-02-29", NULL},
    {"2022-13-01", NULL},
    {"1969-12-31", "1969-12-31 day"},
    /* RFC 5322, HTTP, asctime, JavaScript */
    {"Mon, 24 Jan 2022 10:30:15 GMT", "2022-01-24 second 1643020215 +0"},
    {"Mon, 24 Jan 2022 10:30:15 EST", "2022-01-24 second 1643038215 -300"},
    {"Mon, 24 Jan 2022 10:30:15 CST", "2022-01-24 second"}, /* of America or of China */
    {"Mon, 24 Jan 22 10:30:15 +0000", "2022-01-24 second 1643020215 +0"},
    {"24 Jan 22:30", NULL},
    {"24 Jan 22 people", NULL},
    {"Mon Jan 24 10:30:15 2022", "2022-01-24 second"},
    {"Mon Jan 24 10:30:15 UTC 2022", "2022-01-24 second 1643020215 +0"},
    {"Mon Jan 24 2022 10:30:15 GMT+0100 (CET)", "2022-01-24 second 1643016615 +60"},
    /* written out */
    {"January 24, 2022", "2022-01-24 day"},
    {"Published on Jan. 24th, 2022 by somebody", "2022-01-24 day"},
    {"Sept. 5, 2023 at 9:05 p.m. EDT", "2023-09-05 minute 1693962300 -240"},
    {"24 January 2022", "2022-01-24 day"},
    {"24th of January, 2022", "2022-01-24 day"},
    {"24. Januar 2022, 10:30 Uhr", "2022-01-24 minute"},
    {"1. M\u00E4rz 2022", "2022-03-01 day"},
    {"24 de enero de 2022", "2022-01-24 day"},
    {"1er ao\u00FBt 2021", "2021-08-01 day"},
    {"24 \u044F\u043D\u0432\u0430\u0440\u044F 2022 \u0433.", "2022-01-24 day"},
    {"24 \u0421\u0415\u041D\u0422\u042F\u0411\u0420\u042F 2022", "2022-09-24 day"},
    {"2022. janu\u00E1r 24.", "2022-01-24 day"},
    {"2022\u5E741\u670824\u65E5", "2022-01-24 day"},
    {"2022\uB144 1\uC6D4 24\uC77C", "2022-01-24 day"},
    {"24 th\u00E1ng 1, 2022", "2022-01-24 day"},
    {"\u0662\u0664 \u064A\u0646\u0627\u064A\u0631 \u0662\u0660\u0662\u0662", "2022-01-24 day"},
    {"January 2022", "0000-00-00 month"},
    {"24-Jan-22", "2022-01-24 day"},
    /* numbers: the separator or the size says which is the day */
    {"24.01.2022", "2022-01-24 day"},
    {"24.01.2022 Author: Jane Roe", "2022-01-24 day"},
    {"1.2.2022", "2022-02-01 day"},
    {"24.01.22", "2022-01-24 day"},
    {"24/01/2022", "2022-01-24 day"},
    {"01/24/2022", "2022-01-24 day"},
    {"03/03/2022", "2022-03-03 day"},
    {"01/02/2022", "0000-00-00 year"}, /* two meanings: only the year is sure */
    /* counts since 1970 */
    {"1643020215", "2022-01-24 second 1643020215 +0"},
    {"1643020215000", "2022-01-24 second 1643020215 +0"},
    /* no dates */
    {"", NULL},
    {"about 2022 people", NULL},
    {"version 1.2.34", NULL},
    {"call 555-12-3456", NULL},
    {"yesterday", NULL},
    {"32 January 2022", NULL},
};

static void every_form_is_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct date_value value;
        char got[128] = "none";
        if (date_parse(span_from(cases[i].text), &value))
            print(&value, got, sizeof got);
        const char *want = cases[i].want ? cases[i].want : "none";
        if (strcmp(got, want) != 0)
            fail_msg("\"%s\": want %s, got %s", cases[i].text, want, got);
    }
}

static void an_order_settles_numbers_with_slashes(void **state)
{
    (void)state;
    struct date_value value;
    int32_t first_of_february, second_of_january;
    assert_true(date_from_civil(2022, 2, 1, &first_of_february));
    assert_true(date_from_civil(2022, 1, 2, &second_of_january));
    struct span text = span_from("01/02/2022");
    assert_true(date_parse_ordered(text, date_order_of(span_from("en-US")), &value));
    assert_int_equal(value.date, second_of_january);
    assert_true(date_parse_ordered(text, date_order_of(span_from("en-GB")), &value));
    assert_int_equal(value.date, first_of_february);
    assert_int_equal(date_order_of(span_from("")), DATE_ORDER_UNKNOWN);
}

static void raw_is_the_text_read(void **state)
{
    (void)state;
    struct date_value value;
    struct span place;
    assert_true(date_find(span_from(" 24.01.2022 Author: X"), DATE_ORDER_UNKNOWN, &value, &place));
    assert_true(span_equals(value.raw, "24.01.2022 Author: X"));
    assert_true(span_equals(place, "24.01.2022"));
}

static void civil_days_go_there_and_back(void **state)
{
    (void)state;
    for (int32_t days = -400000; days < 100000; days += 37) {
        int year, month, day;
        int32_t back;
        date_to_civil(days, &year, &month, &day);
        assert_true(date_from_civil(year, month, day, &back));
        assert_int_equal(back, days);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_is_read),
        cmocka_unit_test(an_order_settles_numbers_with_slashes),
        cmocka_unit_test(raw_is_the_text_read),
        cmocka_unit_test(civil_days_go_there_and_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
