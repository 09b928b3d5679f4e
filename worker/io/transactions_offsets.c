#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "io/transactions_parts.h"
#include "log.h"

enum {
    ASK_TIMEOUT_MS = 5000,
    SEND_TIMEOUT_MS = 10000, /* as librdkafka is told */
    PATIENCE_MS = 12000,     /* and as it is waited for */
    HASTE_MS = 2000,         /* when it is given up */
};

/* ---- sending them ----
 *
 * librdkafka (seen: 2.15.1) waits for ever where the group's coordinator is not found at the first
 * tries and no connection comes or goes after that. So the call has a thread of its own, which is
 * left to itself then, with the producer; the next one of the same id fences that. */

struct send_call {
    pthread_t thread;
    rd_kafka_t *producer;
    rd_kafka_topic_partition_list_t *offsets;
    rd_kafka_consumer_group_metadata_t *group;
    pthread_mutex_t lock;
    pthread_cond_t ended;
    bool is_over, is_left; /* one of the two threads is done with it: the other one frees it */
    atomic_int *left_count;
    rd_kafka_error_t *error;
};

static void send_call_free(struct send_call *call)
{
    if (call->is_left) {
        if (call->error)
            rd_kafka_error_destroy(call->error);
        rd_kafka_destroy(call->producer);
        atomic_fetch_sub(call->left_count, 1); /* its owner may be gone from here on */
    }
    rd_kafka_topic_partition_list_destroy(call->offsets);
    if (call->group)
        rd_kafka_consumer_group_metadata_destroy(call->group);
    (void)pthread_cond_destroy(&call->ended);
    (void)pthread_mutex_destroy(&call->lock);
    free(call);
}

static void *send_on_thread(void *argument)
{
    struct send_call *call = argument;
    rd_kafka_error_t *error = rd_kafka_send_offsets_to_transaction(call->producer, call->offsets,
                                                                   call->group, SEND_TIMEOUT_MS);
    (void)pthread_mutex_lock(&call->lock);
    call->error = error;
    call->is_over = true;
    bool is_left = call->is_left;
    (void)pthread_cond_signal(&call->ended);
    (void)pthread_mutex_unlock(&call->lock);
    if (is_left)
        send_call_free(call);
    return NULL;
}

void transactions_leave_call(struct send_call *call, atomic_int *left_count)
{
    atomic_fetch_add(left_count, 1);
    call->left_count = left_count;
    (void)pthread_detach(call->thread);
    (void)pthread_mutex_lock(&call->lock);
    call->is_left = true;
    bool is_over = call->is_over;
    (void)pthread_mutex_unlock(&call->lock);
    if (is_over)
        send_call_free(call);
}

static void wait_a_second(struct send_call *call)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec++;
    while (!call->is_over && pthread_cond_timedwait(&call->ended, &call->lock, &until) == 0)
        continue;
}

static bool wait_for_end(struct send_call *call, const atomic_bool *giving_up)
{
    int patience_ms = PATIENCE_MS;
    (void)pthread_mutex_lock(&call->lock);
    for (; !call->is_over && patience_ms > 0; patience_ms -= 1000) {
        wait_a_second(call);
        if (patience_ms > HASTE_MS && atomic_load(giving_up))
            patience_ms = HASTE_MS;
    }
    bool is_over = call->is_over;
    (void)pthread_mutex_unlock(&call->lock);
    return is_over;
}

static rd_kafka_topic_partition_list_t *list_offsets(const struct transaction *transaction)
{
    rd_kafka_topic_partition_list_t *list =
        rd_kafka_topic_partition_list_new((int)transaction->offset_count);
    for (size_t i = 0; i < transaction->offset_count; i++) {
        const struct transaction_offset *offset = &transaction->offsets[i];
        rd_kafka_topic_partition_list_add(list, offset->topic, offset->partition)->offset =
            offset->offset;
    }
    return list;
}

rd_kafka_error_t *transactions_send_offsets(rd_kafka_t *producer, struct transaction *transaction,
                                            const atomic_bool *giving_up,
                                            struct send_call **ret_call)
{
    pthread_condattr_t monotonic;
    rd_kafka_error_t *error = NULL;
    struct send_call *call = calloc(1, sizeof *call);
    if (!call)
        return rd_kafka_error_new(RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE, "out of memory");
    *call = (struct send_call){.producer = producer, .group = transaction->group};
    transaction->group = NULL; /* the call may outlive the transaction */
    call->offsets = list_offsets(transaction);
    (void)pthread_mutex_init(&call->lock, NULL);
    (void)pthread_condattr_init(&monotonic);
    (void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&call->ended, &monotonic);
    (void)pthread_condattr_destroy(&monotonic);
    if (pthread_create(&call->thread, NULL, send_on_thread, call) != 0) {
        error = rd_kafka_error_new(RD_KAFKA_RESP_ERR__FAIL, "no thread");
    } else if (!wait_for_end(call, giving_up)) {
        *ret_call = call;
        return rd_kafka_error_new(RD_KAFKA_RESP_ERR__TIMED_OUT, "librdkafka did not come back");
    } else {
        (void)pthread_join(call->thread, NULL);
        error = call->error;
    }
    send_call_free(call);
    return error;
}

/* ---- how did it end? ---- */

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

/* Until it comes, or for half a second once it is given up. */
static rd_kafka_event_t *wait_for_answer(rd_kafka_queue_t *queue, const atomic_bool *giving_up)
{
    enum { SLICE_MS = 500 };
    rd_kafka_event_t *event = NULL;
    for (int waited_ms = 0; !event && waited_ms <= ASK_TIMEOUT_MS; waited_ms += SLICE_MS) {
        if (waited_ms > 0 && atomic_load(giving_up))
            break;
        event = rd_kafka_queue_poll(queue, SLICE_MS);
    }
    return event;
}

bool transactions_ask_offsets(rd_kafka_t *client, const char *group,
                              struct transaction *transaction, const atomic_bool *giving_up)
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
    rd_kafka_event_t *event = wait_for_answer(queue, giving_up);
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
