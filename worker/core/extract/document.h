/* document: a page's tree, built by lexbor under guard.
 *
 * HTML lets a page ask for trees that are deep, wide or quadratic in its size. The guard drops such
 * start tags between tokenizer and tree builder, as browsers do past their own limits, so that
 * time and memory stay linear in the page. What no rule reads is dropped there as well: comments,
 * code, style sheets, the shapes of drawings. Pure; one document belongs to one thread. */
#ifndef BYLINE_CORE_EXTRACT_DOCUMENT_H
#define BYLINE_CORE_EXTRACT_DOCUMENT_H

#include <lexbor/html/html.h>

#include "core/span.h"

enum {
    DOCUMENT_MAX_BYTES = 8 * 1024 * 1024, /* of UTF-8; what follows is not read */
    DOCUMENT_MAX_DEPTH = 512,             /* open elements, as in Blink */
    DOCUMENT_MAX_ATTRIBUTES = 128,        /* of one element */
    DOCUMENT_MAX_FORMATTING = 24,         /* active formatting elements */
    DOCUMENT_MAX_ROOTS = 16,              /* html and body start tags, which are merged */
    DOCUMENT_MAX_NAMES = 4096,            /* different names of elements or attributes */
    DOCUMENT_MAX_MERGES = 32,             /* pieces that one text node is put together from */
    DOCUMENT_MAX_TREE_BYTES = 192 * 1024 * 1024,
};

/* text must outlive the document. NULL without memory. */
lxb_html_document_t *document_parse(struct span text) __attribute__((warn_unused_result));
void document_free(lxb_html_document_t *document);

/* Whether a script of that type holds JSON-LD, the only one whose text is in the tree. */
bool document_is_jsonld(struct span type);

/* The value of an attribute, absent where the element has none. */
struct span document_attribute(lxb_dom_element_t *element, const char *name);

#endif
