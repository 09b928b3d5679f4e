/* author_credit: what a byline says of the work of whoever it names next.
 *
 *   "Photos by ", "Text und Fotos: ", "illustrated by ", "as told to "
 *
 * Pure tables; everything compares without case. */
#ifndef BYLINE_CORE_AUTHOR_CREDIT_H
#define BYLINE_CORE_AUTHOR_CREDIT_H

#include "core/span.h"

enum author_credit {
    AUTHOR_CREDIT_NONE,
    AUTHOR_CREDIT_TEXT,  /* wrote it, whatever else: "Words & photos by" */
    AUTHOR_CREDIT_OTHER, /* did something else only: "Photos by" */
};

/* The credit that opens text, and its bytes with the "by" or colon behind it. */
enum author_credit author_credit_at(struct span text, size_t *ret_bytes);

/* The credit that text ends with: what stands in an element before the name. */
enum author_credit author_credit_at_end(struct span text);

/* "(Fotos)", "(photographer)": text names, in brackets behind a name, no work but other than
 * writing. */
bool author_credit_in_brackets(struct span text);

#endif
