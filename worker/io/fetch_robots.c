/* robots.txt before a page: the request waits at a gate while its host's rules are fetched, by the
 * same engine and through the same cache, so that one file serves all pages of its host. */
#include "core/robots.h"

#include <stdlib.h>

#include "io/fetch_parts.h"

struct robots_gate {
    struct fetch_request *request; /* who waits */
    struct fetch_request *rules;   /* the request for robots.txt */
    struct fetch_spec spec;        /* the url is the gate's own */
    struct url url;
};

bool robots_apply(const struct fetch *fetch, const struct fetch_spec *spec)
{
    return fetch->config->http.robots && !spec->trusted && !spec->post;
}

void robots_gate_free(struct robots_gate *gate)
{
    url_finish(&gate->url);
    free(gate);
}

/* A site without the file, or that keeps it to itself, forbids nothing; one that cannot be asked
 * forbids everything (RFC 9309, section 2.3.1). */
static void on_rules(void *context, const struct fetch_answer *answer)
{
    struct robots_gate *gate = context;
    struct fetch_request *request = gate->request;
    struct error why;
    bool absent = answer->outcome == FETCH_NOT_FOUND || answer->outcome == FETCH_BLOCKED ||
                  (answer->http_status >= 400 && answer->http_status <= 499);
    bool read = answer->outcome == FETCH_OK;
    fetch_leave_gate(request);
    if (absent || (read && robots_allows(span_of(answer->body->data, answer->body->len), "byline",
                                         url_path(&gate->url)))) {
        fetch_begin(request, &gate->spec, &gate->url);
    } else if (read) {
        error_set(&why, ERROR_POISON, "robots.txt of %.*s forbids it",
                  SPAN_ARG(gate->url.authority));
        fetch_decline(request, FETCH_BLOCKED, gate->spec.url, why.message);
    } else {
        error_set(&why, ERROR_RETRY, "robots.txt: %.*s", SPAN_ARG(answer->error));
        fetch_decline(request, answer->outcome, gate->spec.url, why.message);
    }
    robots_gate_free(gate);
}

struct robots_gate *robots_gate_new(struct fetch_request *request, const struct fetch_spec *spec,
                                    struct url *url)
{
    struct fetch *fetch = request->fetch;
    struct url rules;
    struct error error;
    struct robots_gate *gate = calloc(1, sizeof *gate);
    if (!gate)
        return NULL;
    if (!url_parse(fetch->urls, span_from("/robots.txt"), url, &rules, &error)) {
        free(gate);
        return NULL;
    }
    gate->request = request;
    gate->spec = *spec;
    gate->url = *url;
    gate->spec.url = span_of(url->text, url->len);
    *url = (struct url){0};
    gate->rules = fetch_request_new(fetch, NULL, on_rules, gate);
    const struct fetch_spec ask = {.url = span_of(rules.text, rules.len)};
    fetch_begin(gate->rules, &ask, &rules);
    return gate;
}

void robots_gate_cancel(struct robots_gate *gate)
{
    fetch_cancel(gate->rules);
    robots_gate_free(gate);
}
