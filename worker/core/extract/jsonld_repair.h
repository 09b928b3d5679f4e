/* jsonld_repair: JSON as templates break it, made JSON again.
 *
 * Handles comments and CDATA around it, raw control characters and unescaped quotation marks in
 * strings, wrong escapes, halves of surrogate pairs, single quotation marks, names without any,
 * values that are missing or have their name in another language, trailing and missing commas,
 * brackets that never close. One pass, no recursion. Pure. */
#ifndef BYLINE_CORE_EXTRACT_JSONLD_REPAIR_H
#define BYLINE_CORE_EXTRACT_JSONLD_REPAIR_H

#include "core/buf.h"
#include "core/span.h"

enum { JSONLD_MAX_DEPTH = 256 /* deeper values end the repair */ };

/* Appends the first object or array of *broken, repaired, and leaves in *broken what stands behind
 * it: several in a row are several calls. What it appends need not be JSON, or anything at all: the
 * parser decides. False where out is full. */
bool jsonld_repair(struct span *broken, struct buf *out) __attribute__((warn_unused_result));

#endif
