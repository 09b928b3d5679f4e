/* walk: one pass over a page's tree that collects facts.
 *
 * No recursion: the pass follows lexbor's own links, and what it knows of the elements around it
 * lies in a stack of bounded depth. Pure. */
#ifndef BYLINE_CORE_EXTRACT_WALK_H
#define BYLINE_CORE_EXTRACT_WALK_H

#include "core/extract/document.h"
#include "core/extract/facts.h"

enum { WALK_MAX_JSONLD = 64 /* script blocks */ };

struct walk_result {
    struct span jsonld[WALK_MAX_JSONLD]; /* text of the blocks, borrowed from the tree */
    size_t jsonld_count;
    struct span base; /* href of the first base element, absent where there is none */
};

/* Adds to facts; false without memory. */
bool walk_document(lxb_html_document_t *document, struct span page_url, struct facts *facts,
                   struct walk_result *ret_result) __attribute__((warn_unused_result));

#endif
