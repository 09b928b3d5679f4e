/* similar: how much two short texts have in common, word by word.
 *
 * Words compare without case and punctuation; scripts without spaces count each character as a
 * word. Pure. */
#ifndef BYLINE_CORE_EXTRACT_SIMILAR_H
#define BYLINE_CORE_EXTRACT_SIMILAR_H

#include <stdint.h>

#include "core/span.h"

enum { SIMILAR_MAX_WORDS = 64 };

struct bag {
    uint32_t hashes[SIMILAR_MAX_WORDS];
    size_t count;
};

/* The first SIMILAR_MAX_WORDS words. */
void bag_read(struct span text, struct bag *ret_bag);

/* How many words of a stand in b too. */
size_t bag_shared(const struct bag *a, const struct bag *b);

/* 0 to 100: shared words in percent of the shorter, or of the longer text's words. */
unsigned bag_to_shorter(const struct bag *a, const struct bag *b);
unsigned bag_to_longer(const struct bag *a, const struct bag *b);
unsigned similar_to_shorter(struct span a, struct span b);
unsigned similar_to_longer(struct span a, struct span b);

/* Equal without case, spaces and punctuation: "The Daily-Post" and "thedailypost". */
bool similar_same_letters(struct span a, struct span b);

#endif
