/* sink: records into Kafka.
 *
 *   sink_publish --> librdkafka's queue --> broker --> handlers.delivered
 *
 * Idempotent producer: what one key publishes in order arrives in order, also over a broker's
 * restart. When a record is refused, the producer writes nothing more: it is emptied, each record
 * that it had is told, and handlers.recalled is called once a new one is there. That holds within a
 * partition as soon as the producer has written one record to it (a broker takes any first sequence
 * number), so the first record of a key is to be published alone. Key, value and header bytes are
 * borrowed until the delivery is told; nothing is copied. One loop thread owns it all. */
#ifndef BYLINE_IO_SINK_H
#define BYLINE_IO_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

#include "config/config.h"
#include "core/error.h"
#include "core/sink_message.h"

struct sink;

enum sink_delivery {
    SINK_DELIVERED,
    SINK_TOO_LARGE, /* the topic does not take a record of that size */
    SINK_REFUSED,   /* nothing wrong with the record, but its topic cannot be written */
    SINK_RECALLED,  /* another one was refused */
    SINK_DROPPED,   /* by sink_drop_all */
};

enum sink_accept {
    SINK_ACCEPTED,
    SINK_FULL,             /* for the moment */
    SINK_ACCEPT_TOO_LARGE, /* the topic does not take a record of that size */
    SINK_ACCEPT_REFUSED,   /* its topic cannot be written */
};

struct sink_handlers {
    void *context;
    /* Once for every accepted message. reason is a sentence for anything but SINK_DELIVERED. */
    void (*delivered)(void *context, void *opaque, enum sink_delivery delivery, const char *reason);
    /* What was refused or recalled may be published again. */
    void (*recalled)(void *context);
    void (*failed)(void *context, const struct error *error); /* ERROR_FATAL */
};

struct sink *sink_new(uv_loop_t *loop, const struct config *config,
                      const struct sink_handlers *handlers, struct error *ret_error)
    __attribute__((warn_unused_result));

/* ret_reason is a sentence for SINK_ACCEPT_REFUSED. */
enum sink_accept sink_publish(struct sink *sink, const struct sink_message *message,
                              const char **ret_reason) __attribute__((warn_unused_result));

/* Serves what is told of deliveries, waiting for timeout_ms at most. False while nothing can be
 * delivered, because a new producer is being made after a refusal. */
bool sink_wait(struct sink *sink, int timeout_ms);

/* Gives up on everything that is not acknowledged: delivered is told SINK_DROPPED for each. */
void sink_drop_all(struct sink *sink);

/* Nothing may be undelivered. Run the loop to let handles close. */
void sink_free(struct sink *sink);

#endif
