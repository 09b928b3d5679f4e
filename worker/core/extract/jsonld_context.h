/* jsonld_context: prefixes that a block of JSON-LD gives schema.org's vocabulary.
 *
 *   {"@context": {"s": "http://schema.org/"}, "s:headline": "Tide"}   ->   {..., "headline":
 * "Tide"}
 *
 * Pure. */
#ifndef BYLINE_CORE_EXTRACT_JSONLD_CONTEXT_H
#define BYLINE_CORE_EXTRACT_JSONLD_CONTEXT_H

#include "core/json.h"

/* Takes the prefixes that root's contexts declare off the keys of its members and theirs. */
void jsonld_context_apply(struct json *root);

#endif
