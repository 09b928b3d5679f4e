#include "core/time_text.h"

#include <inttypes.h>
#include <stdio.h>

enum { DAYS_A_400_YEARS = 146097, DAYS_0000_03_01_TO_1970 = 719468, MS_A_DAY = 86400000 };

struct civil {
    int64_t year;
    int month, day;
};

/* Counts years from 1 March, so that the leap day ends a year, in cycles of 400 years, which all
 * have the same number of days. */
static struct civil civil_of(int64_t days)
{
    int64_t since = days + DAYS_0000_03_01_TO_1970;
    int64_t cycle = since / DAYS_A_400_YEARS - (since % DAYS_A_400_YEARS < 0);
    int64_t day_of_cycle = since - cycle * DAYS_A_400_YEARS;
    int64_t leap_days =
        day_of_cycle / 1460 - day_of_cycle / 36524 + day_of_cycle / (DAYS_A_400_YEARS - 1);
    int64_t year_of_cycle = (day_of_cycle - leap_days) / 365;
    int64_t day_of_year =
        day_of_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
    /* Months from March have 31 30 31 30 31 days over and over: 153 in five. */
    int month_from_march = (int)((5 * day_of_year + 2) / 153);
    int month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    return (struct civil){
        .year = cycle * 400 + year_of_cycle + (month <= 2),
        .month = month,
        .day = (int)day_of_year - (153 * month_from_march + 2) / 5 + 1,
    };
}

static struct span printed(const char *text, int len)
{
    return span_of(text, (size_t)len);
}

struct span time_text_day(int64_t days, char text[TIME_TEXT_MAX])
{
    struct civil civil = civil_of(days);
    int len = snprintf(text, TIME_TEXT_MAX, "%0*" PRId64 "-%02d-%02d", civil.year < 0 ? 5 : 4,
                       civil.year, civil.month, civil.day);
    return printed(text, len);
}

struct span time_text_instant(int64_t ms, char text[TIME_TEXT_MAX])
{
    bool before = ms % MS_A_DAY < 0; /* the day began at an earlier multiple, as in 1969 */
    int64_t days = ms / MS_A_DAY - before;
    int in_day = (int)(ms % MS_A_DAY + (before ? MS_A_DAY : 0));
    int seconds = in_day / 1000;
    size_t day_len = time_text_day(days, text).len;
    char *rest = text + day_len;
    size_t room = TIME_TEXT_MAX - day_len;
    int len =
        snprintf(rest, room, "T%02d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if (in_day % 1000 != 0)
        len += snprintf(rest + len, room - (size_t)len, ".%03d", in_day % 1000);
    len += snprintf(rest + len, room - (size_t)len, "Z");
    return printed(text, (int)day_len + len);
}
