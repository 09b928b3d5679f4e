/* date: any form in which the web writes a date, read without inventing precision.
 *
 *   2022-01-24T10:30:00+01:00   ISO 8601, W3C-DTF, RFC 3339; also 20220124, 2022/01/24
 *   Mon, 24 Jan 2022 09:30 GMT  RFC 5322 and HTTP; also asctime and JavaScript's Date
 *   January 24, 2022 10:30 am   names of months in many languages, day first or month first
 *   24.01.2022   2022年1月24日   numbers in the order that the separator or the script gives
 *   1643016600                  seconds or milliseconds since 1970
 *
 * `01/02/2022` means two days; without an order only its year is known. Pure. */
#ifndef BYLINE_CORE_DATE_H
#define BYLINE_CORE_DATE_H

#include "core/article.h"
#include "core/span.h"

/* What a numeric date with slashes means where both orders are possible. */
enum date_order { DATE_ORDER_UNKNOWN = 0, DATE_ORDER_DAY_FIRST, DATE_ORDER_MONTH_FIRST };

/* Finds the first date in text (its first 512 bytes). A year or a month alone counts only where
 * text says nothing else. raw borrows text. False where there is none. */
bool date_parse(struct span text, struct date_value *ret_date);
bool date_parse_ordered(struct span text, enum date_order order, struct date_value *ret_date);

/* The same, and where in text the date stands. */
bool date_find(struct span text, enum date_order order, struct date_value *ret_date,
               struct span *ret_place);

/* The order that a BCP 47 language tag implies: month first in the United States and in plain
 * English, day first elsewhere; unknown for an empty tag. */
enum date_order date_order_of(struct span language);

/* Days since 1970-01-01 in the proleptic Gregorian calendar; false for a day that does not
 * exist. */
bool date_from_civil(int year, int month, int day, int32_t *ret_days);
void date_to_civil(int32_t days, int *ret_year, int *ret_month, int *ret_day);

#endif
