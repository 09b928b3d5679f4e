#include "core/when.h"

#include "core/date.h"

enum { MS_A_SECOND = 1000, MS_A_DAY = 86400000, MAX_DIGITS = 9 };

static const struct {
    char letter;
    int64_t ms;
} units[] = {
    {'s', MS_A_SECOND}, {'m', 60 * MS_A_SECOND}, {'h', 3600 * MS_A_SECOND},
    {'d', MS_A_DAY},    {'w', 7 * MS_A_DAY},
};

static struct span without_suffix(struct span text, const char *suffix)
{
    struct span end = span_from(suffix);
    if (text.len <= end.len)
        return text;
    struct span tail = span_of(text.data + text.len - end.len, end.len);
    return span_equal(tail, end) ? span_of(text.data, text.len - end.len) : text;
}

static bool parse_age(struct span text, int64_t *ret_age_ms)
{
    struct span age = span_trim(without_suffix(text, " ago"));
    if (age.len < 2 || age.len > MAX_DIGITS + 1)
        return false;
    int64_t number = 0;
    for (size_t i = 0; i + 1 < age.len; i++) {
        if (age.data[i] < '0' || age.data[i] > '9')
            return false;
        number = number * 10 + (age.data[i] - '0');
    }
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (age.data[age.len - 1] == units[i].letter) {
            *ret_age_ms = number * units[i].ms;
            return true;
        }
    return false;
}

bool when_parse(struct span text, int64_t now_ms, int64_t *ret_ms)
{
    struct span words = span_trim(text);
    struct date_value date = {0};
    int64_t age_ms = 0;
    if (span_equals(words, "now") || parse_age(words, &age_ms)) {
        *ret_ms = now_ms - age_ms;
        return true;
    }
    /* date_parse finds dates inside prose: here nothing may stand around it. */
    if (words.len == 0 || words.data[0] < '0' || words.data[0] > '9' || !date_parse(words, &date) ||
        !span_equal(date.raw, words))
        return false;
    if (!date.has_instant && !(date.has_date && date.precision == DATE_DAY))
        return false;
    *ret_ms = date.has_instant ? date.instant_ms : (int64_t)date.date * MS_A_DAY;
    return true;
}
