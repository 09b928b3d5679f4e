#include "io/transactions_parts.h"

enum { ASK_TIMEOUT_MS = 5000 };

/* False where a partition has no answer of its own: what another transaction holds open is told as
 * its error (UNSTABLE_OFFSET_COMMIT), and librdkafka does not ask again. */
static bool mark_committed(struct transaction *transaction,
                           const rd_kafka_topic_partition_list_t *committed)
{
    for (size_t i = 0; i < transaction->offset_count; i++) {
        struct transaction_offset *offset = &transaction->offsets[i];
        const rd_kafka_topic_partition_t *found = rd_kafka_topic_partition_list_find(
            (rd_kafka_topic_partition_list_t *)committed, offset->topic, offset->partition);
        if (!found || found->err)
            return false;
        offset->committed = found->offset >= offset->offset;
    }
    return true;
}

bool transactions_ask_offsets(rd_kafka_t *client, const char *group,
                              struct transaction *transaction)
{
    char reason[256];
    bool answered = false;
    rd_kafka_topic_partition_list_t *list =
        rd_kafka_topic_partition_list_new((int)transaction->offset_count);
    for (size_t i = 0; i < transaction->offset_count; i++)
        (void)rd_kafka_topic_partition_list_add(list, transaction->offsets[i].topic,
                                                transaction->offsets[i].partition);
    rd_kafka_ListConsumerGroupOffsets_t *request =
        rd_kafka_ListConsumerGroupOffsets_new(group, list);
    rd_kafka_AdminOptions_t *options =
        rd_kafka_AdminOptions_new(client, RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS);
    (void)rd_kafka_AdminOptions_set_request_timeout(options, ASK_TIMEOUT_MS, reason, sizeof reason);
    rd_kafka_error_t *unstable = rd_kafka_AdminOptions_set_require_stable_offsets(options, 1);
    if (unstable)
        rd_kafka_error_destroy(unstable);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(client);
    rd_kafka_ListConsumerGroupOffsets(client, &request, 1, options, queue);
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, ASK_TIMEOUT_MS + 1000);
    const rd_kafka_ListConsumerGroupOffsets_result_t *result =
        event ? rd_kafka_event_ListConsumerGroupOffsets_result(event) : NULL;
    if (result && !rd_kafka_event_error(event)) {
        size_t count = 0;
        const rd_kafka_group_result_t **groups =
            rd_kafka_ListConsumerGroupOffsets_result_groups(result, &count);
        answered = count == 1 && !rd_kafka_group_result_error(groups[0]) &&
                   mark_committed(transaction, rd_kafka_group_result_partitions(groups[0]));
    }
    if (event)
        rd_kafka_event_destroy(event);
    rd_kafka_queue_destroy(queue);
    rd_kafka_AdminOptions_destroy(options);
    rd_kafka_ListConsumerGroupOffsets_destroy(request);
    rd_kafka_topic_partition_list_destroy(list);
    return answered;
}
