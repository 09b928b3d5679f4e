/* related_heading: headings over teasers of other articles.
 *
 *   <h2>More stories</h2> <ul> ... </ul>      what follows in its box is about other articles,
 *   <h2>Comments</h2>                          up to the next heading that is no lesser one
 *
 * Pure. */
#ifndef BYLINE_CORE_EXTRACT_RELATED_HEADING_H
#define BYLINE_CORE_EXTRACT_RELATED_HEADING_H

#include <lexbor/html/html.h>

#include "core/span.h"

/* "More stories", "Mehr zum Thema": few words that announce other articles. */
bool related_heading_is(struct span text);

/* The element whose next children the heading announces, and how many levels it is above the
 * heading: the parent, or further up where the heading stands alone in a box of its own. */
lxb_dom_node_t *related_heading_box(lxb_dom_node_t *heading, size_t *ret_levels);

#endif
