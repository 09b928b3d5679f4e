/* circumstances: what elements and their class names say about everything inside them.
 *
 * Pure tables; the flags are those of facts. */
#ifndef BYLINE_CORE_EXTRACT_CIRCUMSTANCES_H
#define BYLINE_CORE_EXTRACT_CIRCUMSTANCES_H

#include <stdint.h>

#include <lexbor/tag/const.h>

/* enum fact_flag of an element by its name. */
uint32_t circumstances_of_tag(uintptr_t tag);

/* enum fact_flag of the words of class and id, which are bits of words_read. */
uint32_t circumstances_of_words(uint32_t words);

#endif
