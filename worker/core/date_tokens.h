/* date_tokens: a short text as numbers, words and marks, and the times of day among them.
 *
 *   "2022-01-24T10:30Z"  ->  2022 - 01 - 24 T 10 : 30 Z
 *
 * Spaces part tokens and are not kept. Digits of other scripts count as digits; the signs 年月日
 * and their Korean fellows become the marks Y, M and D. Pure. */
#ifndef BYLINE_CORE_DATE_TOKENS_H
#define BYLINE_CORE_DATE_TOKENS_H

#include <stddef.h>
#include <stdint.h>

#include "core/span.h"

enum {
    DATE_TOKENS_MAX = 96,
    DATE_TEXT_MAX_BYTES = 512, /* read; the rest is not looked at */
    DATE_RAW_MAX_BYTES = 96,
};

enum date_token_kind { DATE_TOKEN_END = 0, DATE_TOKEN_NUMBER, DATE_TOKEN_WORD, DATE_TOKEN_MARK };

struct date_token {
    enum date_token_kind kind;
    char mark;       /* ASCII; 'Y' 'M' 'D' as above, '?' for any other sign */
    unsigned digits; /* of a number, leading zeros counted */
    int number;      /* of up to 9 digits */
    int64_t wide;    /* of up to 18 digits */
    bool after_space;
    struct span text;
};

struct date_tokens {
    struct date_token items[DATE_TOKENS_MAX];
    size_t count;
};

struct date_time {
    bool has_seconds, has_zone;
    bool zone_unknown; /* -00:00: UTC, of a place that nobody tells (RFC 3339, 4.3) */
    int hour, minute, second, zone_min;
    size_t after; /* the token behind it */
};

void date_tokens_read(struct span text, struct date_tokens *ret_tokens);

/* A time of day that starts at token i: 10:30, 10:30:15.250Z, 9.30 am, 14h30, 9 pm, 0930Z. */
bool date_tokens_read_time(const struct date_tokens *tokens, size_t i, struct date_time *ret_time);

/* The token behind the clock digits (not the zone) of a time at token i, or 0. */
size_t date_tokens_time_end(const struct date_tokens *tokens, size_t i);

#endif
