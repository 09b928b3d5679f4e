/* node_text: the text of an element as a reader sees it.
 *
 * Pure. No recursion. */
#ifndef BYLINE_CORE_EXTRACT_NODE_TEXT_H
#define BYLINE_CORE_EXTRACT_NODE_TEXT_H

#include <lexbor/dom/dom.h>

#include "core/arena.h"
#include "core/span.h"

/* Up to max_bytes of the text below node, without script and style; blocks, list items and
 * neighbouring links are parted by " | ". Absent where there is more, or no memory. */
struct span node_text(lxb_dom_node_t *node, size_t max_bytes, struct arena *arena);

/* As node_text with spaces for " | ". */
struct span node_heading(lxb_dom_node_t *node, size_t max_bytes, struct arena *arena);

/* As node_heading, but cut at max_bytes instead of absent. */
struct span node_text_start(lxb_dom_node_t *node, size_t max_bytes, struct arena *arena);

/* As node_text, but cut at max_bytes instead of absent. */
struct span node_text_cut(lxb_dom_node_t *node, size_t max_bytes, struct arena *arena);

/* The next node in document order inside root, without going below node if skip. NULL at the
 * end. */
lxb_dom_node_t *node_after(lxb_dom_node_t *node, const lxb_dom_node_t *root, bool skip);

/* Whether such an element starts a new piece of text, and ends it. */
bool node_text_is_parted_by(lxb_tag_id_t tag);

#endif
