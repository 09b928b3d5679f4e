/* robots.txt before each hop to a page: the flight waits while its host's rules are fetched, by the
 * same engine and through the same cache, so that one file serves all pages of its host. */
#include "io/fetch_robots.h"

#include "core/robots.h"

bool robots_apply(const struct fetch *fetch, const struct fetch_spec *spec)
{
    return fetch->config->http.robots && !spec->trusted && !spec->post && !spec->is_rules;
}

static void forbid(struct flight *flight, const struct fetch_answer *answer)
{
    if (answer->outcome == FETCH_OK) {
        flight->outcome = FETCH_BLOCKED;
        error_set(&flight->error, ERROR_POISON, "robots.txt of %.*s forbids it",
                  SPAN_ARG(flight->url.authority));
    } else {
        flight->outcome = answer->outcome;
        flight->origin_failed = true;
        error_set(&flight->error, ERROR_RETRY, "robots.txt: %.*s", SPAN_ARG(answer->error));
    }
    if (flight->redirects > 0)
        flight->attempts++; /* the hops that were made */
    flight_answer_soon(flight);
}

/* A site without the file, or that keeps it to itself, forbids nothing; one that cannot be asked
 * forbids everything (RFC 9309, section 2.3.1). */
static void on_rules(void *context, const struct fetch_answer *answer)
{
    struct flight *flight = context;
    bool absent = answer->outcome == FETCH_NOT_FOUND || answer->outcome == FETCH_BLOCKED ||
                  (answer->http_status >= 400 && answer->http_status <= 499);
    int64_t now_ms = fetch_now_ms(flight->fetch);
    flight->rules = NULL;
    flight->state = FLIGHT_NEW;
    if (answer->outcome == FETCH_TIMEOUT && flight->deadline_ms > now_ms &&
        answer->duration_ms >= flight->fetch->config->http.deadline_ms) {
        flight_begin(flight); /* for those who joined later */
        return;
    }
    flight->may_go = absent || (answer->outcome == FETCH_OK &&
                                robots_allows(span_of(answer->body->data, answer->body->len),
                                              url_path(&flight->url)));
    if (flight->may_go)
        flight_begin(flight);
    else
        forbid(flight, answer);
}

bool robots_hold(struct flight *flight)
{
    struct fetch *fetch = flight->fetch;
    struct url url;
    struct error error;
    if (!flight->obeys_robots || flight->may_go)
        return false;
    if (!url_parse(fetch->urls, span_from("/robots.txt"), &flight->url, &url, &error)) {
        flight->outcome = FETCH_ERROR;
        error_set(&flight->error, ERROR_RETRY, "robots.txt: %s", error.message);
        flight_answer_soon(flight);
        return true;
    }
    const struct fetch_spec spec = {.url = span_of(url.text, url.len), .is_rules = true};
    flight->rules = fetch_request_new(fetch, NULL, on_rules, flight);
    if (!flight->rules) {
        url_finish(&url);
        flight->outcome = FETCH_ERROR;
        error_set(&flight->error, ERROR_RETRY, "robots.txt: no memory");
        flight_answer_soon(flight);
        return true;
    }
    flight->state = FLIGHT_HELD;
    fetch_begin(flight->rules, &spec, &url);
    return true;
}
