#include "io/fetch_shared.h"

#include <stdlib.h>

#include "core/cache_record.h"
#include "io/fetch_redis.h"

enum { MAX_SCOPE_BYTES = 1 << 20, HEX_BYTES = 2 * DIGEST_BYTES };
static const char key_prefix[] = "byline:1:";

/* Whose answers a worker may take over: those of workers that ask as it does. */
bool shared_open(struct fetch *fetch, struct error *ret_error)
{
    const struct config *config = fetch->config;
    struct buf scope;
    if (!config->cache.redis || !*config->cache.redis || config->cache.size_bytes == 0)
        return true;
    buf_init(&scope, MAX_SCOPE_BYTES);
    (void)buf_format(&scope, "%s\n%d\n", fetch->user_agent, config->http.max_redirects);
    for (size_t i = 0; i < config->http.allow.count; i++)
        (void)buf_format(&scope, "%s\n", config->http.allow.items[i]);
    digest_sha256(buf_span(&scope), fetch->shared_scope);
    buf_finish(&scope);
    fetch->redis = fetch_redis_new(fetch, config->cache.redis, ret_error);
    return fetch->redis != NULL;
}

struct shared_key {
    unsigned char digest[DIGEST_BYTES];
    char text[sizeof key_prefix + HEX_BYTES];
};

/* A digest: URLs and headers may hold secrets, and a name in Redis is shown to many. */
static bool make_key(const struct fetch *fetch, struct span key, struct shared_key *ret_key)
{
    static const char digits[] = "0123456789abcdef";
    struct buf all;
    buf_init(&all, key.len + DIGEST_BYTES);
    bool made = buf_append(&all, fetch->shared_scope, DIGEST_BYTES) && buf_add(&all, key);
    if (made) {
        digest_sha256(buf_span(&all), ret_key->digest);
        char *at = ret_key->text;
        memcpy(at, key_prefix, sizeof key_prefix - 1);
        at += sizeof key_prefix - 1;
        for (size_t i = 0; i < DIGEST_BYTES; i++) {
            *at++ = digits[ret_key->digest[i] >> 4];
            *at++ = digits[ret_key->digest[i] & 15];
        }
        *at = '\0';
    }
    buf_finish(&all);
    return made;
}

static struct cache_lifetime shifted(struct cache_lifetime lifetime, int64_t by_ms)
{
    lifetime.fresh_until_ms += by_ms;
    lifetime.while_revalidate_until_ms += by_ms;
    lifetime.if_error_until_ms += by_ms;
    return lifetime;
}

/* --- taking --- */

static struct cache_entry *entry_of(const struct flight *flight, const struct cache_record *record)
{
    bool found = record->http_status < 400;
    struct fetch_answer answer = {
        .outcome = found ? FETCH_OK : FETCH_NOT_FOUND,
        .http_status = record->http_status,
        .final_url = record->final_url,
        .content_type = record->content_type,
        .body = found ? body_new(record->body) : NULL,
    };
    const struct cache_headers headers = {
        .etag = record->etag,
        .last_modified = record->last_modified,
        .cache_control = record->cache_control,
    };
    if (found && !answer.body)
        return NULL;
    struct cache_entry *entry = cache_entry_new(flight->key, &answer, &headers);
    body_release(answer.body);
    return entry;
}

/* The entry that the value holds, NULL where it holds none that may be used. */
static struct cache_entry *read_value(const struct flight *flight, struct span value)
{
    struct fetch *fetch = flight->fetch;
    const struct config *config = fetch->config;
    const struct cache_bounds bounds = {config->cache.ttl_ms, config->cache.negative_ttl_ms};
    struct shared_key key;
    struct cache_record record;
    int64_t wall_ms = fetch_wall_ms();
    if (!value.data)
        return NULL;
    if (!make_key(fetch, flight->key, &key) ||
        !cache_record_read(value, key.digest, &bounds, wall_ms, fetch->urls, &record) ||
        record.body.len > (size_t)config->http.max_body_bytes) {
        fetch_redis_note_unreadable(fetch->redis);
        return NULL;
    }
    struct cache_entry *entry = entry_of(flight, &record);
    if (entry)
        entry->lifetime = shifted(record.lifetime, fetch_now_ms(fetch) - wall_ms);
    return entry;
}

/* Another worker may have asked since this one did: the later answer counts. */
static bool is_news(const struct flight *flight, const struct cache_entry *entry)
{
    return !flight->stale ||
           entry->lifetime.fresh_until_ms > flight->stale->lifetime.fresh_until_ms;
}

static void on_value(void *context, struct span value)
{
    struct flight *flight = context;
    struct fetch *fetch = flight->fetch;
    flight->asking = NULL;
    flight->state = FLIGHT_NEW;
    struct cache_entry *entry = read_value(flight, value);
    if (entry && is_news(flight, entry)) {
        cache_entry_release(flight->stale);
        flight->stale = cache_entry_hold(entry);
        fetch_cache_store(&fetch->cache, entry);
        if (cache_state(&flight->stale->lifetime, fetch_now_ms(fetch)) == CACHE_FRESH) {
            flight_answer_stored(flight);
            return;
        }
    } else {
        cache_entry_release(entry);
    }
    flight_missed(flight);
}

bool shared_ask(struct flight *flight)
{
    struct fetch *fetch = flight->fetch;
    struct shared_key key;
    if (!fetch->redis || flight->is_rules || !flight->key.data ||
        !make_key(fetch, flight->key, &key))
        return false;
    flight->asking = fetch_redis_get(fetch->redis, span_from(key.text), on_value, flight);
    if (flight->asking)
        flight->state = FLIGHT_ASKING;
    return flight->asking != NULL;
}

/* --- leaving --- */

void shared_keep(struct fetch *fetch, const struct cache_entry *entry)
{
    struct shared_key key;
    struct buf value;
    if (!fetch->redis || !make_key(fetch, entry->key, &key))
        return;
    int64_t wall_ms = fetch_wall_ms();
    const struct cache_record record = {
        .http_status = entry->http_status,
        .given_ms = wall_ms,
        .lifetime = shifted(entry->lifetime, wall_ms - fetch_now_ms(fetch)),
        .final_url = span_from(entry->final_url),
        .content_type = span_from(entry->content_type),
        .etag = span_from(entry->etag),
        .last_modified = span_from(entry->last_modified),
        .cache_control = span_from(entry->cache_control),
        .body = entry->body ? span_of(entry->body->data, entry->body->len) : SPAN_NONE,
    };
    buf_init(&value, REDIS_MAX_VALUE_BYTES);
    cache_record_write(&record, key.digest, &value);
    if (!buf_failed(&value))
        fetch_redis_put(fetch->redis, span_from(key.text), buf_span(&value),
                        cache_record_keep_ms(&record, wall_ms));
    buf_finish(&value);
}
