/* author_words: the words around names in bylines, in the languages of the press.
 *
 * Pure tables; everything compares without case. */
#ifndef BYLINE_CORE_AUTHOR_WORDS_H
#define BYLINE_CORE_AUTHOR_WORDS_H

#include "core/span.h"

/* Bytes of a word that joins two names ("and", "und", "y") at the start of text, which follows a
 * space; 0 for none. weak: also part of names ("Ortega y Gasset"). */
size_t author_words_joiner(struct span text, bool *ret_weak);

/* "Staff Writer", "Redakteurin", "Contributor": what someone does, not a name. */
bool author_words_is_role(struct span text);

/* "PhD", "MD", "RDN": letters behind a name. */
bool author_words_is_credential(struct span text);

/* "Team", "Redaktion", "Reuters": an organization. */
bool author_words_is_organization(struct span text);

/* Capitalized words, few of them, with only small words between: what a visible text must be to be
 * taken for a name. one_word: "Krystyna" is enough. */
bool author_words_look_like_person(struct span name, bool one_word);

/* Up to four words that need not be a person's: who a visible byline may be signed by where it
 * names nobody better, "The Coast Team", "3i Global". any_case: also "crazy coasters". */
bool author_words_may_sign(struct span name, bool any_case);

/* What stands behind "By" in menus and sentences: "Region", "March", "Christmas". */
bool author_words_is_no_name(struct span name);

/* "admin", "guest", "unknown": no name at all. */
bool author_words_is_placeholder(struct span text);

#endif
