/* http_date: the date of an HTTP header, in the three forms of RFC 9110, section 5.6.7.
 *
 *   Sun, 06 Nov 1994 08:49:37 GMT     IMF-fixdate
 *   Sunday, 06-Nov-94 08:49:37 GMT    RFC 850
 *   Sun Nov  6 08:49:37 1994          asctime
 *
 * Pure. */
#ifndef BYLINE_CORE_HTTP_DATE_H
#define BYLINE_CORE_HTTP_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/span.h"

/* Milliseconds since the epoch. now_ms settles the century of a two-digit year: a date more than
 * 50 years ahead is in the past (RFC 9110). */
bool http_date_parse(struct span text, int64_t now_ms, int64_t *ret_ms);

#endif
