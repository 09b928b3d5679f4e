/* The requests that share a flight: each has a deadline of its own, and may end before it. */
#include "io/fetch_parts.h"
#include "io/fetch_reuse.h"

void flight_end_request(struct flight *flight, struct fetch_request *request,
                        enum fetch_outcome outcome, const struct error *why)
{
    DL_DELETE(flight->requests, request);
    request->flight = NULL;
    request->attempts = flight->attempts;
    if (!reuse_may_stand_in(flight)) {
        fetch_decline(request, outcome, span_of(flight->url.text, flight->url.len), why->message);
        return;
    }
    reuse_stand_in(flight, why);
    request->hit = cache_entry_hold(flight->stale);
    fetch_answer_soon(request);
}

static int64_t deadline_of(const struct fetch_request *request)
{
    return request->started_ms + request->fetch->config->http.deadline_ms;
}

/* Its requests stand in the order of their deadlines. */
int64_t flight_first_deadline_ms(const struct flight *flight)
{
    return flight->requests ? deadline_of(flight->requests) : flight->deadline_ms;
}

void flight_join(struct flight *flight, struct fetch_request *request, bool patient)
{
    request->joined = true;
    request->flight = flight;
    flight->patient = flight->patient || patient;
    DL_APPEND(flight->requests, request);
    flight->deadline_ms = deadline_of(request);
}

void flight_describe_deadline(const struct flight *flight, struct error *ret_error)
{
    const struct error before = flight->error;
    error_set(ret_error, ERROR_RETRY, "deadline of %.3g s passed waiting for %.*s%s%s",
              (double)flight->fetch->config->http.deadline_ms / 1000,
              SPAN_ARG(flight->url.authority), *before.message ? ", after: " : "", before.message);
}

void flight_expire(struct flight *flight, int64_t at_ms)
{
    struct fetch_request *first = flight->requests, *request, *next;
    struct error why;
    if (!first || deadline_of(first) > at_ms)
        return;
    if (deadline_of(first->prev) <= at_ms) {
        flight->deadline_ms = deadline_of(first->prev);
        return;
    }
    flight_describe_deadline(flight, &why);
    DL_FOREACH_SAFE(flight->requests, request, next)
    if (deadline_of(request) <= at_ms)
        flight_end_request(flight, request, FETCH_TIMEOUT, &why);
}
