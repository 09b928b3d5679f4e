#include "core/hash_index.h"

#include <assert.h>
#include <stdlib.h>

/* A hash of 0 marks a free place, so that a search reads no values; hashes of 0 are kept as 1. */
enum { FREE = 0, FIRST_PLACES = 64 };

static uint32_t mark(uint32_t hash)
{
    return hash == FREE ? 1 : hash;
}

static size_t home(const struct hash_index *index, uint32_t hash)
{
    return hash & (index->places - 1);
}

static size_t after(const struct hash_index *index, size_t place)
{
    return (place + 1) & (index->places - 1);
}

static void put(struct hash_index *index, uint32_t hash, void *value)
{
    size_t place = home(index, hash);
    while (index->hashes[place] != FREE)
        place = after(index, place);
    index->hashes[place] = hash;
    index->values[place] = value;
}

static bool grow(struct hash_index *index)
{
    size_t places = index->places > 0 ? 2 * index->places : FIRST_PLACES;
    struct hash_index larger = {
        .hashes = calloc(places, sizeof *larger.hashes),
        .values = calloc(places, sizeof(void *)),
        .places = places,
        .used = index->used,
    };
    if (!larger.hashes || !larger.values) {
        hash_index_finish(&larger);
        return false;
    }
    for (size_t i = 0; i < index->places; i++)
        if (index->hashes[i] != FREE)
            put(&larger, index->hashes[i], index->values[i]);
    hash_index_finish(index);
    *index = larger;
    return true;
}

bool hash_index_put(struct hash_index *index, uint32_t hash, void *value)
{
    /* At most half full: runs of used places stay short. */
    if (2 * (index->used + 1) > index->places && !grow(index))
        return false;
    put(index, mark(hash), value);
    index->used++;
    return true;
}

static void *search_on(const struct hash_index *index, struct hash_search *search)
{
    for (; index->hashes[search->place] != FREE; search->place = after(index, search->place))
        if (index->hashes[search->place] == search->hash)
            return index->values[search->place];
    return NULL;
}

void *hash_index_first(const struct hash_index *index, uint32_t hash,
                       struct hash_search *ret_search)
{
    if (index->used == 0)
        return NULL;
    *ret_search = (struct hash_search){mark(hash), home(index, mark(hash))};
    return search_on(index, ret_search);
}

void *hash_index_next(const struct hash_index *index, struct hash_search *search)
{
    search->place = after(index, search->place);
    return search_on(index, search);
}

/* Whether `from` may move to the free place `to`: its home does not lie between the two. */
static bool may_move(const struct hash_index *index, size_t from, size_t to)
{
    size_t last = index->places - 1;
    return ((from - home(index, index->hashes[from])) & last) >= ((from - to) & last);
}

void hash_index_remove(struct hash_index *index, uint32_t hash, const void *value)
{
    struct hash_search search;
    void *found = hash_index_first(index, hash, &search);
    while (found && found != value)
        found = hash_index_next(index, &search);
    assert(found);
    if (!found)
        return;
    /* What follows moves up, so that no search ends at the gap. */
    size_t gap = search.place;
    for (size_t i = after(index, gap); index->hashes[i] != FREE; i = after(index, i)) {
        if (may_move(index, i, gap)) {
            index->hashes[gap] = index->hashes[i];
            index->values[gap] = index->values[i];
            gap = i;
        }
    }
    index->hashes[gap] = FREE;
    index->values[gap] = NULL;
    index->used--;
}

void hash_index_prefetch(const struct hash_index *index, uint32_t hash)
{
    if (index->places == 0)
        return;
    size_t place = home(index, mark(hash));
    __builtin_prefetch(&index->hashes[place], 1);
    __builtin_prefetch(&index->values[place], 1);
}

void hash_index_finish(struct hash_index *index)
{
    free(index->hashes);
    free(index->values);
    *index = (struct hash_index){0};
}
