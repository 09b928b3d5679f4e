/* fetch_rate: how many requests a second the fetch engine does, and what CPU one costs.
 *
 *   fetch_rate on|off URL_PREFIX COUNT IN_FLIGHT [ALLOW]
 *
 * Asks PREFIX00000000, PREFIX00000001 ... with IN_FLIGHT under way, and prints one JSON line. `on`
 * asks as for an event's URL: address checked at each connection and each request, host limits with
 * a rate that is never reached, breaker, cache (every URL is new: looked up, stored, evicted).
 * `off` asks a trusted host without a cache; linked with limits_off.c, where no limit is left. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "io/fetch.h"

enum {
    ID_DIGITS = 8,
    RATE_NEVER_REACHED = 10000000,
    CACHE_BYTES = 8 << 20,
    MEMORY_BYTES = 256 << 20
};

struct bench {
    uv_loop_t loop;
    struct fetch *fetch;
    struct lookup_metrics metrics;
    const char *prefix;
    bool trusted;
    size_t asked, answered, failed, count;
};

static void on_answer(void *context, const struct fetch_answer *answer);

static void ask(struct bench *bench)
{
    char url[512];
    int len = snprintf(url, sizeof url, "%s%0*zu", bench->prefix, ID_DIGITS, bench->asked++);
    const struct fetch_spec spec = {
        .url = span_of(url, (size_t)len),
        .trusted = bench->trusted,
        .accept = span_from("application/json"),
        .metrics = &bench->metrics,
    };
    (void)fetch_start(bench->fetch, &spec, on_answer, bench);
}

static void on_answer(void *context, const struct fetch_answer *answer)
{
    struct bench *bench = context;
    bench->failed += answer->outcome != FETCH_OK;
    bench->answered++;
    if (bench->asked < bench->count)
        ask(bench);
    else if (bench->answered == bench->count)
        uv_stop(&bench->loop);
}

static double cpu_seconds(void)
{
    struct rusage usage;
    (void)getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static struct config config_of(bool on, int in_flight, char **allow)
{
    struct config config = {
        .http = {.in_flight = in_flight,
                 .per_host = {.in_flight = in_flight, .rate = on ? RATE_NEVER_REACHED : 0},
                 .connect_timeout_ms = 5000,
                 .timeout_ms = 30000,
                 .deadline_ms = 120000,
                 .retry = {.attempts = 4, .backoff_ms = 200, .max_backoff_ms = 30000},
                 .breaker = {.failures = on ? 10 : 0, .open_ms = 15000},
                 .max_body_bytes = 1 << 20,
                 .max_redirects = 3},
        .cache = {.size_bytes = on ? CACHE_BYTES : 0, .ttl_ms = 600000, .negative_ttl_ms = 60000},
        .memory_bytes = MEMORY_BYTES,
    };
    if (on && *allow) {
        config.http.allow.items = allow;
        config.http.allow.count = 1;
    }
    return config;
}

int main(int argc, char **argv)
{
    static struct bench bench;
    static char *allow;
    static uint64_t cache_results[CACHE_RESULT_COUNT];
    struct error error;
    if (argc < 5)
        return 2;
    bool on = strcmp(argv[1], "on") == 0;
    int in_flight = atoi(argv[4]);
    allow = argc > 5 ? argv[5] : NULL;
    const struct config config = config_of(on, in_flight, &allow);
    bench.prefix = argv[2];
    bench.count = (size_t)atoll(argv[3]);
    bench.trusted = !on;
    (void)uv_loop_init(&bench.loop);
    bench.fetch = fetch_new(&bench.loop, &config, cache_results, &error);
    if (!bench.fetch) {
        fprintf(stderr, "fetch_rate: %s\n", error.message);
        return 1;
    }
    for (int i = 0; i < in_flight; i++)
        ask(&bench);
    double cpu_before = cpu_seconds();
    uint64_t before_ns = uv_hrtime();
    (void)uv_run(&bench.loop, UV_RUN_DEFAULT);
    double seconds = (double)(uv_hrtime() - before_ns) / 1e9;
    double cpu = cpu_seconds() - cpu_before;
    printf("{\"rate\": %.0f, \"micros\": %.2f, \"failed\": %zu, \"misses\": %llu}\n",
           (double)bench.count / seconds, cpu * 1e6 / (double)bench.count, bench.failed,
           (unsigned long long)cache_results[CACHE_MISS]);
    fetch_free(bench.fetch);
    (void)uv_run(&bench.loop, UV_RUN_DEFAULT);
    return uv_loop_close(&bench.loop) == 0 ? 0 : 3;
}
