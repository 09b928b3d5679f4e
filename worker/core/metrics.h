/* metrics: the counters of one worker and their Prometheus text form (version 0.0.4).
 *
 * Plain numbers, incremented by whoever sees the fact; one thread owns them. Labels are bounded:
 * topics and lookups are the configured ones, outcomes and classes are enums. Pure. */
#ifndef BYLINE_CORE_METRICS_H
#define BYLINE_CORE_METRICS_H

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
    CACHE_RESULT_COUNT
};

enum { METRICS_MAX_LOOKUPS = 32 };

struct lookup_metrics {
    const char *name; /* borrowed */
    uint64_t fetches[FETCH_OUTCOME_COUNT];
    uint64_t retries;
    struct histogram duration;
};

void histogram_observe(struct histogram *histogram, double seconds);

/* One histogram with its HELP and TYPE left to the caller; labels is "" or `name="value"`. */
void histogram_print(struct buf *out, const char *name, const char *labels,
                     const struct histogram *histogram);

#endif
