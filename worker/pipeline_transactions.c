/* Exactly once: what is ready goes out in short transactions, with the offsets inside.
 *
 *   READY --(every 100 ms: all of it)--> PUBLISHING --committed--> finished
 *     ^                                       |
 *     +------------- not committed -----------+     results stay in memory: nothing is fetched
 * twice
 *
 * With exactly_once every partition is one line of turns, so that what is ready is the finished
 * prefix. One transaction at a time runs on libuv's pool; its jobs are not touched meanwhile. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "log.h"
#include "output.h"
#include "pipeline_parts.h"

enum { INTERVAL_MS = 100, AGAIN_MS = 1000, REMIND_MS = 10000 };

struct transaction_run {
    uv_work_t work;
    struct pipeline *pipeline;
    struct transaction transaction;
    size_t message_capacity, offset_capacity;
};

static bool reserve(struct transaction_run *run, size_t messages, size_t offsets)
{
    struct transaction *transaction = &run->transaction;
    if (messages > run->message_capacity) {
        void *grown = realloc(transaction->messages, messages * sizeof *transaction->messages);
        if (!grown)
            return false;
        transaction->messages = grown;
        run->message_capacity = messages;
    }
    if (offsets > run->offset_capacity) {
        void *grown = realloc(transaction->offsets, offsets * sizeof *transaction->offsets);
        if (!grown)
            return false;
        transaction->offsets = grown;
        run->offset_capacity = offsets;
    }
    return true;
}

static size_t count_partitions(const struct pipeline *pipeline)
{
    size_t count = 0;
    for (const struct partition *partition = pipeline->partitions; partition;
         partition = partition->next)
        count++;
    return count;
}

static struct transaction_offset *offset_of(struct transaction *transaction,
                                            const struct source_partition *source)
{
    for (size_t i = 0; i < transaction->offset_count; i++) {
        struct transaction_offset *offset = &transaction->offsets[i];
        if (offset->topic == source->topic && offset->partition == source->id)
            return offset;
    }
    return NULL;
}

/* Jobs are in the order of their partition, so the last one's offset counts. */
static void fill(struct pipeline *pipeline, struct transaction *transaction)
{
    struct job *job;
    transaction->message_count = transaction->offset_count = 0;
    for (struct partition *partition = pipeline->partitions; partition; partition = partition->next)
        partition->transaction_offset = -1;
    while ((job = pipeline->jobs.lists[JOB_READY].first) != NULL) {
        struct partition *partition = job->record.partition->context;
        transaction->messages[transaction->message_count++] =
            (struct transaction_message){.message = output_message(job, &pipeline->schema_header)};
        partition->transaction_offset = job->record.offset + 1;
        job_move(&pipeline->jobs, job, JOB_PUBLISHING);
    }
    for (struct partition *partition = pipeline->partitions; partition; partition = partition->next)
        if (partition->transaction_offset >= 0)
            transaction->offsets[transaction->offset_count++] = (struct transaction_offset){
                .topic = partition->source->topic,
                .partition = partition->source->id,
                .offset = partition->transaction_offset,
            };
}

static void run_on_pool(uv_work_t *work)
{
    struct transaction_run *run = work->data;
    transactions_run(run->pipeline->transactions, &run->transaction);
}

/* What is committed ends; what the topic did not take becomes a dead letter; the rest waits for
 * the next transaction. Messages and PUBLISHING jobs are in the same order. */
static void settle_jobs(struct pipeline *pipeline, struct transaction *transaction)
{
    struct job *job = pipeline->jobs.lists[JOB_PUBLISHING].first;
    for (size_t i = 0; i < transaction->message_count; i++) {
        struct job *next = job->next;
        const struct partition *partition = job->record.partition->context;
        const struct transaction_offset *offset = offset_of(transaction, job->record.partition);
        if (!partition)
            job_move(&pipeline->jobs, job, JOB_FREE); /* revoked while it was under way */
        else if (offset->committed)
            pipeline_finish_job(pipeline, job);
        else if (transaction->messages[i].too_large && job->result == JOB_DEAD_LETTER)
            transaction->size_refused = false; /* sending it again is no way out */
        else if (transaction->messages[i].too_large &&
                 !output_too_large(job, pipeline->config->output.topic, "message size too large"))
            pipeline_fail_without_memory(pipeline);
        job = next;
    }
    jobs_ready_again(&pipeline->jobs);
}

static void ended(uv_work_t *work, int status)
{
    (void)status;
    struct transaction_run *run = work->data;
    struct pipeline *pipeline = run->pipeline;
    struct transaction *transaction = &run->transaction;
    bool committed = transaction->error.kind == ERROR_NONE;
    uint64_t now = uv_now(pipeline->loop);
    pipeline->transaction_under_way = false;
    source_group_free(transaction->group);
    transaction->group = NULL;
    settle_jobs(pipeline, transaction);
    if (!committed && !transaction->size_refused)
        pipeline->transaction_due_ms = pipeline->transaction_hold_ms = now + AGAIN_MS;
    if (committed) {
        pipeline->metrics.commits_ok++;
        pipeline->blocked_reason[0] = '\0';
    } else {
        pipeline->metrics.commits_failed++;
        if (!transaction->size_refused)
            (void)snprintf(pipeline->blocked_reason, sizeof pipeline->blocked_reason,
                           "nothing can be committed: %.200s", transaction->error.message);
        log_warn("transaction_failed", LOG_TEXT("reason", transaction->error.message),
                 LOG_INT("records", transaction->message_count),
                 LOG_TEXT("note", "what was not committed is sent again"));
    }
    if (transaction->error.kind == ERROR_FATAL || transaction->error.kind == ERROR_USAGE)
        pipeline_fail(pipeline, &transaction->error);
}

/* At its time, or as soon as half of what may be in flight waits for it: else intake would stop
 * while a transaction is under way. */
static bool is_time(const struct pipeline *pipeline)
{
    uint64_t now = uv_now(pipeline->loop);
    size_t ready = pipeline->jobs.lists[JOB_READY].count;
    if (pipeline->transaction_under_way || ready == 0 || now < pipeline->transaction_hold_ms ||
        pipeline->phase >= PHASE_LEAVING)
        return false;
    return now >= pipeline->transaction_due_ms || ready >= pipeline->jobs.limits.count / 2;
}

void pipeline_transact(struct pipeline *pipeline)
{
    struct transaction_run *run = pipeline->run;
    size_t ready = pipeline->jobs.lists[JOB_READY].count;
    if (pipeline->transaction_under_way &&
        uv_now(pipeline->loop) >= pipeline->transaction_remind_ms) {
        pipeline->transaction_remind_ms += REMIND_MS;
        transactions_remind(pipeline->transactions);
    }
    if (!is_time(pipeline))
        return;
    pipeline->transaction_due_ms = uv_now(pipeline->loop) + INTERVAL_MS;
    if (!reserve(run, ready, count_partitions(pipeline))) {
        pipeline_fail_without_memory(pipeline);
        return;
    }
    run->transaction.group = source_group(pipeline->source);
    if (!run->transaction.group)
        return; /* what is ready is dropped once it is told that its partitions are lost */
    fill(pipeline, &run->transaction);
    run->work.data = run;
    pipeline->transaction_under_way = true;
    pipeline->transaction_remind_ms = uv_now(pipeline->loop) + REMIND_MS;
    if (uv_queue_work(pipeline->loop, &run->work, run_on_pool, ended) != 0)
        ended(&run->work, UV_EAGAIN);
}

bool pipeline_transactions_open(struct pipeline *pipeline, struct error *ret_error)
{
    pipeline->run = calloc(1, sizeof *pipeline->run);
    if (!pipeline->run)
        return error_set(ret_error, ERROR_FATAL, "out of memory");
    pipeline->run->pipeline = pipeline;
    pipeline->transactions = transactions_new(pipeline->config, ret_error);
    return pipeline->transactions != NULL;
}

void pipeline_transactions_close(struct pipeline *pipeline)
{
    assert(!pipeline->transaction_under_way);
    transactions_free(pipeline->transactions);
    if (pipeline->run) {
        free(pipeline->run->transaction.messages);
        free(pipeline->run->transaction.offsets);
    }
    free(pipeline->run);
}
