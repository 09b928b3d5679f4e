/* jsonld: what a page's JSON-LD blocks (schema.org) say about its article.
 *
 *   blocks -> JSON (repaired where broken) -> nodes, indexed by @id -> the article's node -> facts
 *
 * @graph and references by @id are resolved across all blocks of the page. Pure. */
#ifndef BYLINE_CORE_EXTRACT_JSONLD_H
#define BYLINE_CORE_EXTRACT_JSONLD_H

#include "core/extract/facts.h"

enum {
    JSONLD_MAX_BLOCK_BYTES = 1024 * 1024, /* a longer block is left out */
    JSONLD_MAX_BYTES = 2 * 1024 * 1024,   /* of all blocks */
    JSONLD_MAX_NODES_OF_KIND = 512,
    JSONLD_NODE_DEPTH = 24, /* nodes further down are not looked for */
};

/* Adds facts of ORIGIN_JSONLD and ORIGIN_JSONLD_PAGE. page_url tells the page's own article from
 * others. False without memory. */
bool jsonld_collect(const struct span *blocks, size_t count, struct span page_url,
                    struct facts *facts) __attribute__((warn_unused_result));

#endif
