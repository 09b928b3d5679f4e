#include <stdlib.h>

#include "log.h"
#include "pipeline_parts.h"

enum { COMMIT_TIMEOUT_MS = 30000 };

void group_assigned(void *context, struct source_partition *source)
{
    struct pipeline *pipeline = context;
    struct partition *partition = calloc(1, sizeof *partition);
    if (!partition) {
        pipeline_fail_without_memory(pipeline);
        return;
    }
    *partition = (struct partition){
        .next = pipeline->partitions,
        .pipeline = pipeline,
        .source = source,
        .metrics = metrics_topic(&pipeline->metrics, source->topic),
        .timestamp_ms = -1,
    };
    ledger_init(&partition->ledger);
    pipeline->partitions = partition;
    source->context = partition;
    log_info("assigned", LOG_TEXT("topic", source->topic), LOG_INT("partition", source->id));
}

static void drop_jobs_of(struct pipeline *pipeline, const struct source_partition *source)
{
    /* What librdkafka already has is let go of when its delivery is told. */
    for (int state = JOB_FREE + 1; state < JOB_PUBLISHING; state++) {
        struct job *job = pipeline->jobs.lists[state].first;
        while (job) {
            struct job *next = job->next;
            if (job->record.partition == source)
                pipeline_drop_job(pipeline, job);
            job = next;
        }
    }
}

/* What the partition's last owner had finished beyond its last commit. */
void group_remembered(void *context, struct source_partition *source, int64_t committed,
                      struct span metadata)
{
    (void)context;
    struct partition *partition = source->context;
    if (offset_map_read(metadata, committed, &partition->done_before))
        log_info("offset_map", LOG_TEXT("topic", source->topic), LOG_INT("partition", source->id),
                 LOG_INT("committed", committed), LOG_INT("runs", partition->done_before.count));
}

/* Nothing can bring them back; what must not happen is that nobody hears of it. */
void group_missed(void *context, struct source_partition *source, int64_t offset, int64_t count)
{
    struct pipeline *pipeline = context;
    pipeline->metrics.missed += (uint64_t)count;
    log_error("records_missed", LOG_TEXT("topic", source->topic), LOG_INT("partition", source->id),
              LOG_INT("offset", offset), LOG_INT("count", count),
              LOG_TEXT("reason", "retention deleted them before they were read"));
}

static void partition_remove(struct pipeline *pipeline, struct partition *partition)
{
    struct partition **link = &pipeline->partitions;
    while (*link != partition)
        link = &(*link)->next;
    *link = partition->next;
    ledger_finish_all(&partition->ledger);
    offset_map_finish(&partition->done_before);
    free(partition);
}

/* Adds the partition to the next commit if something of it has finished since the last one. */
static void commit_add(struct pipeline *pipeline, struct partition *partition)
{
    char map[OFFSET_MAP_MAX_BYTES + 1];
    if (partition->ledger.finished_total == partition->committed_total)
        return;
    partition->sent_total = partition->ledger.finished_total;
    size_t len = offset_map_write(&partition->ledger, map);
    source_commit_add(pipeline->source, partition->source, ledger_safe_offset(&partition->ledger),
                      span_of(map, len));
}

/* What is on its way to the broker is waited for, so that its offset is committed and the next
 * owner does not repeat it. That takes a round trip; a broker that is away is not waited for. */
void group_revoking(void *context)
{
    enum { WAIT_MS = 1000, LOOK_MS = 10 };
    struct pipeline *pipeline = context;
    uint64_t deadline_ns = uv_hrtime() + WAIT_MS * 1000000ULL;
    if (!pipeline->sink)
        return; /* with transactions an offset is committed with its record */
    pipeline->revoking = true;
    while (pipeline->jobs.lists[JOB_PUBLISHING].count > 0 && uv_hrtime() < deadline_ns &&
           sink_wait(pipeline->sink, LOOK_MS))
        continue;
    pipeline->revoking = false;
}

void group_revoked(void *context, struct source_partition *source, bool lost)
{
    struct pipeline *pipeline = context;
    struct partition *partition = source->context;
    log_info(lost ? "lost" : "revoked", LOG_TEXT("topic", source->topic),
             LOG_INT("partition", source->id),
             LOG_INT("unfinished", ledger_unfinished(&partition->ledger)));
    if (!lost && !pipeline->transactions)
        commit_add(pipeline, partition); /* source commits it before it gives the partition up */
    /* Else librdkafka would keep the pause for its next assignment. */
    if (partition->paused)
        source_pause(pipeline->source, source, false);
    drop_jobs_of(pipeline, source);
    partition_remove(pipeline, partition);
    if (lost)
        pipeline->joined = false; /* until the group says again what is ours */
}

void group_rebalanced(void *context)
{
    struct pipeline *pipeline = context;
    pipeline->metrics.rebalances++;
    if (!pipeline->joined)
        log_info("joined", LOG_TEXT("group", pipeline->config->kafka.group));
    pipeline->joined = true;
    pipeline->commits_fail_since_ms = 0;
}

void group_brokers_changed(void *context, bool reachable)
{
    struct pipeline *pipeline = context;
    pipeline->brokers_reachable = reachable;
    if (reachable)
        log_info("brokers_reachable", LOG_TEXT("brokers", pipeline->config->kafka.brokers));
    else
        log_warn("waiting_for_brokers", LOG_TEXT("brokers", pipeline->config->kafka.brokers));
}

void group_commit(struct pipeline *pipeline)
{
    uint64_t now = uv_now(pipeline->loop);
    if (pipeline->commit_under_way && now - pipeline->commit_sent_ms < COMMIT_TIMEOUT_MS)
        return;
    for (struct partition *partition = pipeline->partitions; partition; partition = partition->next)
        commit_add(pipeline, partition);
    pipeline->commit_under_way = true;
    pipeline->commit_sent_ms = now;
    if (!source_commit_flush(pipeline->source, ++pipeline->commit_number))
        pipeline->commit_under_way = false;
}

/* The answer to a commit that was given up says nothing of the one that was sent after it. */
void group_committed(void *context, uint64_t commit, bool ok, const char *reason)
{
    struct pipeline *pipeline = context;
    bool is_last = commit == pipeline->commit_number;
    if (is_last)
        pipeline->commit_under_way = false;
    if (!ok) {
        pipeline->metrics.commits_failed++;
        if (pipeline->commits_fail_since_ms == 0)
            pipeline->commits_fail_since_ms = uv_now(pipeline->loop);
        log_warn("commit_failed", LOG_TEXT("reason", reason),
                 LOG_TEXT("note", "tried again with the next commit"));
    } else {
        pipeline->metrics.commits_ok++;
        pipeline->commits_fail_since_ms = 0;
    }
    for (struct partition *partition = pipeline->partitions; is_last && partition;
         partition = partition->next)
        if (partition->source->committed)
            partition->committed_total = partition->sent_total;
}

bool group_all_committed(const struct pipeline *pipeline)
{
    if (pipeline->transactions)
        return true; /* a job ends with the commit of its offset */
    for (const struct partition *partition = pipeline->partitions; partition;
         partition = partition->next) {
        if (partition->ledger.finished_total != partition->committed_total)
            return false;
    }
    return true;
}

void group_finish(struct pipeline *pipeline)
{
    while (pipeline->partitions)
        partition_remove(pipeline, pipeline->partitions);
}
