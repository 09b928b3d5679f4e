#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/metrics.h"

static void assert_has(const struct buf *out, const char *line)
{
    if (!strstr(out->data, line))
        fail_msg("no line \"%s\" in:\n%s", line, out->data);
}

static void a_histogram_counts_cumulatively(void **state)
{
    (void)state;
    struct histogram histogram = {0};
    histogram_observe(&histogram, 0.0005);
    histogram_observe(&histogram, 0.001); /* a bound belongs to its bucket */
    histogram_observe(&histogram, 0.3);
    histogram_observe(&histogram, 100);
    struct buf out;
    buf_init(&out, 65536);
    histogram_print(&out, "x_seconds", "lookup=\"page\"", &histogram);
    assert_has(&out, "x_seconds_bucket{lookup=\"page\",le=\"0.001\"} 2\n");
    assert_has(&out, "x_seconds_bucket{lookup=\"page\",le=\"0.25\"} 2\n");
    assert_has(&out, "x_seconds_bucket{lookup=\"page\",le=\"0.5\"} 3\n");
    assert_has(&out, "x_seconds_bucket{lookup=\"page\",le=\"30\"} 3\n");
    assert_has(&out, "x_seconds_bucket{lookup=\"page\",le=\"+Inf\"} 4\n");
    assert_has(&out, "x_seconds_sum{lookup=\"page\"} 100.301500\n");
    assert_has(&out, "x_seconds_count{lookup=\"page\"} 4\n");
    buf_finish(&out);
}

static void labels_are_escaped(void **state)
{
    (void)state;
    struct buf out;
    buf_init(&out, 256);
    metrics_label(&out, "a\"b\\c\nd");
    assert_string_equal(out.data, "a\\\"b\\\\c\\nd");
    buf_finish(&out);
}

static void topics_beyond_the_bound_share_a_counter(void **state)
{
    (void)state;
    static struct worker_metrics metrics;
    static char names[200][8];
    for (int i = 0; i < 200; i++) {
        (void)snprintf(names[i], sizeof names[i], "t%d", i);
        metrics_topic(&metrics, names[i])->consumed++;
    }
    assert_int_equal(metrics_topic(&metrics, "t5")->consumed, 1);
    assert_string_equal(metrics_topic(&metrics, "t150")->name, "other");
    assert_int_equal(metrics_topic(&metrics, "t150")->consumed, 200 - (METRICS_MAX_TOPICS - 1));
}

static void every_family_of_the_contract_is_printed(void **state)
{
    (void)state;
    static struct worker_metrics metrics = {.published = 7, .commits_ok = 3, .lookup_count = 1};
    metrics.lookups[0].name = "page";
    metrics.lookups[0].fetches[FETCH_NOT_FOUND] = 2;
    metrics.dead_letters[ERROR_CLASS_TOO_LARGE] = 1;
    metrics_topic(&metrics, "articles")->consumed = 9;
    struct buf out;
    buf_init(&out, 1 << 20);
    metrics_print(&out, &metrics, "out");
    static const char *const lines[] = {
        "byline_events_consumed_total{topic=\"articles\"} 9\n",
        "byline_records_published_total{topic=\"out\"} 7\n",
        "byline_dead_letters_total{class=\"too_large\"} 1\n",
        "byline_dead_letters_total{class=\"decode\"} 0\n",
        "byline_fetches_total{lookup=\"page\",outcome=\"not_found\"} 2\n",
        "byline_fetch_retries_total{lookup=\"page\"} 0\n",
        "byline_fetch_duration_seconds_count{lookup=\"page\"} 0\n",
        "byline_cache_requests_total{result=\"joined\"} 0\n",
        "byline_commits_total{result=\"ok\"} 3\n",
        "byline_rebalances_total 0\n",
        "byline_records_missed_total 0\n",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        assert_has(&out, lines[i]);
    buf_finish(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_histogram_counts_cumulatively),
        cmocka_unit_test(labels_are_escaped),
        cmocka_unit_test(topics_beyond_the_bound_share_a_counter),
        cmocka_unit_test(every_family_of_the_contract_is_printed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
