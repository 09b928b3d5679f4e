/* item: properties of schema.org that stand in a page's body, as microdata and as RDFa.
 *
 *   <p itemprop="author" itemscope itemtype="https://schema.org/Person">   WHATWG HTML, "microdata"
 *   <p property="schema:author" typeof="schema:Person">                    RDFa Lite 1.1
 *     <a itemprop="url" href="/jane"> <b itemprop="name">Jane Roe</b>      of the item, not the
 * page
 *
 * Of RDFa the terms of schema.org count, with a prefix or by a vocabulary (vocab), which a page
 * that names none is taken to mean; and those that meta elements have, such as dc:title. Pure. */
#ifndef BYLINE_CORE_EXTRACT_ITEM_H
#define BYLINE_CORE_EXTRACT_ITEM_H

#include "core/extract/attributes.h"
#include "core/extract/facts.h"

enum { ITEM_PREFIXES_MAX = 16 };

/* What a page calls a vocabulary, "s:", and what the rules call it: "" schema.org, "dcterms.". */
struct item_prefix {
    struct span own;
    const char *name;
};

struct items {
    struct facts *facts;
    const struct attribute_ids *ids;
    struct item_prefix prefixes[ITEM_PREFIXES_MAX];
    size_t prefix_count;
    struct span page_host; /* absent: unknown */
};

/* The circumstances inside an element, from those around it: its item's type, its vocabulary. */
uint32_t item_flags(struct items *items, const struct attributes *attributes, uint32_t around);

/* Takes the prefixes that RDFa 1.0 declares at the root: xmlns:dct="http://purl.org/dc/terms/". */
void item_read_namespaces(struct items *items, lxb_dom_node_t *root);

/* Adds the type of an item that may be the page's article. */
void item_visit_type(struct items *items, const struct attributes *attributes, uint32_t flags,
                     uint32_t position);

/* Adds the facts of an element that is no meta. position: elements before it. */
void item_visit(struct items *items, lxb_dom_node_t *node, const struct attributes *attributes,
                uint32_t flags, uint32_t position);

/* Adds the facts of a meta element's property, where it is one of schema.org: "schema:headline". */
void item_visit_meta(struct items *items, const struct attributes *attributes, uint32_t flags,
                     uint32_t position);

#endif
