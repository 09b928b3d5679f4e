#include "io/fetch.h"

#include <ares.h>
#include <assert.h>
#include <stdlib.h>
#include <sys/random.h>

#include "core/robots.h"
#include "io/fetch_headers.h"
#include "io/fetch_names.h"
#include "io/fetch_parts.h"
#include "io/fetch_redis.h"
#include "io/fetch_reuse.h"
#include "io/fetch_shared.h"
#include "version.h"

enum { SWEEP_EVERY_MS = 100 };

struct body *body_new(struct span bytes)
{
    struct body *body = malloc(sizeof *body + bytes.len);
    if (!body)
        return NULL;
    *body = (struct body){.references = 1, .len = bytes.len};
    if (bytes.len > 0)
        memcpy(body->data, bytes.data, bytes.len);
    return body;
}

struct body *body_hold(struct body *body)
{
    body->references++;
    return body;
}

void body_release(struct body *body)
{
    if (body && --body->references == 0)
        free(body);
}

/* xorshift64*: jitter needs to be spread, not secret. */
uint64_t fetch_random(struct fetch *fetch)
{
    fetch->random ^= fetch->random >> 12;
    fetch->random ^= fetch->random << 25;
    fetch->random ^= fetch->random >> 27;
    return fetch->random * UINT64_C(0x2545F4914F6CDD1D);
}

/* --- the engine --- */

static void destroy(struct fetch *fetch)
{
    if (fetch->share)
        (void)curl_share_cleanup(fetch->share);
    fetch_redis_free(fetch->redis);
    url_parser_free(fetch->urls);
    address_policy_free(fetch->policy);
    free(fetch->shards);
    free(fetch->watched);
    free(fetch->user_agent);
    free(fetch->product);
    free(fetch->agent_line);
    free(fetch);
    ares_library_cleanup();
    curl_global_cleanup();
}

void fetch_handle_opened(struct fetch *fetch)
{
    fetch->open_handles++;
}

void fetch_handle_closed(struct fetch *fetch)
{
    assert(fetch->open_handles > 0);
    if (--fetch->open_handles == 0 && fetch->closing)
        destroy(fetch);
}

static void on_closed(uv_handle_t *handle)
{
    fetch_handle_closed(handle->data);
}

/* Its bytes keep it alive, but not at this pace. */
static bool trickles(struct exchange *exchange, int64_t now_ms)
{
    if (exchange->slow_since_ms == 0 || now_ms - exchange->slow_since_ms < FETCH_SLOW_WINDOW_MS)
        return false;
    bool slow = exchange->slow_bytes < FETCH_SLOW_BYTES;
    exchange->slow_since_ms = now_ms;
    exchange->slow_bytes = 0;
    return slow;
}

/* Ends exchanges whose time is up. */
static void on_sweep(uv_timer_t *timer)
{
    struct fetch *fetch = timer->data;
    struct exchange *exchange, *next;
    int64_t now_ms = fetch_now_ms(fetch);
    DL_FOREACH_SAFE(fetch->active, exchange, next)
    {
        exchange_wake_connecting(exchange);
        if (exchange->slow_since_ms == 0 && now_ms - exchange->started_ms >= FETCH_AWAY_MS)
            exchange_set_silent(exchange, true);
        flight_expire(exchange->flight, now_ms);
        bool slow = trickles(exchange, now_ms);
        if (!slow && !exchange_is_late(exchange, now_ms))
            continue;
        if (slow)
            exchange->stop = STOP_SLOW;
        flight_exchange_ended(exchange->flight, CURLE_OPERATION_TIMEDOUT);
        next = fetch->active; /* an answer may have ended others */
    }
    hosts_pump(fetch);
}

static bool read_config(struct fetch *fetch, struct error *ret_error)
{
    const struct config *config = fetch->config;
    fetch->host_options = (struct host_options){
        .in_flight = config->http.per_host.in_flight > 0 ? config->http.per_host.in_flight : 1,
        .rate = config->http.per_host.rate,
        .failures = config->http.breaker.failures,
        .open_ms = config->http.breaker.open_ms,
    };
    fetch->retry = (struct retry_policy){
        .attempts = config->http.retry.attempts,
        .backoff_ms = config->http.retry.backoff_ms,
        .max_backoff_ms = config->http.retry.max_backoff_ms,
    };
    const char *agent = config->http.user_agent;
    fetch->user_agent =
        strdup(agent && *agent ? agent : "byline/" BYLINE_VERSION " (article metadata worker)");
    fetch->urls = url_parser_new();
    fetch->policy = address_policy_new((const char *const *)config->http.allow.items,
                                       config->http.allow.count, ret_error);
    if (!fetch->policy)
        return false;
    fetch->product = fetch->user_agent ? robots_product(fetch->user_agent) : NULL;
    if (!fetch->product || !fetch->urls || !headers_open(fetch))
        return error_set(ret_error, ERROR_FATAL, "fetch: no memory");
    return true;
}

static bool open_share(struct fetch *fetch, struct error *ret_error)
{
    fetch->share = curl_share_init();
    if (!fetch->share)
        return error_set(ret_error, ERROR_FATAL, "fetch: curl_share_init failed");
    (void)curl_share_setopt(fetch->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
    return true;
}

struct fetch *fetch_new(uv_loop_t *loop, const struct config *config, uint64_t *cache_results,
                        struct error *ret_error)
{
    struct fetch *fetch = calloc(1, sizeof *fetch);
    if (!fetch || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK ||
        ares_library_init(ARES_LIB_INIT_ALL) != ARES_SUCCESS) {
        free(fetch);
        error_set(ret_error, ERROR_FATAL, "fetch: no memory");
        return NULL;
    }
    fetch->loop = loop;
    fetch->config = config;
    fetch->cache_results = cache_results;
    fetch->epoll_fd = -1;
    fetch_cache_init(&fetch->cache, (size_t)config->cache.size_bytes);
    fetch_cache_init(&fetch->rules, FETCH_RULES_BYTES);
    (void)uv_idle_init(loop, &fetch->idle);
    (void)uv_timer_init(loop, &fetch->sweep);
    fetch->idle.data = fetch->sweep.data = fetch;
    fetch_handle_opened(fetch);
    fetch_handle_opened(fetch);
    if (getrandom(&fetch->random, sizeof fetch->random, 0) < 0 || fetch->random == 0)
        fetch->random = 1;
    if (!read_config(fetch, ret_error) || !open_share(fetch, ret_error) ||
        !shards_open(fetch, ret_error) || !shared_open(fetch, ret_error)) {
        fetch_free(fetch);
        return NULL;
    }
    (void)uv_timer_start(&fetch->sweep, on_sweep, SWEEP_EVERY_MS, SWEEP_EVERY_MS);
    return fetch;
}

void fetch_ask_name_servers(struct fetch *fetch, const char *servers)
{
    fetch->name_servers = servers;
}

void fetch_free(struct fetch *fetch)
{
    struct fetch_request *request;
    if (!fetch)
        return;
    fetch->closing = true;
    struct flight *flight;
    DL_FOREACH2(fetch->flights, flight, all_next)
    flight->rules = NULL; /* freed with the flight that fetches them */
    while ((flight = fetch->flights)) {
        while ((request = flight->requests)) {
            DL_DELETE(flight->requests, request);
            fetch_free_request(request);
        }
        flight_abandon(flight);
    }
    while ((request = fetch->ready)) {
        DL_DELETE(fetch->ready, request);
        fetch_free_request(request);
    }
    flights_free_spare(fetch);
    exchanges_free(fetch);
    names_close(fetch);
    fetch_cache_finish(&fetch->cache);
    fetch_cache_finish(&fetch->rules);
    fetch_redis_close(fetch->redis);
    hosts_close(fetch);
    shards_close(fetch);
    uv_close((uv_handle_t *)&fetch->idle, on_closed);
    uv_close((uv_handle_t *)&fetch->sweep, on_closed);
}

struct span fetch_request_host(const struct fetch_request *request)
{
    return request->flight ? request->flight->url.authority : SPAN_NONE;
}

size_t fetch_bodies_bytes(const struct fetch *fetch)
{
    size_t first_blocks_bytes = (size_t)fetch->exchange_count * FETCH_FIRST_BODY_BYTES;
    return first_blocks_bytes + fetch->body_bytes + fetch_redis_memory_bytes(fetch->redis);
}

size_t fetch_cache_bytes(const struct fetch *fetch)
{
    return fetch->cache.used_bytes + fetch->rules.used_bytes;
}
