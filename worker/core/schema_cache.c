#include "core/schema_cache.h"

#include <assert.h>
#include <stdlib.h>

struct entry {
    struct wire_schema key;
    struct avro_schema *schema; /* NULL: there is none */
    struct error error;         /* then why */
    int64_t until_ms;           /* and until when that is believed */
    uint64_t used;              /* the cache's clock when it was last found */
};

struct schema_cache {
    size_t max_entries;
    size_t count;
    uint64_t clock; /* counts up with each use */
    struct entry entries[];
};

struct schema_cache *schema_cache_new(size_t max_entries)
{
    assert(max_entries > 0);
    struct schema_cache *cache = calloc(1, sizeof *cache + max_entries * sizeof *cache->entries);
    if (cache)
        cache->max_entries = max_entries;
    return cache;
}

void schema_cache_free(struct schema_cache *cache)
{
    if (!cache)
        return;
    for (size_t i = 0; i < cache->count; i++)
        avro_schema_free(cache->entries[i].schema);
    free(cache);
}

static bool same_key(const struct wire_schema *a, const struct wire_schema *b)
{
    if (a->framing != b->framing)
        return false;
    switch (a->framing) {
    case WIRE_CONFLUENT: return a->id == b->id;
    case WIRE_CONFLUENT_HEADER: return memcmp(a->guid, b->guid, sizeof a->guid) == 0;
    case WIRE_SINGLE_OBJECT: return a->fingerprint == b->fingerprint;
    case WIRE_NONE: return true;
    }
    return false;
}

static struct entry *find_entry(struct schema_cache *cache, const struct wire_schema *key)
{
    for (size_t i = 0; i < cache->count; i++)
        if (same_key(&cache->entries[i].key, key))
            return &cache->entries[i];
    return NULL;
}

enum schema_cache_result schema_cache_find(struct schema_cache *cache,
                                           const struct wire_schema *key, int64_t now_ms,
                                           const struct avro_schema **ret_schema,
                                           struct error *ret_error)
{
    struct entry *entry = find_entry(cache, key);
    if (!entry || (!entry->schema && now_ms >= entry->until_ms))
        return SCHEMA_CACHE_MISS;
    entry->used = ++cache->clock;
    if (entry->schema) {
        *ret_schema = entry->schema;
        return SCHEMA_CACHE_HIT;
    }
    *ret_error = entry->error;
    return SCHEMA_CACHE_NEGATIVE;
}

/* Negative entries go first, then the one that was not used for the longest. */
static bool goes_before(const struct entry *a, const struct entry *b)
{
    if ((a->schema == NULL) != (b->schema == NULL))
        return a->schema == NULL;
    return a->used < b->used;
}

/* The entry for key, emptied: its own, a new one, or that of another. */
static struct entry *make_room(struct schema_cache *cache, const struct wire_schema *key)
{
    struct entry *entry = find_entry(cache, key);
    if (!entry && cache->count < cache->max_entries)
        entry = &cache->entries[cache->count++];
    if (!entry) {
        entry = &cache->entries[0];
        for (size_t i = 1; i < cache->count; i++)
            if (goes_before(&cache->entries[i], entry))
                entry = &cache->entries[i];
    }
    avro_schema_free(entry->schema);
    *entry = (struct entry){.key = *key, .used = ++cache->clock};
    return entry;
}

void schema_cache_put(struct schema_cache *cache, const struct wire_schema *key,
                      struct avro_schema *schema)
{
    make_room(cache, key)->schema = schema;
}

void schema_cache_refuse(struct schema_cache *cache, const struct wire_schema *key,
                         const struct error *error, int64_t until_ms)
{
    struct entry *entry = make_room(cache, key);
    entry->error = *error;
    entry->until_ms = until_ms;
}
