#include "core/metrics.h"

#include <string.h>

static const double bounds[HISTOGRAM_BUCKETS] = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                                 0.25,  0.5,    1,     2.5,  5,     10,   30};

void histogram_observe(struct histogram *histogram, double seconds)
{
    size_t bucket = 0;
    while (bucket < HISTOGRAM_BUCKETS && seconds > bounds[bucket])
        bucket++;
    histogram->counts[bucket]++;
    histogram->sum_seconds += seconds;
}

void histogram_print(struct buf *out, const char *name, const char *labels,
                     const struct histogram *histogram)
{
    const char *comma = *labels ? "," : "";
    uint64_t total = 0;
    for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++) {
        total += histogram->counts[i];
        (void)buf_format(out, "%s_bucket{%s%sle=\"%g\"} %llu\n", name, labels, comma, bounds[i],
                         (unsigned long long)total);
    }
    total += histogram->counts[HISTOGRAM_BUCKETS];
    (void)buf_format(out, "%s_bucket{%s%sle=\"+Inf\"} %llu\n", name, labels, comma,
                     (unsigned long long)total);
    const char *open = *labels ? "{" : "", *close = *labels ? "}" : "";
    (void)buf_format(out, "%s_sum%s%s%s %.6f\n", name, open, labels, close, histogram->sum_seconds);
    (void)buf_format(out, "%s_count%s%s%s %llu\n", name, open, labels, close,
                     (unsigned long long)total);
}

struct topic_metrics *metrics_topic(struct worker_metrics *metrics, const char *name)
{
    size_t i = 0;
    while (i < METRICS_MAX_TOPICS - 1 && metrics->topics[i].name &&
           strcmp(metrics->topics[i].name, name) != 0)
        i++;
    if (!metrics->topics[i].name)
        metrics->topics[i].name = i < METRICS_MAX_TOPICS - 1 ? name : "other";
    return &metrics->topics[i];
}

void metrics_family(struct buf *out, const char *name, const char *type, const char *help)
{
    (void)buf_format(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

void metrics_label(struct buf *out, const char *value)
{
    for (; *value; value++) {
        if (*value == '\\' || *value == '"')
            (void)buf_add_char(out, '\\');
        if (*value == '\n')
            (void)buf_add_text(out, "\\n");
        else
            (void)buf_add_char(out, *value);
    }
}

static void sample(struct buf *out, const char *name, const char *label, const char *value,
                   uint64_t number)
{
    (void)buf_format(out, "%s{%s=\"", name, label);
    metrics_label(out, value);
    (void)buf_format(out, "\"} %llu\n", (unsigned long long)number);
}

static void print_events(struct buf *out, const struct worker_metrics *metrics,
                         const char *output_topic)
{
    metrics_family(out, "byline_events_consumed_total", "counter", "Records read from Kafka.");
    for (size_t i = 0; i < METRICS_MAX_TOPICS && metrics->topics[i].name; i++)
        sample(out, "byline_events_consumed_total", "topic", metrics->topics[i].name,
               metrics->topics[i].consumed);
    metrics_family(out, "byline_records_published_total", "counter",
                   "Enriched records and tombstones that the broker acknowledged.");
    sample(out, "byline_records_published_total", "topic", output_topic, metrics->published);
    metrics_family(out, "byline_dead_letters_total", "counter",
                   "Dead letters that the broker acknowledged.");
    for (enum error_class i = 0; i < ERROR_CLASS_COUNT; i++)
        sample(out, "byline_dead_letters_total", "class", error_class_name(i),
               metrics->dead_letters[i]);
    metrics_family(out, "byline_event_duration_seconds", "histogram",
                   "From consuming a record to the acknowledgement of its output.");
    histogram_print(out, "byline_event_duration_seconds", "", &metrics->event_duration);
}

static void print_fetches(struct buf *out, const struct worker_metrics *metrics)
{
    metrics_family(out, "byline_fetches_total", "counter", "Lookups that have ended.");
    for (size_t i = 0; i < metrics->lookup_count; i++)
        for (enum fetch_outcome outcome = 0; outcome < FETCH_OUTCOME_COUNT; outcome++) {
            (void)buf_add_text(out, "byline_fetches_total{lookup=\"");
            metrics_label(out, metrics->lookups[i].name);
            (void)buf_format(out, "\",outcome=\"%s\"} %llu\n", fetch_outcome_name(outcome),
                             (unsigned long long)metrics->lookups[i].fetches[outcome]);
        }
    metrics_family(out, "byline_fetch_retries_total", "counter", "Requests sent again.");
    for (size_t i = 0; i < metrics->lookup_count; i++)
        sample(out, "byline_fetch_retries_total", "lookup", metrics->lookups[i].name,
               metrics->lookups[i].retries);
    metrics_family(out, "byline_fetch_duration_seconds", "histogram",
                   "From a lookup's first request to its last byte, retries included.");
    for (size_t i = 0; i < metrics->lookup_count; i++) {
        struct buf labels;
        buf_init(&labels, 512);
        (void)buf_add_text(&labels, "lookup=\"");
        metrics_label(&labels, metrics->lookups[i].name);
        (void)buf_add_char(&labels, '"');
        histogram_print(out, "byline_fetch_duration_seconds", labels.data ? labels.data : "",
                        &metrics->lookups[i].duration);
        buf_finish(&labels);
    }
    static const char *const results[CACHE_RESULT_COUNT] = {
        [CACHE_HIT] = "hit",           [CACHE_MISS] = "miss",     [CACHE_STALE] = "stale",
        [CACHE_NEGATIVE] = "negative", [CACHE_JOINED] = "joined",
    };
    metrics_family(out, "byline_cache_requests_total", "counter", "What the cache answered.");
    for (enum cache_result i = 0; i < CACHE_RESULT_COUNT; i++)
        sample(out, "byline_cache_requests_total", "result", results[i], metrics->cache_results[i]);
}

void metrics_print(struct buf *out, const struct worker_metrics *metrics, const char *output_topic)
{
    print_events(out, metrics, output_topic);
    print_fetches(out, metrics);
    metrics_family(out, "byline_commits_total", "counter", "Offset commits.");
    sample(out, "byline_commits_total", "result", "ok", metrics->commits_ok);
    sample(out, "byline_commits_total", "result", "failed", metrics->commits_failed);
    metrics_family(out, "byline_rebalances_total", "counter", "Assignments received.");
    (void)buf_format(out, "byline_rebalances_total %llu\n",
                     (unsigned long long)metrics->rebalances);
    metrics_family(out, "byline_records_missed_total", "counter",
                   "Records that retention deleted before they were read.");
    (void)buf_format(out, "byline_records_missed_total %llu\n",
                     (unsigned long long)metrics->missed);
}
