#include "io/fetch_cache.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "io/fetch_hash.h"

void fetch_cache_init(struct fetch_cache *cache, size_t max_bytes)
{
    *cache = (struct fetch_cache){.max_bytes = max_bytes};
}

void fetch_cache_finish(struct fetch_cache *cache)
{
    while (cache->oldest)
        fetch_cache_drop(cache, cache->oldest);
    hash_index_finish(&cache->index);
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

static struct cache_entry *find(const struct fetch_cache *cache, struct span key, uint32_t hash)
{
    struct hash_search search;
    struct cache_entry *entry = hash_index_first(&cache->index, hash, &search);
    while (entry && !span_equal(entry->key, key))
        entry = hash_index_next(&cache->index, &search);
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
    hash_index_prefetch(&cache->index, oldest->hash);
    if (oldest->next)
        prefetch(oldest->next, sizeof *oldest);
}

void fetch_cache_drop(struct fetch_cache *cache, struct cache_entry *entry)
{
    if (!entry->stored)
        return;
    entry->stored = false;
    hash_index_remove(&cache->index, entry->hash, entry);
    DL_DELETE(cache->oldest, entry);
    cache->used_bytes -= entry->bytes;
    cache_entry_release(entry);
}

void fetch_cache_store(struct fetch_cache *cache, struct cache_entry *entry)
{
    entry->hash = fetch_hash(entry->key.data, entry->key.len);
    struct cache_entry *before = find(cache, entry->key, entry->hash);
    if (before)
        fetch_cache_drop(cache, before);
    if (entry->bytes > cache->max_bytes) {
        cache_entry_release(entry);
        return;
    }
    while (cache->used_bytes + entry->bytes > cache->max_bytes)
        fetch_cache_drop(cache, cache->oldest);
    if (!hash_index_put(&cache->index, entry->hash, entry)) { /* no memory to keep it */
        cache_entry_release(entry);
        return;
    }
    DL_APPEND(cache->oldest, entry);
    cache->used_bytes += entry->bytes;
    entry->stored = true;
    prefetch_oldest(cache);
}
