/* brand: headings that are the site's name, not the article's.
 *
 *   <h1 class="site-title"><a href="/" rel="home">The Coast</a></h1>
 *
 * Pure. */
#ifndef BYLINE_CORE_EXTRACT_BRAND_H
#define BYLINE_CORE_EXTRACT_BRAND_H

#include <stdint.h>

#include <lexbor/dom/dom.h>

#include "core/extract/attributes.h"

/* Whether an element with such words among its classes is the site's name: a link to the home
 * page, as themes of WordPress and others print it in a heading on every page. */
bool brand_is(lxb_dom_node_t *element, const struct attribute_ids *ids, uint32_t words,
              struct span page_host);

#endif
