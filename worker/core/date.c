#include "core/date.h"

#include "core/date_tokens.h"
#include "core/date_words.h"
#include "core/text.h"

enum {
    YEAR_MIN = 1500,
    YEAR_MAX = 2199,
    BUDDHIST_YEARS = 543,  /* the Thai calendar's distance */
    ISSUE_YEAR_PIVOT = 70, /* 70 to 99 are 19xx, 00 to 69 are 20xx */
};

/* Days before each month of a common year. */
static const int days_before[13] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in_month(int year, int month)
{
    return days_before[month] - days_before[month - 1] + (month == 2 && is_leap(year));
}

bool date_from_civil(int year, int month, int day, int32_t *ret_days)
{
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 ||
        day > days_in_month(year, month))
        return false;
    int before = year - 1;
    int days = before * 365 + before / 4 - before / 100 + before / 400;
    days += days_before[month - 1] + (month > 2 && is_leap(year)) + day - 1;
    *ret_days = days - 719162; /* days from 0001-01-01 to 1970-01-01 */
    return true;
}

void date_to_civil(int32_t days, int *ret_year, int *ret_month, int *ret_day)
{
    int year = 1970 + days / 366;
    int32_t start = 0;
    if (days < 0)
        year = 1970 + days / 365 - 1;
    if (year < 1)
        year = 1;
    while (date_from_civil(year + 1, 1, 1, &start) && start <= days)
        year++;
    (void)date_from_civil(year, 1, 1, &start);
    int left = days - start;
    int month = 1;
    while (month < 12 && left >= days_in_month(year, month))
        left -= days_in_month(year, month++);
    *ret_year = year;
    *ret_month = month;
    *ret_day = left + 1;
}

enum date_order date_order_of(struct span language)
{
    if (language.len == 0)
        return DATE_ORDER_UNKNOWN;
    if (text_equals_folded(language, "en") || text_equals_folded(language, "en-us") ||
        text_equals_folded(language, "en_us"))
        return DATE_ORDER_MONTH_FIRST;
    return DATE_ORDER_DAY_FIRST;
}

/* What a pattern found: day 0 and month 0 stand for "not said". */
struct found {
    int year, month, day;
    size_t first, after; /* tokens */
    bool has_time, has_seconds, has_zone, zone_unknown;
    int hour, minute, second, zone_min;
};

static const struct date_token *at(const struct date_tokens *tokens, size_t i)
{
    static const struct date_token none = {.kind = DATE_TOKEN_END};
    return i < tokens->count ? &tokens->items[i] : &none;
}

static bool is_number(const struct date_token *token, unsigned min_digits, unsigned max_digits)
{
    return token->kind == DATE_TOKEN_NUMBER && token->digits >= min_digits &&
           token->digits <= max_digits;
}

static bool is_mark(const struct date_token *token, char mark)
{
    return token->kind == DATE_TOKEN_MARK && token->mark == mark;
}

static bool is_year(const struct date_token *token)
{
    return is_number(token, 4, 4) && token->number >= YEAR_MIN && token->number < 2700;
}

static bool is_day(const struct date_token *token)
{
    return is_number(token, 1, 2) && token->number >= 1 && token->number <= 31;
}

/* Past the marks and small words that stand between the parts of a written date. */
static size_t skip_filler(const struct date_tokens *tokens, size_t i)
{
    for (int left = 3; left > 0; left--, i++) {
        const struct date_token *token = at(tokens, i);
        bool mark = is_mark(token, '.') || is_mark(token, ',') || is_mark(token, '-') ||
                    is_mark(token, '/') || is_mark(token, '\'');
        if (!mark && !(token->kind == DATE_TOKEN_WORD && date_word_filler(token->text)))
            break;
    }
    return i;
}

static int month_at(const struct date_tokens *tokens, size_t i)
{
    const struct date_token *token = at(tokens, i);
    return token->kind == DATE_TOKEN_WORD ? date_word_month(token->text) : 0;
}

/* 2022-01-24 2022/1/24 2022.01.24 2022. 1. 24. 2022年1月24日 2022년 1월 24일 */
static bool match_year_first(const struct date_tokens *tokens, size_t i, struct found *found)
{
    const struct date_token *mark = at(tokens, i + 1);
    bool parted =
        is_mark(mark, '-') || is_mark(mark, '/') || is_mark(mark, '.') || is_mark(mark, 'Y');
    if (!is_year(at(tokens, i)) || !parted || !is_number(at(tokens, i + 2), 1, 2))
        return false;
    const struct date_token *second = at(tokens, i + 3);
    bool same =
        second->kind == DATE_TOKEN_MARK && second->mark == (mark->mark == 'Y' ? 'M' : mark->mark);
    if (!same || !is_day(at(tokens, i + 4)))
        return false;
    found->year = at(tokens, i)->number;
    found->month = at(tokens, i + 2)->number;
    found->day = at(tokens, i + 4)->number;
    found->after = i + 5 + is_mark(at(tokens, i + 5), 'D');
    return true;
}

/* 20220124, also before T093000Z */
static bool match_compact(const struct date_tokens *tokens, size_t i, struct found *found)
{
    const struct date_token *token = at(tokens, i);
    bool stamp = is_number(token, 14, 14);
    if (!stamp && !is_number(token, 8, 8))
        return false;
    int64_t ymd = stamp ? token->wide / 1000000 : token->wide;
    found->year = (int)(ymd / 10000);
    found->month = (int)(ymd / 100 % 100);
    found->day = (int)(ymd % 100);
    found->after = i + 1;
    if (stamp) {
        found->has_time = found->has_seconds = true;
        found->hour = (int)(token->wide / 10000 % 100);
        found->minute = (int)(token->wide / 100 % 100);
        found->second = (int)(token->wide % 100);
    }
    return found->year >= 1900 && found->year <= YEAR_MAX;
}

static int full_year(const struct date_token *token)
{
    if (token->digits == 2)
        return token->number + (token->number < ISSUE_YEAR_PIVOT ? 2000 : 1900);
    return token->number;
}

/* 24.01.2022 24/01/2022 24-01-2022 and month first; two-digit years only with both marks. */
static bool match_year_last(const struct date_tokens *tokens, size_t i, enum date_order order,
                            struct found *found)
{
    const struct date_token *mark = at(tokens, i + 1);
    bool parted = is_mark(mark, '-') || is_mark(mark, '/') || is_mark(mark, '.');
    if (!is_day(at(tokens, i)) || !parted || !is_day(at(tokens, i + 2)) ||
        !is_mark(at(tokens, i + 3), mark->mark))
        return false;
    const struct date_token *year = at(tokens, i + 4);
    if (!is_year(year) && !(is_number(year, 2, 2) && mark->mark != '-'))
        return false;
    /* 1.2.34 is a version, 24.01.22 a date. */
    if (year->digits == 2 && (at(tokens, i)->digits != 2 && at(tokens, i + 2)->digits != 2))
        return false;
    int first = at(tokens, i)->number;
    int second = at(tokens, i + 2)->number;
    bool day_first = mark->mark == '.' || first > 12;
    bool month_first = second > 12;
    if (!day_first && !month_first && first != second) {
        if (order == DATE_ORDER_UNKNOWN && mark->mark == '-')
            order = DATE_ORDER_DAY_FIRST;
        day_first = order == DATE_ORDER_DAY_FIRST;
        month_first = order == DATE_ORDER_MONTH_FIRST;
    }
    found->year = full_year(year);
    found->after = i + 5;
    if (day_first || month_first || first == second) {
        found->day = month_first ? second : first;
        found->month = month_first ? first : second;
    }
    return true;
}

/* 24 January 2022, 24. Januar 2022, 24th of January, 2022, 24 de enero de 2022, 24-Jan-22 */
static bool match_day_word(const struct date_tokens *tokens, size_t i, struct found *found)
{
    if (!is_day(at(tokens, i)))
        return false;
    size_t month_at_token = skip_filler(tokens, i + 1);
    int month = month_at(tokens, month_at_token);
    if (month == 0)
        return false;
    size_t year_at = skip_filler(tokens, month_at_token + 1);
    const struct date_token *year = at(tokens, year_at);
    bool short_year =
        is_number(year, 2, 2) && at(tokens, year_at - 1)->kind == DATE_TOKEN_MARK &&
        (is_mark(at(tokens, year_at - 1), '-') || is_mark(at(tokens, year_at - 1), '\''));
    /* RFC 822: 24 Jan 22 10:30:15 */
    short_year |= is_number(year, 2, 2) && date_tokens_time_end(tokens, year_at + 1) > 0;
    if (!is_year(year) && !short_year)
        return false;
    found->year = full_year(year);
    found->month = month;
    found->day = at(tokens, i)->number;
    found->after = year_at + 1;
    return true;
}

/* January 24, 2022; Jan. 24th 2022; Mon Jan 24 10:00:00 2022 (the time is read by its caller) */
static bool match_word_day(const struct date_tokens *tokens, size_t i, struct found *found)
{
    size_t day_at = at(tokens, i)->kind == DATE_TOKEN_WORD ? skip_filler(tokens, i + 1) : 0;
    if (day_at == 0 || !is_day(at(tokens, day_at)))
        return false;
    int month = month_at(tokens, i); /* last: it looks through all languages */
    if (month == 0)
        return false;
    size_t year_at = skip_filler(tokens, day_at + 1);
    size_t time_end = date_tokens_time_end(tokens, year_at);
    if (time_end > 0 && is_year(at(tokens, time_end)))
        year_at = time_end;
    else if (time_end > 0 && is_year(at(tokens, time_end + 1)))
        year_at = time_end + 1; /* a zone stands between */
    if (!is_year(at(tokens, year_at)))
        return false;
    found->year = at(tokens, year_at)->number;
    found->month = month;
    found->day = at(tokens, day_at)->number;
    found->after = time_end > 0 && year_at >= time_end ? day_at + 1 : year_at + 1;
    return true;
}

/* 2022 January 24, 2022. január 24., 2022. gada 24. janvāris */
static bool match_year_word(const struct date_tokens *tokens, size_t i, struct found *found)
{
    if (!is_year(at(tokens, i)))
        return false;
    size_t second = skip_filler(tokens, i + 1);
    size_t third = skip_filler(tokens, second + 1);
    bool day_first = is_day(at(tokens, second));
    const struct date_token *day = at(tokens, day_first ? second : third);
    if (!is_day(day))
        return false;
    found->month = month_at(tokens, day_first ? third : second);
    found->year = at(tokens, i)->number;
    found->day = day->number;
    found->after = third + 1;
    return found->month > 0;
}

/* ngày 24 tháng 1, 2022 (Vietnamese numbers its months) */
static bool match_numbered_month(const struct date_tokens *tokens, size_t i, struct found *found)
{
    if (!is_day(at(tokens, i)) || at(tokens, i + 1)->kind != DATE_TOKEN_WORD ||
        !text_equals_folded(at(tokens, i + 1)->text, "tháng") ||
        !is_number(at(tokens, i + 2), 1, 2))
        return false;
    size_t year_at = skip_filler(tokens, i + 3);
    if (!is_year(at(tokens, year_at)))
        return false;
    found->year = at(tokens, year_at)->number;
    found->month = at(tokens, i + 2)->number;
    found->day = at(tokens, i)->number;
    found->after = year_at + 1;
    return true;
}

static bool match_day(const struct date_tokens *tokens, size_t i, enum date_order order,
                      struct found *found)
{
    *found = (struct found){.first = i};
    bool hit = match_year_first(tokens, i, found) || match_compact(tokens, i, found) ||
               match_year_last(tokens, i, order, found) || match_day_word(tokens, i, found) ||
               match_word_day(tokens, i, found) || match_year_word(tokens, i, found) ||
               match_numbered_month(tokens, i, found);
    if (!hit)
        return false;
    if (found->year > 2400)
        found->year -= BUDDHIST_YEARS;
    int32_t days;
    if (found->year < YEAR_MIN || found->year > YEAR_MAX)
        return false;
    return found->day == 0 || date_from_civil(found->year, found->month, found->day, &days);
}

/* 2022-024, 2022-W04-1, 2022W041: the day of a year or of a week (ISO 8601), where the
 * text says nothing else. */
static bool match_ordinal(const struct date_tokens *tokens, struct found *found)
{
    const struct date_token *year = at(tokens, 0);
    size_t i = 1 + is_mark(at(tokens, 1), '-');
    int32_t first, days;
    if (!is_year(year) || !date_from_civil(year->number, 1, 1, &first))
        return false;
    int32_t length = 365 + is_leap(year->number);
    const struct date_token *last = at(tokens, tokens->count - 1);
    if (i == 2 && tokens->count == 3 && is_number(last, 3, 3)) {
        days = first + last->number - 1;
        if (days < first || days >= first + length)
            return false;
    } else if (text_equals_folded(at(tokens, i)->text, "w")) {
        const struct date_token *week = at(tokens, i + 1);
        bool extended = i == 2 && is_number(week, 2, 2) && is_mark(at(tokens, 4), '-') &&
                        is_number(last, 1, 1) && tokens->count == 6;
        bool basic = i == 1 && is_number(week, 3, 3) && tokens->count == 3;
        int number = extended ? week->number : week->number / 10;
        int day = extended ? last->number : week->number % 10;
        /* Weeks begin on Monday, the first is that of the 4th of January, and each belongs to the
         * year of its Thursday; 1970-01-01 was one. */
        int32_t monday = first + 3 - ((first + 6) % 7 + 7) % 7 + (number - 1) * 7;
        if (!(extended || basic) || number < 1 || day < 1 || day > 7 ||
            monday + 3 >= first + length)
            return false;
        days = monday + day - 1;
    } else {
        return false;
    }
    *found = (struct found){.after = tokens->count};
    date_to_civil(days, &found->year, &found->month, &found->day);
    return found->year <= YEAR_MAX;
}

/* "2022", "2022-01", "January 2022" where the text says nothing else. */
static bool match_coarse(const struct date_tokens *tokens, struct found *found)
{
    *found = (struct found){.after = tokens->count};
    if (tokens->count == 1 && is_year(at(tokens, 0))) {
        found->year = at(tokens, 0)->number;
    } else if (tokens->count == 3 && is_year(at(tokens, 0)) &&
               (is_mark(at(tokens, 1), '-') || is_mark(at(tokens, 1), '/')) &&
               is_number(at(tokens, 2), 1, 2)) {
        found->year = at(tokens, 0)->number;
        found->month = at(tokens, 2)->number;
    } else {
        size_t year_at = skip_filler(tokens, 1);
        if (!is_year(at(tokens, year_at)) || year_at + 1 != tokens->count)
            return false;
        found->month = month_at(tokens, 0);
        if (found->month == 0)
            return false;
        found->year = at(tokens, year_at)->number;
    }
    return found->year <= YEAR_MAX && found->month <= 12;
}

/* Whether an offset stands where a time might: a day with its zone (XML Schema's date, 2022-01-24Z,
 * 2022-01-24-05:00), and a time that a template left out (2022-01-24T-5:00Z). */
static bool is_offset(const struct date_tokens *tokens, const struct found *found, size_t i)
{
    const struct date_token *mark = at(tokens, i);
    bool behind_t = i > found->after && text_equals_folded(at(tokens, i - 1)->text, "t");
    bool iso = is_year(at(tokens, found->first)) && is_mark(at(tokens, found->first + 1), '-');
    bool glued = !mark->after_space && !at(tokens, i + 1)->after_space;
    return is_mark(mark, '+') || (is_mark(mark, '-') && glued && (behind_t || iso));
}

/* The time of day behind the date, a few words on, and its zone. */
static void read_time(const struct date_tokens *tokens, struct found *found)
{
    if (found->has_time)
        return;
    size_t i = found->after;
    for (int left = 4; left > 0; left--, i++) {
        struct date_time time;
        if (is_offset(tokens, found, i))
            return;
        if (date_tokens_read_time(tokens, i, &time)) {
            found->has_time = true;
            found->has_seconds = time.has_seconds;
            found->has_zone = time.has_zone;
            found->hour = time.hour;
            found->minute = time.minute;
            found->second = time.second;
            found->zone_min = time.zone_min;
            found->zone_unknown = time.zone_unknown;
            found->after = time.after;
            return;
        }
        const struct date_token *token = at(tokens, i);
        bool may_stand_between =
            token->kind == DATE_TOKEN_MARK ||
            (token->kind == DATE_TOKEN_WORD &&
             (date_word_filler(token->text) || text_equals_folded(token->text, "t")));
        if (!may_stand_between)
            return;
    }
}

static struct date_value value_of(const struct found *found)
{
    struct date_value value = {.precision = DATE_YEAR};
    if (found->month > 0)
        value.precision = DATE_MONTH;
    if (found->day == 0)
        return value;
    value.precision = DATE_DAY;
    value.has_date = date_from_civil(found->year, found->month, found->day, &value.date);
    if (!found->has_time)
        return value;
    value.precision = found->has_seconds ? DATE_SECOND : DATE_MINUTE;
    value.date += found->hour == 24; /* T24:00 is the next day's beginning (ISO 8601) */
    if (!found->has_zone)
        return value;
    value.has_utc_offset = !found->zone_unknown;
    value.utc_offset_min = found->zone_min;
    value.has_instant = true;
    int64_t minutes =
        (int64_t)value.date * 1440 + found->hour % 24 * 60 + found->minute - found->zone_min;
    value.instant_ms = (minutes * 60 + found->second) * 1000;
    return value;
}

/* Seconds or milliseconds since 1970, which some feeds and templates print. */
static bool read_epoch(const struct date_tokens *tokens, struct date_value *ret_date)
{
    const struct date_token *token = at(tokens, 0);
    if (tokens->count != 1 || (!is_number(token, 10, 10) && !is_number(token, 13, 13)))
        return false;
    int64_t ms = token->digits == 10 ? token->wide * 1000 : token->wide;
    *ret_date = (struct date_value){.has_instant = true,
                                    .instant_ms = ms,
                                    .has_date = true,
                                    .date = (int32_t)(ms / 86400000),
                                    .has_utc_offset = true,
                                    .precision = DATE_SECOND};
    return true;
}

bool date_find(struct span text, enum date_order order, struct date_value *ret_date,
               struct span *ret_place)
{
    text = text_trim(text);
    struct date_tokens tokens;
    date_tokens_read(text, &tokens);
    struct found found;
    struct date_value value;
    size_t i = 0;
    while (i < tokens.count && !match_day(&tokens, i, order, &found))
        i++;
    if (i < tokens.count) {
        read_time(&tokens, &found);
        value = value_of(&found);
    } else if (match_ordinal(&tokens, &found) || match_coarse(&tokens, &found)) {
        value = value_of(&found);
    } else if (!read_epoch(&tokens, &value)) {
        return false;
    } else {
        found = (struct found){.after = 1};
    }
    const struct date_token *first = at(&tokens, found.first);
    const struct date_token *last = at(&tokens, found.after - 1);
    *ret_place =
        span_of(first->text.data, (size_t)(last->text.data + last->text.len - first->text.data));
    value.raw = text.len > DATE_RAW_MAX_BYTES ? *ret_place : text;
    *ret_date = value;
    return true;
}

bool date_parse_ordered(struct span text, enum date_order order, struct date_value *ret_date)
{
    struct span place;
    return date_find(text, order, ret_date, &place);
}

bool date_parse(struct span text, struct date_value *ret_date)
{
    return date_parse_ordered(text, DATE_ORDER_UNKNOWN, ret_date);
}
