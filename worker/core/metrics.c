#include "core/metrics.h"

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
