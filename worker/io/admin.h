/* admin: the HTTP server that operators and Prometheus ask.
 *
 *   GET /metrics   Prometheus text        GET /healthz   200 while alive, else 503
 *   GET /readyz    200 while working, else 503 with the reason
 *   GET /debug/partitions   JSON: what each partition waits for
 *   GET /          the same for a person with a browser: status_page.html
 *
 * libmicrohttpd inside the loop through its epoll descriptor; answers are made on the loop's
 * thread. */
#ifndef BYLINE_IO_ADMIN_H
#define BYLINE_IO_ADMIN_H

#include <stdbool.h>
#include <uv.h>

#include "core/buf.h"
#include "core/error.h"

struct admin;

struct admin_handlers {
    void *context;
    void (*metrics)(void *context, struct buf *out);
    void (*partitions)(void *context, struct buf *out);
    /* Each writes a line of words and returns whether all is well. */
    bool (*healthy)(void *context, struct buf *out);
    bool (*ready)(void *context, struct buf *out);
};

/* listen is ADDRESS:PORT, [ADDRESS]:PORT or :PORT; port 0 takes a free one. */
struct admin *admin_new(uv_loop_t *loop, const char *listen, const struct admin_handlers *handlers,
                        struct error *ret_error) __attribute__((warn_unused_result));

int admin_port(const struct admin *admin);

/* Run the loop to let handles close. */
void admin_free(struct admin *admin);

#endif
