/* author_words: the words around names in bylines, in the languages of the press.
 *
 * Pure tables; everything compares without case. */
#ifndef BYLINE_CORE_AUTHOR_WORDS_H
#define BYLINE_CORE_AUTHOR_WORDS_H

#include "core/span.h"

/* Without "By", "Von", "Author:", "Geschrieben von", ... at its start; the text itself where it
 * has none. */
struct span author_words_skip_prefix(struct span text);

/* Bytes of a word that joins two names ("and", "und", "y") at the start of text, which follows a
 * space; 0 for none. weak: also part of names ("Ortega y Gasset"). */
size_t author_words_joiner(struct span text, bool *ret_weak);

/* "Staff Writer", "Redakteurin", "Contributor": what someone does, not a name. */
bool author_words_is_role(struct span text);

/* "PhD", "MD", "RDN": letters behind a name. */
bool author_words_is_credential(struct span text);

/* "Team", "Redaktion", "Reuters": an organization. */
bool author_words_is_organization(struct span text);

/* "admin", "guest", "unknown": no name at all. */
bool author_words_is_placeholder(struct span text);

#endif
