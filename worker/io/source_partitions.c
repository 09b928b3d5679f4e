#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "io/source_parts.h"
#include "log.h"

enum {
    SEEK_TIMEOUT_MS = 3000,
};

/* ---- topics and partitions ---- */

struct topic *partitions_topic(struct source *source, const char *name)
{
    for (struct topic *topic = source->topics; topic; topic = topic->next)
        if (strcmp(topic->name, name) == 0)
            return topic;
    struct topic *topic = calloc(1, sizeof *topic);
    if (!topic || !(topic->name = strdup(name))) {
        free(topic);
        return NULL;
    }
    topic->first_count = -1;
    topic->next = source->topics;
    source->topics = topic;
    return topic;
}

static struct assignment **topic_slot(struct topic *topic, int32_t id)
{
    if (id >= topic->capacity) {
        int32_t capacity = id + 16;
        struct assignment **partitions =
            realloc(topic->partitions, (size_t)capacity * sizeof(struct assignment *));
        if (!partitions)
            return NULL;
        memset(partitions + topic->capacity, 0,
               (size_t)(capacity - topic->capacity) * sizeof(struct assignment *));
        topic->partitions = partitions;
        topic->capacity = capacity;
    }
    return &topic->partitions[id];
}

struct assignment *partitions_find(struct source *source, const rd_kafka_message_t *message)
{
    struct topic *topic = source->topics;
    while (topic && topic->handle != message->rkt)
        topic = topic->next;
    if (!topic) {
        topic = partitions_topic(source, rd_kafka_topic_name(message->rkt));
        if (!topic)
            return NULL;
        topic->handle = message->rkt;
    }
    return message->partition < topic->capacity ? topic->partitions[message->partition] : NULL;
}

struct assignment *partitions_find_by_name(struct source *source, const char *name, int32_t id)
{
    struct topic *topic = partitions_topic(source, name);
    struct assignment **slot = topic ? topic_slot(topic, id) : NULL;
    return slot ? *slot : NULL;
}

void partitions_release(struct assignment *assignment)
{
    if (assignment->revoked && assignment->outstanding == 0)
        free(assignment);
}

void partitions_assign(struct source *source, const char *name, int32_t id)
{
    struct topic *topic = partitions_topic(source, name);
    struct assignment **slot = topic ? topic_slot(topic, id) : NULL;
    struct assignment *assignment = slot ? calloc(1, sizeof *assignment) : NULL;
    if (!assignment) {
        source_fail(source, "assignment", "out of memory");
        return;
    }
    assert(!*slot);
    *slot = assignment;
    /* librdkafka may have made it anew, where that of any topic was. */
    for (struct topic *any = source->topics; any; any = any->next)
        any->handle = NULL;
    assignment->topic = topic;
    assignment->generation = ++source->generation;
    assignment->next_offset = -1;
    assignment->partition = (struct source_partition){.topic = topic->name, .id = id};
    assignment->queue = rd_kafka_queue_get_partition(source->consumer, name, id);
    if (assignment->queue)
        rd_kafka_queue_forward(assignment->queue, NULL);
    source->handlers.assigned(source->handlers.context, &assignment->partition);
}

void partitions_revoke(struct source *source, const char *name, int32_t id, bool lost)
{
    struct assignment *assignment = partitions_find_by_name(source, name, id);
    if (!assignment)
        return;
    source->handlers.revoked(source->handlers.context, &assignment->partition, lost);
    assignment->topic->partitions[id] = NULL;
    assignment->partition.context = NULL;
    assignment->revoked = true;
    if (assignment->queue)
        rd_kafka_queue_destroy(assignment->queue);
    partitions_release(assignment);
}

/* ---- where its records begin ---- */

bool partitions_seek(struct source *source, const struct assignment *assignment)
{
    const struct source_partition *partition = &assignment->partition;
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, partition->topic, partition->id)->offset =
        assignment->next_offset;
    rd_kafka_error_t *error = rd_kafka_seek_partitions(source->consumer, list, SEEK_TIMEOUT_MS);
    bool sought = !error && !list->elems[0].err;
    rd_kafka_error_destroy(error);
    rd_kafka_topic_partition_list_destroy(list);
    return sought;
}

static bool seek_commit(struct source *source, struct assignment *assignment,
                        const rd_kafka_message_t *message)
{
    bool sought = partitions_seek(source, assignment);
    log_warn("began_off_commit", LOG_TEXT("topic", assignment->partition.topic),
             LOG_INT("partition", assignment->partition.id), LOG_INT("offset", message->offset),
             LOG_INT("committed", assignment->next_offset),
             LOG_TEXT("note", sought ? "it is read from the commit" : "tried again"));
    return sought;
}

/* Behind the commit may be right: the end of a transaction has an offset, too. What retention has
 * deleted is not sought, for librdkafka would begin where auto.offset.reset says, then. */
static bool begins_off_commit(struct source *source, const struct assignment *assignment,
                              const rd_kafka_message_t *message)
{
    int64_t low = -1, high = -1;
    if (message->offset <= assignment->next_offset)
        return message->offset < assignment->next_offset;
    return !rd_kafka_get_watermark_offsets(source->consumer, assignment->partition.topic,
                                           assignment->partition.id, &low, &high) &&
           low >= 0 && low <= assignment->next_offset;
}

/* Where an open transaction keeps the group's offsets from being told, and the assignment changes
 * meanwhile, librdkafka (seen: 2.15.1) takes the partition for one without a commit and begins
 * where auto.offset.reset says. So the first record is looked at, and the commit sought once; what
 * is before it still after that is a new topic of the old name. */
bool partitions_left_out(struct source *source, struct assignment *assignment,
                         const rd_kafka_message_t *message)
{
    if (assignment->skip_batch == source->batch)
        return true;
    if (!assignment->at_commit)
        return false;
    bool off = begins_off_commit(source, assignment, message);
    assignment->at_commit = off && !seek_commit(source, assignment, message);
    if (off)
        assignment->skip_batch = source->batch;
    return off;
}

void partitions_free(struct source *source)
{
    while (source->topics) {
        struct topic *topic = source->topics;
        source->topics = topic->next;
        for (int32_t id = 0; id < topic->capacity; id++) {
            struct assignment *assignment = topic->partitions[id];
            if (!assignment)
                continue;
            assert(assignment->outstanding == 0);
            if (assignment->queue)
                rd_kafka_queue_destroy(assignment->queue);
            free(assignment);
        }
        free(topic->partitions);
        free(topic->name);
        free(topic);
    }
}
