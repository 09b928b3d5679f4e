/* The watchdog: what holds each partition, who is slow and who is stuck.
 *
 * Every second the oldest unfinished record of each partition is looked at. A partition that is
 * stuck is said in the log when that is found and once a minute, makes the worker not ready, and
 * not healthy where a restart may help. /debug/partitions shows all of it at any time. */
#include <inttypes.h>

#include "log.h"
#include "pipeline_parts.h"

enum {
    LOOK_MS = 1000,
    SAY_AGAIN_MS = 60000,
    UNHEALTHY_MARGIN_MS = 30000, /* beyond a lookup's deadline */
    MAX_SHOWN_BYTES = 256,       /* of a key or a host */
};

/* What a partition waits for, in words; spans live until the loop goes on. */
struct wait_for {
    struct span lookup, host; /* absent where it is none */
    struct span key;          /* absent: null, or no record */
    uint64_t age_ms;          /* since the record was read */
};

static struct span shown(struct span text)
{
    return text.len > MAX_SHOWN_BYTES ? span_of(text.data, MAX_SHOWN_BYTES) : text;
}

/* Host and port of the registry; its user name and password are keys of their own. */
static struct span registry_host(const struct pipeline *pipeline)
{
    const char *url = pipeline->config->registry.url, *scheme_end = strstr(url, "://");
    const char *host = scheme_end ? scheme_end + 3 : url;
    return span_of(host, strcspn(host, "/"));
}

/* Points each partition to its oldest job. Jobs come and go: only for now. */
static void find_oldest(struct pipeline *pipeline)
{
    for (struct partition *partition = pipeline->partitions; partition; partition = partition->next)
        partition->oldest = NULL;
    for (int state = JOB_FREE + 1; state < JOB_STATE_COUNT; state++)
        for (struct job *job = pipeline->jobs.lists[state].first; job; job = job->next) {
            struct partition *partition = job->record.partition->context;
            if (partition &&
                (!partition->oldest || job->record.offset < partition->oldest->record.offset))
                partition->oldest = job;
        }
}

static enum watch_stage stage_of(const struct job *job)
{
    switch (job->state) {
    case JOB_UNREAD: return WATCH_SCHEMA;
    case JOB_READABLE:
    case JOB_ENRICHING: return WATCH_LOOKUP;
    default: return WATCH_OUTPUT;
    }
}

static struct watch_sight sight_of(const struct partition *partition)
{
    const struct job *job = partition->oldest;
    if (!job && source_pulse(partition->source) != SOURCE_POLLED)
        return (struct watch_sight){WATCH_RECORDS, ledger_safe_offset(&partition->ledger), 0};
    if (!job)
        return (struct watch_sight){.stage = WATCH_NOTHING};
    return (struct watch_sight){stage_of(job), job->record.offset, job->enrichment.merged_count};
}

static struct wait_for describe(const struct pipeline *pipeline, const struct partition *partition)
{
    const struct job *job = partition->oldest;
    struct wait_for wait = {0};
    switch (partition->watch.sight.stage) {
    case WATCH_SCHEMA: wait.host = registry_host(pipeline); break;
    case WATCH_RECORDS:
    case WATCH_OUTPUT: wait.host = span_from(pipeline->config->kafka.brokers); break;
    default: break;
    }
    if (!job)
        return wait;
    if (job->state == JOB_ENRICHING) {
        enrich_waits_for(&job->enrichment, &wait.lookup, &wait.host);
        wait.host = shown(wait.host);
    }
    wait.key = shown(job->record.key);
    wait.age_ms = (uv_hrtime() - job->started_ns) / 1000000;
    return wait;
}

static enum watch_state state_of(const struct pipeline *pipeline, const struct partition *partition)
{
    return watch_state(&partition->watch, (uint64_t)pipeline->config->http.deadline_ms,
                       uv_now(pipeline->loop));
}

static uint64_t waited_ms(const struct pipeline *pipeline, const struct partition *partition)
{
    return uv_now(pipeline->loop) - partition->watch.since_ms;
}

static void look(struct pipeline *pipeline)
{
    find_oldest(pipeline);
    for (struct partition *partition = pipeline->partitions; partition;
         partition = partition->next) {
        const struct watch_sight sight = sight_of(partition);
        watch_look(&partition->watch, &sight, uv_now(pipeline->loop));
    }
}

/* ---- the log ---- */

static void say_stuck(const struct pipeline *pipeline, const struct partition *partition)
{
    const struct wait_for wait = describe(pipeline, partition);
    log_error("stuck", LOG_TEXT("topic", partition->source->topic),
              LOG_INT("partition", partition->source->id),
              LOG_INT("offset", partition->watch.sight.offset), LOG_SPAN("key", wait.key),
              LOG_TEXT("waiting_for", watch_stage_name(partition->watch.sight.stage)),
              LOG_SPAN("lookup", wait.lookup), LOG_SPAN("host", wait.host),
              LOG_INT("age_ms", wait.age_ms), LOG_INT("waited_ms", waited_ms(pipeline, partition)),
              LOG_INT("behind", ledger_unfinished(&partition->ledger)));
}

static void say(const struct pipeline *pipeline, struct partition *partition)
{
    const uint64_t now = uv_now(pipeline->loop);
    if (state_of(pipeline, partition) != WATCH_STUCK) {
        if (partition->stuck_said_ms > 0)
            log_info("unstuck", LOG_TEXT("topic", partition->source->topic),
                     LOG_INT("partition", partition->source->id));
        partition->stuck_said_ms = 0;
    } else if (partition->stuck_said_ms == 0 || now - partition->stuck_said_ms >= SAY_AGAIN_MS) {
        say_stuck(pipeline, partition);
        partition->stuck_said_ms = now;
    }
}

void pipeline_watch(struct pipeline *pipeline)
{
    const uint64_t now = uv_now(pipeline->loop);
    if (now < pipeline->watch_due_ms)
        return;
    pipeline->watch_due_ms = now + LOOK_MS;
    look(pipeline);
    for (struct partition *partition = pipeline->partitions; partition; partition = partition->next)
        say(pipeline, partition);
}

/* ---- readiness and health ---- */

size_t pipeline_count_stuck(const struct pipeline *pipeline)
{
    size_t count = 0;
    for (const struct partition *partition = pipeline->partitions; partition;
         partition = partition->next)
        count += state_of(pipeline, partition) == WATCH_STUCK;
    return count;
}

static const struct partition *first_stuck(const struct pipeline *pipeline)
{
    const struct partition *partition = pipeline->partitions;
    while (partition && state_of(pipeline, partition) != WATCH_STUCK)
        partition = partition->next;
    return partition;
}

bool pipeline_is_stuck(struct pipeline *pipeline, struct buf *out)
{
    const struct partition *partition = first_stuck(pipeline);
    if (!partition)
        return false;
    find_oldest(pipeline);
    const struct wait_for wait = describe(pipeline, partition);
    (void)buf_format(out,
                     "partition %s/%d does not progress: offset %" PRId64
                     " has waited for %s%s%.*s%s%.*s for %" PRIu64 " s\n",
                     partition->source->topic, (int)partition->source->id,
                     partition->watch.sight.offset, watch_stage_name(partition->watch.sight.stage),
                     wait.lookup.len ? " " : "", SPAN_ARG(wait.lookup), wait.host.len ? " of " : "",
                     SPAN_ARG(wait.host), waited_ms(pipeline, partition) / 1000);
    return true;
}

/* While brokers, the output topic or the registry are away a restart would not help. */
static bool restart_may_help(const struct pipeline *pipeline, const struct partition *partition)
{
    const enum watch_stage stage = partition->watch.sight.stage;
    return pipeline->brokers_reachable && !pipeline->blocked_reason[0] && stage != WATCH_SCHEMA &&
           !(stage == WATCH_RECORDS && source_pulse(partition->source) == SOURCE_UNANSWERED);
}

const struct partition *pipeline_hopeless(const struct pipeline *pipeline)
{
    const uint64_t patience = (uint64_t)pipeline->config->http.deadline_ms + UNHEALTHY_MARGIN_MS;
    for (const struct partition *partition = pipeline->partitions; partition;
         partition = partition->next)
        if (state_of(pipeline, partition) == WATCH_STUCK &&
            waited_ms(pipeline, partition) > patience && restart_may_help(pipeline, partition))
            return partition;
    return NULL;
}

/* ---- /debug/partitions ---- */

static void print_text(struct buf *out, const char *name, struct span text)
{
    (void)buf_format(out, ",\"%s\":", name);
    (void)(text.data ? buf_add_json_string(out, text) : buf_add_text(out, "null"));
}

static void print_offset(struct buf *out, const char *name, int64_t offset)
{
    if (offset >= 0)
        (void)buf_format(out, ",\"%s\":%" PRId64, name, offset);
    else
        (void)buf_format(out, ",\"%s\":null", name);
}

static void print_blocking(struct buf *out, const struct pipeline *pipeline,
                           const struct partition *partition)
{
    const struct wait_for wait = describe(pipeline, partition);
    (void)buf_format(out, ",\"blocking\":{\"waiting_for\":\"%s\"",
                     watch_stage_name(partition->watch.sight.stage));
    print_offset(out, "offset", partition->watch.sight.offset);
    print_text(out, "key", wait.key);
    print_text(out, "lookup", wait.lookup);
    print_text(out, "host", wait.host);
    (void)buf_format(out, ",\"age_ms\":%" PRIu64 ",\"waited_ms\":%" PRIu64 "}", wait.age_ms,
                     waited_ms(pipeline, partition));
}

static void print_partition(struct buf *out, const struct pipeline *pipeline,
                            const struct partition *partition)
{
    const struct ledger *ledger = &partition->ledger;
    const int64_t commit_offset = ledger_safe_offset(ledger);
    (void)buf_add_text(out, "{\"topic\":");
    (void)buf_add_json_string(out, span_from(partition->source->topic));
    (void)buf_format(out, ",\"partition\":%d,\"state\":\"%s\"", (int)partition->source->id,
                     watch_state_name(state_of(pipeline, partition)));
    print_offset(out, "commit_offset", commit_offset);
    print_offset(out, "next_offset", ledger->next_offset);
    print_offset(out, "lag", source_lag(pipeline->source, partition->source, commit_offset));
    (void)buf_format(out, ",\"unfinished\":%zu,\"finished_beyond\":%zu,\"paused\":%s",
                     ledger_unfinished(ledger), ledger->count - ledger_unfinished(ledger),
                     partition->paused ? "true" : "false");
    if (partition->watch.sight.stage == WATCH_NOTHING)
        (void)buf_add_text(out, ",\"blocking\":null");
    else
        print_blocking(out, pipeline, partition);
    (void)buf_add_char(out, '}');
}

void pipeline_print_partitions(void *context, struct buf *out)
{
    struct pipeline *pipeline = context;
    look(pipeline);
    (void)buf_add_text(out, "{\"partitions\":[");
    for (const struct partition *partition = pipeline->partitions; partition;
         partition = partition->next) {
        print_partition(out, pipeline, partition);
        if (partition->next)
            (void)buf_add_text(out, ",\n");
    }
    (void)buf_add_text(out, "]}\n");
}
