/* hash_index: finds values by their hash, in few looks at memory that has left the CPU's caches.
 *
 * Open addressing with linear probing; hashes and values lie in arrays of their own, so a search
 * for what is absent reads hashes only, most often one line of them, and never a value. Values
 * of equal hash are told apart by the caller; 0 and 1 count as equal. Hashes must be spread well
 * and not be guessable from outside. Pure. */
#ifndef BYLINE_CORE_HASH_INDEX_H
#define BYLINE_CORE_HASH_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hash_index {
    uint32_t *hashes; /* NULL before the first put */
    void **values;    /* NULL: a free place */
    size_t places;    /* a power of two */
    size_t used;
};

/* Where a search stands: hash_index_first begins one. */
struct hash_search {
    uint32_t hash;
    size_t place;
};

/* False without memory; nothing has changed then. */
bool hash_index_put(struct hash_index *index, uint32_t hash, void *value)
    __attribute__((warn_unused_result));

/* The first value of that hash, then the others in turn; NULL when there are no more. The index
 * does not change while a search goes on. */
void *hash_index_first(const struct hash_index *index, uint32_t hash,
                       struct hash_search *ret_search);
void *hash_index_next(const struct hash_index *index, struct hash_search *search);

/* Takes out what was put; it must be there. */
void hash_index_remove(struct hash_index *index, uint32_t hash, const void *value);

/* Brings near what hash_index_remove of that hash will look at. */
void hash_index_prefetch(const struct hash_index *index, uint32_t hash);

/* Frees the index, not the values. */
void hash_index_finish(struct hash_index *index);

#endif
