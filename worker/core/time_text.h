/* time_text: instants and days as text, in UTC and the proleptic Gregorian calendar. Pure. */
#ifndef BYLINE_CORE_TIME_TEXT_H
#define BYLINE_CORE_TIME_TEXT_H

#include <stdint.h>

#include "core/span.h"

enum { TIME_TEXT_MAX = 48 };

/* days since 1970-01-01 as "2022-01-24", as ISO 8601 has it ("-0001-..." before year 0). The span
 * borrows text, which is NUL-terminated. */
struct span time_text_day(int64_t days, char text[TIME_TEXT_MAX]);

/* ms since the epoch as RFC 3339: "2022-01-24T10:00:00Z", with ".123" where they are not zero. */
struct span time_text_instant(int64_t ms, char text[TIME_TEXT_MAX]);

#endif
