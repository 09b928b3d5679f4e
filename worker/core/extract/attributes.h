/* attributes: the attributes of an element that say something about its page.
 *
 * Pure. Values are borrowed from the tree. */
#ifndef BYLINE_CORE_EXTRACT_ATTRIBUTES_H
#define BYLINE_CORE_EXTRACT_ATTRIBUTES_H

#include <lexbor/html/html.h>

#include "core/span.h"

/* Absent where the element has none. */
struct attributes {
    struct span class_names, id, itemprop, property, name, content, rel, href, datetime, type;
    struct span itemtype, http_equiv, lang;
    struct span type_of, vocab, prefix; /* RDFa */
    bool hidden;                        /* whatever its value (HTML, 6.1) */
};

/* Ids that lexbor gives, one document at a time, to names it does not know beforehand. */
struct attribute_ids {
    lxb_dom_attr_id_t name, itemprop, property, datetime, itemtype, type_of, vocab, prefix,
        xml_lang, hidden;
};

void attribute_ids_init(struct attribute_ids *ids, lxb_html_document_t *document);

/* Whether the extraction or the tree builder reads attributes of that name. */
bool attributes_are_read(const lxb_dom_attr_data_t *name);

void attributes_read(const struct attribute_ids *ids, lxb_dom_node_t *element,
                     struct attributes *ret_attributes);

/* The next word of a space-separated attribute (ASCII white space, WHATWG Infra). */
struct span attributes_next_word(struct span *words);

#endif
