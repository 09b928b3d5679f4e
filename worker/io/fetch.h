/* fetch: HTTP requests that hostile and overloaded hosts cannot hurt.
 *
 *   fetch_start -> cache? -> host limits -> curl -> retry? -> answer
 *
 * Runs on one libuv loop through curl_multi_socket_action; never blocks it. Knows nothing of
 * Kafka. An untrusted request (its host came with an event) may reach public addresses on ports 80
 * and 443 and what http.allow opens; a trusted one (its host stands in the configuration) may be
 * private. Credentials of a request never go to another host. */
#ifndef BYLINE_IO_FETCH_H
#define BYLINE_IO_FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "config/config.h"
#include "core/article.h"
#include "core/metrics.h"
#include "core/span.h"

struct fetch;         /* the engine */
struct fetch_request; /* one request under way; opaque */

struct fetch_header {
    struct span name;
    struct span value;
};

/* What to ask. Everything is borrowed until the answer is given, but url and body are copied. */
struct fetch_spec {
    struct span url;
    bool trusted;
    bool patient;     /* waits for a host that is down until its deadline, whoever else waits */
    bool is_rules;    /* robots.txt, which no robots.txt forbids */
    bool post;        /* else GET */
    struct span body; /* of a POST */
    const struct fetch_header *headers;
    size_t header_count;
    struct span accept;             /* media types, absent for any */
    int rate_limit_status;          /* of this host, taken as 429; 0: none */
    struct lookup_metrics *metrics; /* counts for it, may be NULL */
};

/* Bytes of an answer, shared with the cache; counted by one thread, readable by any. */
struct body {
    unsigned references;
    size_t len;
    char data[];
};

struct body *body_new(struct span bytes); /* a copy; NULL without memory */
struct body *body_hold(struct body *body);
void body_release(struct body *body); /* NULL is allowed */

/* Spans live until the callback returns; the body longer where it is held. */
struct fetch_answer {
    enum fetch_outcome outcome;
    int http_status; /* 0: none */
    int attempts;
    int64_t duration_ms;
    bool from_cache;
    struct span final_url;    /* where the redirects ended */
    struct span content_type; /* header as received */
    struct body *body;        /* decoded; NULL unless FETCH_OK */
    struct span error;        /* in words; absent for FETCH_OK */
};

/* Called once, not after fetch_cancel. */
typedef void fetch_done(void *context, const struct fetch_answer *answer);

/* config and cache_results (CACHE_RESULT_COUNT counters) are borrowed for the engine's life. NULL
 * on failure with ERROR_FATAL. */
struct fetch *fetch_new(uv_loop_t *loop, const struct config *config, uint64_t *cache_results,
                        struct error *ret_error) __attribute__((warn_unused_result));

/* For tests: names are asked of these servers (ADDRESS:PORT, with commas; borrowed) instead of
 * those of resolv.conf. */
void fetch_ask_name_servers(struct fetch *fetch, const char *servers);

/* Cancels what is under way; no callback runs any more. Frees itself once the loop has closed its
 * handles: run the loop until it is empty. Not from within a fetch_done. */
void fetch_free(struct fetch *fetch);

/* NULL where done has been called already: with what the cache has, or for want of memory. All else
 * is answered later, also what cannot be asked (refused, error). */
struct fetch_request *fetch_start(struct fetch *fetch, const struct fetch_spec *spec,
                                  fetch_done *done, void *context);
void fetch_cancel(struct fetch_request *request);

/* Host and port that the request's current hop goes to; absent where it has its answer already.
 * Lives until the loop goes on. */
struct span fetch_request_host(const struct fetch_request *request);

/* What requests hold is wanted for others. Those that wait for a host that is down are answered on
 * the loop's next turn. Returns how many others are held up by a host that is silent, slow or asked
 * for a pause, at most may_wait; beyond may_wait they are answered too. Requests for trusted hosts,
 * and for one that most recent requests are for, are none of those. */
size_t fetch_relieve(struct fetch *fetch, size_t may_wait);

/* Bytes held by bodies under way, and by the cache. */
size_t fetch_bodies_bytes(const struct fetch *fetch);
size_t fetch_cache_bytes(const struct fetch *fetch);

/* Prometheus text of what the engine itself knows (byline_host_breaker_open). */
void fetch_print_metrics(const struct fetch *fetch, struct buf *out);

#endif
