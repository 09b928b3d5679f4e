#include "core/extract/url_date.h"

#include "core/date.h"
#include "core/text.h"

enum {
    DAY_BYTES = 10,        /* 2022/01/24 */
    MONTH_FORM_BYTES = 11, /* 2022/jan/24 */
    COMPACT_BYTES = 8,     /* 20220124 */
    STAMP_BYTES = 12,      /* 202201241030 */
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

/* Whether text, which begins a run of digits, begins with yyyymmdd: alone, or with a time and a
 * serial number behind it (20220124, 202201241030, 2022012410300001). */
static bool compact_form(struct span text)
{
    size_t digits = 0;
    while (digits < text.len && is_digit(text.data[digits]))
        digits++;
    if (digits < COMPACT_BYTES || text.data[0] > '2' || text.data[0] < '1')
        return false;
    if (digits == COMPACT_BYTES)
        return true;
    int hour = (text.data[8] - '0') * 10 + text.data[9] - '0';
    int minute = digits >= STAMP_BYTES ? (text.data[10] - '0') * 10 + text.data[11] - '0' : 60;
    return hour < 24 && minute < 60;
}

/* Bytes of the day that text begins with, or 0; before is the byte in front of it. */
static size_t day_at(struct span text, char before)
{
    bool starts = before == '/' || before == '-';
    bool separated = starts && text.len >= DAY_BYTES && has_form(text.data) &&
                     (text.len == DAY_BYTES || !is_digit(text.data[DAY_BYTES]));
    if (separated)
        return DAY_BYTES;
    if (starts && named_form(text) > 0)
        return named_form(text);
    return !is_digit(before) && compact_form(text) ? COMPACT_BYTES : 0;
}

/* The address of the page that an archive keeps: what stands before it is when it was kept. */
static struct span kept_url(struct span url)
{
    size_t inner = url.len;
    for (size_t i = 1; i < url.len && url.data[i] != '?'; i++) {
        struct span rest = span_of(url.data + i, url.len - i);
        if (url.data[i - 1] == '/' &&
            (text_starts_folded(rest, "http://") || text_starts_folded(rest, "https://")))
            inner = i;
    }
    return inner < url.len ? span_of(url.data + inner, url.len - inner) : url;
}

struct span url_date(struct span url)
{
    url = kept_url(url);
    size_t i = 0; /* first the end of the host */
    for (int slashes = 0; i < url.len && slashes < 3; i++)
        slashes += url.data[i] == '/';
    for (; i < url.len && url.data[i] != '?'; i++) {
        struct span rest = span_of(url.data + i, url.len - i);
        struct span day = span_of(rest.data, day_at(rest, url.data[i - 1]));
        struct date_value date;
        if (day.len > 0 && date_parse(day, &date) && date.has_date)
            return day;
    }
    return SPAN_NONE;
}
