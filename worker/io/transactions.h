/* transactions: records out and offsets committed, all or nothing (exactly once).
 *
 *   begin -> produce -> send_offsets -> commit          every transaction whole in one call
 *                          |              |
 *                          v              v
 *                        abort         doubtful: the producer is destroyed and a new one made
 *                     (send again)     with the same id, which fences whatever is still on its
 *                                      way; then the group's offsets tell how it ended
 *
 * transactions_run blocks for seconds: call it on libuv's pool, one call at a time. librdkafka
 * (up to 2.15.1) ends transactions without their number, so that a late EndTxn could end the next
 * one: after any end that failed, timed out or was sent twice the producer is recycled. */
#ifndef BYLINE_IO_TRANSACTIONS_H
#define BYLINE_IO_TRANSACTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/config.h"
#include "core/error.h"
#include "core/sink_message.h"

struct transactions;
struct rd_kafka_consumer_group_metadata_s;

struct transaction_message {
    struct sink_message message; /* opaque is not used */
    bool too_large;              /* told back: the topic does not take it, or it is not tried */
};

struct transaction_offset {
    const char *topic;
    int32_t partition;
    int64_t offset; /* next to read */
    bool committed; /* told back */
};

struct transaction {
    struct transaction_message *messages;
    size_t message_count;
    struct transaction_offset *offsets;
    size_t offset_count;
    struct rd_kafka_consumer_group_metadata_s *group; /* of the consumer, as of now; NULL: taken */
    /* Told back. ERROR_NONE: committed. ERROR_RETRY: what is not marked as committed is to be sent
     * again. ERROR_FATAL: another process uses our transactional.id, or there is no memory. */
    struct error error;
    bool size_refused; /* told back: for a size alone; send what is not too_large again at once */
};

struct transactions *transactions_new(const struct config *config, struct error *ret_error)
    __attribute__((warn_unused_result));

/* Fills in what is told back. */
void transactions_run(struct transactions *transactions, struct transaction *transaction);

/* A run takes long: librdkafka may have forgotten every broker, and is told them again. From any
 * thread. */
void transactions_remind(struct transactions *transactions);

/* The run that is under way ends within seconds, though the broker does not answer: without a
 * commit, or with one in doubt, which the next owner of the partitions finds as it was. From any
 * thread. */
void transactions_give_up(struct transactions *transactions);

/* No call may be under way. */
void transactions_free(struct transactions *transactions);

#endif
