#include <stdlib.h>
#include <string.h>

#include "io/source_parts.h"

enum { REVOKED_MS = 3000 }; /* for the commit of what is revoked; the loop stands still meanwhile */

void source_commit_add(struct source *source, struct source_partition *partition, int64_t offset,
                       struct span metadata)
{
    const struct assignment *assignment = (struct assignment *)partition;
    if (assignment->revoked)
        return;
    rd_kafka_topic_partition_t *commit =
        rd_kafka_topic_partition_list_add(source->commits, partition->topic, partition->id);
    commit->offset = offset;
    commit->metadata = metadata.len > 0 ? malloc(metadata.len) : NULL; /* the list frees it */
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

static void on_commit(rd_kafka_t *consumer, rd_kafka_resp_err_t err,
                      rd_kafka_topic_partition_list_t *offsets, void *commit)
{
    const struct source *source = rd_kafka_opaque(consumer);
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
        source->handlers.committed(source->handlers.context, commit, false, rd_kafka_err2str(err));
    forget(source);
    return true;
}

void source_commit_revoked(struct source *source)
{
    if (source->commits->cnt == 0)
        return;
    rd_kafka_queue_t *answers = rd_kafka_queue_new(source->consumer);
    rd_kafka_resp_err_t err =
        rd_kafka_commit_queue(source->consumer, source->commits, answers, NULL, NULL);
    rd_kafka_event_t *event = err ? NULL : rd_kafka_queue_poll(answers, REVOKED_MS);
    if (event)
        err = rd_kafka_event_error(event);
    else if (!err)
        err = RD_KAFKA_RESP_ERR__TIMED_OUT;
    if (event)
        rd_kafka_event_destroy(event);
    rd_kafka_queue_destroy(answers);
    forget(source);
    if (err) /* its success says nothing of a commit that is still under way for other partitions */
        source->handlers.committed(source->handlers.context, 0, false, rd_kafka_err2str(err));
}
