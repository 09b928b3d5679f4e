/* What a flight takes from the cache and leaves in it. */
#include <stdlib.h>

#include "core/digest.h"
#include "io/fetch_parts.h"
#include "io/fetch_reuse.h"
#include "io/fetch_shared.h"

enum { MAX_KEY_BYTES = 64 * 1024 };

static bool add_headers_digest(struct buf *key, const struct fetch_spec *spec)
{
    if (spec->header_count == 0)
        return true;
    struct buf headers;
    unsigned char digest[DIGEST_BYTES];
    buf_init(&headers, MAX_KEY_BYTES);
    for (size_t i = 0; i < spec->header_count; i++)
        (void)(buf_add(&headers, spec->headers[i].name) && buf_add_char(&headers, '\n') &&
               buf_add(&headers, spec->headers[i].value) && buf_add_char(&headers, '\n'));
    bool added = !buf_failed(&headers);
    if (added) {
        digest_sha256(buf_span(&headers), digest);
        added = buf_append(key, digest, sizeof digest);
    }
    buf_finish(&headers);
    return added;
}

/* All that a request can vary in stands in the key, so Vary needs no second look but for "*". */
struct span reuse_key(const struct fetch *fetch, const struct fetch_spec *spec,
                      const struct url *url)
{
    struct buf key;
    const char whose = spec->is_rules ? 'r' : spec->trusted ? 't' : 'u';
    if (spec->post || (fetch->cache.max_bytes == 0 && !spec->is_rules))
        return SPAN_NONE;
    buf_init(&key, MAX_KEY_BYTES);
    if (buf_append(&key, url->text, url->len) && buf_add_char(&key, '\n') &&
        buf_add(&key, spec->accept) && buf_add_char(&key, '\n') && buf_add_char(&key, whose) &&
        add_headers_digest(&key, spec))
        return span_of(key.data, key.len);
    buf_finish(&key);
    return SPAN_NONE;
}

/* --- asking whether an entry still holds --- */

static struct curl_slist *add_condition(struct curl_slist *lines, const char *name,
                                        const char *value)
{
    struct buf line;
    if (!value)
        return lines;
    buf_init(&line, FETCH_MAX_KEPT_BYTES + 64);
    if (buf_format(&line, "%s: %s", name, value)) {
        struct curl_slist *longer = curl_slist_append(lines, line.data);
        lines = longer ? longer : lines;
    }
    buf_finish(&line);
    return lines;
}

/* Only for the URL that the entry's answer came from: on the way there the hops are asked plainly.
 */
void reuse_set_conditions(const struct flight *flight, struct exchange *exchange)
{
    const struct cache_entry *stale = flight->stale;
    if (!stale || stale->outcome != FETCH_OK ||
        !span_equals(span_of(flight->url.text, flight->url.len), stale->final_url))
        return;
    struct curl_slist *lines = add_condition(NULL, "If-None-Match", stale->etag);
    lines = add_condition(lines, "If-Modified-Since", stale->last_modified);
    if (!lines)
        return;
    exchange->conditions = exchange->last_condition = lines;
    while (exchange->last_condition->next)
        exchange->last_condition = exchange->last_condition->next;
    exchange->last_condition->next = flight->headers;
}

void reuse_free_conditions(struct exchange *exchange)
{
    if (exchange->conditions)
        exchange->last_condition->next = NULL;
    curl_slist_free_all(exchange->conditions);
    exchange->conditions = exchange->last_condition = NULL;
}

/* --- what an answer leaves behind --- */

/* It is sent back: with a CR in it, which libcurl lets through, it could be two headers by then. */
static struct span validator(const struct exchange *exchange, enum kept_header header)
{
    struct span value = exchange_header(exchange, header);
    return span_has_control(value) ? SPAN_NONE : value;
}

static struct cache_headers headers_of(const struct exchange *exchange)
{
    return (struct cache_headers){
        .cache_control = exchange_header(exchange, KEPT_CACHE_CONTROL),
        .expires = exchange_header(exchange, KEPT_EXPIRES),
        .date = exchange_header(exchange, KEPT_DATE),
        .age = exchange_header(exchange, KEPT_AGE),
        .etag = validator(exchange, KEPT_ETAG),
        .last_modified = validator(exchange, KEPT_LAST_MODIFIED),
        .vary = exchange_header(exchange, KEPT_VARY),
    };
}

/* Rules are kept as they are obeyed: a host that forbids it would be asked for them before each of
 * its pages. */
static void keep_rules(int64_t now_ms, struct cache_lifetime *lifetime)
{
    int64_t *const until_ms[] = {&lifetime->fresh_until_ms, &lifetime->while_revalidate_until_ms,
                                 &lifetime->if_error_until_ms};
    for (size_t i = 0; i < sizeof until_ms / sizeof *until_ms; i++) {
        if (*until_ms[i] < now_ms + FETCH_RULES_MIN_MS)
            *until_ms[i] = now_ms + FETCH_RULES_MIN_MS;
        if (*until_ms[i] > now_ms + FETCH_RULES_MAX_MS)
            *until_ms[i] = now_ms + FETCH_RULES_MAX_MS;
    }
}

static bool judge(const struct flight *flight, const struct cache_headers *headers, int status,
                  struct cache_lifetime *ret_lifetime)
{
    const struct config *config = flight->fetch->config;
    const struct cache_bounds bounds = {
        .ttl_ms = config->cache.ttl_ms,
        .negative_ttl_ms = config->cache.negative_ttl_ms,
    };
    int64_t now_ms = fetch_now_ms(flight->fetch);
    struct cache_lifetime lifetime = {0};
    bool kept = !flight->no_store &&
                cache_judge(status, headers, &bounds, fetch_wall_ms(), now_ms, &lifetime);
    if (flight->is_rules)
        keep_rules(now_ms, &lifetime);
    else if (!kept)
        return false;
    *ret_lifetime = lifetime;
    return true;
}

static void answer_from(struct flight *flight, struct cache_entry *entry)
{
    body_release(flight->answer_body);
    free(flight->content_type);
    flight->outcome = entry->outcome;
    flight->answer_body = entry->body ? body_hold(entry->body) : NULL;
    flight->content_type = entry->content_type ? strdup(entry->content_type) : NULL;
    flight->from_cache = true;
}

static struct fetch_cache *cache_of(const struct flight *flight)
{
    return flight->is_rules ? &flight->fetch->rules : &flight->fetch->cache;
}

static void keep(const struct flight *flight, struct cache_entry *entry)
{
    if (!flight->is_rules)
        shared_keep(flight->fetch, entry);
    if (!entry->stored)
        fetch_cache_store(cache_of(flight), cache_entry_hold(entry));
}

void reuse_confirmed(struct flight *flight, const struct exchange *exchange)
{
    struct cache_entry *entry = flight->stale;
    flight->http_status = exchange->http_status;
    flight->origin_failed = false;
    flight->error.message[0] = '\0';
    answer_from(flight, entry);
    /* What a 304 does not say again holds on (RFC 9111, section 3.2). */
    struct cache_headers headers = headers_of(exchange);
    if (!headers.cache_control.data)
        headers.cache_control = span_from(entry->cache_control);
    if (!headers.etag.data)
        headers.etag = span_from(entry->etag);
    if (!headers.last_modified.data)
        headers.last_modified = span_from(entry->last_modified);
    struct cache_lifetime lifetime;
    if (!judge(flight, &headers, entry->http_status, &lifetime)) {
        fetch_cache_drop(cache_of(flight), entry);
        return;
    }
    const struct fetch_answer answer = {
        .outcome = entry->outcome,
        .http_status = entry->http_status,
        .final_url = span_from(entry->final_url),
        .content_type = span_from(entry->content_type),
        .body = entry->body,
    };
    struct cache_entry *confirmed = cache_entry_new(flight->key, &answer, &headers);
    if (!confirmed)
        return;
    confirmed->lifetime = lifetime;
    keep(flight, confirmed);
    cache_entry_release(confirmed);
}

void reuse_store(struct flight *flight, const struct exchange *exchange)
{
    struct fetch_answer answer = flight_fill_answer(flight);
    struct cache_headers headers = headers_of(exchange);
    struct cache_lifetime lifetime;
    bool no_rules = flight->is_rules && answer.outcome == FETCH_BLOCKED; /* as good as none */
    if (!flight->key.data ||
        (answer.outcome != FETCH_OK && answer.outcome != FETCH_NOT_FOUND && !no_rules))
        return;
    if (!judge(flight, &headers, answer.http_status, &lifetime)) {
        if (flight->stale)
            fetch_cache_drop(cache_of(flight), flight->stale);
        return;
    }
    struct cache_entry *entry = cache_entry_new(flight->key, &answer, &headers);
    if (!entry)
        return;
    entry->lifetime = lifetime;
    keep(flight, entry);
    cache_entry_release(entry);
}

bool reuse_may_stand_in(const struct flight *flight)
{
    return flight->stale && fetch_now_ms(flight->fetch) < flight->stale->lifetime.if_error_until_ms;
}

/* For a while the entry is served without asking again: an origin that is down is not asked once
 * for every event. */
void reuse_stand_in(struct flight *flight, const struct error *why)
{
    struct fetch *fetch = flight->fetch;
    struct cache_entry *entry = flight->stale;
    struct error error;
    error_set(&error, ERROR_RETRY, "stale answer served: %s", why->message);
    entry->failing_until_ms = fetch_now_ms(fetch) + fetch->config->http.breaker.open_ms;
    free(entry->failure);
    entry->failure = strdup(error.message);
    fetch_count(fetch, CACHE_STALE);
}

void reuse_stale(struct flight *flight)
{
    if (!reuse_may_stand_in(flight))
        return;
    struct error why = flight->error;
    reuse_stand_in(flight, &why);
    error_set(&flight->error, ERROR_RETRY, "stale answer served: %s", why.message);
    answer_from(flight, flight->stale);
}
