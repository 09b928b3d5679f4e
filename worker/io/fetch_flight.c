/* The life of a flight.
 *
 *   NEW --> HELD (robots.txt) --> WAITING (host queue) --> EXCHANGE --> DONE
 *             ^                      ^                        |
 *             |                      +-- BACKOFF <-- failed --+
 *             +--------------------------------- redirect ----+
 *
 * A redirect is a new hop: its URL is parsed, its trust decided and its host's limits asked anew.
 */
#include <stdlib.h>

#include "core/robots.h"
#include "io/fetch_headers.h"
#include "io/fetch_parts.h"
#include "io/fetch_redis.h"
#include "io/fetch_reuse.h"
#include "io/fetch_robots.h"
#include "io/fetch_shared.h"

/* --- birth and death --- */

/* Empty; NULL without memory. */
static struct flight *take_spare(struct fetch *fetch)
{
    struct flight *flight = fetch->spare_flights;
    if (!flight)
        return calloc(1, sizeof *flight);
    fetch->spare_flights = flight->next;
    memset(flight, 0, offsetof(struct flight, error));
    flight->error.message[0] = '\0';
    return flight;
}

struct flight *flight_new(struct fetch *fetch, struct url *url, const struct fetch_spec *spec)
{
    struct flight *flight = take_spare(fetch);
    if (!flight)
        return NULL;
    flight->fetch = fetch;
    flight->trusted = spec->trusted;
    flight->patient = spec->patient;
    flight->post = spec->post;
    flight->is_rules = spec->is_rules;
    flight->obeys_robots = robots_apply(fetch, spec);
    flight->rate_limit_status = spec->rate_limit_status;
    flight->deadline_ms = fetch_now_ms(fetch) + fetch->config->http.deadline_ms;
    DL_APPEND2(fetch->flights, flight, all_prev, all_next);
    struct buf accept;
    buf_init(&accept, FETCH_MAX_KEPT_BYTES);
    if (spec->accept.len > 0 && buf_add_text(&accept, "Accept: ") && buf_add(&accept, spec->accept))
        flight->accept = accept.data;
    else
        buf_finish(&accept);
    char *body = spec->post ? malloc(spec->body.len + 1) : NULL;
    if (body && spec->body.len > 0)
        memcpy(body, spec->body.data, spec->body.len);
    flight->body = span_of(body, body ? spec->body.len : 0);
    if ((spec->post && !body) || (spec->accept.len > 0 && !flight->accept) ||
        !flight_set_headers(flight, spec)) {
        flight_abandon(flight);
        return NULL;
    }
    flight->url = *url;
    *url = (struct url){0};
    return flight;
}

static void on_timer_closed(uv_handle_t *handle)
{
    struct flight *flight = handle->data;
    struct fetch *fetch = flight->fetch;
    free(flight);
    fetch_handle_closed(fetch);
}

static void leave_table(struct flight *flight)
{
    if (flight->joinable)
        HASH_DEL(flight->fetch->joinable, flight);
    flight->joinable = false;
}

static void leave_host(struct flight *flight)
{
    fetch_cancel(flight->rules);
    flight->rules = NULL;
    if (flight->state == FLIGHT_WAITING)
        host_dequeue(flight->host, flight);
    if (flight->state == FLIGHT_EXCHANGE) {
        exchange_finish(flight->exchange);
        flight->exchange = NULL;
        host_ended(flight->host, HOST_NEUTRAL, 0);
    }
    flight->host = NULL;
    flight->state = FLIGHT_DONE;
}

void flight_abandon(struct flight *flight)
{
    fetch_redis_cancel(flight->asking);
    leave_host(flight);
    leave_table(flight);
    flight->fetch->renewal_count -= flight->background;
    cache_entry_release(flight->stale);
    free((char *)flight->key.data);
    DL_DELETE2(flight->fetch->flights, flight, all_prev, all_next);
    url_finish(&flight->url);
    curl_slist_free_all(flight->headers);
    free(flight->accept);
    free((char *)flight->body.data);
    free(flight->content_type);
    body_release(flight->answer_body);
    if (flight->timer_is_open)
        (void)uv_timer_stop(&flight->timer);
    flight->next = flight->fetch->spare_flights;
    flight->fetch->spare_flights = flight;
}

void flights_free_spare(struct fetch *fetch)
{
    while (fetch->spare_flights) {
        struct flight *flight = fetch->spare_flights;
        fetch->spare_flights = flight->next;
        if (flight->timer_is_open)
            uv_close((uv_handle_t *)&flight->timer, on_timer_closed);
        else
            free(flight);
    }
}

struct fetch_answer flight_fill_answer(const struct flight *flight)
{
    return (struct fetch_answer){
        .outcome = flight->outcome,
        .http_status = flight->http_status,
        .attempts = flight->attempts,
        .from_cache = flight->from_cache,
        .final_url = flight->from_cache ? span_from(flight->stale->final_url)
                                        : span_of(flight->url.text, flight->url.len),
        .content_type = span_from(flight->content_type),
        .body = flight->answer_body,
        .error = *flight->error.message ? span_from(flight->error.message) : SPAN_NONE,
    };
}

void flight_answer(struct flight *flight)
{
    struct fetch_request *request;
    leave_table(flight); /* what is asked in answer to this is asked anew */
    if (flight->origin_failed)
        reuse_stale(flight);
    struct fetch_answer answer = flight_fill_answer(flight);
    while ((request = flight->requests)) {
        DL_DELETE(flight->requests, request);
        request->flight = NULL;
        answer.from_cache = flight->from_cache || request->joined;
        fetch_answer_request(request, &answer);
    }
    flight_abandon(flight);
}

/* --- waiting --- */

static void fail(struct flight *flight, enum fetch_outcome outcome, const char *why)
{
    flight->outcome = outcome;
    error_set(&flight->error, ERROR_RETRY, "%s", why);
}

static void on_timer(uv_timer_t *timer);

static void set_timer(struct flight *flight, int64_t at_ms)
{
    struct fetch *fetch = flight->fetch;
    if (!flight->timer_is_open) {
        (void)uv_timer_init(fetch->loop, &flight->timer);
        flight->timer.data = flight;
        flight->timer_is_open = true;
        fetch_handle_opened(fetch);
    }
    int64_t wait_ms = at_ms - fetch_now_ms(fetch);
    (void)uv_timer_start(&flight->timer, on_timer, wait_ms > 0 ? (uint64_t)wait_ms : 0, 0);
}

void flight_answer_soon(struct flight *flight)
{
    set_timer(flight, 0);
    flight->state = FLIGHT_DONE;
}

void flight_depart(struct flight *flight)
{
    if (!shared_ask(flight))
        flight_missed(flight);
}

void flight_missed(struct flight *flight)
{
    if (flight->key.data && !flight->background)
        fetch_count(flight->fetch, CACHE_MISS);
    flight_begin(flight);
}

void flight_answer_stored(struct flight *flight)
{
    struct fetch_request *request;
    struct cache_entry *entry = flight->stale;
    if (!flight->background)
        fetch_count(flight->fetch, entry->outcome == FETCH_NOT_FOUND ? CACHE_NEGATIVE : CACHE_HIT);
    leave_table(flight);
    while ((request = flight->requests)) {
        DL_DELETE(flight->requests, request);
        request->flight = NULL;
        request->hit = cache_entry_hold(entry);
        fetch_answer_hit(request);
    }
    flight_abandon(flight);
}

void flight_give_up(struct flight *flight, const char *why)
{
    flight->origin_failed = true;
    if (!*flight->error.message) {
        flight->outcome = FETCH_ERROR;
        error_set(&flight->error, ERROR_RETRY, "%.*s %s", SPAN_ARG(flight->url.authority), why);
    }
    flight_answer_soon(flight);
}

void flight_begin(struct flight *flight)
{
    if (address_refuses(flight))
        return;
    if (robots_hold(flight)) {
        if (flight->state == FLIGHT_HELD)
            set_timer(flight, flight_first_deadline_ms(flight));
        return;
    }
    flight->host = host_find(flight->fetch, &flight->url, flight->trusted);
    if (!flight->host) {
        fail(flight, FETCH_ERROR, "no memory");
        flight_answer_soon(flight);
        return;
    }
    if ((host_is_full(flight->host) && !flight->patient) ||
        (host_is_left_alone(flight->host) && reuse_may_stand_in(flight))) {
        flight_give_up(flight, LEFT_ALONE);
        return;
    }
    flight->state = FLIGHT_WAITING;
    host_enqueue(flight->host, flight);
    hosts_pump(flight->fetch);
    if (flight->state == FLIGHT_WAITING)
        set_timer(flight, flight_first_deadline_ms(flight));
}

static void fail_waiting(struct flight *flight)
{
    flight->outcome = FETCH_TIMEOUT;
    flight->origin_failed = true;
    flight_describe_deadline(flight, &flight->error);
}

static void on_timer(uv_timer_t *timer)
{
    struct flight *flight = timer->data;
    int64_t now_ms = fetch_now_ms(flight->fetch);
    switch (flight->state) {
    case FLIGHT_BACKOFF: flight_begin(flight); break;
    case FLIGHT_HELD:
    case FLIGHT_WAITING:
        flight_expire(flight, now_ms);
        if (flight_first_deadline_ms(flight) > now_ms) {
            set_timer(flight, flight_first_deadline_ms(flight));
            break;
        }
        fail_waiting(flight);
        flight_answer(flight);
        break;
    case FLIGHT_DONE: flight_answer(flight); break;
    case FLIGHT_NEW:
    case FLIGHT_ASKING:
    case FLIGHT_EXCHANGE: break;
    }
}

void flight_launch(struct flight *flight)
{
    if (flight->timer_is_open)
        (void)uv_timer_stop(&flight->timer);
    flight->attempts++;
    flight->exchange = exchange_start(flight, shard_pick(flight->host));
    if (flight->exchange) {
        flight->state = FLIGHT_EXCHANGE;
        return;
    }
    host_ended(flight->host, HOST_NEUTRAL, 0);
    fail(flight, FETCH_ERROR, "the request could not be started");
    flight_answer_soon(flight);
}

/* --- the end of an exchange --- */

static bool is_redirect(int status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

static bool refuse_redirect(struct flight *flight, enum fetch_outcome outcome, const char *why)
{
    flight->outcome = outcome;
    error_set(&flight->error, ERROR_RETRY, "redirect: %s", why);
    return false;
}

/* 303 asks for a GET; 301 and 302 have come to mean it for a POST (RFC 9110, section 15.4). */
static bool change_method(struct flight *flight, int status, bool same_origin)
{
    if (!flight->post)
        return true;
    if (status == 307 || status == 308)
        return same_origin || refuse_redirect(flight, FETCH_REFUSED, "a POST to another host");
    flight->post = false;
    free((char *)flight->body.data);
    flight->body = SPAN_NONE;
    return true;
}

/* Moves to the next hop; false with the flight's answer set where it may not. The operator's trust
 * holds for the origin he wrote, and for its upgrade to https. */
static bool follow(struct flight *flight, struct span location, int status)
{
    const struct fetch *fetch = flight->fetch;
    struct error error;
    struct url url;
    int most = fetch->config->http.max_redirects;
    if (flight->is_rules && most < FETCH_RULES_REDIRECTS)
        most = FETCH_RULES_REDIRECTS;
    if (++flight->redirects > most)
        return refuse_redirect(flight, FETCH_ERROR, "more than http.max_redirects");
    if (!url_parse(fetch->urls, location, &flight->url, &url, &error))
        return refuse_redirect(flight, FETCH_REFUSED, error.message);
    bool same_origin = url_same_origin(&flight->url, &url) || url_is_upgrade(&flight->url, &url);
    bool moved = change_method(flight, status, same_origin);
    if (moved && !same_origin) {
        flight->trusted = false;
        flight->rate_limit_status = 0;
        if (!flight_drop_headers(flight))
            moved = refuse_redirect(flight, FETCH_ERROR, "no memory");
    }
    if (!moved) {
        url_finish(&url);
        return false;
    }
    url_finish(&flight->url);
    flight->url = url;
    flight->may_go = false;
    flight->attempts--; /* a hop is part of its attempt */
    return true;
}

/* How long to leave the host alone. The loop's clock may be a part of a millisecond behind. */
static int64_t pause_of(const struct exchange *exchange, int64_t backoff_ms)
{
    int status = exchange_status(exchange);
    if (!retry_judge_status(status).again) /* most: no clock is read for them */
        return 0;
    int64_t pause_ms =
        retry_pause_ms(status, exchange_header(exchange, KEPT_RETRY_AFTER), fetch_wall_ms(),
                       exchange->fetch->retry.max_backoff_ms, backoff_ms);
    return pause_ms > 0 ? pause_ms + 1 : 0;
}

static void keep_answer(struct flight *flight, struct exchange *exchange, CURLcode result,
                        struct retry_verdict verdict)
{
    flight->outcome = verdict.outcome;
    flight->http_status = exchange->http_status;
    flight->error.message[0] = '\0';
    if (verdict.outcome != FETCH_OK) {
        exchange_describe(exchange, result, &flight->error);
        return;
    }
    struct span type = exchange_header(exchange, KEPT_CONTENT_TYPE);
    if (type.data)
        flight->content_type = strndup(type.data, type.len);
    const struct body *whole = exchange->body;
    struct span bytes = whole ? span_of(whole->data, whole->len) : SPAN_NONE;
    struct buf rules = {0};
    struct body *body = NULL;
    if (flight->is_rules && robots_read(bytes, flight->fetch->product, &rules))
        bytes = buf_span(&rules);
    /* A copy of just its size, for it may stay in the cache for long: cutting the large block down
     * in place would leave a hole behind each body that no next body fits into. */
    if (!rules.no_memory)
        body = body_new(bytes);
    buf_finish(&rules);
    if (!body) {
        fail(flight, FETCH_ERROR, "no memory for the body");
        return;
    }
    flight->answer_body = body;
}

/* Waits for the next attempt; false where none is left or the deadline comes first. */
static bool try_again(struct flight *flight, int64_t wait_ms)
{
    struct fetch *fetch = flight->fetch;
    struct fetch_request *request;
    if (flight->attempts >= fetch->retry.attempts)
        return false;
    int64_t at_ms = fetch_now_ms(fetch) + wait_ms;
    flight_expire(flight, at_ms);
    if (at_ms >= flight->deadline_ms)
        return false;
    DL_FOREACH(flight->requests, request)
    if (request->metrics)
        request->metrics->retries++;
    flight->state = FLIGHT_BACKOFF;
    set_timer(flight, at_ms);
    return true;
}

/* Not the host's doing, so no attempt is counted; false where the deadline comes first. */
static bool wait_for_room(struct flight *flight)
{
    int64_t at_ms = fetch_now_ms(flight->fetch) + FETCH_ROOM_WAIT_MS;
    flight_expire(flight, at_ms);
    if (at_ms >= flight->deadline_ms)
        return false;
    flight->attempts--;
    flight->state = FLIGHT_BACKOFF;
    set_timer(flight, at_ms);
    return true;
}

/* Reads all that the exchange has to say, before its handle is used again. Returns whether there is
 * a next hop. */
static bool take_answer(struct flight *flight, CURLcode result, struct retry_verdict verdict)
{
    struct exchange *exchange = flight->exchange;
    if (result == CURLE_OK && exchange->http_status == 304 && exchange->conditions) {
        reuse_confirmed(flight, exchange);
        return false;
    }
    flight->origin_failed = verdict.again;
    keep_answer(flight, exchange, result, verdict);
    struct span location = exchange_header(exchange, KEPT_LOCATION);
    if (result == CURLE_OK && is_redirect(exchange->http_status) && location.data) {
        struct span cache_control = exchange_header(exchange, KEPT_CACHE_CONTROL);
        flight->no_store = flight->no_store || cache_forbidden(cache_control);
        return follow(flight, location, exchange->http_status);
    }
    reuse_store(flight, exchange);
    return false;
}

void flight_exchange_ended(struct flight *flight, CURLcode result)
{
    struct exchange *exchange = flight->exchange;
    long status = 0;
    (void)curl_easy_getinfo(exchange->easy, CURLINFO_RESPONSE_CODE, &status);
    exchange->http_status = (int)status;
    if (result == CURLE_OK && !exchange->has_headers) /* libcurl takes that for the answer's end */
        result = CURLE_PARTIAL_FILE;
    struct retry_verdict verdict = exchange_judge(exchange, result);
    bool no_room = exchange->no_room && result != CURLE_OK;
    bool paused = exchange->stop == STOP_PAUSED && result != CURLE_OK;
    int64_t backoff_ms =
        retry_backoff_ms(&flight->fetch->retry, flight->attempts, fetch_random(flight->fetch));
    int64_t pause_ms = pause_of(exchange, backoff_ms);
    int64_t wait_ms = backoff_ms > pause_ms ? backoff_ms : pause_ms;
    bool next_hop = take_answer(flight, result, verdict);
    flight->host->took_ms = fetch_now_ms(flight->fetch) - exchange->started_ms;
    flight->host->answer_bytes =
        exchange->header_bytes + (exchange->body ? exchange->body->len : 0);
    exchange_finish(exchange);
    flight->exchange = NULL;
    flight->state = FLIGHT_NEW;
    host_ended(flight->host, verdict.host, pause_ms);
    flight->host = NULL;
    flight->attempts -= paused; /* nothing was sent: it goes back into its host's queue */
    if (next_hop || paused)
        flight_begin(flight);
    else if (no_room ? !wait_for_room(flight) : !verdict.again || !try_again(flight, wait_ms))
        flight_answer(flight);
}
