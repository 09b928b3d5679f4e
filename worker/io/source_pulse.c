/* Is a partition that gives no records really at its end? Asked off the loop, of partitions that
 * were quiet since the last time: where the broker does not answer, or its log goes on behind what
 * our consumer was ever told, nothing is being polled, whatever librdkafka says. */
#include <stdlib.h>

#include "io/source_parts.h"

enum { PULSE_TIMEOUT_MS = 3000 };

struct pulse {
    uv_work_t work;
    struct source *source;
    rd_kafka_topic_partition_list_t *partitions; /* the offset of each: its end, as answered */
};

static void pulse_ask(uv_work_t *work)
{
    struct pulse *pulse = work->data;
    rd_kafka_resp_err_t err =
        rd_kafka_offsets_for_times(pulse->source->consumer, pulse->partitions, PULSE_TIMEOUT_MS);
    /* On a timeout, what had no answer yet still holds the question. */
    for (int i = 0; err && i < pulse->partitions->cnt; i++) {
        rd_kafka_topic_partition_t *answer = &pulse->partitions->elems[i];
        if (answer->offset < 0 && !answer->err)
            answer->err = err;
    }
}

/* What was fetched lies in our queue or was told with its end; only what the consumer was never
 * told counts, because a transaction's marks and compacted records are no records. */
static enum source_pulse judge(const struct source *source, const struct assignment *assignment,
                               const rd_kafka_topic_partition_t *answer)
{
    int64_t low, high = -1;
    if (answer->err || answer->offset < 0)
        return SOURCE_UNANSWERED;
    (void)rd_kafka_get_watermark_offsets(source->consumer, answer->topic, answer->partition, &low,
                                         &high);
    bool quiet = assignment->next_offset == assignment->pulse_offset;
    return quiet && high < answer->offset && rd_kafka_queue_length(source->records) == 0
               ? SOURCE_BEHIND
               : SOURCE_POLLED;
}

static void pulse_done(uv_work_t *work, int status)
{
    struct pulse *pulse = work->data;
    struct source *source = pulse->source;
    source->pulsing = false;
    for (int i = 0; !source->freed && status == 0 && i < pulse->partitions->cnt; i++) {
        const rd_kafka_topic_partition_t *answer = &pulse->partitions->elems[i];
        struct assignment *assignment =
            partitions_find_by_name(source, answer->topic, answer->partition);
        if (assignment)
            assignment->pulse = judge(source, assignment, answer);
    }
    rd_kafka_topic_partition_list_destroy(pulse->partitions);
    free(pulse);
    if (source->freed)
        source_destroy(source);
}

static rd_kafka_topic_partition_list_t *quiet_partitions(struct source *source)
{
    rd_kafka_topic_partition_list_t *quiet = rd_kafka_topic_partition_list_new(16);
    for (struct topic *topic = source->topics; topic; topic = topic->next)
        for (int32_t id = 0; id < topic->capacity; id++) {
            struct assignment *assignment = topic->partitions[id];
            if (!assignment)
                continue;
            if (assignment->next_offset == assignment->pulse_offset)
                rd_kafka_topic_partition_list_add(quiet, topic->name, id)->offset =
                    RD_KAFKA_OFFSET_END;
            else
                assignment->pulse = SOURCE_POLLED;
            assignment->pulse_offset = assignment->next_offset;
        }
    return quiet;
}

void source_take_pulse(struct source *source)
{
    if (source->pulsing || source->closing || !source->reachable)
        return;
    struct pulse *pulse = calloc(1, sizeof *pulse);
    if (!pulse)
        return; /* the next one asks */
    pulse->source = source;
    pulse->work.data = pulse;
    pulse->partitions = quiet_partitions(source);
    source->pulsing = pulse->partitions->cnt > 0 &&
                      uv_queue_work(source->loop, &pulse->work, pulse_ask, pulse_done) == 0;
    if (!source->pulsing) {
        rd_kafka_topic_partition_list_destroy(pulse->partitions);
        free(pulse);
    }
}

enum source_pulse source_pulse(const struct source_partition *partition)
{
    return ((const struct assignment *)partition)->pulse;
}
