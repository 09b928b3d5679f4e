#include "core/extract/day_text.h"

#include <stdint.h>

#include "core/date.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Whether a digit of another script starts at text: Arabic, Persian, Devanagari, Bengali, Thai, or
 * one of full width. */
static bool is_other_digit(const char *text, size_t len)
{
    unsigned char lead = (unsigned char)text[0];
    unsigned char second = len > 1 ? (unsigned char)text[1] : 0;
    switch (lead) {
    case 0xD9:
    case 0xDB: return true;
    case 0xE0: return second == 0xA5 || second == 0xA7 || second == 0xB9;
    case 0xEF: return second == 0xBC;
    default: return false;
    }
}

static bool is_date_mark(char c)
{
    return c == '.' || c == '/' || c == '-' || c == '\'';
}

/* Most texts of a page have neither digits nor bytes beyond ASCII. Eight bytes at a time. */
static bool has_digit(struct span text)
{
    const uint64_t high = UINT64_C(0x8080808080808080);
    size_t i = 0;
    for (; i + sizeof high <= text.len; i += sizeof high) {
        uint64_t eight;
        memcpy(&eight, text.data + i, sizeof eight);
        /* A digit xor '0' is at most 9, so adding 0x76 does not set its high bit. */
        uint64_t behind = (eight ^ UINT64_C(0x3030303030303030)) + UINT64_C(0x7676767676767676);
        if (eight & high || (~behind & high))
            return true;
    }
    for (; i < text.len; i++)
        if (is_digit(text.data[i]) || text.data[i] & 0x80)
            return true;
    return false;
}

bool day_text_may_hold(struct span text)
{
    size_t run = 0;
    bool marked = false; /* before the run */
    if (!has_digit(text))
        return false;
    for (size_t i = 0; i <= text.len; i++) {
        char c = i < text.len ? text.data[i] : ' ';
        if (is_digit(c)) {
            marked = run == 0 ? i > 0 && is_date_mark(text.data[i - 1]) : marked;
            run++;
            continue;
        }
        if (run == 4 || run >= 8 || (run == 2 && marked) ||
            (c & 0x80 && is_other_digit(text.data + i, text.len - i)))
            return true;
        run = 0;
    }
    return false;
}

bool day_text_holds(struct span text)
{
    struct date_value date;
    return day_text_may_hold(text) && date_parse_ordered(text, DATE_ORDER_DAY_FIRST, &date) &&
           date.has_date;
}
