#include "core/extract/url_date.h"

#include "core/date.h"

enum {
    DAY_BYTES = 10,        /* 2022/01/24 */
    MONTH_FORM_BYTES = 11, /* 2022/jan/24 */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* yyyy/mm/dd or yyyy-mm-dd at p, which has DAY_BYTES bytes. */
static bool has_form(const char *p)
{
    for (int i = 0; i < DAY_BYTES; i++) {
        bool mark = i == 4 || i == 7;
        if (mark ? (p[i] != '/' && p[i] != '-') : !is_digit(p[i]))
            return false;
    }
    return p[4] == p[7] && (p[0] == '1' || p[0] == '2');
}

/* yyyy/month/dd at the start of text, the month as a word: its bytes, or 0. */
static size_t named_form(struct span text)
{
    size_t i = 5;
    if (text.len < MONTH_FORM_BYTES || text.data[4] != '/')
        return 0;
    while (i < text.len && (text.data[i] | 0x20) >= 'a' && (text.data[i] | 0x20) <= 'z')
        i++;
    bool month = i >= 8 && i + 3 <= text.len && text.data[i] == '/';
    return month && is_digit(text.data[i + 1]) && is_digit(text.data[i + 2]) ? i + 3 : 0;
}

struct span url_date(struct span url)
{
    for (size_t i = 1; i + DAY_BYTES <= url.len; i++) {
        struct date_value date;
        struct span day = span_of(url.data + i, DAY_BYTES);
        bool starts = url.data[i - 1] == '/' || url.data[i - 1] == '-';
        bool ends = i + DAY_BYTES == url.len || !is_digit(url.data[i + DAY_BYTES]);
        if (url.data[i] == '?')
            break;
        size_t named = named_form(span_of(url.data + i, url.len - i));
        if (starts && named > 0 && date_parse(span_of(day.data, named), &date) && date.has_date)
            return span_of(day.data, named);
        if (starts && ends && has_form(day.data) && date_parse(day, &date) && date.has_date)
            return day;
    }
    return SPAN_NONE;
}
