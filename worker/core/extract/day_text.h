/* day_text: which of a page's texts hold a day; most have no digit, and few of the rest a year.
 *
 * Pure. */
#ifndef BYLINE_CORE_EXTRACT_DAY_TEXT_H
#define BYLINE_CORE_EXTRACT_DAY_TEXT_H

#include "core/span.h"

/* Whether text has the digits of a year: four, eight or more in a run, two behind a mark (24.01.22,
 * 24-Jan-22), or those of another script. Cheap. */
bool day_text_may_hold(struct span text);

/* Whether text holds a day, in whatever order its numbers are meant. */
bool day_text_holds(struct span text);

#endif
