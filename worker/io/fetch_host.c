/* Hosts: their limits, and the flights that wait for them. A host stands in ready_hosts while one
 * of its flights may start; they take turns, so that a host with a long queue does not hold up the
 * others when http.in_flight is reached.
 *
 * While its breaker is not closed a few flights wait for it to come back,
 * and are given up when it does not (its probe fails) or when what they hold is wanted for others
 * (fetch_relieve); those beyond the few are given up at once. Patient ones just wait.
 *
 * A host that is away (it asked for a pause, or is silent or slow) may hold up more, outside the
 * places of lookups; beyond that fetch_relieve gives up too what waits for it, request by request,
 * for many may share a flight. Not where it is the host that most requests are for: then waiting
 * for it holds up few others. */
#include <assert.h>
#include <stdlib.h>

#include "io/fetch_parts.h"
#include "io/fetch_redis.h"
#include "io/fetch_reuse.h"
#include "log.h"

enum {
    RELIEVE_EVERY_MS = 10, /* at most so often the flights are looked through */
};

static void on_closed(uv_handle_t *handle)
{
    struct host *host = handle->data;
    struct fetch *fetch = host->fetch;
    free(host);
    fetch_handle_closed(fetch);
}

/* Keeps unused_hosts true, by last use. */
static void follow_use(struct host *host)
{
    struct fetch *fetch = host->fetch;
    bool unused = !host->waiting && host->limits.in_flight == 0;
    if (unused && !host->unused)
        DL_APPEND2(fetch->unused_hosts, host, unused_prev, unused_next);
    if (!unused && host->unused)
        DL_DELETE2(fetch->unused_hosts, host, unused_prev, unused_next);
    host->unused = unused;
}

static void forget(struct host *host)
{
    HASH_DEL(host->fetch->hosts[host->kind], host);
    if (host->listed)
        DL_DELETE(host->fetch->ready_hosts, host);
    if (host->unused)
        DL_DELETE2(host->fetch->unused_hosts, host, unused_prev, unused_next);
    uv_close((uv_handle_t *)&host->timer, on_closed);
}

static size_t hosts_count(const struct fetch *fetch)
{
    size_t count = 0;
    for (unsigned kind = 0; kind < FETCH_HOST_KINDS; kind++)
        count += HASH_COUNT(fetch->hosts[kind]);
    return count;
}

enum { MAX_KEY_BYTES = 253 + sizeof ".:65535" };

/* The authority, without the dot that may end a name: whoever writes it asks the same host. */
static struct span key_of(const struct url *url, char room[static MAX_KEY_BYTES])
{
    struct span key = url->authority;
    size_t dot = (size_t)(url->host.data - key.data) + url->host.len - 1;
    if (url->host.len < 2 || key.data[dot] != '.')
        return key;
    assert(key.len <= MAX_KEY_BYTES);
    memcpy(room, key.data, dot);
    memcpy(room + dot, key.data + dot + 1, key.len - dot - 1);
    return span_of(room, key.len - 1);
}

static struct host *find(const struct fetch *fetch, struct span key, unsigned kind)
{
    struct host *host;
    HASH_FIND(hh, fetch->hosts[kind], key.data, key.len, host);
    return host;
}

/* Of those that nobody uses, the longest unused first; what would lose something learned (a pause,
 * an open breaker) gets another round, unless the table is far too large. A few looks for each new
 * host are enough, for each look that frees nothing puts a host behind all others. */
static void make_room(struct fetch *fetch)
{
    enum { LOOKS = 4 };
    struct host *host;
    int64_t now_ms = fetch_now_ms(fetch);
    for (int i = 0; i < LOOKS && hosts_count(fetch) >= FETCH_MAX_HOSTS; i++) {
        host = fetch->unused_hosts;
        if (!host)
            return;
        if (host_limits_is_idle(&host->limits, now_ms) ||
            hosts_count(fetch) >= 2 * FETCH_MAX_HOSTS) {
            forget(host);
        } else {
            DL_DELETE2(fetch->unused_hosts, host, unused_prev, unused_next);
            DL_APPEND2(fetch->unused_hosts, host, unused_prev, unused_next);
        }
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

static void pause_all(struct fetch *fetch, struct span key, int64_t until_ms)
{
    for (unsigned kind = 0; kind < FETCH_HOST_KINDS; kind++) {
        struct host *host = find(fetch, key, kind);
        if (host)
            host_limits_pause(&host->limits, until_ms);
    }
}

static int64_t paused_until(const struct fetch *fetch, struct span key)
{
    int64_t until_ms = 0;
    for (unsigned kind = 0; kind < FETCH_HOST_KINDS; kind++) {
        const struct host *host = find(fetch, key, kind);
        if (host && host->limits.paused_until_ms > until_ms)
            until_ms = host->limits.paused_until_ms;
    }
    return until_ms;
}

struct host *host_find(struct fetch *fetch, const struct url *url, bool trusted)
{
    char room[MAX_KEY_BYTES];
    struct span key = key_of(url, room);
    unsigned kind = (trusted ? HOST_PLAIN_TRUSTED : HOST_PLAIN_OF_EVENTS) + (url->https ? 1u : 0u);
    struct host *host = find(fetch, key, kind);
    if (host)
        return host;
    make_room(fetch);
    host = calloc(1, sizeof *host + key.len + 1);
    if (!host)
        return NULL;
    memcpy(host->key, key.data, key.len);
    HASH_ADD_KEYPTR(hh, fetch->hosts[kind], host->key, key.len, host);
    if (!host->hh.tbl) {
        free(host);
        return NULL;
    }
    host->fetch = fetch;
    host->kind = kind;
    struct host_options options = fetch->host_options;
    options.is_known = trusted;
    host_limits_init(&host->limits, &options, fetch_now_ms(fetch));
    host_limits_pause(&host->limits, paused_until(fetch, key));
    (void)uv_timer_init(fetch->loop, &host->timer);
    host->timer.data = host;
    fetch_handle_opened(fetch);
    host->hash = host->hh.hashv;
    follow_use(host);
    return host;
}

void host_enqueue(struct host *host, struct flight *flight)
{
    DL_APPEND(host->waiting, flight);
    host->waiting_count++;
    list(host);
    follow_use(host);
}

void host_dequeue(struct host *host, struct flight *flight)
{
    DL_DELETE(host->waiting, flight);
    host->waiting_count--;
    follow_use(host);
}

bool host_is_left_alone(const struct host *host)
{
    return host->limits.breaker == BREAKER_OPEN &&
           fetch_now_ms(host->fetch) < host->limits.open_until_ms;
}

static int may_wait(const struct fetch *fetch)
{
    int share = fetch->config->http.in_flight / 4;
    return share > FETCH_MIN_PARKED ? share : FETCH_MIN_PARKED;
}

bool host_is_full(const struct host *host)
{
    return host->limits.breaker != BREAKER_CLOSED && host->waiting_count >= may_wait(host->fetch);
}

/* All but the first `kept` in the queue and the patient; those too that the cache can answer. */
static void give_up(struct host *host, int kept)
{
    struct flight *flight, *next;
    DL_FOREACH_SAFE(host->waiting, flight, next)
    {
        bool may_stay = flight->patient || kept-- > 0;
        if (may_stay && !reuse_may_stand_in(flight))
            continue;
        host_dequeue(host, flight);
        flight_give_up(flight, LEFT_ALONE);
    }
}

/* --- hosts that are away --- */

static unsigned bucket_of(const struct url *url)
{
    char room[MAX_KEY_BYTES];
    struct span key = key_of(url, room);
    unsigned hash;
    HASH_VALUE(key.data, key.len, hash);
    return hash % FETCH_ASKED_BUCKETS;
}

void hosts_note(struct fetch *fetch, const struct url *url)
{
    unsigned bucket = bucket_of(url);
    unsigned place = fetch->asked_total++ % FETCH_ASKED;
    if (fetch->asked_total > FETCH_ASKED)
        fetch->asked_of[fetch->asked[place]]--;
    fetch->asked[place] = (uint16_t)bucket;
    fetch->asked_of[bucket]++;
}

static bool is_for_most(const struct fetch *fetch, const struct url *url)
{
    size_t asked = fetch->asked_total < FETCH_ASKED ? fetch->asked_total : FETCH_ASKED;
    return fetch->asked_of[bucket_of(url)] > asked / 2;
}

static bool is_down(const struct host *host)
{
    return host->limits.breaker != BREAKER_CLOSED;
}

static bool is_away(const struct host *host)
{
    int64_t now_ms = fetch_now_ms(host->fetch);
    return is_down(host) || now_ms < host->limits.paused_until_ms ||
           host->took_ms >= FETCH_AWAY_MS ||
           (host->limits.in_flight > 0 && now_ms - host->heard_ms >= FETCH_AWAY_MS);
}

/* The one that it waits for: itself, or that of its robots.txt. */
static const struct flight *waits_for(const struct flight *flight)
{
    bool held = flight->state == FLIGHT_HELD && flight->rules && flight->rules->flight;
    return held ? flight->rules->flight : flight;
}

/* It waits for a host that is away, or for its next attempt there. What the operator's own hosts
 * ask for is waited for: every event needs them. Who waits for robots.txt is counted, not the
 * flight that asks for it. */
static bool is_held_up(const struct flight *flight)
{
    const struct flight *asks = waits_for(flight);
    bool away =
        asks->state == FLIGHT_BACKOFF ||
        ((asks->state == FLIGHT_WAITING || asks->state == FLIGHT_EXCHANGE) && is_away(asks->host));
    return away && !flight->trusted && !flight->is_rules &&
           !is_for_most(flight->fetch, &flight->url);
}

/* What has been sent is waited for to its end, by one at least: it tells whether the host is down.
 */
static bool is_under_way(const struct flight *flight)
{
    const struct flight *asks = waits_for(flight);
    return asks->state == FLIGHT_EXCHANGE && (asks == flight || asks->requests == flight->rules);
}

static size_t count_requests(const struct flight *flight)
{
    const struct fetch_request *request;
    size_t count = 0;
    DL_FOREACH(flight->requests, request)
    count++;
    return count;
}

/* All requests but the first `kept` end, and with the last one the flight. */
static void give_up_requests(struct flight *flight, size_t kept)
{
    static const char why[] = "is slow or asked for a pause, and too many wait for it";
    struct fetch_request *request, *next;
    if (kept == 0) {
        if (flight->state == FLIGHT_WAITING)
            host_dequeue(flight->host, flight);
        fetch_cancel(flight->rules);
        flight->rules = NULL;
        flight_give_up(flight, why);
        return;
    }
    struct error error;
    error_set(&error, ERROR_RETRY, "%.*s %s", SPAN_ARG(flight->url.authority), why);
    DL_FOREACH_SAFE(flight->requests, request, next)
    if (kept > 0)
        kept--;
    else
        flight_end_request(flight, request, FETCH_ERROR, &error);
}

/* Oldest first, so that those who have waited longest stay. */
size_t fetch_relieve(struct fetch *fetch, size_t may_wait)
{
    struct flight *flight;
    size_t held_up = 0;
    int64_t now_ms = fetch_now_ms(fetch);
    if (now_ms - fetch->relieved_ms < RELIEVE_EVERY_MS)
        return fetch->held_up;
    DL_FOREACH2(fetch->flights, flight, all_next)
    {
        if (flight->state == FLIGHT_WAITING && is_down(flight->host)) {
            if (flight->patient && !reuse_may_stand_in(flight))
                continue;
            host_dequeue(flight->host, flight);
            flight_give_up(flight, LEFT_ALONE);
        } else if (is_held_up(flight)) {
            size_t count = count_requests(flight);
            size_t kept = held_up < may_wait ? may_wait - held_up : is_under_way(flight) ? 1 : 0;
            if (count > kept)
                give_up_requests(flight, kept);
            held_up += count < kept ? count : kept;
        }
    }
    fetch->relieved_ms = now_ms;
    fetch->held_up = held_up < may_wait ? held_up : may_wait;
    return fetch->held_up;
}

/* The breaker was `before`; tells of its change, and what that means for those who wait. */
static void follow_breaker(struct host *host, enum host_breaker before)
{
    enum host_breaker breaker = host->limits.breaker;
    if (before == BREAKER_CLOSED && breaker == BREAKER_OPEN) {
        log_warn("breaker_open", LOG_TEXT("host", host->key),
                 LOG_INT("failures", host->limits.failures),
                 LOG_INT("open_ms", host->limits.options.open_ms));
        give_up(host, may_wait(host->fetch));
    } else if (before == BREAKER_HALF_OPEN && breaker == BREAKER_OPEN) {
        give_up(host, 0);
    } else if (before != BREAKER_CLOSED && breaker == BREAKER_CLOSED) {
        log_info("breaker_closed", LOG_TEXT("host", host->key));
    }
}

void host_ended(struct host *host, enum host_verdict verdict, int64_t pause_ms)
{
    int64_t now_ms = fetch_now_ms(host->fetch);
    enum host_breaker before = host->limits.breaker;
    host_limits_end(&host->limits, now_ms, verdict);
    host->heard_ms = now_ms;
    if (pause_ms > 0)
        pause_all(host->fetch, span_from(host->key), now_ms + pause_ms);
    follow_breaker(host, before);
    if (host->waiting)
        list(host);
    follow_use(host);
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
    if (host->limits.in_flight == 0)
        host->heard_ms = now_ms;
    host_limits_begin(&host->limits);
    host_dequeue(host, flight);
    flight_launch(flight);
    return true;
}

/* Silent exchanges keep no place from others, up to as many as there are places. */
static bool has_place(const struct fetch *fetch)
{
    int places = fetch->config->http.in_flight;
    int lent = fetch->silent_count < places ? fetch->silent_count : places;
    return fetch->active_count < places + lent;
}

void hosts_pump(struct fetch *fetch)
{
    /* More bodies would take the memory of the others: they wait for one to end. */
    const size_t bodies_max = (size_t)fetch->config->memory_bytes / 4;
    while (fetch->ready_hosts && has_place(fetch) && fetch->body_bytes < bodies_max) {
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
    for (unsigned kind = 0; kind < FETCH_HOST_KINDS; kind++)
        HASH_ITER(hh, fetch->hosts[kind], host, next)
    forget(host);
}

enum { MAX_LABELS = 100 };

/* Of the hosts with its name, it is the one that stands for them: the first whose breaker is not
 * closed, or the first. */
static bool stands_for_all(const struct host *host)
{
    for (unsigned kind = 0; kind < FETCH_HOST_KINDS; kind++) {
        const struct host *other = find(host->fetch, span_from(host->key), kind);
        if (other && is_down(other) == is_down(host) && kind < host->kind)
            return false;
        if (other && is_down(other) && !is_down(host))
            return false;
    }
    return true;
}

/* Hosts that are down, or those that are not; returns the labels left. */
static int print_breakers(const struct fetch *fetch, bool down, int left, struct buf *out)
{
    for (unsigned kind = 0; kind < FETCH_HOST_KINDS; kind++)
        for (const struct host *host = fetch->hosts[kind]; host && left > 0; host = host->hh.next) {
            if (is_down(host) != down || !stands_for_all(host))
                continue;
            (void)buf_add_text(out, "byline_host_breaker_open{host=\"");
            (void)buf_add_json_escaped(out, span_from(host->key));
            (void)buf_add_text(out, down ? "\"} 1\n" : "\"} 0\n");
            left--;
        }
    return left;
}

void fetch_print_metrics(const struct fetch *fetch, struct buf *out)
{
    (void)buf_add_text(out, "# HELP byline_host_breaker_open 1 while the host is left alone.\n"
                            "# TYPE byline_host_breaker_open gauge\n");
    int left = print_breakers(fetch, true, MAX_LABELS, out);
    (void)print_breakers(fetch, false, left, out);
    fetch_redis_print_metrics(fetch->redis, out);
}
