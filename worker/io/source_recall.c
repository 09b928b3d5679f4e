/* What the group remembers of newly assigned partitions, asked off the loop; their records are
 * taken once it has told.
 *
 *   assigned -> ASK_COMMITS -> told: released
 *                    ^   |
 *                    |   +---> none, and the group begins at the end (auto.offset.reset: latest)
 *                    |           |
 *                    +-- FIND_BEGINNINGS, which are committed: whoever has the partition next would
 *                        begin at the end of then, and what we had not finished would be lost
 *
 * An answer counts for assignments that were there when it was asked for: a partition that went and
 * came back in between may have been read by another worker. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "io/source_parts.h"
#include "log.h"

enum {
    TIMEOUT_MS = 3000, /* less than a worker that ends waits for its group */
    ALONE_TIMEOUT_MS = 500,
    PAUSE_MS = 200,
    PAUSE_AFTER_ERROR_MS = 1000,
};

enum question { ASK_COMMITS, FIND_BEGINNINGS };

struct recall {
    uv_work_t work;
    struct source *source;
    enum question question;
    rd_kafka_topic_partition_list_t *partitions;
    struct topics_question *topics; /* before that: an answer may be of a topic that is gone */
    uint64_t generation;            /* of the newest assignment that it asks for */
    unsigned pause_ms;              /* before it */
    rd_kafka_resp_err_t err;
};

static void start(struct source *source, enum question question,
                  rd_kafka_topic_partition_list_t *partitions, unsigned pause_ms);

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

/* A partition that was not there when this worker first knew its topic. */
static bool is_new(struct source *source, const rd_kafka_topic_partition_t *partition)
{
    const struct topic *topic = partitions_topic(source, partition->topic);
    return topic && topic->first_count >= 0 && partition->partition >= topic->first_count;
}

static char new_mark; /* the opaque of what is asked for as new */

static rd_kafka_topic_partition_t *add(rd_kafka_topic_partition_list_t *list,
                                       const rd_kafka_topic_partition_t *partition)
{
    return rd_kafka_topic_partition_list_add(list, partition->topic, partition->partition);
}

/* ---- on a thread of the pool ---- */

/* One partition without a leader fails the question for all: the others are asked for alone. */
static void find_each(const struct recall *recall)
{
    rd_kafka_topic_partition_list_t *list = recall->partitions;
    for (int i = 0; i < list->cnt && !recall->source->closing; i++) {
        rd_kafka_topic_partition_t *answer = &list->elems[i];
        rd_kafka_topic_partition_list_t *one = rd_kafka_topic_partition_list_new(1);
        add(one, answer)->offset =
            answer->opaque == &new_mark ? RD_KAFKA_OFFSET_BEGINNING : RD_KAFKA_OFFSET_END;
        answer->err = rd_kafka_offsets_for_times(recall->source->consumer, one, ALONE_TIMEOUT_MS);
        if (!answer->err)
            answer->err = one->elems[0].err;
        answer->offset = one->elems[0].offset;
        rd_kafka_topic_partition_list_destroy(one);
    }
}

/* All leaders at once, within one time limit; what they do not tell stays below 0. librdkafka hands
 * the two special times on as Kafka's own. */
static rd_kafka_resp_err_t find_beginnings(struct recall *recall)
{
    rd_kafka_topic_partition_list_t *list = recall->partitions;
    rd_kafka_resp_err_t err =
        rd_kafka_offsets_for_times(recall->source->consumer, list, TIMEOUT_MS);
    if (err && list->cnt > 1)
        find_each(recall);
    for (int i = 0; !err && i < list->cnt; i++)
        err = list->elems[i].err;
    return err;
}

static rd_kafka_resp_err_t ask_commits(struct recall *recall)
{
    rd_kafka_topic_partition_list_t *list = recall->partitions;
    rd_kafka_resp_err_t err = rd_kafka_committed(recall->source->consumer, list, TIMEOUT_MS);
    for (int i = 0; err && i < list->cnt; i++)
        list->elems[i].err = err;
    for (int i = 0; !err && i < list->cnt; i++)
        err = list->elems[i].err;
    return err;
}

static void ask(uv_work_t *work)
{
    struct recall *recall = work->data;
    if (recall->source->closing)
        return; /* many may stand in line behind slow leaders */
    if (recall->pause_ms > 0)
        uv_sleep(recall->pause_ms);
    topics_ask(recall->source->consumer, recall->topics);
    recall->err = recall->question == ASK_COMMITS ? ask_commits(recall) : find_beginnings(recall);
}

/* ---- on the loop ---- */

/* The assignment that was asked for, if it is still there and waits. */
static struct assignment *waiting(const struct recall *recall,
                                  const rd_kafka_topic_partition_t *answer)
{
    struct assignment *assignment =
        partitions_find_by_name(recall->source, answer->topic, answer->partition);
    bool waits = assignment && !assignment->remembered && !assignment->topic->is_made_anew &&
                 assignment->generation <= recall->generation;
    return waits ? assignment : NULL;
}

static void commit_beginnings(struct source *source, const rd_kafka_topic_partition_list_t *list)
{
    if (list->cnt == 0)
        return;
    rd_kafka_resp_err_t err = rd_kafka_commit(source->consumer, list, 1);
    log_debug("begins", LOG_INT("partitions", list->cnt),
              LOG_TEXT("commit", err ? rd_kafka_err2str(err) : "sent"));
}

/* False where it is to be asked again: librdkafka has found no commit, or was not told it in time,
 * and stands at the end; it may not be ready to seek yet. */
static bool release(struct source *source, struct assignment *assignment,
                    const rd_kafka_topic_partition_t *answer)
{
    if (answer->offset >= 0) {
        assignment->next_offset = answer->offset;
        assignment->at_commit = true;
        if (source->begins_at_end && !partitions_seek(source, assignment))
            return false;
    }
    assignment->remembered = true;
    if (answer->offset >= 0)
        source->handlers.remembered(source->handlers.context, &assignment->partition,
                                    answer->offset,
                                    span_of(answer->metadata, answer->metadata_size));
    if (assignment->queue)
        rd_kafka_queue_forward(assignment->queue, source->records);
    return true;
}

/* With the place that is asked for: the end, or of a new one the first record. */
static void add_uncommitted(struct source *source, rd_kafka_topic_partition_list_t *list,
                            const rd_kafka_topic_partition_t *partition)
{
    bool from_first = is_new(source, partition);
    rd_kafka_topic_partition_t *added = add(list, partition);
    added->offset = from_first ? RD_KAFKA_OFFSET_BEGINNING : RD_KAFKA_OFFSET_END;
    added->opaque = from_first ? &new_mark : NULL;
}

/* Which of them have no commit, and which are to be asked again. */
static void take_commits(struct recall *recall, rd_kafka_topic_partition_list_t *ret_without,
                         rd_kafka_topic_partition_list_t *ret_again)
{
    struct source *source = recall->source;
    for (int i = 0; i < recall->partitions->cnt; i++) {
        const rd_kafka_topic_partition_t *answer = &recall->partitions->elems[i];
        struct assignment *assignment = waiting(recall, answer);
        if (!assignment)
            continue;
        if (answer->err || topics_is_in_doubt(assignment->topic))
            add(ret_again, answer);
        else if (answer->offset < 0 && source->begins_at_end)
            add_uncommitted(source, ret_without, answer);
        else if (!release(source, assignment, answer))
            add(ret_again, answer);
    }
}

static void take_beginnings(struct recall *recall, rd_kafka_topic_partition_list_t *ret_again)
{
    struct source *source = recall->source;
    rd_kafka_topic_partition_list_t *begins = rd_kafka_topic_partition_list_new(8);
    for (int i = 0; i < recall->partitions->cnt; i++) {
        const rd_kafka_topic_partition_t *answer = &recall->partitions->elems[i];
        const struct assignment *assignment = waiting(recall, answer);
        if (!assignment)
            continue;
        /* It was asked for by what was known of the topic then. */
        bool holds = !topics_is_in_doubt(assignment->topic) &&
                     is_new(source, answer) == (answer->opaque == &new_mark);
        if (!answer->err && answer->offset >= 0 && holds)
            add(begins, answer)->offset = answer->offset;
        add(ret_again, answer);
    }
    commit_beginnings(source, begins);
    rd_kafka_topic_partition_list_destroy(begins);
}

/* Once each time that it begins. */
static void tell_error(struct source *source, enum question question, rd_kafka_resp_err_t err)
{
    if (err && err != source->recall_errs[question])
        log_warn("offsets_unknown", LOG_TEXT("reason", rd_kafka_err2str(err)),
                 LOG_TEXT("note", "the partitions are read once the group's coordinator and their "
                                  "leaders tell where they begin"));
    source->recall_errs[question] = err;
}

static void take_answers(struct recall *recall)
{
    struct source *source = recall->source;
    rd_kafka_topic_partition_list_t *without = rd_kafka_topic_partition_list_new(8);
    rd_kafka_topic_partition_list_t *again = rd_kafka_topic_partition_list_new(8);
    topics_compare(source, recall->topics);
    tell_error(source, recall->question, recall->err);
    if (recall->question == ASK_COMMITS)
        take_commits(recall, without, again);
    else
        take_beginnings(recall, again);
    start(source, FIND_BEGINNINGS, without, 0);
    start(source, ASK_COMMITS, again, recall->err ? PAUSE_AFTER_ERROR_MS : PAUSE_MS);
}

static void done(uv_work_t *work, int status)
{
    (void)status; /* nobody cancels it */
    struct recall *recall = work->data;
    struct source *source = recall->source;
    source->recalls--;
    if (!source->freed && !source->closing)
        take_answers(recall);
    topics_question_free(recall->topics);
    rd_kafka_topic_partition_list_destroy(recall->partitions);
    free(recall);
    if (source->freed)
        source_destroy(source);
}

/* Takes the list over. */
static void start(struct source *source, enum question question,
                  rd_kafka_topic_partition_list_t *partitions, unsigned pause_ms)
{
    struct recall *recall = partitions->cnt > 0 ? calloc(1, sizeof *recall) : NULL;
    if (!recall) {
        if (partitions->cnt > 0)
            source_fail(source, "assignment", "out of memory");
        rd_kafka_topic_partition_list_destroy(partitions);
        return;
    }
    recall->source = source;
    recall->question = question;
    recall->partitions = partitions;
    recall->topics = topics_question_new(source);
    recall->generation = source->generation;
    recall->pause_ms = pause_ms;
    recall->work.data = recall;
    source->recalls++;
    int queued = uv_queue_work(source->loop, &recall->work, ask, done);
    assert(queued == 0); /* but without a callback */
}

void partitions_recall(struct source *source, const rd_kafka_topic_partition_list_t *partitions)
{
    start(source, ASK_COMMITS, rd_kafka_topic_partition_list_copy(partitions), 0);
}
