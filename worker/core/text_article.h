/* text_article: an article as plain text.
 *
 *   24.01.2022 Author: Jane Roe             date and author
 *                                           (empty lines)
 *   A headline                              title: the first line after the head
 *   ...
 *   Jane Roe, exclusively for “The Paper”.  may name author and publication
 *
 * The head has other forms as well: the date written out in any language that core/date knows,
 * alone or behind the names ("Jane Roe, 24 January 2022"). 01/02/2022 is one of two days: it makes
 * a head, but says only the year. Each part may be missing; nothing is invented for it. The text
 * itself is kept byte for byte. Pure. */
#ifndef BYLINE_CORE_TEXT_ARTICLE_H
#define BYLINE_CORE_TEXT_ARTICLE_H

#include "core/arena.h"
#include "core/article.h"
#include "core/error.h"
#include "core/span.h"

/* Sets TITLE, AUTHORS, PUBLISHED, PUBLISHER and TEXT where the text gives them; paths are
 * "line N", counted from 1. Text that is empty or not UTF-8 is ERROR_POISON (decode), an arena
 * that is full ERROR_POISON (too_large). */
bool text_article_parse(struct span text, struct arena *arena, struct metadata *ret_metadata,
                        struct error *ret_error) __attribute__((warn_unused_result));

#endif
