#include "io/fetch_hash.h"

#include "io/fetch_cache.h"

#include <malloc.h>
#include <stdlib.h>
#include <utlist.h>

/* Every place looked at in a table of answers has long left the CPU's caches, so the table starts
 * with about as many buckets as a cache of the default size has entries: 128 KiB. */
#undef HASH_INITIAL_NUM_BUCKETS
#undef HASH_INITIAL_NUM_BUCKETS_LOG2
#define HASH_INITIAL_NUM_BUCKETS      8192U
#define HASH_INITIAL_NUM_BUCKETS_LOG2 13U

void fetch_cache_init(struct fetch_cache *cache, size_t max_bytes)
{
    *cache = (struct fetch_cache){.max_bytes = max_bytes};
}

void fetch_cache_finish(struct fetch_cache *cache)
{
    while (cache->oldest)
        fetch_cache_drop(cache, cache->oldest);
}

struct cache_entry *cache_entry_hold(struct cache_entry *entry)
{
    entry->references++;
    return entry;
}

void cache_entry_release(struct cache_entry *entry)
{
    if (!entry || --entry->references > 0)
        return;
    body_release(entry->body);
    free(entry->failure);
    free(entry);
}

static void count_kind(struct fetch_cache *cache, unsigned hash, int change)
{
    uint8_t *count = &cache->of_kind[hash % FETCH_CACHE_KINDS];
    if (*count < UINT8_MAX)
        *count = (uint8_t)(*count + change);
}

static struct cache_entry *find(const struct fetch_cache *cache, struct span key, unsigned hash)
{
    struct cache_entry *entry = NULL;
    if (cache->of_kind[hash % FETCH_CACHE_KINDS] > 0)
        HASH_FIND_BYHASHVALUE(hh, cache->entries, key.data, key.len, hash, entry);
    return entry;
}

struct cache_entry *fetch_cache_find(struct fetch_cache *cache, struct span key)
{
    struct cache_entry *entry = find(cache, key, fetch_hash(key.data, key.len));
    if (entry) {
        DL_DELETE(cache->oldest, entry);
        DL_APPEND(cache->oldest, entry);
    }
    return entry;
}

/* A copy at *at, which moves behind it; NULL for what is absent. */
static const char *put_text(char **at, struct span text)
{
    char *copy = *at;
    if (!text.data)
        return NULL;
    memcpy(copy, text.data, text.len);
    copy[text.len] = '\0';
    *at += text.len + 1;
    return copy;
}

struct cache_entry *cache_entry_new(struct span key, const struct fetch_answer *answer,
                                    const struct cache_headers *headers)
{
    size_t bytes = sizeof(struct cache_entry) + key.len + answer->final_url.len +
                   answer->content_type.len + headers->etag.len + headers->last_modified.len +
                   headers->cache_control.len + 6;
    struct cache_entry *entry = malloc(bytes);
    if (!entry)
        return NULL;
    *entry = (struct cache_entry){
        .references = 1,
        .bytes = malloc_usable_size(entry) + malloc_usable_size(answer->body),
        .outcome = answer->outcome,
        .http_status = answer->http_status,
        .body = answer->body ? body_hold(answer->body) : NULL,
    };
    char *at = entry->texts;
    entry->key = span_of(put_text(&at, key), key.len);
    entry->final_url = put_text(&at, answer->final_url);
    entry->content_type = put_text(&at, answer->content_type);
    entry->etag = put_text(&at, headers->etag);
    entry->last_modified = put_text(&at, headers->last_modified);
    entry->cache_control = put_text(&at, headers->cache_control);
    return entry;
}

static void prefetch(const void *from, size_t len)
{
    enum { CACHE_LINE_BYTES = 64 };
    const char *end = (const char *)from + len;
    for (const char *at = from; at < end; at += CACHE_LINE_BYTES)
        __builtin_prefetch(at, 1);
}

/* The next ones to go have not been touched for long: they are brought near now, while there is
 * other work to do, and not waited for when their turn comes. What the oldest points at only now,
 * for it is near itself since it was the second. */
static void prefetch_oldest(const struct fetch_cache *cache)
{
    const struct cache_entry *oldest = cache->oldest;
    if (!oldest)
        return;
    if (oldest->body)
        prefetch(oldest->body, sizeof *oldest->body);
    if (oldest->next)
        prefetch(oldest->next, sizeof *oldest);
}

void fetch_cache_drop(struct fetch_cache *cache, struct cache_entry *entry)
{
    if (!entry->stored)
        return;
    entry->stored = false;
    count_kind(cache, entry->hh.hashv, -1);
    HASH_DEL(cache->entries, entry);
    DL_DELETE(cache->oldest, entry);
    cache->used_bytes -= entry->bytes;
    cache_entry_release(entry);
}

void fetch_cache_store(struct fetch_cache *cache, struct cache_entry *entry)
{
    unsigned hash = fetch_hash(entry->key.data, entry->key.len);
    struct cache_entry *before = find(cache, entry->key, hash);
    if (before)
        fetch_cache_drop(cache, before);
    if (entry->bytes > cache->max_bytes) {
        cache_entry_release(entry);
        return;
    }
    while (cache->used_bytes + entry->bytes > cache->max_bytes)
        fetch_cache_drop(cache, cache->oldest);
    HASH_ADD_KEYPTR_BYHASHVALUE(hh, cache->entries, entry->key.data, entry->key.len, hash, entry);
    if (!entry->hh.tbl) { /* no memory to keep it */
        cache_entry_release(entry);
        return;
    }
    count_kind(cache, hash, 1);
    DL_APPEND(cache->oldest, entry);
    cache->used_bytes += entry->bytes;
    entry->stored = true;
    prefetch_oldest(cache);
}
