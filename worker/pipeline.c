#include "pipeline.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "core/default_schema.h"
#include "log.h"
#include "output.h"
#include "pipeline_parts.h"
#include "record.h"

/* ---- the end of a job ---- */

/* Its partition is another worker's now: forget it, as if it had not been read. */
void pipeline_drop_job(struct pipeline *pipeline, struct job *job)
{
    schemas_cancel(job->schema_waiter);
    enrich_cancel(&job->enrichment);
    (void)key_order_leave(&pipeline->order, &job->turn);
    job_move(&pipeline->jobs, job, JOB_FREE);
}

/* A record far behind the others holds the ledger open; beyond its bound the partition waits. */
static void partition_pause(struct pipeline *pipeline, struct partition *partition, bool paused)
{
    partition->paused = paused;
    source_pause(pipeline->source, partition->source, paused);
    log_info(paused ? "paused" : "resumed", LOG_TEXT("topic", partition->source->topic),
             LOG_INT("partition", partition->source->id),
             LOG_INT("blocking_offset", ledger_safe_offset(&partition->ledger)));
}

/* ---- produce ---- */

static void hold(struct pipeline *pipeline, struct job *job, uint64_t wait_ms)
{
    job->retry_ns = uv_hrtime() + wait_ms * 1000000;
    job_move(&pipeline->jobs, job, JOB_HELD);
}

static bool is_blocked(const struct pipeline *pipeline)
{
    return pipeline->blocked_reason[0] != '\0';
}

/* Neither output nor dead letter goes out: take in nothing until one does (promise 6). */
static void block(struct pipeline *pipeline, const struct job *job, const char *reason)
{
    pipeline->blocked_topic = output_topic(job);
    const char *topic = pipeline->blocked_topic == SINK_DEAD_LETTER
                            ? pipeline->config->dead_letter.topic
                            : pipeline->config->output.topic;
    (void)snprintf(pipeline->blocked_reason, sizeof pipeline->blocked_reason,
                   "topic %.120s cannot be written: %.100s", topic, reason);
    if (uv_now(pipeline->loop) < pipeline->held_log_ms)
        return;
    pipeline->held_log_ms = uv_now(pipeline->loop) + 10 * HOLD_MS;
    log_error("output_blocked", LOG_TEXT("topic", topic), LOG_TEXT("reason", reason),
              LOG_TEXT("source_topic", job->record.partition->topic),
              LOG_INT("partition", job->record.partition->id),
              LOG_INT("offset", job->record.offset));
}

/* The job whose turn has come, where it is ready; else NULL. */
static struct job *ready_heir(struct key_member *heir)
{
    if (!heir)
        return NULL;
    struct job *next = (struct job *)((char *)heir - offsetof(struct job, turn));
    return next->state == JOB_ORDERED ? next : NULL;
}

static struct job *leave_line(struct pipeline *pipeline, struct job *job)
{
    return ready_heir(key_order_leave(&pipeline->order, &job->turn));
}

static enum sink_accept hand_over(struct pipeline *pipeline, struct job *job,
                                  const char **ret_reason)
{
    struct sink_message message = output_message(job, &pipeline->schema_header);
    enum sink_accept accept = sink_publish(pipeline->sink, &message, ret_reason);
    if (accept != SINK_ACCEPT_TOO_LARGE || job->result == JOB_DEAD_LETTER)
        return accept;
    if (!output_too_large(job, pipeline->config->output.topic, "message size too large")) {
        pipeline_fail_without_memory(pipeline);
        return SINK_FULL;
    }
    message = output_message(job, &pipeline->schema_header);
    return sink_publish(pipeline->sink, &message, ret_reason);
}

/* The job has its turn. Returns whose turn has come by its end, or NULL. */
static struct job *publish_one(struct pipeline *pipeline, struct job *job)
{
    if (pipeline->transactions) {
        job_move(&pipeline->jobs, job, JOB_READY);
        return leave_line(pipeline, job);
    }
    if (pipeline->revoking) {
        hold(pipeline, job, 0);
        return NULL;
    }
    const char *reason = "the dead letter is larger than message.max.bytes of the producer";
    switch (hand_over(pipeline, job, &reason)) {
    case SINK_ACCEPTED: break;
    case SINK_FULL: hold(pipeline, job, 0); return NULL;
    case SINK_ACCEPT_TOO_LARGE:
    case SINK_ACCEPT_REFUSED:
        block(pipeline, job, reason);
        hold(pipeline, job, HOLD_MS);
        return NULL;
    }
    job->publish_count++;
    job_move(&pipeline->jobs, job, JOB_PUBLISHING);
    return ready_heir(key_order_send(&job->turn));
}

static void publish(struct pipeline *pipeline, struct job *job)
{
    while (job)
        job = publish_one(pipeline, job);
}

void pipeline_publish_in_turn(struct pipeline *pipeline, struct job *job)
{
    if (key_order_has_turn(&job->turn))
        publish(pipeline, job);
    else
        job_move(&pipeline->jobs, job, JOB_ORDERED);
}

/* Output or dead letter is acknowledged: the offset may be committed. */
void pipeline_finish_job(struct pipeline *pipeline, struct job *job)
{
    struct partition *partition = job->record.partition->context;
    struct job *heir = leave_line(pipeline, job);
    double seconds = (double)(uv_hrtime() - job->started_ns) / 1e9;
    histogram_observe(&pipeline->metrics.event_duration, seconds);
    if (job->result == JOB_DEAD_LETTER)
        pipeline->metrics.dead_letters[job->error_class]++;
    else
        pipeline->metrics.published++;
    if (partition) {
        ledger_finish(&partition->ledger, job->record.offset);
        partition->timestamp_ms = job->record.timestamp_ms;
        if (partition->paused && ledger_has_room(&partition->ledger))
            partition_pause(pipeline, partition, false);
    }
    job_move(&pipeline->jobs, job, JOB_FREE);
    publish(pipeline, heir);
}

void pipeline_delivered(void *context, void *opaque, enum sink_delivery delivery,
                        const char *reason)
{
    struct pipeline *pipeline = context;
    struct job *job = opaque;
    if (!job->record.partition->context) {
        pipeline_drop_job(pipeline, job); /* revoked while it was under way */
        return;
    }
    switch (delivery) {
    case SINK_DELIVERED:
        if (output_topic(job) == pipeline->blocked_topic)
            pipeline->blocked_reason[0] = '\0';
        pipeline_finish_job(pipeline, job);
        break;
    case SINK_RECALLED: hold(pipeline, job, 0); break;
    case SINK_TOO_LARGE:
        if (job->result == JOB_DEAD_LETTER) {
            block(pipeline, job, reason);
            hold(pipeline, job, HOLD_MS);
            break;
        }
        if (!output_too_large(job, pipeline->config->output.topic, reason))
            pipeline_fail_without_memory(pipeline);
        hold(pipeline, job, 0);
        break;
    case SINK_REFUSED:
        block(pipeline, job, reason);
        hold(pipeline, job, HOLD_MS);
        break;
    case SINK_DROPPED: pipeline_drop_job(pipeline, job); break;
    }
}

/* Whoever was refused or recalled takes its turn again, in the order of its line. */
void pipeline_recalled(void *context)
{
    struct pipeline *pipeline = context;
    struct job *job = pipeline->jobs.lists[JOB_HELD].first;
    key_order_recall(&pipeline->order);
    while (job) {
        struct job *next = job->next;
        if (!key_order_has_turn(&job->turn))
            job_move(&pipeline->jobs, job, JOB_ORDERED);
        job = next;
    }
    pipeline_publish_held(pipeline);
}

void pipeline_publish_held(struct pipeline *pipeline)
{
    uint64_t now = uv_hrtime();
    const struct job_list *lists = pipeline->jobs.lists;
    size_t count = lists[JOB_HELD].count;
    /* Who could not be written may have gone with its partition. */
    if (count + lists[JOB_READY].count + lists[JOB_PUBLISHING].count == 0)
        pipeline->blocked_reason[0] = '\0';
    struct job *job = pipeline->jobs.lists[JOB_HELD].first;
    while (count-- > 0) {
        struct job *next = job->next;
        if (job->retry_ns <= now)
            publish(pipeline, job);
        job = next;
    }
}

/* ---- encode ---- */

static bool encode(struct pipeline *pipeline, struct job *job, struct error *ret_error)
{
    buf_reset(&pipeline->scratch);
    if (!buf_append(&pipeline->scratch, pipeline->prefix, pipeline->prefix_bytes))
        return error_set(ret_error, ERROR_FATAL, "out of memory");
    if (!record_encode(pipeline->config, pipeline->plan, job->article, &job->arena,
                       &pipeline->scratch, ret_error))
        return false;
    if (!job_keep_output(&pipeline->jobs, job, buf_span(&pipeline->scratch)))
        return error_set(ret_error, ERROR_FATAL, "out of memory");
    return true;
}

/* ---- enrich ---- */

static void on_enriched(struct enrichment *enrichment)
{
    struct job *job = (struct job *)((char *)enrichment - offsetof(struct job, enrichment));
    struct partition *partition = job->record.partition->context;
    assert(partition); /* a revoked partition's lookups are cancelled */
    struct pipeline *pipeline = partition->pipeline;
    struct error error = {0};
    bool ok = true;
    if (enrichment->error)
        ok = output_dead_letter(job, "enrich", enrichment->error, enrichment->attempts);
    else if (!encode(pipeline, job, &error))
        ok = error.kind != ERROR_FATAL && output_dead_letter(job, "encode", &error, 0);
    if (ok)
        pipeline_publish_in_turn(pipeline, job);
    else if (error.kind == ERROR_FATAL)
        pipeline_fail(pipeline, &error);
    else
        pipeline_fail_without_memory(pipeline);
}

void pipeline_enrich(struct pipeline *pipeline, struct job *job)
{
    enrich_start(&job->enrichment, pipeline->enricher, job->article, &job->arena, on_enriched);
}

/* ---- consume ---- */

/* Where in which line its output waits. A record without a key waits for nobody. */
static bool take_turn(struct pipeline *pipeline, struct job *job)
{
    const struct source_record *record = &job->record;
    uint64_t seed = (uint64_t)(uintptr_t)record->partition;
    switch (pipeline->transactions ? ORDERING_PARTITION : pipeline->config->ordering) {
    case ORDERING_NONE: return true;
    case ORDERING_PARTITION: return key_order_enter(&pipeline->order, &job->turn, seed);
    case ORDERING_KEY: break;
    }
    if (!record->key.data)
        return true;
    return key_order_enter(&pipeline->order, &job->turn,
                           XXH3_64bits_withSeed(record->key.data, record->key.len, seed));
}

/* Opens the record's offset and takes its place in its key's line. NULL is the end of it all. */
static struct job *open_job(struct pipeline *pipeline, struct source_record *record,
                            uint64_t now_ns)
{
    struct partition *partition = record->partition->context;
    struct job *job = job_take(&pipeline->jobs);
    if (job) {
        job->record = *record;
        pipeline_count_memory(pipeline, record);
        job->started_ns = now_ns;
    }
    if (!job || !ledger_open(&partition->ledger, record->offset) || !take_turn(pipeline, job)) {
        pipeline_fail_without_memory(pipeline);
        if (!job)
            source_release(record);
        return NULL;
    }
    if (!partition->paused && ledger_is_nearly_full(&partition->ledger))
        partition_pause(pipeline, partition, true);
    partition->metrics->consumed++;
    return job;
}

/* Its output went out before the last restart: only the ledger has to know. */
static bool was_done_before(struct partition *partition, int64_t offset)
{
    if (!offset_map_has(&partition->done_before, offset) ||
        !ledger_open(&partition->ledger, offset))
        return false;
    ledger_finish(&partition->ledger, offset);
    return true;
}

/* It ends before what has been read: made anew, or cut off after an unclean election. Its records
 * are others now, and their offsets mean nothing of what was finished; a new start reads them. */
static void fail_if_log_went_back(struct pipeline *pipeline, const struct partition *partition)
{
    const struct source_partition *source = partition->source;
    int64_t end = source_log_end(pipeline->source, source);
    if (end < 0 || end >= partition->ledger.next_offset || pipeline->phase == PHASE_STOPPED)
        return;
    source_look_at_topics(pipeline->source);
    struct error error;
    (void)error_set(&error, ERROR_FATAL,
                    "topic %s, partition %d ends at offset %lld, before %lld that was read: it was "
                    "made anew or has lost records; start again to read what it has now",
                    source->topic, (int)source->id, (long long)end,
                    (long long)partition->ledger.next_offset);
    pipeline_fail(pipeline, &error);
}

static void start(struct pipeline *pipeline, struct source_record *record, uint64_t now_ns)
{
    struct partition *partition = record->partition->context;
    if (pipeline->phase == PHASE_STOPPED || record->offset < partition->ledger.next_offset) {
        fail_if_log_went_back(pipeline, partition);
        source_release(record); /* else read before a pause, and read again after it */
        return;
    }
    if (was_done_before(partition, record->offset)) {
        source_release(record);
        return;
    }
    struct job *job = open_job(pipeline, record, now_ns);
    if (!job)
        return;
    if (record->value.data) {
        pipeline_decode(pipeline, job);
    } else {
        job->result = JOB_TOMBSTONE;
        pipeline_publish_in_turn(pipeline, job);
    }
}

/* Records come in batches: with room for a few only, wait for more. */
enum { WORTH_IT = 32 };

static size_t intake_room(struct pipeline *pipeline)
{
    if (pipeline->phase != PHASE_RUNNING || is_blocked(pipeline) || !pipeline_has_memory(pipeline))
        return 0;
    size_t room = jobs_room(&pipeline->jobs);
    return room >= WORTH_IT ? room : 0;
}

/* Events whose host is away give their lookups' places to others. Where not places are short, but
 * memory, or the number of events that wait done for their turn behind such ones, these end: once
 * it has lasted, for outputs that only wait for the broker pass by themselves. */
static void make_room(struct pipeline *pipeline)
{
    enum { LASTING_NS = 1000000000 };
    struct jobs *jobs = &pipeline->jobs;
    uint64_t now_ns = uv_hrtime();
    bool places_are_short =
        jobs->lists[JOB_ENRICHING].count + WORTH_IT > jobs->limits.enriching + jobs->deferred;
    if (places_are_short || pipeline->full_since_ns == 0)
        pipeline->full_since_ns = now_ns;
    bool lasts = now_ns - pipeline->full_since_ns > LASTING_NS;
    jobs->deferred = fetch_relieve(pipeline->fetch, lasts ? 0 : JOBS_MAX_DEFERRED);
}

/* Only keeps the loop from waiting in its poll: intake goes on after it. */
static void on_more(uv_idle_t *more)
{
    (void)more;
}

/* As many records as there is room for, in turns of a millisecond; the rest stays with librdkafka.
 */
void pipeline_take_in(struct pipeline *pipeline)
{
    enum { BATCH = 16, TURN_NS = 1000000 };
    struct source_record records[BATCH];
    size_t room;
    uint64_t now_ns = uv_hrtime(), began_ns = now_ns;
    if (is_blocked(pipeline))
        pipeline->full_since_ns = 0; /* that is why, and no lookup's end would change it */
    else if (pipeline->records_waiting && pipeline->phase == PHASE_RUNNING &&
             intake_room(pipeline) == 0)
        make_room(pipeline);
    pipeline_decode_readable(pipeline);
    (void)uv_idle_stop(&pipeline->more);
    while (pipeline->records_waiting && (room = intake_room(pipeline)) > 0) {
        if (now_ns - began_ns > TURN_NS) {
            (void)uv_idle_start(&pipeline->more, on_more);
            break;
        }
        pipeline->full_since_ns = 0;
        size_t wanted = room < BATCH ? room : BATCH;
        size_t count = source_take(pipeline->source, records, wanted);
        pipeline->records_waiting = count == wanted;
        for (size_t i = 0; i < count; i++)
            start(pipeline, &records[i], now_ns);
        now_ns = uv_hrtime();
    }
}

void pipeline_readable(void *context)
{
    struct pipeline *pipeline = context;
    pipeline->records_waiting = true; /* taken in after the loop's poll, which does not wait */
    (void)uv_idle_start(&pipeline->more, on_more);
}
