/* metadata_json: metadata as one JSON object for people.
 *
 * The JSON view of the output schema: dates as YYYY-MM-DD, instants as RFC 3339 in UTC; fields
 * that are not set are left out, but title, authors and published always stand there. Pure. */
#ifndef BYLINE_CORE_METADATA_JSON_H
#define BYLINE_CORE_METADATA_JSON_H

#include "core/article.h"
#include "core/buf.h"

/* Appends one line without its newline; source names the metadata's origin in provenance. False
 * where out is full. */
bool metadata_json(const struct metadata *metadata, const char *source, struct buf *out)
    __attribute__((warn_unused_result));

#endif
