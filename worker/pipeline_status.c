#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "pipeline_parts.h"
#include "version.h"

enum { COMMIT_LATE_MS = 15000 /* finished, and not committed for so long: not ready */ };

static bool is_healthy(void *context, struct buf *out)
{
    const struct pipeline *pipeline = context;
    const struct partition *stuck = pipeline_hopeless(pipeline);
    if (!stuck) {
        (void)buf_add_text(out, "ok\n");
        return true;
    }
    (void)buf_format(out, "partition %s/%d has not progressed for %llu s\n", stuck->source->topic,
                     (int)stuck->source->id,
                     (unsigned long long)((uv_now(pipeline->loop) - stuck->watch.since_ms) / 1000));
    return false;
}

static bool is_long_ago(const struct pipeline *pipeline, uint64_t since_ms)
{
    return uv_now(pipeline->loop) - since_ms > COMMIT_LATE_MS;
}

static const char *trouble_with_commits(const struct pipeline *pipeline)
{
    if (pipeline->commit_under_way && is_long_ago(pipeline, pipeline->commit_sent_ms))
        return "offset commits are not answered";
    if (pipeline->commits_fail_since_ms > 0 &&
        is_long_ago(pipeline, pipeline->commits_fail_since_ms))
        return "offset commits fail";
    return NULL;
}

static const char *why_not_reading(const struct pipeline *pipeline)
{
    if (pipeline->phase == PHASE_STARTING)
        return "waiting for the registry";
    if (pipeline->phase != PHASE_RUNNING)
        return "stopping";
    return pipeline->brokers_reachable ? NULL : "waiting for brokers";
}

static bool misses_topic(const struct pipeline *pipeline, struct buf *out)
{
    const char *why, *name = source_unread_topic(pipeline->source, &why);
    if (name)
        (void)buf_format(out, "topic %s %s\n", name, why);
    return name;
}

static const char *why_not_progressing(const struct pipeline *pipeline)
{
    if (!pipeline->joined && !source_is_idle_member(pipeline->source))
        return "waiting for the group";
    if (pipeline->blocked_reason[0])
        return pipeline->blocked_reason;
    if (schemas_trouble(pipeline->schemas))
        return schemas_trouble(pipeline->schemas);
    return trouble_with_commits(pipeline);
}

static bool is_ready(void *context, struct buf *out)
{
    const char *reason = why_not_reading(context);
    if (!reason && misses_topic(context, out))
        return false;
    if (!reason)
        reason = why_not_progressing(context);
    if (!reason && pipeline_is_stuck(context, out))
        return false;
    (void)buf_format(out, "%s\n", reason ? reason : "ready");
    return !reason;
}

static int64_t wall_clock_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void print_partition(struct buf *out, const char *name, const struct partition *partition,
                            double value)
{
    (void)buf_format(out, "%s{topic=\"", name);
    metrics_label(out, partition->source->topic);
    (void)buf_format(out, "\",partition=\"%d\"} %g\n", (int)partition->source->id, value);
}

static int64_t lag_of(const struct pipeline *pipeline, const struct partition *partition)
{
    return source_lag(pipeline->source, partition->source, ledger_safe_offset(&partition->ledger));
}

static void print_lag(struct buf *out, const struct pipeline *pipeline)
{
    metrics_family(out, "byline_partition_lag_records", "gauge",
                   "Records behind the end of the partition that are not finished.");
    for (const struct partition *partition = pipeline->partitions; partition;
         partition = partition->next) {
        int64_t lag = lag_of(pipeline, partition);
        if (lag >= 0)
            print_partition(out, "byline_partition_lag_records", partition, (double)lag);
    }
    metrics_family(out, "byline_partition_lag_seconds", "gauge",
                   "Age of the last finished record while records lie behind it.");
    for (const struct partition *partition = pipeline->partitions; partition;
         partition = partition->next) {
        int64_t age_ms = wall_clock_ms() - partition->timestamp_ms;
        bool behind = lag_of(pipeline, partition) > 0 && partition->timestamp_ms >= 0;
        print_partition(out, "byline_partition_lag_seconds", partition,
                        behind && age_ms > 0 ? (double)age_ms / 1000 : 0);
    }
}

static void print_schemas(struct buf *out, const struct pipeline *pipeline)
{
    const struct schemas_counts *counts = schemas_counts(pipeline->schemas);
    metrics_family(out, "byline_events_waiting_for_schema", "gauge",
                   "Events whose schema the registry is asked for.");
    (void)buf_format(out, "byline_events_waiting_for_schema %zu\n",
                     pipeline->jobs.lists[JOB_UNREAD].count);
    metrics_family(out, "byline_schema_requests_total", "counter",
                   "Schemas of events asked from the registry, by what it answered.");
    (void)buf_format(out,
                     "byline_schema_requests_total{result=\"found\"} %" PRIu64 "\n"
                     "byline_schema_requests_total{result=\"refused\"} %" PRIu64 "\n"
                     "byline_schema_requests_total{result=\"failed\"} %" PRIu64 "\n",
                     counts->found, counts->refused, counts->failed);
}

static void print_metrics(void *context, struct buf *out)
{
    struct pipeline *pipeline = context;
    metrics_print(out, &pipeline->metrics, pipeline->config->output.topic);
    metrics_family(out, "byline_events_in_flight", "gauge",
                   "Events read and not yet acknowledged.");
    (void)buf_format(out, "byline_events_in_flight %zu\n", jobs_in_flight(&pipeline->jobs));
    metrics_family(out, "byline_partitions_stuck", "gauge",
                   "Partitions whose oldest record waits longer than anything allows.");
    (void)buf_format(out, "byline_partitions_stuck %zu\n", pipeline_count_stuck(pipeline));
    print_schemas(out, pipeline);
    print_lag(out, pipeline);
    pipeline_print_memory(pipeline, out);
    fetch_print_metrics(pipeline->fetch, out);
    metrics_family(out, "byline_build_info", "gauge", "Versions of this build.");
    (void)buf_format(out,
                     "byline_build_info{version=\"%s\",librdkafka=\"%s\",libcurl=\"%s\","
                     "avro=\"%s\"} 1\n",
                     BYLINE_VERSION, source_library_version(), BYLINE_LIBCURL_VERSION,
                     BYLINE_AVRO_VERSION);
}

struct admin_handlers pipeline_admin_handlers(struct pipeline *pipeline)
{
    return (struct admin_handlers){
        .context = pipeline,
        .metrics = print_metrics,
        .healthy = is_healthy,
        .ready = is_ready,
        .partitions = pipeline_print_partitions,
    };
}
