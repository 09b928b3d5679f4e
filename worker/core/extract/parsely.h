/* parsely: Parse.ly's older form, all of a page's metadata as JSON in one meta element.
 *
 *   <meta name="parsely-page" content='{"title": "Tide", "author": "Jane Roe", ...}'>
 *
 * Pure. */
#ifndef BYLINE_CORE_EXTRACT_PARSELY_H
#define BYLINE_CORE_EXTRACT_PARSELY_H

#include "core/extract/facts.h"

/* Adds the facts that the same values in meta elements of their own would be. */
void parsely_page(struct span content, struct facts *facts, uint32_t flags, uint32_t position);

#endif
