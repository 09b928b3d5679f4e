/* words: what class and id names say about an element, in the words that templates use.
 *
 *   "c-Byline__item entryMeta"  ->  byline | meta
 *
 * Names are cut into words at anything but letters and at camelCase humps. Pure. */
#ifndef BYLINE_CORE_EXTRACT_WORDS_H
#define BYLINE_CORE_EXTRACT_WORDS_H

#include <stdint.h>

#include "core/span.h"

enum word_flag {
    WORD_AUTHOR = 1 << 0,
    WORD_BYLINE = 1 << 1,
    WORD_DATE = 1 << 2,
    WORD_UPDATED = 1 << 3,
    WORD_COMMENT = 1 << 4,
    WORD_RELATED = 1 << 5, /* other articles */
    WORD_ASIDE = 1 << 6,   /* furniture of the page */
    WORD_TITLE = 1 << 7,
    WORD_ARTICLE = 1 << 8,
    WORD_BIO = 1 << 9,
    WORD_META = 1 << 10,
    WORD_NAME = 1 << 11,
    WORD_PUBLISHED = 1 << 12,
    WORD_PERSON_PICTURE = 1 << 13,
    WORD_EVENT = 1 << 14,
    WORD_SHARE = 1 << 15,
    WORD_HEADER = 1 << 16,
    WORD_ABOUT = 1 << 17, /* what someone is, not the name */
    WORD_SITE = 1 << 18,  /* with WORD_TITLE: the site's name */
    WORD_CAPTION = 1 << 19,
    WORD_MORE = 1 << 20, /* with WORD_ITEMS in one name: WORD_RELATED */
    WORD_ITEMS = 1 << 21,
};

enum { WORD_SLOTS = 512, WORD_KNOWN = 64, WORD_MIN_BYTES = 3, WORD_MAX_BYTES = 15 };

/* A hash index over the constant table, filled once a page, and the names read last: the items of
 * a list have the same classes. */
struct words {
    uint8_t slots[WORD_SLOTS];           /* entry + 1, 0: empty */
    uint32_t firsts[WORD_MAX_BYTES + 1]; /* first letters of the words of each length, as bits */
    struct {
        struct span names;
        uint32_t flags;
    } known[WORD_KNOWN];
};

void words_init(struct words *words);

/* The flags of all words in a class or id value (its first 512 bytes), which outlives words. */
uint32_t words_read(struct words *words, struct span names);

#endif
