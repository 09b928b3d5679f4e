/* transactions_parts: what the files of transactions share; nobody else includes it.
 *
 *   transactions.c          the producer and its transactions
 *   transactions_offsets.c  how a doubtful one ended */
#ifndef BYLINE_IO_TRANSACTIONS_PARTS_H
#define BYLINE_IO_TRANSACTIONS_PARTS_H

#include <librdkafka/rdkafka.h>

#include "io/transactions.h"

/* Marks the transaction's offsets that the group has as committed, waiting for transactions that
 * are still being ended (KIP-447). Blocks for seconds; false without an answer. */
bool transactions_ask_offsets(rd_kafka_t *client, const char *group,
                              struct transaction *transaction);

#endif
