/* author_openings: the words before the names in a byline, in the languages of the press.
 *
 * Pure tables; everything compares without case. */
#ifndef BYLINE_CORE_AUTHOR_OPENINGS_H
#define BYLINE_CORE_AUTHOR_OPENINGS_H

#include "core/span.h"

/* Without "By", "Von", "Author:", "Geschrieben von", ... at its start; the text itself where it
 * has none. */
struct span author_openings_skip(struct span text);

/* The same, but a word that is also a part of names stays where no colon follows: "Di Wu Chen". */
struct span author_openings_skip_certain(struct span text);

/* Whether text opens with a preposition that is also a part of names: "Von", "Di". */
bool author_openings_is_weak(struct span text);

/* Whether one that is never a part of a name opens text. */
bool author_openings_at_start(struct span text);

/* The openings one by one, in lower case; NULL behind the last. */
const char *author_openings_at(size_t index);

/* "Reviewed by", "Edited by", "Photos by": who is named behind it did not write the text. */
bool author_openings_of_other(struct span text);

#endif
