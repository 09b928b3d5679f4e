#include "io/fetch_hash.h"

#include "io/fetch_cache.h"

#include <stdlib.h>
#include <utlist.h>

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
    free((char *)entry->key.data);
    free(entry->final_url);
    free(entry->content_type);
    free(entry->etag);
    free(entry->last_modified);
    free(entry->cache_control);
    free(entry->failure);
    free(entry);
}

struct cache_entry *fetch_cache_find(struct fetch_cache *cache, struct span key)
{
    struct cache_entry *entry;
    HASH_FIND(hh, cache->entries, key.data, key.len, entry);
    if (entry) {
        DL_DELETE(cache->oldest, entry);
        DL_APPEND(cache->oldest, entry);
    }
    return entry;
}

/* False only without memory. */
static bool copy_text(struct span text, char **ret_copy)
{
    if (!text.data)
        return true;
    *ret_copy = strndup(text.data, text.len);
    return *ret_copy != NULL;
}

struct cache_entry *cache_entry_new(struct span key, const struct fetch_answer *answer,
                                    const struct cache_headers *headers)
{
    struct cache_entry *entry = calloc(1, sizeof *entry);
    char *key_copy = malloc(key.len);
    if (!entry || !key_copy) {
        free(entry);
        free(key_copy);
        return NULL;
    }
    memcpy(key_copy, key.data, key.len);
    entry->references = 1;
    entry->key = span_of(key_copy, key.len);
    entry->outcome = answer->outcome;
    entry->http_status = answer->http_status;
    entry->body = answer->body ? body_hold(answer->body) : NULL;
    if (!copy_text(answer->final_url, &entry->final_url) ||
        !copy_text(answer->content_type, &entry->content_type) ||
        !copy_text(headers->etag, &entry->etag) ||
        !copy_text(headers->last_modified, &entry->last_modified) ||
        !copy_text(headers->cache_control, &entry->cache_control)) {
        cache_entry_release(entry);
        return NULL;
    }
    entry->bytes = sizeof *entry + key.len + answer->final_url.len + answer->content_type.len +
                   headers->etag.len + headers->last_modified.len + headers->cache_control.len +
                   (answer->body ? sizeof *answer->body + answer->body->len : 0);
    return entry;
}

void fetch_cache_drop(struct fetch_cache *cache, struct cache_entry *entry)
{
    if (!entry->stored)
        return;
    entry->stored = false;
    HASH_DEL(cache->entries, entry);
    DL_DELETE(cache->oldest, entry);
    cache->used_bytes -= entry->bytes;
    cache_entry_release(entry);
}

void fetch_cache_store(struct fetch_cache *cache, struct cache_entry *entry)
{
    struct cache_entry *before = fetch_cache_find(cache, entry->key);
    if (before)
        fetch_cache_drop(cache, before);
    if (entry->bytes > cache->max_bytes) {
        cache_entry_release(entry);
        return;
    }
    while (cache->used_bytes + entry->bytes > cache->max_bytes)
        fetch_cache_drop(cache, cache->oldest);
    HASH_ADD_KEYPTR(hh, cache->entries, entry->key.data, entry->key.len, entry);
    DL_APPEND(cache->oldest, entry);
    cache->used_bytes += entry->bytes;
    entry->stored = true;
}
