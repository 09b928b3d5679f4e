/* byline_text: which visible texts of a page open a byline, and where the byline ends.
 *
 *   <p>Written by</p><p>Jane Roe</p>  ->  "Written by | Jane Roe"
 *
 * Pure. */
#ifndef BYLINE_CORE_EXTRACT_BYLINE_TEXT_H
#define BYLINE_CORE_EXTRACT_BYLINE_TEXT_H

#include <stdint.h>

#include <lexbor/dom/dom.h>

#include "core/arena.h"
#include "core/span.h"

enum { BYLINE_TEXT_MAX_BYTES = 400 };

/* The first three letters of all openings, as bits: most texts of a page are no byline, and three
 * bytes say so. Of a text in another script than ASCII the first letter's first two bytes do. */
struct byline_starts {
    uint32_t third[32][32]; /* by first and second letter */
    uint64_t other[64];     /* second bytes, by the first */
};

void byline_starts_init(struct byline_starts *starts);
bool byline_starts_match(const struct byline_starts *starts, struct span text);

/* The byline that a text node opens with "By", "Author:", ...: from there to the end of the element
 * that holds a name. Absent where the text opens none. */
struct span byline_text(lxb_dom_node_t *text_node, struct arena *arena);

/* "By ", "Author: ", ... with more behind it. */
bool byline_text_opens(struct span text);

/* Without the marks that part a line: "| By Jane Roe". */
struct span byline_text_start(struct span text);

/* The byline behind the date of a line, which opens like one or stands behind a dash: "24 January
 * 2022 by Jane Roe", "24.01.2022 - Jane Roe". date is a part of line. Absent without one. */
struct span byline_text_behind_date(struct span line, struct span date);

/* "By", "Author:": a text that says that a name comes, and nothing else. */
bool byline_text_is_label(struct span text);

/* The same for the label of an X card's value, which may say more: "Interview by". */
bool byline_text_is_card_label(struct span text);

/* True for a line of pieces: "Jane Roe | Writer | 24 January 2022". */
bool byline_text_is_parted(struct span text);

/* True where the texts before an element say that whoever it names did something else than write:
 * "Reviewed by", "Fact checked" "by". last is the text right before it. */
bool byline_text_names_other(struct span before_last, struct span last);

/* The address of an author's own page on the site: /author/jane-roe/. */
bool byline_text_is_author_page(struct span href);

#endif
