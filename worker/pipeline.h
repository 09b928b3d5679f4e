/* pipeline: the way of an event, from Kafka to Kafka.
 *
 *   consume -> decode -> enrich -> encode -> produce -> commit
 *
 * One libuv loop owns every job. In-flight events are bounded; when they are, records are left in
 * librdkafka's queues, and that stops fetching. An offset is committed only when the output or
 * the dead letter of its record, and of every record before it, is acknowledged. */
#ifndef BYLINE_PIPELINE_H
#define BYLINE_PIPELINE_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "config/config.h"
#include "core/error.h"

struct pipeline;

struct pipeline_counts {
    uint64_t consumed, published, dead_letters, fetches;
};

/* The configuration is borrowed. stopped is called once, after a drain or a failure: error is
 * NULL after a drain. */
struct pipeline *pipeline_new(uv_loop_t *loop, const struct config *config,
                              void (*stopped)(void *context, const struct error *error),
                              void *context, struct error *ret_error)
    __attribute__((warn_unused_result));

/* Waits for the registry if the framing needs it, then joins the group. */
void pipeline_start(struct pipeline *pipeline);

/* Takes in no more, finishes what is in flight, commits, leaves the group; then stopped. What
 * does not end in DRAIN_MS is left to the partition's next owner. */
void pipeline_stop(struct pipeline *pipeline);

struct pipeline_counts pipeline_count(const struct pipeline *pipeline);

/* The admin server's port, 0: none. */
int pipeline_admin_port(const struct pipeline *pipeline);

/* After stopped: closes its handles and runs the loop until it is empty, so the caller's own
 * handles are closed before. */
void pipeline_free(struct pipeline *pipeline);

#endif
