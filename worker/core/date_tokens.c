#include "core/date_tokens.h"

#include "core/date_words.h"
#include "core/text.h"

/* The value of a decimal digit of the scripts that write dates with their own, or -1. */
static int digit_value(uint32_t c)
{
    static const uint32_t zeros[] = {
        '0',
        0x660 /* Arabic */,
        0x6F0 /* Persian */,
        0x966 /* Devanagari */,
        0x9E6 /* Bengali */,
        0xE50 /* Thai */,
        0xFF10 /* full width */,
    };
    for (size_t i = 0; i < sizeof zeros / sizeof *zeros; i++)
        if (c >= zeros[i] && c <= zeros[i] + 9)
            return (int)(c - zeros[i]);
    return -1;
}

static char mark_of(uint32_t c)
{
    switch (c) {
    case 0x5E74: /* 年 */
    case 0xB144: /* 년 */ return 'Y';
    case 0x6708: /* 月 */
    case 0xC6D4: /* 월 */ return 'M';
    case 0x65E5: /* 日 */
    case 0xC77C: /* 일 */ return 'D';
    case 0x2010:
    case 0x2011:
    case 0x2012:
    case 0x2013:
    case 0x2212: return '-';
    case 0xFF0F:
    case 0x2044: return '/';
    case 0xFF1A: return ':';
    case 0x2019: return '\'';
    case 0xFF0C:
    case 0x60C: return ',';
    default: return c < 0x80 ? (char)c : '?';
    }
}

static void take_number(struct span *rest, struct date_token *token)
{
    token->kind = DATE_TOKEN_NUMBER;
    while (rest->len > 0) {
        struct span next = *rest;
        int digit = digit_value(text_next(&next));
        if (digit < 0)
            break;
        if (token->digits < 18)
            token->wide = token->wide * 10 + digit;
        if (token->digits < 9)
            token->number = token->number * 10 + digit;
        token->digits++;
        *rest = next;
    }
}

static bool is_word_letter(uint32_t c)
{
    return text_is_letter(c) && (c < 0x80 || mark_of(c) == '?');
}

static void take_word(struct span *rest, struct date_token *token)
{
    token->kind = DATE_TOKEN_WORD;
    while (rest->len > 0) {
        struct span next = *rest;
        uint32_t c = text_next(&next);
        if (!is_word_letter(c) || digit_value(c) >= 0)
            break;
        *rest = next;
    }
}

void date_tokens_read(struct span text, struct date_tokens *ret_tokens)
{
    struct span rest = text;
    if (rest.len > DATE_TEXT_MAX_BYTES)
        rest.len = DATE_TEXT_MAX_BYTES;
    ret_tokens->count = 0;
    bool space = false;
    while (rest.len > 0 && ret_tokens->count < DATE_TOKENS_MAX) {
        struct span start = rest;
        uint32_t c = text_next(&rest);
        if (text_is_space(c)) {
            space = true;
            continue;
        }
        struct date_token *token = &ret_tokens->items[ret_tokens->count++];
        *token = (struct date_token){.after_space = space};
        space = false;
        if (digit_value(c) >= 0) {
            rest = start;
            take_number(&rest, token);
        } else if (is_word_letter(c)) {
            rest = start;
            take_word(&rest, token);
        } else {
            token->kind = DATE_TOKEN_MARK;
            token->mark = mark_of(c);
        }
        token->text = span_of(start.data, start.len - rest.len);
    }
}

static const struct date_token *at(const struct date_tokens *tokens, size_t i)
{
    static const struct date_token none = {.kind = DATE_TOKEN_END};
    return i < tokens->count ? &tokens->items[i] : &none;
}

static bool is_clock_number(const struct date_token *token, int max)
{
    return token->kind == DATE_TOKEN_NUMBER && token->digits <= 2 && token->number <= max;
}

static bool is_mark(const struct date_token *token, char mark)
{
    return token->kind == DATE_TOKEN_MARK && token->mark == mark;
}

static bool is_word(const struct date_token *token, const char *word)
{
    return token->kind == DATE_TOKEN_WORD && text_equals_folded(token->text, word);
}

/* am, a.m., pm, p.m. at token i: returns the tokens taken, sets *ret_afternoon. */
static size_t read_half(const struct date_tokens *tokens, size_t i, bool *ret_afternoon)
{
    const struct date_token *token = at(tokens, i);
    if (is_word(token, "am") || is_word(token, "pm")) {
        *ret_afternoon = is_word(token, "pm");
        return 1;
    }
    if ((is_word(token, "a") || is_word(token, "p")) && is_mark(at(tokens, i + 1), '.') &&
        is_word(at(tokens, i + 2), "m")) {
        *ret_afternoon = is_word(token, "p");
        return is_mark(at(tokens, i + 3), '.') ? 4 : 3;
    }
    return 0;
}

/* hh:mm[:ss[.fraction]]; a dot or an h may stand for the colon where a word shows that it is a
 * time. Returns the token behind, or 0. */
static size_t read_clock(const struct date_tokens *tokens, size_t i, struct date_time *time)
{
    const struct date_token *minute = at(tokens, i + 2);
    bool colon = is_mark(at(tokens, i + 1), ':') || is_word(at(tokens, i + 1), "h");
    bool half = false;
    bool dot = is_mark(at(tokens, i + 1), '.') &&
               (read_half(tokens, i + 3, &half) > 0 || is_word(at(tokens, i + 3), "uhr"));
    if (!is_clock_number(at(tokens, i), 24) || !(colon || dot) || !is_clock_number(minute, 59) ||
        minute->digits != 2)
        return 0;
    time->hour = at(tokens, i)->number;
    time->minute = minute->number;
    if (!is_mark(at(tokens, i + 3), ':') || !is_clock_number(at(tokens, i + 4), 60))
        return i + 3;
    time->second = at(tokens, i + 4)->number;
    time->has_seconds = true;
    bool fraction = (is_mark(at(tokens, i + 5), '.') || is_mark(at(tokens, i + 5), ',')) &&
                    at(tokens, i + 6)->kind == DATE_TOKEN_NUMBER && !at(tokens, i + 6)->after_space;
    return i + (fraction ? 7 : 5);
}

/* T093000 and T0930 (ISO 8601 basic form), only behind a T. */
static size_t read_basic_clock(const struct date_tokens *tokens, size_t i, struct date_time *time)
{
    const struct date_token *token = at(tokens, i);
    if (i == 0 || !is_word(at(tokens, i - 1), "t") || token->kind != DATE_TOKEN_NUMBER ||
        (token->digits != 4 && token->digits != 6))
        return 0;
    time->has_seconds = token->digits == 6;
    int hhmm = time->has_seconds ? token->number / 100 : token->number;
    time->second = time->has_seconds ? token->number % 100 : 0;
    time->hour = hhmm / 100;
    time->minute = hhmm % 100;
    return time->hour < 24 && time->minute < 60 && time->second < 61 ? i + 1 : 0;
}

size_t date_tokens_time_end(const struct date_tokens *tokens, size_t i)
{
    struct date_time time = {0};
    return read_clock(tokens, i, &time);
}

/* +01:00, +0100, +01, Z, GMT+1, EST, (CET): returns the token behind, or i. */
static size_t read_zone(const struct date_tokens *tokens, size_t i, struct date_time *time)
{
    size_t start = i;
    const struct date_token *token = at(tokens, i);
    if (is_mark(token, '('))
        token = at(tokens, ++i);
    if (token->kind == DATE_TOKEN_WORD && date_word_zone(token->text, &time->zone_min)) {
        time->has_zone = true;
        token = at(tokens, ++i);
        bool signed_offset = is_mark(token, '+') || is_mark(token, '-');
        if (time->zone_min != 0 || !signed_offset)
            return i;
    }
    if (!is_mark(token, '+') && !is_mark(token, '-'))
        return time->has_zone ? i : start;
    int sign = token->mark == '-' ? -1 : 1;
    const struct date_token *hours = at(tokens, i + 1);
    const struct date_token *minutes = at(tokens, i + 3);
    if (hours->kind != DATE_TOKEN_NUMBER || hours->after_space)
        return time->has_zone ? i : start;
    if (hours->digits == 4 && hours->number / 100 <= 14 && hours->number % 100 < 60) {
        time->zone_min = sign * (hours->number / 100 * 60 + hours->number % 100);
        i += 2;
    } else if (hours->digits <= 2 && hours->number <= 14) {
        bool has_minutes = is_mark(at(tokens, i + 2), ':') && is_clock_number(minutes, 59);
        time->zone_min = sign * (hours->number * 60 + (has_minutes ? minutes->number : 0));
        i += has_minutes ? 4 : 2;
    } else {
        return time->has_zone ? i : start;
    }
    time->has_zone = true;
    time->zone_unknown = sign < 0 && time->zone_min == 0;
    return i;
}

bool date_tokens_read_time(const struct date_tokens *tokens, size_t i, struct date_time *ret_time)
{
    struct date_time time = {0};
    bool afternoon = false;
    size_t after = read_clock(tokens, i, &time);
    if (after == 0)
        after = read_basic_clock(tokens, i, &time);
    if (after == 0) { /* 9 pm */
        if (!is_clock_number(at(tokens, i), 12) || read_half(tokens, i + 1, &afternoon) == 0)
            return false;
        time.hour = at(tokens, i)->number;
        after = i + 1;
    }
    size_t half = read_half(tokens, after, &afternoon);
    if (half > 0 && time.hour <= 12) {
        time.hour = time.hour % 12 + (afternoon ? 12 : 0);
        after += half;
    }
    if (is_word(at(tokens, after), "uhr"))
        after++;
    time.after = read_zone(tokens, after, &time);
    if (time.hour > 24 || (time.hour == 24 && time.minute > 0))
        return false;
    *ret_time = time;
    return true;
}
