/* transactions_parts: what the files of transactions share; nobody else includes it.
 *
 *   transactions.c          the producer and its transactions
 *   transactions_offsets.c  its offsets, and how a doubtful one ended */
#ifndef BYLINE_IO_TRANSACTIONS_PARTS_H
#define BYLINE_IO_TRANSACTIONS_PARTS_H

#include <librdkafka/rdkafka.h>
#include <stdatomic.h>

#include "io/transactions.h"

struct send_call;

/* As rd_kafka_send_offsets_to_transaction, but it ends: where librdkafka does not come back in
 * time, *ret_call is set, for transactions_leave_call. Takes transaction->group. */
rd_kafka_error_t *transactions_send_offsets(rd_kafka_t *producer, struct transaction *transaction,
                                            const atomic_bool *giving_up,
                                            struct send_call **ret_call);

/* The producer is destroyed when the call has ended, if ever; until then it counts as left. */
void transactions_leave_call(struct send_call *call, atomic_int *left_count);

/* Marks the transaction's offsets that the group has as committed, waiting for transactions that
 * are still being ended (KIP-447). Blocks for seconds, unless it is given up; false without an
 * answer. */
bool transactions_ask_offsets(rd_kafka_t *client, const char *group,
                              struct transaction *transaction, const atomic_bool *giving_up);

#endif
