/* author: names of people and organizations out of a byline.
 *
 *   "By Jane Roe and John Doe, Staff Writers"  ->  Jane Roe | John Doe
 *
 * Prefixes (By, Von, Par, Автор:), roles, e-mail addresses, agencies' brackets and dates go;
 * the names stay as printed. Pure. */
#ifndef BYLINE_CORE_AUTHOR_H
#define BYLINE_CORE_AUTHOR_H

#include "core/arena.h"
#include "core/article.h"
#include "core/span.h"

enum { AUTHOR_MAX = 32 /* names taken from one byline */ };

/* Splits and cleans a byline. No name found gives count 0. Items lie in the arena; false only
 * without memory. */
bool author_list(struct span byline, struct arena *arena, const struct author **ret_items,
                 size_t *ret_count);

/* The same for the names of metadata, which no preposition opens: "Di Wu Chen", "Von Stein Karl".
 */
bool author_list_named(struct span names, struct arena *arena, const struct author **ret_items,
                       size_t *ret_count);

/* "Jane Roe" for "Roe, Jane" (Highwire, Dublin Core); the text itself where it has no such form. */
struct span author_name_in_order(struct span name, struct arena *arena);

/* The iD out of "https://orcid.org/0000-0002-1825-0097", in the arena; absent where text has none
 * whose check digit is right. */
struct span author_orcid(struct span text, struct arena *arena);

#endif
