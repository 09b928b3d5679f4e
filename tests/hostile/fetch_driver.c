/* fetch_driver: the fetch engine alone, without Kafka, for the tests in pytest.
 *
 *   fetch_driver [KEY=VALUE...] < requests > answers
 *
 * Standard input is one JSON object a line: {"url", "trusted", "post", "headers", "accept",
 * "at_ms", "cancel_ms"}; all but url may be left out. {"relieve", "at_ms"} asks nothing but calls
 * fetch_relieve with that number of those that may wait. Each answer is one JSON line with the
 * number of its request; the last line holds what the engine counted. KEY=VALUE sets a key of the
 * configuration (times in milliseconds, sizes in bytes); allow=ENTRY may come again.
 * name_servers=ADDRESS:PORT,... stand for those of resolv.conf. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <utlist.h>

#include "io/fetch.h"

enum { MAX_HEADERS = 8, MAX_ALLOW = 32, SHOWN_BODY_BYTES = 400 };

static struct config config = {
    .memory_bytes = INT64_C(1) << 30,
    .http = {.in_flight = 256,
             .per_host = {.in_flight = 32},
             .connect_timeout_ms = 5000,
             .timeout_ms = 30000,
             .deadline_ms = 120000,
             .retry = {.attempts = 4, .backoff_ms = 200, .max_backoff_ms = 30000},
             .breaker = {.failures = 10, .open_ms = 15000},
             .max_body_bytes = 1 << 20,
             .max_redirects = 3},
    .cache = {.size_bytes = 64 << 20, .ttl_ms = 600000, .negative_ttl_ms = 60000},
};

static char *name_servers; /* NULL: those of resolv.conf */

static const struct {
    const char *key;
    int *number;
    int64_t *large;
    double *real;
    char **text;
    bool *flag;
} keys[] = {
    {"in_flight", .number = &config.http.in_flight},
    {"per_host.in_flight", .number = &config.http.per_host.in_flight},
    {"per_host.rate", .real = &config.http.per_host.rate},
    {"connect_timeout", .large = &config.http.connect_timeout_ms},
    {"timeout", .large = &config.http.timeout_ms},
    {"deadline", .large = &config.http.deadline_ms},
    {"retry.attempts", .number = &config.http.retry.attempts},
    {"retry.backoff", .large = &config.http.retry.backoff_ms},
    {"retry.max_backoff", .large = &config.http.retry.max_backoff_ms},
    {"breaker.failures", .number = &config.http.breaker.failures},
    {"breaker.open", .large = &config.http.breaker.open_ms},
    {"max_body", .large = &config.http.max_body_bytes},
    {"max_redirects", .number = &config.http.max_redirects},
    {"ca", .text = &config.http.ca_file},
    {"robots", .flag = &config.http.robots},
    {"user_agent", .text = &config.http.user_agent},
    {"cache.size", .large = &config.cache.size_bytes},
    {"cache.ttl", .large = &config.cache.ttl_ms},
    {"cache.negative_ttl", .large = &config.cache.negative_ttl_ms},
    {"cache.redis", .text = &config.cache.redis},
    {"name_servers", .text = &name_servers},
};

static bool set_key(char *setting)
{
    static char *allow[MAX_ALLOW];
    char *value = strchr(setting, '=');
    if (!value)
        return false;
    *value++ = '\0';
    if (strcmp(setting, "allow") == 0 && config.http.allow.count < MAX_ALLOW) {
        config.http.allow.items = allow;
        allow[config.http.allow.count++] = value;
        return true;
    }
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (strcmp(keys[i].key, setting) != 0)
            continue;
        if (keys[i].number)
            *keys[i].number = atoi(value);
        if (keys[i].large)
            *keys[i].large = atoll(value);
        if (keys[i].real)
            *keys[i].real = atof(value);
        if (keys[i].flag)
            *keys[i].flag = strcmp(value, "true") == 0;
        if (keys[i].text)
            *keys[i].text = value;
        return true;
    }
    return false;
}

struct driver {
    uv_loop_t loop;
    struct fetch *fetch;
    struct lookup_metrics metrics;
    uint64_t cache_results[CACHE_RESULT_COUNT];
    struct ask *asks; /* all, until they are started */
    size_t open;      /* asks that are not done */
    size_t peak_memory_bytes;
};

struct ask {
    struct driver *driver;
    struct ask *prev, *next;
    json_t *json;
    size_t number;
    uv_timer_t timer;
    struct fetch_request *request;
    uint64_t started_ms;
};

static struct span text_of(json_t *object, const char *key)
{
    json_t *text = json_object_get(object, key);
    return json_is_string(text) ? span_of(json_string_value(text), json_string_length(text))
                                : SPAN_NONE;
}

static json_t *json_of(struct span span)
{
    json_t *text = json_stringn(span.data ? span.data : "", span.data ? span.len : 0);
    return text ? text : json_string("(not UTF-8)");
}

/* The most that was ever resident. Not getrusage: that remembers the parent from before exec. */
static long peak_rss_kib(void)
{
    char line[256];
    long kib = 0;
    FILE *status = fopen("/proc/self/status", "r");
    while (status && fgets(line, sizeof line, status))
        if (sscanf(line, "VmHWM: %ld", &kib) == 1)
            break;
    if (status)
        (void)fclose(status);
    return kib;
}

static size_t bytes_held(const struct driver *driver)
{
    return fetch_bodies_bytes(driver->fetch) + fetch_cache_bytes(driver->fetch);
}

/* Hanging look-ups have one each, also once nobody waits for them. */
static int thread_count(void)
{
    struct stat threads;
    return stat("/proc/self/task", &threads) == 0 ? (int)threads.st_nlink - 2 : -1;
}

static void print_stats(struct driver *driver)
{
    struct buf metrics;
    json_t *cache = json_array();
    buf_init(&metrics, 1 << 20);
    fetch_print_metrics(driver->fetch, &metrics);
    for (size_t i = 0; i < CACHE_RESULT_COUNT; i++)
        json_array_append_new(cache, json_integer((json_int_t)driver->cache_results[i]));
    json_t *stats =
        json_pack("{s:o, s:I, s:I, s:I, s:s, s:I, s:i}", "cache", cache, "retries",
                  (json_int_t)driver->metrics.retries, "cache_bytes",
                  (json_int_t)fetch_cache_bytes(driver->fetch), "peak_memory",
                  (json_int_t)driver->peak_memory_bytes, "metrics", buf_span(&metrics).data,
                  "peak_rss_kib", (json_int_t)peak_rss_kib(), "threads", thread_count());
    (void)json_dumpf(stats, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(stats);
    buf_finish(&metrics);
}

/* The last one ends the engine, so that the loop runs empty. */
static void on_closed(uv_handle_t *handle)
{
    struct ask *ask = handle->data;
    struct driver *driver = ask->driver;
    json_decref(ask->json);
    free(ask);
    if (--driver->open > 0)
        return;
    print_stats(driver);
    fetch_free(driver->fetch);
}

static void finish(struct ask *ask)
{
    uv_close((uv_handle_t *)&ask->timer, on_closed);
}

static void on_answer(void *context, const struct fetch_answer *answer)
{
    struct ask *ask = context;
    struct driver *driver = ask->driver;
    size_t memory_bytes = bytes_held(driver);
    if (memory_bytes > driver->peak_memory_bytes)
        driver->peak_memory_bytes = memory_bytes;
    size_t len = answer->body ? answer->body->len : 0;
    struct span shown =
        answer->body ? span_of(answer->body->data, len < SHOWN_BODY_BYTES ? len : SHOWN_BODY_BYTES)
                     : SPAN_NONE;
    json_t *line = json_pack(
        "{s:I, s:s, s:i, s:i, s:I, s:I, s:b, s:o, s:o, s:o, s:I, s:o}", "request",
        (json_int_t)ask->number, "outcome", fetch_outcome_name(answer->outcome), "status",
        answer->http_status, "attempts", answer->attempts, "duration_ms",
        (json_int_t)answer->duration_ms, "done_ms",
        (json_int_t)(uv_now(&driver->loop) - ask->started_ms), "from_cache", answer->from_cache,
        "final_url", json_of(answer->final_url), "content_type", json_of(answer->content_type),
        "error", json_of(answer->error), "body_bytes", (json_int_t)len, "body", json_of(shown));
    (void)json_dumpf(line, stdout, JSON_COMPACT);
    putchar('\n');
    (void)fflush(stdout);
    json_decref(line);
    ask->request = NULL;
    finish(ask);
}

static void on_cancel(uv_timer_t *timer)
{
    struct ask *ask = timer->data;
    fetch_cancel(ask->request);
    printf("{\"request\":%zu,\"outcome\":\"CANCELLED\"}\n", ask->number);
    finish(ask);
}

static void relieve(struct ask *ask, size_t may_wait)
{
    printf("{\"request\":%zu,\"outcome\":\"RELIEVED\",\"waiting\":%zu}\n", ask->number,
           fetch_relieve(ask->driver->fetch, may_wait));
    finish(ask);
}

static void on_start(uv_timer_t *timer)
{
    struct ask *ask = timer->data;
    json_t *may_wait = json_object_get(ask->json, "relieve");
    if (may_wait) {
        relieve(ask, (size_t)json_integer_value(may_wait));
        return;
    }
    struct fetch_header headers[MAX_HEADERS];
    size_t header_count = 0;
    const char *name;
    json_t *value;
    json_object_foreach(json_object_get(ask->json, "headers"), name,
                        value) if (header_count < MAX_HEADERS) headers[header_count++] =
        (struct fetch_header){span_from(name), span_from(json_string_value(value))};
    struct span post = text_of(ask->json, "post");
    struct fetch_spec spec = {
        .url = text_of(ask->json, "url"),
        .trusted = json_is_true(json_object_get(ask->json, "trusted")),
        .post = post.data != NULL,
        .body = post,
        .headers = headers,
        .header_count = header_count,
        .accept = text_of(ask->json, "accept"),
        .metrics = &ask->driver->metrics,
    };
    ask->started_ms = uv_now(&ask->driver->loop);
    ask->request = fetch_start(ask->driver->fetch, &spec, on_answer, ask);
    json_int_t cancel_ms = json_integer_value(json_object_get(ask->json, "cancel_ms"));
    if (cancel_ms > 0)
        (void)uv_timer_start(timer, on_cancel, (uint64_t)cancel_ms, 0);
}

static bool read_asks(struct driver *driver)
{
    char *line = NULL;
    size_t capacity = 0, number = 0;
    while (getline(&line, &capacity, stdin) > 0) {
        json_error_t error;
        struct ask *ask = calloc(1, sizeof *ask);
        json_t *json = json_loads(line, JSON_ALLOW_NUL, &error);
        if (!ask || !json) {
            fprintf(stderr, "fetch_driver: request %zu: %s\n", number, error.text);
            return false;
        }
        *ask = (struct ask){.driver = driver, .json = json, .number = number++};
        (void)uv_timer_init(&driver->loop, &ask->timer);
        ask->timer.data = ask;
        driver->open++;
        DL_APPEND(driver->asks, ask);
    }
    free(line);
    return driver->open > 0;
}

/* Once all are read, however long that took: what is asked later does come later. */
static void start_timers(struct driver *driver)
{
    struct ask *ask;
    uv_update_time(&driver->loop);
    DL_FOREACH(driver->asks, ask)
    {
        json_int_t at_ms = json_integer_value(json_object_get(ask->json, "at_ms"));
        (void)uv_timer_start(&ask->timer, on_start, (uint64_t)at_ms, 0);
    }
}

int main(int argc, char **argv)
{
    static struct driver driver;
    struct error error;
    for (int i = 1; i < argc; i++)
        if (!set_key(argv[i])) {
            fprintf(stderr, "fetch_driver: no key '%s'\n", argv[i]);
            return 2;
        }
    (void)uv_loop_init(&driver.loop);
    driver.fetch = fetch_new(&driver.loop, &config, driver.cache_results, &error);
    if (!driver.fetch) {
        fprintf(stderr, "fetch_driver: %s\n", error.message);
        return 1;
    }
    fetch_ask_name_servers(driver.fetch, name_servers);
    if (!read_asks(&driver))
        return 2;
    start_timers(&driver);
    (void)uv_run(&driver.loop, UV_RUN_DEFAULT);
    return uv_loop_close(&driver.loop) == 0 ? 0 : 3;
}
