/* metrics: the counters of one worker and their Prometheus text form (version 0.0.4).
 *
 * Plain numbers, incremented by whoever sees the fact; one thread owns them. Labels are bounded:
 * topics and lookups are the configured ones, outcomes and classes are enums. Pure. */
#ifndef BYLINE_CORE_METRICS_H
#define BYLINE_CORE_METRICS_H

#include <stddef.h>
#include <stdint.h>

#include "core/article.h"
#include "core/buf.h"
#include "core/error.h"

enum { HISTOGRAM_BUCKETS = 14 };

/* Upper bounds in seconds are 0.001 0.0025 0.005 0.01 0.025 0.05 0.1 0.25 0.5 1 2.5 5 10 30. */
struct histogram {
    uint64_t counts[HISTOGRAM_BUCKETS + 1]; /* not cumulative; the last one is +Inf */
    double sum_seconds;
};

enum cache_result {
    CACHE_HIT,
    CACHE_MISS,
    CACHE_STALE,
    CACHE_NEGATIVE,
    CACHE_JOINED,
    CACHE_RESULT_COUNT,
};

enum { METRICS_MAX_LOOKUPS = 32, METRICS_MAX_TOPICS = 64 };

struct lookup_metrics {
    const char *name;                      /* borrowed */
    uint64_t fetches[FETCH_OUTCOME_COUNT]; /* by enrich, once a lookup has ended */
    uint64_t retries;                      /* by fetch, as duration */
    struct histogram duration;
};

struct topic_metrics {
    const char *name; /* borrowed; NULL: unused */
    uint64_t consumed;
};

struct worker_metrics {
    struct topic_metrics topics[METRICS_MAX_TOPICS];
    uint64_t published, tombstones;
    uint64_t dead_letters[ERROR_CLASS_COUNT];
    struct histogram event_duration; /* consumed to acknowledged */
    struct lookup_metrics lookups[METRICS_MAX_LOOKUPS];
    size_t lookup_count;
    uint64_t cache_results[CACHE_RESULT_COUNT];
    uint64_t commits_ok, commits_failed;
    uint64_t rebalances;
    uint64_t missed; /* records that retention deleted before they were read */
};

void histogram_observe(struct histogram *histogram, double seconds);

/* Samples of one histogram; labels is "" or `name="value"`. */
void histogram_print(struct buf *out, const char *name, const char *labels,
                     const struct histogram *histogram);

/* The counter of a topic; past METRICS_MAX_TOPICS they share the last one. */
struct topic_metrics *metrics_topic(struct worker_metrics *metrics, const char *name);

/* A family's HELP and TYPE lines. */
void metrics_family(struct buf *out, const char *name, const char *type, const char *help);

/* value as a label's value: backslash, quote and newline escaped. */
void metrics_label(struct buf *out, const char *value);

/* All families that the struct holds. output_topic labels the published records. */
void metrics_print(struct buf *out, const struct worker_metrics *metrics, const char *output_topic);

#endif
