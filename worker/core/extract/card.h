/* card: the box of a teaser, which a heading that is a link announces.
 *
 *   <div class="card"> <h3><a href="/other">Other story</a></h3> <p>By Max Poe</p> </div>
 *
 * Pure. */
#ifndef BYLINE_CORE_EXTRACT_CARD_H
#define BYLINE_CORE_EXTRACT_CARD_H

#include <lexbor/dom/dom.h>

#include "core/extract/attributes.h"

/* The outermost small element around heading with no other heading in it, *ret_levels above it.
 * NULL where the heading is no link, or one to a person's page. */
lxb_dom_node_t *card_box(lxb_dom_node_t *heading, const struct attribute_ids *ids,
                         size_t *ret_levels);

#endif
