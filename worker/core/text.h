/* text: small questions about UTF-8 text that names, dates and titles share.
 *
 * Folding knows the alphabets with case that month names and bylines use (Latin with Latin-1 and
 * Extended-A, Greek, Cyrillic); everything else stays as it is. Pure. */
#ifndef BYLINE_CORE_TEXT_H
#define BYLINE_CORE_TEXT_H

#include <stdint.h>

#include "core/arena.h"
#include "core/span.h"

/* U+FFFD where bytes are not UTF-8; always moves on by at least one byte. */
uint32_t text_next(struct span *rest);

/* The lower-case form of a code point. */
uint32_t text_lower(uint32_t code_point);

/* A letter of any script, as far as names need it: not a digit, not punctuation, not a symbol. */
bool text_is_letter(uint32_t code_point);
bool text_is_upper(uint32_t code_point);
/* Also no-break, narrow, ideographic and other typographic spaces. */
bool text_is_space(uint32_t code_point);

/* Appends code_point to at, returns the bytes written (1 to 4). */
size_t text_put(char *at, uint32_t code_point);

/* Bytes of a that are b in any case, or 0; b must be in lower case already and not empty. */
size_t text_match_folded(struct span a, const char *b);

/* Whether a may start with b, told by the first byte, which settles most comparisons with a table's
 * words: no character of ASCII folds to another one, and of the others only U+0130 folds to one. */
static inline bool text_may_start(struct span a, const char *b)
{
    enum { DOTTED_I_LEAD = 0xC4 };
    unsigned char first = a.len > 0 ? (unsigned char)a.data[0] : '\0';
    unsigned char want = (unsigned char)b[0];
    if (want >= 0x80)
        return first >= 0x80;
    return first == want || (first >= 'A' && first <= 'Z' && (first | 0x20) == want) ||
           first == DOTTED_I_LEAD;
}

/* Compare without case; b must be in lower case already. */
static inline bool text_starts_folded(struct span a, const char *b)
{
    return text_may_start(a, b) && text_match_folded(a, b) > 0;
}

static inline bool text_equals_folded(struct span a, const char *b)
{
    return a.len > 0 ? text_may_start(a, b) && text_match_folded(a, b) == a.len : *b == '\0';
}

/* Where b first stands in a, as an index, or a.len + 1. */
size_t text_find_folded(struct span a, const char *b);

/* As span_trim, with every kind of space. */
struct span text_trim(struct span s);

/* Words parted by spaces. */
size_t text_count_words(struct span s);

/* Code points. */
size_t text_count_characters(struct span s);

/* A copy without control and other invisible characters, runs of spaces as one, trimmed, NFC.
 * Absent without memory; empty where nothing is left. */
struct span text_clean(struct arena *arena, struct span raw);

/* The same for values that were escaped once too often: character references (&amp;, &#8217;) are
 * read and tags dropped first. */
struct span text_clean_markup(struct arena *arena, struct span raw);

#endif
