/* default_schema: the texts of schemas/ byte for byte, embedded at build time (cmake/embed.cmake).
 *
 * A byte of 0 follows each, not counted in its size. Pure data. */
#ifndef BYLINE_CORE_DEFAULT_SCHEMA_H
#define BYLINE_CORE_DEFAULT_SCHEMA_H

#include <stddef.h>

#include "core/span.h"

extern const char default_enriched_schema[]; /* schemas/enriched-article.avsc */
extern const size_t default_enriched_schema_bytes;
extern const char default_event_schema[]; /* schemas/article-event.avsc */
extern const size_t default_event_schema_bytes;

static inline struct span default_enriched_schema_span(void)
{
    return span_of(default_enriched_schema, default_enriched_schema_bytes);
}

static inline struct span default_event_schema_span(void)
{
    return span_of(default_event_schema, default_event_schema_bytes);
}

#endif
