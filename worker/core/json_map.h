/* json_map: picks output fields out of a JSON answer by JSON Pointer (RFC 6901).
 *
 *   {"data": {"tags": ["a", "b"], "rank": 7}}
 *   tags: /data/tags        -> ["a", "b"]
 *   extra.rank: /data/rank  -> "7"
 *
 * A value becomes what its field holds: a text from a string, number or boolean (or the first item
 * of an array), texts from a string or an array, authors from names or objects ({name, url, orcid},
 * Crossref's {given, family, ORCID}), dates from any web form or date-parts, extra from anything
 * (arrays and objects as compact JSON). What is absent, null or cannot become it sets nothing. Of
 * duplicate keys the last one counts. Pure; a map is read-only after json_map_new. */
#ifndef BYLINE_CORE_JSON_MAP_H
#define BYLINE_CORE_JSON_MAP_H

#include "core/arena.h"
#include "core/article.h"
#include "core/error.h"
#include "core/span.h"

struct json_map;

struct json_map_entry {
    struct span field;   /* "section", "extra.rank" */
    struct span pointer; /* "/data/section", "" for the whole answer */
};

/* Copies the entries. ERROR_USAGE for a field that no lookup can set and for what is no pointer. */
struct json_map *json_map_new(const struct json_map_entry *entries, size_t count,
                              struct error *ret_error) __attribute__((warn_unused_result));
void json_map_free(struct json_map *map);

/* Sets what body has into *ret_metadata. Values live in the arena, their paths as long as map. A
 * body that is not JSON is ERROR_POISON (lookup), a full arena ERROR_POISON (too_large). */
bool json_map_apply(const struct json_map *map, struct span body, struct arena *arena,
                    struct metadata *ret_metadata, struct error *ret_error)
    __attribute__((warn_unused_result));

#endif
