#include "core/http_date.h"

#include <stdio.h>
#include <string.h>

enum { MAX_TEXT = 40, MS_PER_DAY = 86400000 };

static int month_number(const char name[3])
{
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    for (int i = 0; i < 12; i++)
        if (memcmp(names + (size_t)i * 3, name, 3) == 0)
            return i + 1;
    return 0;
}

/* Days since 1970-01-01 in the proleptic Gregorian calendar: years are counted from 1 March, so
 * that the leap day is the last of its year. */
static int64_t days_of(int year, int month, int day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

struct parts {
    int year, day, hour, minute, second;
    char month[4];
};

static bool two_digits(const char *text, int *ret_number)
{
    if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9')
        return false;
    *ret_number = (text[0] - '0') * 10 + text[1] - '0';
    return true;
}

/* "Sun, 06 Nov 1994 08:49:37 GMT": IMF-fixdate (RFC 9110, section 5.6.7), which all but a few
 * answers have; the day's name is not looked at. */
static bool read_fixed(const char *text, struct parts *ret_parts)
{
    static const char form[] = "..., .. ... .... ..:..:.. GMT";
    struct parts p = {0};
    int century, year;
    for (size_t i = 0; i < sizeof form; i++) /* with the NUL */
        if (form[i] != '.' ? text[i] != form[i] : text[i] == '\0')
            return false;
    if (!two_digits(text + 5, &p.day) || !two_digits(text + 12, &century) ||
        !two_digits(text + 14, &year) || !two_digits(text + 17, &p.hour) ||
        !two_digits(text + 20, &p.minute) || !two_digits(text + 23, &p.second))
        return false;
    memcpy(p.month, text + 8, 3);
    p.year = century * 100 + year;
    *ret_parts = p;
    return true;
}

static bool read_parts(const char *text, struct parts *ret_parts, bool *ret_two_digits)
{
    struct parts p = {0};
    *ret_two_digits = false;
    int end = 0;
    if (read_fixed(text, ret_parts))
        return true;
    if (sscanf(text, "%*3[A-Za-z], %2d %3[A-Za-z] %4d %2d:%2d:%2d GMT%n", &p.day, p.month, &p.year,
               &p.hour, &p.minute, &p.second, &end) == 6 &&
        end > 0)
        goto found;
    if (sscanf(text, "%*3[A-Za-z] %3[A-Za-z] %2d %2d:%2d:%2d %4d%n", p.month, &p.day, &p.hour,
               &p.minute, &p.second, &p.year, &end) == 6 &&
        end > 0)
        goto found;
    *ret_two_digits = true;
    if (sscanf(text, "%*9[A-Za-z], %2d-%3[A-Za-z]-%2d %2d:%2d:%2d GMT%n", &p.day, p.month, &p.year,
               &p.hour, &p.minute, &p.second, &end) == 6 &&
        end > 0)
        goto found;
    return false;
found:
    *ret_parts = p;
    return text[end] == '\0';
}

bool http_date_parse(struct span text, int64_t now_ms, int64_t *ret_ms)
{
    char copy[MAX_TEXT + 1];
    struct parts p;
    bool two_digits;
    text = span_trim(text);
    if (text.len == 0 || text.len > MAX_TEXT)
        return false;
    memcpy(copy, text.data, text.len);
    copy[text.len] = '\0';
    if (!read_parts(copy, &p, &two_digits))
        return false;
    int month = strlen(p.month) == 3 ? month_number(p.month) : 0;
    bool in_range = p.day >= 1 && p.day <= 31 && p.hour >= 0 && p.hour <= 23 && p.minute >= 0 &&
                    p.minute <= 59 && p.second >= 0 && p.second <= 60 && p.year >= 0;
    if (month == 0 || !in_range || (!two_digits && p.year < 1000))
        return false;
    int64_t now_days = now_ms / MS_PER_DAY;
    if (two_digits) {
        p.year += 2000;
        if (days_of(p.year, month, p.day) > now_days + 50 * INT64_C(365))
            p.year -= 100;
    }
    int64_t seconds = days_of(p.year, month, p.day) * 86400 + p.hour * INT64_C(3600) +
                      p.minute * INT64_C(60) + p.second;
    *ret_ms = seconds * 1000;
    return true;
}
