/* worker: one pipeline with its signals, run to its end; what `run` and `demo` share. */
#ifndef BYLINE_CLI_WORKER_H
#define BYLINE_CLI_WORKER_H

#include <stdbool.h>
#include <uv.h>

#include "config/config.h"
#include "pipeline.h"

struct worker {
    uv_loop_t loop;
    struct pipeline *pipeline;
    uv_signal_t sigterm, sigint;
    bool stopping;
    bool failed;
};

/* Prints what is wrong and returns an exit status, or EXIT_DONE with the pipeline started. */
int worker_start(struct worker *worker, const struct config *config);

/* Drains and ends, as SIGTERM does. */
void worker_stop(struct worker *worker);

/* Runs the loop until the pipeline has stopped; frees everything. Returns the exit status. A
 * second signal ends the process at once. Handles of the caller's own must be closed by then:
 * before_close is called for that, and may be NULL. */
int worker_run(struct worker *worker, void (*before_close)(void *context), void *context);

#endif
