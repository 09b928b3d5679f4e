/* jsonld_graph: the objects of a page's JSON-LD, to be found by place and by name.
 *
 *   blocks -> JSON (repaired where broken) -> nodes, with their paths; references lead to the
 * fullest
 *
 * Pure. */
#ifndef BYLINE_CORE_EXTRACT_JSONLD_GRAPH_H
#define BYLINE_CORE_EXTRACT_JSONLD_GRAPH_H

#include "core/arena.h"
#include "core/json.h"
#include "core/span.h"

enum { JSONLD_PATH_MAX_BYTES = 160 };

/* An object with a type or an id, and where it stands: /BLOCK/@graph/0/author. */
struct jsonld_node {
    struct jsonld_node *next; /* found behind it */
    const struct json *object;
    struct span id, path;
    unsigned depth;
    bool is_part; /* inside a list, a comment or another article */
};

struct jsonld_graph {
    struct arena trees; /* JSON, nodes and their paths: facts keep copies */
    struct jsonld_node *first, **last;
    size_t counts[2][2];              /* of nodes: works or not, parts or not */
    char path[JSONLD_PATH_MAX_BYTES]; /* of what is looked at now; a longer one is cut */
    size_t path_len;
};

void jsonld_graph_init(struct jsonld_graph *graph);
void jsonld_graph_finish(struct jsonld_graph *graph);

/* Reads the page's nth block. What is no JSON even when repaired is left out. Of nodes that may be
 * the page's article, and of parts of other things, so many are kept as of the rest: none crowds
 * out the others. */
void jsonld_graph_add(struct jsonld_graph *graph, size_t nth, struct span block);

/* The fullest object with that object's @id; object itself where it has none or is the fullest. */
const struct json *jsonld_resolve(const struct jsonld_graph *graph, const struct json *object);

#endif
