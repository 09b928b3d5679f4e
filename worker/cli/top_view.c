#include "cli/top_view.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/arena.h"
#include "core/metrics_read.h"
#include "core/text.h"

enum {
    MAX_LOOKUPS = 64,
    MAX_BOUNDS = 32,
    MAX_CELL_BYTES = 64,
    ARENA_BYTES = 16 << 20,
    PARTITION_ROWS = 12, /* of a terminal whose height is not known, or low */
};

struct view {
    const struct top_look *before, *now;
    const struct top_options *options;
    struct buf *out;
    struct arena arena; /* cleaned texts */
};

/* ---- numbers ---- */

static double sum(const struct view *view, const char *name)
{
    return metrics_sum(view->now->metrics, name, NULL, SPAN_NONE);
}

static double rate(const struct view *view, const char *name, const char *label, struct span value)
{
    double elapsed_s = view->now->at_s - view->before->at_s;
    double grown = metrics_sum(view->now->metrics, name, label, value) -
                   metrics_sum(view->before->metrics, name, label, value);
    return elapsed_s > 0 && grown > 0 ? grown / elapsed_s : 0;
}

/* A histogram's buckets added up over its other labels. */
struct buckets {
    double bounds[MAX_BOUNDS], counts[MAX_BOUNDS];
    size_t count;
};

static void add_buckets(struct span metrics, const char *name, const char *label, struct span value,
                        double sign, struct buckets *buckets)
{
    struct metrics_sample sample;
    while (metrics_read(&metrics, &sample)) {
        struct span le = metrics_label_of(&sample, "le");
        if (!span_equals(sample.name, name) || !le.data ||
            (label && !span_equal(metrics_label_of(&sample, label), value)))
            continue;
        double bound = span_equals(le, "+Inf") ? INFINITY : strtod(le.data, NULL);
        size_t i = 0;
        while (i < buckets->count && buckets->bounds[i] != bound)
            i++;
        if (i == MAX_BOUNDS)
            return;
        if (i == buckets->count)
            buckets->bounds[buckets->count++] = bound;
        buckets->counts[i] += sign * sample.value;
    }
}

/* The bound under which 99 of 100 lie, of what was counted since the look before; of all, where
 * that is nothing. "-" where there is nothing at all. */
static const char *p99(const struct view *view, const char *name, const char *label,
                       struct span value, char text[MAX_CELL_BYTES])
{
    struct buckets buckets = {0};
    add_buckets(view->now->metrics, name, label, value, 1, &buckets);
    struct buckets grown = buckets;
    add_buckets(view->before->metrics, name, label, value, -1, &grown);
    if (grown.count > 0 && grown.counts[grown.count - 1] > 0)
        buckets = grown;
    double total = buckets.count > 0 ? buckets.counts[buckets.count - 1] : 0;
    if (total <= 0)
        return "-";
    size_t i = 0;
    while (i + 1 < buckets.count && buckets.counts[i] < 0.99 * total)
        i++;
    if (isinf(buckets.bounds[i]))
        (void)snprintf(text, MAX_CELL_BYTES, "> %g s", i > 0 ? buckets.bounds[i - 1] : 0);
    else
        (void)snprintf(text, MAX_CELL_BYTES, "<= %g ms", buckets.bounds[i] * 1000);
    return text;
}

/* ---- lines ---- */

static struct span clean(struct view *view, struct span text)
{
    return text.data ? text_clean(&view->arena, text) : span_from("");
}

static struct span clean_json(struct view *view, const json_t *value)
{
    return json_is_string(value)
               ? clean(view, span_of(json_string_value(value), json_string_length(value)))
               : SPAN_NONE;
}

static void heading(struct view *view, const char *text)
{
    bool colors = view->options->colors;
    (void)buf_format(view->out, "\n%s%s%s\n", colors ? "\033[1m" : "", text,
                     colors ? "\033[0m" : "");
}

static void print_summary(struct view *view)
{
    const struct top_look *now = view->now;
    const bool colors = view->options->colors;
    char latency[MAX_CELL_BYTES];
    (void)buf_format(view->out, "byline at %s: %s%.*s%s\n", view->options->admin,
                     colors ? (now->ready ? "\033[32m" : "\033[31m") : "",
                     SPAN_ARG(clean(view, now->readiness)), colors ? "\033[0m" : "");
    (void)buf_format(
        view->out,
        "events     %.0f/s in, %.0f/s out; consumed %.0f, published %.0f, dead letters "
        "%.0f\n",
        rate(view, "byline_events_consumed_total", NULL, SPAN_NONE),
        rate(view, "byline_records_published_total", NULL, SPAN_NONE),
        sum(view, "byline_events_consumed_total"), sum(view, "byline_records_published_total"),
        sum(view, "byline_dead_letters_total"));
    (void)buf_format(
        view->out, "now        in flight %.0f, lag %.0f, p99 %s, stuck partitions %.0f\n",
        sum(view, "byline_events_in_flight"), sum(view, "byline_partition_lag_records"),
        p99(view, "byline_event_duration_seconds_bucket", NULL, SPAN_NONE, latency),
        sum(view, "byline_partitions_stuck"));
}

static void print_memory(struct view *view)
{
    struct span text = view->now->metrics;
    struct metrics_sample sample;
    (void)buf_add_text(view->out, "memory    ");
    while (metrics_read(&text, &sample))
        if (span_equals(sample.name, "byline_memory_bytes"))
            (void)buf_format(view->out, " %.*s %.1f MiB",
                             SPAN_ARG(clean(view, metrics_label_of(&sample, "part"))),
                             sample.value / (1024 * 1024));
    (void)buf_add_char(view->out, '\n');
}

static void print_lookups(struct view *view)
{
    struct span text = view->now->metrics, seen[MAX_LOOKUPS];
    struct metrics_sample sample;
    size_t seen_count = 0;
    while (metrics_read(&text, &sample)) {
        struct span lookup = metrics_label_of(&sample, "lookup");
        if (!span_equals(sample.name, "byline_fetch_retries_total") || seen_count == MAX_LOOKUPS)
            continue;
        seen[seen_count++] = lookup;
    }
    if (seen_count == 0)
        return;
    heading(view, "LOOKUP                    a second         all          ok     retries  p99");
    for (size_t i = 0; i < seen_count; i++) {
        struct span metrics = view->now->metrics;
        double ok = 0;
        while (metrics_read(&metrics, &sample))
            if (span_equals(sample.name, "byline_fetches_total") &&
                span_equal(metrics_label_of(&sample, "lookup"), seen[i]) &&
                span_equals(metrics_label_of(&sample, "outcome"), "ok"))
                ok += sample.value;
        char latency[MAX_CELL_BYTES];
        (void)buf_format(
            view->out, "%-22.*s %11.0f %11.0f %11.0f %11.0f  %s\n", SPAN_ARG(clean(view, seen[i])),
            rate(view, "byline_fetches_total", "lookup", seen[i]),
            metrics_sum(view->now->metrics, "byline_fetches_total", "lookup", seen[i]), ok,
            metrics_sum(view->now->metrics, "byline_fetch_retries_total", "lookup", seen[i]),
            p99(view, "byline_fetch_duration_seconds_bucket", "lookup", seen[i], latency));
    }
}

static void print_breakers(struct view *view)
{
    struct span text = view->now->metrics;
    struct metrics_sample sample;
    bool any = false;
    while (metrics_read(&text, &sample)) {
        if (!span_equals(sample.name, "byline_host_breaker_open") || sample.value <= 0)
            continue;
        if (!any)
            heading(view, "OPEN BREAKERS");
        any = true;
        (void)buf_format(view->out, "%.*s\n",
                         SPAN_ARG(clean(view, metrics_label_of(&sample, "host"))));
    }
}

/* ---- partitions, those in trouble first ---- */

enum rank { STUCK, SLOW, WORKING, IDLE };

static enum rank rank(const json_t *partition)
{
    const char *state = json_string_value(json_object_get(partition, "state"));
    static const char *const states[] = {[STUCK] = "stuck", [SLOW] = "slow", [WORKING] = "working"};
    for (enum rank i = STUCK; i < IDLE; i++)
        if (state && strcmp(state, states[i]) == 0)
            return i;
    return IDLE;
}

static int compare(const void *a, const void *b)
{
    const json_t *left = *(json_t *const *)a, *right = *(json_t *const *)b;
    if (rank(left) != rank(right))
        return (int)rank(left) - (int)rank(right);
    const json_int_t lag = json_integer_value(json_object_get(right, "lag")) -
                           json_integer_value(json_object_get(left, "lag"));
    return lag > 0 ? 1 : lag < 0 ? -1 : 0;
}

static void print_blocking(struct view *view, const json_t *blocking)
{
    if (!json_is_object(blocking))
        return;
    struct span lookup = clean_json(view, json_object_get(blocking, "lookup"));
    struct span host = clean_json(view, json_object_get(blocking, "host"));
    struct span key = clean_json(view, json_object_get(blocking, "key"));
    (void)buf_format(view->out, "  offset %lld waits %.1f s for %.*s%s%.*s%s%.*s",
                     (long long)json_integer_value(json_object_get(blocking, "offset")),
                     (double)json_integer_value(json_object_get(blocking, "waited_ms")) / 1000,
                     SPAN_ARG(clean_json(view, json_object_get(blocking, "waiting_for"))),
                     lookup.len ? " " : "", SPAN_ARG(lookup), host.len ? " of " : "",
                     SPAN_ARG(host));
    if (key.data)
        (void)buf_format(view->out, ", key %.*s", SPAN_ARG(key));
}

static void print_partition(struct view *view, const json_t *partition)
{
    char name[MAX_CELL_BYTES];
    const bool colors = view->options->colors && rank(partition) == STUCK;
    struct span topic = clean_json(view, json_object_get(partition, "topic"));
    (void)snprintf(name, sizeof name, "%.*s/%lld", SPAN_ARG(topic),
                   (long long)json_integer_value(json_object_get(partition, "partition")));
    (void)buf_format(view->out, "%s%-28s %-7.*s %10lld %10lld", colors ? "\033[31m" : "", name,
                     SPAN_ARG(clean_json(view, json_object_get(partition, "state"))),
                     (long long)json_integer_value(json_object_get(partition, "lag")),
                     (long long)json_integer_value(json_object_get(partition, "unfinished")));
    if (rank(partition) < WORKING)
        print_blocking(view, json_object_get(partition, "blocking"));
    (void)buf_format(view->out, "%s\n", colors ? "\033[0m" : "");
}

static size_t partition_rows(const struct view *view, size_t count)
{
    enum { OTHER_ROWS = 16 };
    size_t max_rows = view->options->max_rows;
    if (max_rows == 0)
        return count;
    size_t room = max_rows > OTHER_ROWS + PARTITION_ROWS ? max_rows - OTHER_ROWS : PARTITION_ROWS;
    return count < room ? count : room;
}

static bool print_partitions(struct view *view, const json_t *partitions)
{
    size_t count = json_array_size(partitions), rows = partition_rows(view, count);
    json_t **sorted = calloc(count + 1, sizeof *sorted);
    if (!sorted)
        return false;
    for (size_t i = 0; i < count; i++)
        sorted[i] = json_array_get(partitions, i);
    qsort(sorted, count, sizeof *sorted, compare);
    heading(view, "PARTITION                    state          lag in flight  waits for");
    for (size_t i = 0; i < rows; i++)
        print_partition(view, sorted[i]);
    if (rows < count)
        (void)buf_format(view->out, "and %zu more\n", count - rows);
    free(sorted);
    return true;
}

bool top_view(const struct top_look *before, const struct top_look *now,
              const struct top_options *options, struct buf *out, struct error *ret_error)
{
    json_error_t json_error;
    json_t *root =
        json_loadb(now->partitions.data, now->partitions.len, JSON_ALLOW_NUL, &json_error);
    const json_t *partitions = json_object_get(root, "partitions");
    bool ok = json_is_array(partitions);
    if (ok) {
        struct view view = {.before = before, .now = now, .options = options, .out = out};
        arena_init(&view.arena, ARENA_BYTES);
        print_summary(&view);
        print_memory(&view);
        ok = print_partitions(&view, partitions);
        print_lookups(&view);
        print_breakers(&view);
        arena_finish(&view.arena);
    }
    json_decref(root);
    return ok || error_set(ret_error, ERROR_POISON, "%s/debug/partitions gives no partitions",
                           options->admin);
}
