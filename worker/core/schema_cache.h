/* schema_cache: the schemas of consumed Avro, by what stands before its payload (wire_format.h).
 *
 *   find -> HIT: decode;  NEGATIVE: dead letter;  MISS: ask the registry, then put or refuse
 *
 * Schemas never change under an id, so they stay until there is no room; what the registry does not
 * have is asked again after a while. Bounded: a flood of unknown ids displaces other unknown ids
 * first. Pure, the caller gives the time. One thread owns it. */
#ifndef BYLINE_CORE_SCHEMA_CACHE_H
#define BYLINE_CORE_SCHEMA_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/avro_schema.h"
#include "core/error.h"
#include "core/wire_format.h"

enum schema_cache_result { SCHEMA_CACHE_MISS, SCHEMA_CACHE_HIT, SCHEMA_CACHE_NEGATIVE };

struct schema_cache;

/* NULL without memory. */
struct schema_cache *schema_cache_new(size_t max_entries) __attribute__((warn_unused_result));
void schema_cache_free(struct schema_cache *cache);

/* HIT sets *ret_schema, which lives until the next put or refuse; NEGATIVE sets *ret_error to what
 * was said when it was refused. */
enum schema_cache_result schema_cache_find(struct schema_cache *cache,
                                           const struct wire_schema *key, int64_t now_ms,
                                           const struct avro_schema **ret_schema,
                                           struct error *ret_error);

/* Takes the schema over. */
void schema_cache_put(struct schema_cache *cache, const struct wire_schema *key,
                      struct avro_schema *schema);

/* Remembers until until_ms that there is none. */
void schema_cache_refuse(struct schema_cache *cache, const struct wire_schema *key,
                         const struct error *error, int64_t until_ms);

#endif
