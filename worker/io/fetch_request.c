/* Requests: answered from the cache, or with a flight; several of them share one. */
#include <stdlib.h>

#include "io/fetch_parts.h"
#include "io/fetch_reuse.h"

void fetch_free_request(struct fetch_request *request)
{
    cache_entry_release(request->hit);
    free(request->url);
    free(request->error);
    free(request);
}

void fetch_answer_request(struct fetch_request *request, struct fetch_answer *answer)
{
    answer->duration_ms = fetch_now_ms(request->fetch) - request->started_ms;
    if (request->metrics)
        histogram_observe(&request->metrics->duration, (double)answer->duration_ms / 1000);
    request->done(request->context, answer);
    fetch_free_request(request);
}

static void answer_declined(struct fetch_request *request)
{
    struct fetch_answer answer = {
        .outcome = request->declined,
        .attempts = request->attempts,
        .final_url = span_from(request->url),
        .error = span_from(request->error ? request->error : "no memory"),
    };
    fetch_answer_request(request, &answer);
}

static struct fetch_answer answer_of(const struct cache_entry *entry)
{
    return (struct fetch_answer){
        .outcome = entry->outcome,
        .http_status = entry->http_status,
        .from_cache = true,
        .final_url = span_from(entry->final_url),
        .content_type = span_from(entry->content_type),
        .body = entry->body,
        .error = span_from(entry->failure),
    };
}

void fetch_answer_hit(struct fetch_request *request)
{
    struct fetch_answer answer = answer_of(request->hit);
    fetch_answer_request(request, &answer);
}

static void on_turn(uv_idle_t *idle)
{
    struct fetch *fetch = idle->data;
    struct fetch_request *request;
    (void)uv_idle_stop(idle);
    while ((request = fetch->ready)) {
        DL_DELETE(fetch->ready, request);
        if (request->hit)
            fetch_answer_hit(request);
        else
            answer_declined(request);
    }
}

void fetch_answer_soon(struct fetch_request *request)
{
    DL_APPEND(request->fetch->ready, request);
    (void)uv_idle_start(&request->fetch->idle, on_turn);
}

void fetch_decline(struct fetch_request *request, enum fetch_outcome outcome, struct span url,
                   const char *why)
{
    request->declined = outcome;
    request->url = url.data ? strndup(url.data, url.len) : NULL;
    request->error = strdup(why);
    fetch_answer_soon(request);
}

void fetch_count(struct fetch *fetch, enum cache_result result)
{
    if (fetch->cache_results)
        fetch->cache_results[result]++;
}

/* Takes url and key over. NULL where the flight cannot be made. */
static struct flight *take_off(struct fetch *fetch, const struct fetch_spec *spec, struct url *url,
                               struct span key, struct cache_entry *stale)
{
    struct flight *flight = flight_new(fetch, url, spec);
    if (!flight) {
        url_finish(url);
        free((char *)key.data);
        return NULL;
    }
    flight->stale = stale ? cache_entry_hold(stale) : NULL;
    flight->key = key;
    if (key.data) {
        HASH_ADD_KEYPTR(hh, fetch->joinable, key.data, key.len, flight);
        flight->joinable = flight->hh.tbl != NULL; /* without memory nobody joins it */
    }
    return flight;
}

/* What a request asks: its URL in canonical form, and what the cache knows it by, absent where it
 * keeps nothing of it. Both owned. */
struct question {
    const struct fetch_spec *spec;
    struct url *url;
    struct span key;
};

static void question_finish(const struct question *question)
{
    url_finish(question->url);
    free((char *)question->key.data);
}

/* Whether the cache answers with the entry as it is: then it is held, and the question taken over.
 * A stale one is renewed behind the request's back, but for those that are too many: no event waits
 * for a renewal, so nothing else bounds them. */
static bool serve(struct fetch *fetch, const struct question *question, struct cache_entry *entry)
{
    struct span key = question->key;
    int64_t now_ms = fetch_now_ms(fetch);
    enum cache_state state = cache_state(&entry->lifetime, now_ms);
    bool failing = state == CACHE_STALE_ERROR && now_ms < entry->failing_until_ms;
    if (state != CACHE_FRESH && state != CACHE_STALE_SERVE && !failing)
        return false;
    fetch_count(fetch, state != CACHE_FRESH                ? CACHE_STALE
                       : entry->outcome == FETCH_NOT_FOUND ? CACHE_NEGATIVE
                                                           : CACHE_HIT);
    (void)cache_entry_hold(entry);
    struct flight *renewal = NULL;
    if (state == CACHE_STALE_SERVE)
        HASH_FIND(hh, fetch->joinable, key.data, key.len, renewal);
    if (state != CACHE_STALE_SERVE || renewal || now_ms < entry->failing_until_ms ||
        fetch->renewal_count >= fetch->config->http.in_flight) {
        question_finish(question);
        return true;
    }
    renewal = take_off(fetch, question->spec, question->url, key, entry);
    if (renewal) {
        renewal->background = true;
        fetch->renewal_count++;
        flight_depart(renewal);
    }
    return true;
}

/* Returns what the cache knows of it, NULL where that is nothing. */
static struct cache_entry *look_up(struct fetch *fetch, struct question *question)
{
    const struct fetch_spec *spec = question->spec;
    struct fetch_cache *cache = spec->is_rules ? &fetch->rules : &fetch->cache;
    question->key = reuse_key(fetch, spec, question->url);
    if (!spec->trusted)
        hosts_note(fetch, question->url);
    return question->key.data ? fetch_cache_find(cache, question->key) : NULL;
}

/* With a flight that is under way, or with one of its own. Takes the question over. */
static void board(struct fetch_request *request, const struct question *question,
                  struct cache_entry *entry)
{
    struct fetch *fetch = request->fetch;
    const struct fetch_spec *spec = question->spec;
    struct span key = question->key;
    struct flight *flight = NULL;
    if (key.data)
        HASH_FIND(hh, fetch->joinable, key.data, key.len, flight);
    if (flight) {
        fetch_count(fetch, CACHE_JOINED);
        question_finish(question);
        flight_join(flight, request, spec->patient);
        return;
    }
    flight = take_off(fetch, spec, question->url, key, entry);
    if (!flight) {
        /* That of robots.txt lay in url, which is gone. */
        fetch_decline(request, FETCH_REFUSED, spec->is_rules ? SPAN_NONE : spec->url,
                      "a header has a line break, or no memory");
        return;
    }
    request->flight = flight;
    DL_APPEND(flight->requests, request);
    flight_depart(flight);
}

struct fetch_request *fetch_request_new(struct fetch *fetch, struct lookup_metrics *metrics,
                                        fetch_done *done, void *context)
{
    struct fetch_request *request = calloc(1, sizeof *request);
    if (!request)
        return NULL;
    *request = (struct fetch_request){
        .fetch = fetch,
        .done = done,
        .context = context,
        .metrics = metrics,
        .started_ms = fetch_now_ms(fetch),
    };
    return request;
}

void fetch_begin(struct fetch_request *request, const struct fetch_spec *spec, struct url *url)
{
    struct question question = {.spec = spec, .url = url};
    struct cache_entry *entry = look_up(request->fetch, &question);
    if (entry && serve(request->fetch, &question, entry)) {
        request->hit = entry;
        fetch_answer_soon(request);
    } else {
        board(request, &question, entry);
    }
}

/* At once, without a request. Releases the entry. */
static void answer_now(const struct fetch_spec *spec, struct cache_entry *entry, fetch_done *done,
                       void *context)
{
    struct fetch_answer answer = answer_of(entry);
    if (spec->metrics)
        histogram_observe(&spec->metrics->duration, 0);
    done(context, &answer);
    cache_entry_release(entry);
}

static void fail_now(fetch_done *done, void *context)
{
    const struct fetch_answer answer = {.outcome = FETCH_ERROR, .error = span_from("no memory")};
    done(context, &answer);
}

struct fetch_request *fetch_start(struct fetch *fetch, const struct fetch_spec *spec,
                                  fetch_done *done, void *context)
{
    struct error error;
    struct url url = {0};
    struct question question = {.spec = spec, .url = &url};
    bool is_url = url_parse(fetch->urls, spec->url, NULL, &url, &error);
    struct cache_entry *entry = is_url ? look_up(fetch, &question) : NULL;
    if (entry && serve(fetch, &question, entry)) {
        answer_now(spec, entry, done, context);
        return NULL;
    }
    struct fetch_request *request = fetch_request_new(fetch, spec->metrics, done, context);
    if (!request) {
        question_finish(&question);
        fail_now(done, context);
    } else if (is_url) {
        board(request, &question, entry);
    } else {
        fetch_decline(request, FETCH_REFUSED, spec->url, error.message);
    }
    return request;
}

void fetch_cancel(struct fetch_request *request)
{
    if (!request)
        return;
    struct flight *flight = request->flight;
    if (flight) {
        DL_DELETE(flight->requests, request);
        if (!flight->requests && !flight->background)
            flight_abandon(flight);
    } else {
        DL_DELETE(request->fetch->ready, request);
    }
    fetch_free_request(request);
}
