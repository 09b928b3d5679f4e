/* date_label: what the words before a date say that it is the date of.
 *
 * Pure tables, in the languages of the press; words compare without case. */
#ifndef BYLINE_CORE_EXTRACT_DATE_LABEL_H
#define BYLINE_CORE_EXTRACT_DATE_LABEL_H

#include "core/span.h"

enum date_label {
    DATE_LABEL_NONE = 0,
    DATE_LABEL_PUBLISHED, /* "Published on", "Veröffentlicht:" */
    DATE_LABEL_UPDATED,   /* "Last updated", "Reviewed" */
    DATE_LABEL_OTHER,     /* "©", "Joined", "Retrieved": of something else */
};

enum { DATE_LABEL_MAX_BYTES = 32 /* a longer text is a sentence */ };

enum date_label date_label_read(struct span text);

#endif
