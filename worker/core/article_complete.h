/* article_complete: the fields that byline computes from the others. Pure. */
#ifndef BYLINE_CORE_ARTICLE_COMPLETE_H
#define BYLINE_CORE_ARTICLE_COMPLETE_H

#include <stdbool.h>

#include "core/arena.h"
#include "core/article.h"

/* Sets word_count and text_sha256 where there is a text, and article_id: the SHA-256 of
 * canonical_url, else of text, else of source_url, else of event_id. False without memory. */
bool article_complete(struct article *article, struct arena *arena)
    __attribute__((warn_unused_result));

/* Runs of characters between Unicode White_Space. */
int32_t article_word_count(struct span text);

#endif
