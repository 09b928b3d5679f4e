#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "io/source_parts.h"
#include "log.h"

enum {
    RECALL_TIMEOUT_MS = 3000, /* less than a worker that ends waits for its group */
    RECALL_PAUSE_MS = 200,
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

/* ---- what the group remembers of newly assigned partitions, asked off the loop ---- */

/* Opaques of what is asked and answered: a partition that was added since its topic was known, and
 * places to begin at where the group has no commit. */
static char added_mark, at_end_mark, new_mark;
#define ADDED         ((void *)&added_mark)
#define BEGINS_AT_END ((void *)&at_end_mark)
#define BEGINS_NEW    ((void *)&new_mark)

struct recall {
    uv_work_t work;
    struct source *source;
    rd_kafka_topic_partition_list_t *partitions;
    struct topics_question *question; /* before that: an answer may be of a topic that is gone */
    bool is_again;
    rd_kafka_resp_err_t err;
};

/* Of all of them, or the first one's own. */
static rd_kafka_resp_err_t recall_error(const struct recall *recall)
{
    rd_kafka_resp_err_t err = recall->err;
    for (int i = 0; !err && i < recall->partitions->cnt; i++)
        err = recall->partitions->elems[i].err;
    return err;
}

bool partitions_begin_at_end(rd_kafka_t *consumer)
{
    static const char *const names[] = {"latest", "largest", "end"};
    char value[16];
    size_t size = sizeof value;
    if (rd_kafka_conf_get(rd_kafka_conf(consumer), "auto.offset.reset", value, &size) !=
        RD_KAFKA_CONF_OK)
        return false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(value, names[i]) == 0)
            return true;
    return false;
}

/* With auto.offset.reset: latest the group begins at the end of a partition without a commit; one
 * that was added since is new from its first record on. */
static void find_beginning(rd_kafka_t *consumer, rd_kafka_topic_partition_t *answer)
{
    int64_t low, high;
    answer->err = rd_kafka_query_watermark_offsets(consumer, answer->topic, answer->partition, &low,
                                                   &high, RECALL_TIMEOUT_MS);
    if (answer->err)
        return;
    bool is_new = answer->opaque == ADDED;
    answer->offset = is_new ? low : high;
    answer->opaque = is_new ? BEGINS_NEW : BEGINS_AT_END;
}

static void recall_ask(uv_work_t *work)
{
    struct recall *recall = work->data;
    struct source *source = recall->source;
    if (recall->is_again)
        uv_sleep(RECALL_PAUSE_MS);
    topics_ask(source->consumer, recall->question);
    recall->err = rd_kafka_committed(source->consumer, recall->partitions, RECALL_TIMEOUT_MS);
    for (int i = 0; !recall->err && source->begins_at_end && i < recall->partitions->cnt; i++) {
        rd_kafka_topic_partition_t *answer = &recall->partitions->elems[i];
        if (!answer->err && answer->offset < 0)
            find_beginning(source->consumer, answer);
    }
}

/* The place where the group begins is committed before any record is taken: whoever has the
 * partition next would begin at the end of then, and what we had not finished would be lost. Until
 * the group tells the commit, it is asked again. */
static void commit_beginning(struct source *source, const rd_kafka_topic_partition_t *answer)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, answer->topic, answer->partition)->offset =
        answer->offset;
    rd_kafka_resp_err_t err = rd_kafka_commit(source->consumer, list, 1);
    log_debug("begins_at_end", LOG_TEXT("topic", answer->topic),
              LOG_INT("partition", answer->partition), LOG_INT("offset", answer->offset),
              LOG_TEXT("commit", err ? rd_kafka_err2str(err) : "sent"));
    rd_kafka_topic_partition_list_destroy(list);
}

/* Goes on from next_offset. */
static bool seek(struct source *source, const struct assignment *assignment)
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

static void release_records(struct source *source, const rd_kafka_topic_partition_t *answer)
{
    struct assignment *assignment =
        partitions_find_by_name(source, answer->topic, answer->partition);
    if (!assignment || assignment->remembered || topics_is_in_doubt(assignment->topic))
        return; /* revoked in the meantime, or asked again */
    if (answer->opaque == BEGINS_AT_END || answer->opaque == BEGINS_NEW) {
        assignment->is_new = answer->opaque == BEGINS_NEW;
        commit_beginning(source, answer);
        return;
    }
    if (answer->offset >= 0) {
        assignment->next_offset = answer->offset;
        assignment->at_commit = true;
        /* librdkafka has found no commit and stands at the end; it may not be ready to seek yet. */
        if (assignment->is_new && !seek(source, assignment))
            return;
    }
    assignment->remembered = true;
    if (answer->offset >= 0) {
        source->handlers.remembered(source->handlers.context, &assignment->partition,
                                    answer->offset,
                                    span_of(answer->metadata, answer->metadata_size));
    }
    if (assignment->queue)
        rd_kafka_queue_forward(assignment->queue, source->records);
}

static void recall_start(struct source *source, const rd_kafka_topic_partition_list_t *partitions,
                         bool is_again);

/* For those that are still ours and wait. */
static void ask_again(struct source *source, const rd_kafka_topic_partition_list_t *partitions)
{
    rd_kafka_topic_partition_list_t *waiting = rd_kafka_topic_partition_list_new(partitions->cnt);
    for (int i = 0; i < partitions->cnt; i++) {
        const rd_kafka_topic_partition_t *asked = &partitions->elems[i];
        struct assignment *assignment =
            partitions_find_by_name(source, asked->topic, asked->partition);
        if (assignment && !assignment->remembered && !assignment->topic->is_made_anew)
            (void)rd_kafka_topic_partition_list_add(waiting, asked->topic, asked->partition);
    }
    if (waiting->cnt > 0)
        recall_start(source, waiting, true);
    rd_kafka_topic_partition_list_destroy(waiting);
}

static void recall_done(uv_work_t *work, int status)
{
    (void)status; /* nobody cancels it */
    struct recall *recall = work->data;
    struct source *source = recall->source;
    rd_kafka_resp_err_t err = recall_error(recall);
    source->recalls--;
    if (!source->freed && !source->closing)
        topics_compare(source, recall->question);
    topics_question_free(recall->question);
    for (int i = 0; !source->freed && !recall->err && i < recall->partitions->cnt; i++)
        if (!recall->partitions->elems[i].err)
            release_records(source, &recall->partitions->elems[i]);
    if (!source->freed && err)
        log_warn("offsets_unknown", LOG_TEXT("reason", rd_kafka_err2str(err)),
                 LOG_TEXT("note", "the partitions are read once the group's coordinator tells "
                                  "their committed offsets"));
    if (!source->freed && !source->closing)
        ask_again(source, recall->partitions);
    rd_kafka_topic_partition_list_destroy(recall->partitions);
    free(recall);
    if (source->freed)
        source_destroy(source);
}

/* To the topic, while this worker read it or waited to. */
static void *mark_if_added(struct source *source, const rd_kafka_topic_partition_t *partition)
{
    const struct topic *topic = partitions_topic(source, partition->topic);
    bool is_added = topic && topic->first_count >= 0 && partition->partition >= topic->first_count;
    return is_added ? ADDED : NULL;
}

static void recall_start(struct source *source, const rd_kafka_topic_partition_list_t *partitions,
                         bool is_again)
{
    struct recall *recall = calloc(1, sizeof *recall);
    if (!recall) {
        source_fail(source, "assignment", "out of memory");
        return;
    }
    recall->source = source;
    recall->partitions = rd_kafka_topic_partition_list_copy(partitions);
    for (int i = 0; i < recall->partitions->cnt; i++)
        recall->partitions->elems[i].opaque = mark_if_added(source, &recall->partitions->elems[i]);
    recall->question = topics_question_new(source);
    recall->is_again = is_again;
    recall->work.data = recall;
    source->recalls++;
    int status = uv_queue_work(source->loop, &recall->work, recall_ask, recall_done);
    assert(status == 0); /* but without a callback */
}

void partitions_recall(struct source *source, const rd_kafka_topic_partition_list_t *partitions)
{
    if (partitions->cnt > 0)
        recall_start(source, partitions, false);
}

static bool seek_commit(struct source *source, struct assignment *assignment,
                        const rd_kafka_message_t *message)
{
    bool sought = seek(source, assignment);
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
