/* extract: what a web page says about itself.
 *
 *   bytes -> UTF-8 -> tree -> facts -> one ranked table per field -> struct metadata
 *
 * Facts come from JSON-LD, meta elements (Open Graph, Twitter, Dublin Core, Highwire, ...),
 * microdata, RDFa, links, time elements, headings, bylines and dates in the visible text. The
 * tables in extract/rules.c say which of them is believed. Paths name the winner: a JSON Pointer
 * behind "jsonld", a meta name, an element.
 *
 * Pure and safe to run on any thread, with an arena of its own. Time is linear in the page and
 * memory bounded whatever the page holds. */
#ifndef BYLINE_CORE_EXTRACT_H
#define BYLINE_CORE_EXTRACT_H

#include "core/arena.h"
#include "core/article.h"
#include "core/error.h"
#include "core/span.h"

struct page {
    struct span bytes;        /* as received, any encoding */
    struct span content_type; /* header, absent where there is none */
    struct span url;          /* where it was found, absent where unknown */
};

/* A content type of text/plain makes it a text article (core/text_article), any other but HTML and
 * XML nothing at all, unless the bytes begin with markup. What the result names lives in the arena.
 * Fails without memory only (ERROR_POISON, too_large): a page that says nothing gives empty
 * metadata. */
bool extract_page(const struct page *page, struct arena *arena, struct metadata *ret_metadata,
                  struct error *ret_error) __attribute__((warn_unused_result));

#endif
