/* fetch_cache: answers kept for reuse, bounded by bytes, the least recently used first to go.
 *
 * An entry is held by the store and by whoever serves it (entry_hold); replaced or evicted, it
 * lives until the last of them lets go. Runs on the loop's thread; knows nothing of the network. */
#ifndef BYLINE_IO_FETCH_CACHE_H
#define BYLINE_IO_FETCH_CACHE_H

#include "core/cache_policy.h"
#include "core/hash_index.h"
#include "io/fetch.h"

struct cache_entry {
    struct cache_entry *prev, *next; /* least recently used first */
    uint32_t hash;                   /* of the key; once stored */
    unsigned references;
    bool stored;
    size_t bytes; /* all that it costs */

    struct span key;            /* lies in texts, as the others do */
    enum fetch_outcome outcome; /* FETCH_OK or FETCH_NOT_FOUND; FETCH_BLOCKED: no robots.txt */
    int http_status;
    struct body *body;                                /* NULL unless FETCH_OK */
    const char *final_url, *content_type;             /* NULL where absent, as are the next */
    const char *etag, *last_modified, *cache_control; /* headers of the answer */
    struct cache_lifetime lifetime;
    int64_t failing_until_ms; /* its origin has just failed: served stale without asking */
    char *failure;            /* in words, owned; NULL while nothing has failed */
    char texts[];             /* one block: what is evicted has long left the CPU's caches */
};

struct fetch_cache {
    struct hash_index index; /* of struct cache_entry, by the hash of their keys */
    struct cache_entry *oldest;
    size_t used_bytes, max_bytes;
};

void fetch_cache_init(struct fetch_cache *cache, size_t max_bytes);
void fetch_cache_finish(struct fetch_cache *cache);

/* The entry, now the most recently used, or NULL. Borrowed. */
struct cache_entry *fetch_cache_find(struct fetch_cache *cache, struct span key);

/* An entry for an answer, with a reference to its body; NULL without memory. Owned by the caller
 * until fetch_cache_store takes it. Absent texts stay NULL. */
struct cache_entry *cache_entry_new(struct span key, const struct fetch_answer *answer,
                                    const struct cache_headers *headers);

/* Takes the entry over, in the place of one with the same key; evicts until it fits. */
void fetch_cache_store(struct fetch_cache *cache, struct cache_entry *entry);
void fetch_cache_drop(struct fetch_cache *cache, struct cache_entry *entry);

struct cache_entry *cache_entry_hold(struct cache_entry *entry);
void cache_entry_release(struct cache_entry *entry); /* NULL is allowed */

#endif
