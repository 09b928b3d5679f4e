/* url_date: the day in a dated address: /2022/01/24/a-headline, /2022-01-24-a-headline,
 * /20220124/a-headline, /news/A2022012410300001.
 *
 * Pure. */
#ifndef BYLINE_CORE_EXTRACT_URL_DATE_H
#define BYLINE_CORE_EXTRACT_URL_DATE_H

#include "core/span.h"

/* The part of url that is a day, "2022/01/24"; absent where it has none. */
struct span url_date(struct span url);

#endif
