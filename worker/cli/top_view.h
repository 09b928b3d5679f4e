/* top_view: what a worker says of itself, as a table for a terminal.
 *
 *   /metrics now and a moment ago, /debug/partitions, /readyz --> lines of text
 *
 * Pure. Texts from outside (keys, hosts, topics) lose their control characters. */
#ifndef BYLINE_CLI_TOP_VIEW_H
#define BYLINE_CLI_TOP_VIEW_H

#include <stdbool.h>

#include "core/buf.h"
#include "core/error.h"

/* One look at a worker. */
struct top_look {
    struct span metrics;    /* Prometheus text */
    struct span partitions; /* JSON of /debug/partitions */
    struct span readiness;  /* words of /readyz */
    bool ready;
    double at_s; /* monotonic */
};

struct top_options {
    const char *admin; /* whom it asks */
    size_t max_rows;   /* lines at most, 0: all */
    bool colors;
};

/* before is an earlier look, for the rates. False where partitions is no such JSON. */
bool top_view(const struct top_look *before, const struct top_look *now,
              const struct top_options *options, struct buf *out, struct error *ret_error)
    __attribute__((warn_unused_result));

#endif
