#include <stdlib.h>
#include <string.h>

#include "io/source_parts.h"
#include "log.h"

enum { REVOKED_MS = 3000 }; /* for the commit of what is revoked; the loop stands still meanwhile */

static char committed_mark;
#define COMMITTED ((void *)&committed_mark) /* the opaque of an answer without an error */

void source_commit_add(struct source *source, struct source_partition *partition, int64_t offset,
                       struct span metadata)
{
    const struct assignment *assignment = (struct assignment *)partition;
    if (assignment->revoked)
        return;
    rd_kafka_topic_partition_t *commit =
        rd_kafka_topic_partition_list_add(source->commits, partition->topic, partition->id);
    commit->offset = offset;
    bool is_told = metadata.len > 0 && !source->metadata_refused;
    commit->metadata = is_told ? malloc(metadata.len) : NULL; /* the list frees it */
    if (commit->metadata) {
        memcpy(commit->metadata, metadata.data, metadata.len);
        commit->metadata_size = metadata.len;
    }
}

static void forget(struct source *source)
{
    rd_kafka_topic_partition_list_destroy(source->commits);
    source->commits = rd_kafka_topic_partition_list_new(16);
}

/* Where the broker takes less of it than we write, commits go on without any. */
static void look_for_refused_metadata(struct source *source,
                                      const rd_kafka_topic_partition_list_t *answers)
{
    bool is_refused = false;
    for (int i = 0; answers && i < answers->cnt; i++)
        if (answers->elems[i].err == RD_KAFKA_RESP_ERR_OFFSET_METADATA_TOO_LARGE)
            is_refused = true;
    if (!is_refused || source->metadata_refused)
        return;
    source->metadata_refused = true;
    log_warn("offset_map_refused",
             LOG_TEXT("reason", "the broker's offset.metadata.max.bytes is too small"),
             LOG_TEXT("note", "what is finished beyond a committed offset is not remembered any "
                              "more; whoever has the partition next repeats it"));
}

/* librdkafka (seen: 2.15.1) puts the last error that a partition has on all those without one
 * before it tells us the answer; interceptors see it as it came. Runs on a thread of librdkafka's,
 * which the list belongs to. */
static rd_kafka_resp_err_t on_answer(rd_kafka_t *consumer,
                                     const rd_kafka_topic_partition_list_t *answers,
                                     rd_kafka_resp_err_t err, void *opaque)
{
    (void)consumer, (void)opaque;
    bool is_of_all = err != RD_KAFKA_RESP_ERR_NO_ERROR;
    for (int i = 0; i < answers->cnt; i++)
        if (answers->elems[i].err)
            is_of_all = false;
    for (int i = 0; i < answers->cnt; i++)
        answers->elems[i].opaque = is_of_all || answers->elems[i].err ? NULL : COMMITTED;
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

rd_kafka_resp_err_t source_commits_on_new(rd_kafka_t *consumer, const rd_kafka_conf_t *conf,
                                          void *opaque, char *reason, size_t reason_size)
{
    (void)conf, (void)reason, (void)reason_size;
    return rd_kafka_interceptor_add_on_commit(consumer, "byline", on_answer, opaque);
}

static void mark_committed(struct source *source, const rd_kafka_topic_partition_list_t *answers)
{
    for (int i = 0; answers && i < answers->cnt; i++) {
        const rd_kafka_topic_partition_t *answer = &answers->elems[i];
        struct assignment *assignment =
            partitions_find_by_name(source, answer->topic, answer->partition);
        if (assignment)
            assignment->partition.committed = answer->opaque == COMMITTED;
    }
}

static void on_commit(rd_kafka_t *consumer, rd_kafka_resp_err_t err,
                      rd_kafka_topic_partition_list_t *offsets, void *commit)
{
    struct source *source = rd_kafka_opaque(consumer);
    look_for_refused_metadata(source, offsets);
    mark_committed(source, offsets);
    for (int i = 0; !err && offsets && i < offsets->cnt; i++)
        err = offsets->elems[i].err;
    source->handlers.committed(source->handlers.context, (uint64_t)(uintptr_t)commit, !err,
                               rd_kafka_err2str(err));
}

bool source_commit_flush(struct source *source, uint64_t commit)
{
    if (source->commits->cnt == 0)
        return false;
    rd_kafka_resp_err_t err = rd_kafka_commit_queue(
        source->consumer, source->commits, source->events, on_commit, (void *)(uintptr_t)commit);
    if (err)
        on_commit(source->consumer, err, source->commits, (void *)(uintptr_t)commit);
    forget(source);
    return true;
}

static rd_kafka_resp_err_t commit_and_wait(struct source *source)
{
    rd_kafka_queue_t *answers = rd_kafka_queue_new(source->consumer);
    rd_kafka_resp_err_t err =
        rd_kafka_commit_queue(source->consumer, source->commits, answers, NULL, NULL);
    rd_kafka_event_t *event = err ? NULL : rd_kafka_queue_poll(answers, REVOKED_MS);
    if (event) {
        err = rd_kafka_event_error(event);
        look_for_refused_metadata(source, rd_kafka_event_topic_partition_list(event));
        rd_kafka_event_destroy(event);
    } else if (!err) {
        err = RD_KAFKA_RESP_ERR__TIMED_OUT;
    }
    rd_kafka_queue_destroy(answers);
    return err;
}

static void drop_metadata(rd_kafka_topic_partition_list_t *commits)
{
    for (int i = 0; i < commits->cnt; i++) {
        free(commits->elems[i].metadata);
        commits->elems[i].metadata = NULL;
        commits->elems[i].metadata_size = 0;
    }
}

void source_commit_revoked(struct source *source)
{
    if (source->commits->cnt == 0)
        return;
    bool was_refused = source->metadata_refused;
    rd_kafka_resp_err_t err = commit_and_wait(source);
    if (err && source->metadata_refused && !was_refused) {
        drop_metadata(source->commits); /* the offsets alone are taken */
        err = commit_and_wait(source);
    }
    forget(source);
    if (err) /* its success says nothing of a commit that is still under way for other partitions */
        source->handlers.committed(source->handlers.context, 0, false, rd_kafka_err2str(err));
}
