/* Hosts: their limits, and the flights that wait for them. A host stands in ready_hosts while one
 * of its flights may start; they take turns, so that a host with a long queue does not hold up the
 * others when http.in_flight is reached. */
#include <stdlib.h>

#include "io/fetch_parts.h"
#include "io/fetch_redis.h"

static void on_closed(uv_handle_t *handle)
{
    struct host *host = handle->data;
    struct fetch *fetch = host->fetch;
    free(host);
    fetch_handle_closed(fetch);
}

static void forget(struct host *host)
{
    HASH_DEL(host->fetch->hosts, host);
    if (host->listed)
        DL_DELETE(host->fetch->ready_hosts, host);
    uv_close((uv_handle_t *)&host->timer, on_closed);
}

/* Oldest first: uthash iterates in the order of insertion. Hosts with flights or something learned
 * stay, so the table grows past its bound only with as many busy hosts as there are flights. */
static void forget_idle(struct fetch *fetch)
{
    struct host *host, *next;
    int64_t now_ms = fetch_now_ms(fetch);
    unsigned excess = HASH_COUNT(fetch->hosts) - FETCH_MAX_HOSTS + FETCH_MAX_HOSTS / 16;
    HASH_ITER(hh, fetch->hosts, host, next)
    {
        if (excess == 0)
            break;
        if (host->waiting || !host_limits_is_idle(&host->limits, now_ms))
            continue;
        forget(host);
        excess--;
    }
}

static void list(struct host *host)
{
    if (!host->listed)
        DL_APPEND(host->fetch->ready_hosts, host);
    host->listed = true;
}

static void on_timer(uv_timer_t *timer)
{
    struct host *host = timer->data;
    if (host->waiting)
        list(host);
    hosts_pump(host->fetch);
}

struct host *host_find(struct fetch *fetch, const struct url *url)
{
    struct host *host;
    struct span key = url->authority;
    HASH_FIND(hh, fetch->hosts, key.data, key.len, host);
    if (host)
        return host;
    if (HASH_COUNT(fetch->hosts) >= FETCH_MAX_HOSTS)
        forget_idle(fetch);
    host = calloc(1, sizeof *host + key.len + 1);
    if (!host)
        return NULL;
    memcpy(host->key, key.data, key.len);
    host->fetch = fetch;
    host_limits_init(&host->limits, &fetch->host_options, fetch_now_ms(fetch));
    (void)uv_timer_init(fetch->loop, &host->timer);
    host->timer.data = host;
    fetch_handle_opened(fetch);
    HASH_ADD_KEYPTR(hh, fetch->hosts, host->key, key.len, host);
    host->hash = host->hh.hashv;
    return host;
}

void host_enqueue(struct host *host, struct flight *flight)
{
    DL_APPEND(host->waiting, flight);
    list(host);
}

void host_dequeue(struct host *host, struct flight *flight)
{
    DL_DELETE(host->waiting, flight);
}

bool host_is_left_alone(const struct host *host)
{
    return host->limits.breaker == BREAKER_OPEN &&
           fetch_now_ms(host->fetch) < host->limits.open_until_ms;
}

/* Nobody waits for a host that is left alone while the cache can answer. */
static void release_stale(struct host *host)
{
    struct flight *flight, *next;
    DL_FOREACH_SAFE(host->waiting, flight, next)
    {
        if (!reuse_may_stand_in(flight))
            continue;
        DL_DELETE(host->waiting, flight);
        flight_stand_in(flight);
    }
}

void host_ended(struct host *host, enum host_verdict verdict, int64_t pause_ms)
{
    int64_t now_ms = fetch_now_ms(host->fetch);
    host_limits_end(&host->limits, now_ms, verdict);
    if (pause_ms > 0)
        host_limits_pause(&host->limits, now_ms + pause_ms);
    if (host_is_left_alone(host))
        release_stale(host);
    if (host->waiting)
        list(host);
}

/* Starts one flight of the host if it may, and says whether another one could follow. */
static bool start_one(struct host *host)
{
    int64_t now_ms = fetch_now_ms(host->fetch);
    int64_t at_ms = host_limits_ready_at(&host->limits, now_ms);
    if (at_ms == HOST_WHEN_ONE_ENDS)
        return false;
    if (at_ms > now_ms) {
        (void)uv_timer_start(&host->timer, on_timer, (uint64_t)(at_ms - now_ms), 0);
        return false;
    }
    struct flight *flight = host->waiting;
    DL_DELETE(host->waiting, flight);
    host_limits_begin(&host->limits);
    flight_launch(flight);
    return true;
}

void hosts_pump(struct fetch *fetch)
{
    while (fetch->ready_hosts && fetch->active_count < fetch->config->http.in_flight) {
        struct host *host = fetch->ready_hosts;
        DL_DELETE(fetch->ready_hosts, host);
        host->listed = false;
        if (host->waiting && start_one(host) && host->waiting)
            list(host);
    }
}

void hosts_close(struct fetch *fetch)
{
    struct host *host, *next;
    HASH_ITER(hh, fetch->hosts, host, next)
    forget(host);
}

void fetch_print_metrics(const struct fetch *fetch, struct buf *out)
{
    enum { MAX_LABELS = 100 };
    int printed = 0;
    (void)buf_add_text(out, "# HELP byline_host_breaker_open 1 while the host is left alone.\n"
                            "# TYPE byline_host_breaker_open gauge\n");
    for (const struct host *host = fetch->hosts; host && printed < MAX_LABELS;
         host = host->hh.next) {
        if (host->limits.breaker == BREAKER_CLOSED)
            continue;
        (void)buf_add_text(out, "byline_host_breaker_open{host=\"");
        (void)buf_add_json_escaped(out, span_from(host->key));
        (void)buf_add_text(out, "\"} 1\n");
        printed++;
    }
    fetch_redis_print_metrics(fetch->redis, out);
}
