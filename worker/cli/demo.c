/* The whole worker on an embedded default: a mock cluster, a web server on loopback, and the same
 * pipeline as `run`. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/demo_articles.h"
#include "cli/worker.h"
#include "core/avro_json.h"
#include "core/default_schema.h"
#include "core/wire_format.h"
#include "io/mock_kafka.h"
#include "io/origin.h"
#include "log.h"

#define INPUT_TOPIC  "articles"
#define OUTPUT_TOPIC "articles.enriched"
#define DEAD_TOPIC   "articles.dead"

enum {
    BY_KEY = -1, /* the partition: librdkafka picks it */
    POLL_MS = 10,
    PATIENCE_MS = 60000, /* for all records to come out */
    MAX_FILE_BYTES = 64 << 20,
    MAX_JSON_BYTES = 256 << 20,
};

static const char *const topics[] = {INPUT_TOPIC, OUTPUT_TOPIC, DEAD_TOPIC, NULL};
static const char *const read_topics[] = {OUTPUT_TOPIC, DEAD_TOPIC, NULL};

struct demo {
    struct origin *origin;
    struct mock_kafka *kafka;
    struct config *config;
    struct avro_plan *plan;
    struct worker worker;
    uv_timer_t poll;
    struct buf line;
    size_t sent_count, printed_count;
    uint64_t started_ns, ended_ns;
    bool pretty; /* a person is watching */
    bool late;
};

static const char config_template[] =
    "kafka: {brokers: '%s', group: byline-demo, topics: [" INPUT_TOPIC "]}\n"
    "output: {topic: " OUTPUT_TOPIC ", framing: single_object}\n"
    "dead_letter: {topic: " DEAD_TOPIC "}\n"
    "enrich:\n"
    "  - {name: page, type: page, url: '{url}'}\n"
    "  - name: catalog\n"
    "    type: json\n"
    "    url: 'http://127.0.0.1:%d/catalog/{event_id}'\n"
    "    fields: {section: /section, tags: /keywords, extra.rank: /rank}\n"
    "http: {allow: ['127.0.0.1:%d']}\n"
    "admin: {listen: '127.0.0.1:0'}\n"
    "log: {level: warn}\n";

static bool parse_config(struct demo *demo, struct error *ret_error)
{
    int port = origin_port(demo->origin);
    struct buf text;
    buf_init(&text, 8192);
    (void)buf_format(&text, config_template, mock_kafka_brokers(demo->kafka), port, port);
    demo->config = config_parse(text.data, "demo", ret_error);
    buf_finish(&text);
    return demo->config != NULL;
}

/* ---- what goes in ---- */

static bool send_own_events(struct demo *demo, struct error *ret_error)
{
    for (const struct demo_event *event = demo_events; event->value; event++) {
        struct buf value;
        buf_init(&value, 64 * 1024);
        /* The port's place is in our own tables, not in outside text. */
        const char *place = strstr(event->value, "%d");
        size_t before = place ? (size_t)(place - event->value) : strlen(event->value);
        (void)buf_append(&value, event->value, before);
        if (place)
            (void)buf_format(&value, "%d%s", origin_port(demo->origin), place + 2);
        bool ok = mock_kafka_write(demo->kafka, INPUT_TOPIC, BY_KEY, span_from(event->key),
                                   buf_span(&value), ret_error);
        buf_finish(&value);
        if (!ok)
            return false;
        demo->sent_count++;
    }
    return true;
}

static bool send_file(struct demo *demo, const char *path, struct error *ret_error)
{
    struct buf value;
    char bytes[16 * 1024];
    size_t count;
    FILE *file = fopen(path, "rb");
    if (!file)
        return error_set(ret_error, ERROR_USAGE, "%s: cannot be read", path);
    buf_init(&value, MAX_FILE_BYTES);
    while ((count = fread(bytes, 1, sizeof bytes, file)) > 0)
        (void)buf_append(&value, bytes, count);
    bool ok = !ferror(file) && !buf_failed(&value);
    (void)fclose(file);
    if (!ok)
        (void)error_set(ret_error, ERROR_USAGE, "%s: cannot be read", path);
    else
        /* Each into the next partition: a large one would push the others out. */
        ok = mock_kafka_write(demo->kafka, INPUT_TOPIC,
                              (int)(demo->sent_count % MOCK_KAFKA_PARTITIONS), span_from(path),
                              buf_span(&value), ret_error);
    buf_finish(&value);
    demo->sent_count += ok;
    return ok;
}

static bool send_events(struct demo *demo, int file_count, char **files, struct error *ret_error)
{
    if (file_count == 0 && !send_own_events(demo, ret_error))
        return false;
    for (int i = 0; i < file_count; i++)
        if (!send_file(demo, files[i], ret_error))
            return false;
    if (!mock_kafka_flush(demo->kafka))
        return error_set(ret_error, ERROR_FATAL, "the mock cluster does not answer");
    return true;
}

/* ---- what comes out ---- */

static void print_line(const struct demo *demo)
{
    struct span line = buf_span(&demo->line);
    json_t *tree = demo->pretty ? json_loadb(line.data, line.len, 0, NULL) : NULL;
    if (tree) {
        (void)json_dumpf(tree, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
        json_decref(tree);
    } else {
        (void)fwrite(line.data, 1, line.len, stdout);
    }
    (void)fputc('\n', stdout);
}

static void add_member(struct buf *line, const char *name, struct span text)
{
    (void)buf_format(line, "%s\"%s\": ", buf_span(line).data[line->len - 1] == '{' ? "" : ", ",
                     name);
    (void)buf_add_json_string(line, text);
}

static void dead_letter_line(struct buf *line, const struct mock_record *record)
{
    static const char *const headers[][2] = {
        {"class", "byline.error.class"},           {"message", "byline.error.message"},
        {"stage", "byline.error.stage"},           {"attempts", "byline.attempts"},
        {"source_topic", "byline.source.topic"},   {"source_partition", "byline.source.partition"},
        {"source_offset", "byline.source.offset"},
    };
    (void)buf_add_text(line, "{\"dead_letter\": {");
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        add_member(line, headers[i][0], mock_kafka_header(record, headers[i][1]));
    add_member(line, "key", record->key);
    add_member(line, "value", record->value);
    (void)buf_add_text(line, "}}");
}

static bool record_line(struct demo *demo, const struct mock_record *record)
{
    struct wire_schema schema;
    struct span payload;
    struct error error;
    if (wire_parse(record->value, SPAN_NONE, &schema, &payload, &error) &&
        avro_json(demo->plan, payload, &demo->line, &error))
        return true;
    fprintf(stderr, "byline: a record came out that cannot be read: %s\n", error.message);
    demo->worker.failed = true;
    return false;
}

static void on_record(void *context, const struct mock_record *record)
{
    struct demo *demo = context;
    buf_reset(&demo->line);
    demo->printed_count++;
    if (strcmp(record->topic, DEAD_TOPIC) == 0)
        dead_letter_line(&demo->line, record);
    else if (!record_line(demo, record))
        return;
    print_line(demo);
}

static void on_poll(uv_timer_t *poll)
{
    struct demo *demo = poll->data;
    mock_kafka_read(demo->kafka, read_topics, on_record, demo);
    struct pipeline_counts counts = pipeline_count(demo->worker.pipeline);
    if (!demo->ended_ns && counts.published + counts.dead_letters >= demo->sent_count)
        demo->ended_ns = uv_hrtime();
    demo->late = uv_hrtime() - demo->started_ns > (uint64_t)PATIENCE_MS * 1000000;
    if (demo->printed_count >= demo->sent_count || demo->late) {
        (void)uv_timer_stop(poll);
        worker_stop(&demo->worker);
    }
}

static void print_summary(void *context)
{
    struct demo *demo = context;
    uint64_t end = demo->ended_ns ? demo->ended_ns : uv_hrtime();
    double seconds = (double)(end - demo->started_ns) / 1e9;
    struct pipeline_counts counts = pipeline_count(demo->worker.pipeline);
    printf("\nconsumed %llu, published %llu, dead letters %llu, fetches %llu, %.0f events a second "
           "(%.2f s with joining the group)\n",
           (unsigned long long)counts.consumed, (unsigned long long)counts.published,
           (unsigned long long)counts.dead_letters, (unsigned long long)counts.fetches,
           (double)counts.consumed / seconds, seconds);
    if (demo->late)
        fprintf(stderr, "byline: only %zu of %zu events came out\n", demo->printed_count,
                demo->sent_count);
    uv_close((uv_handle_t *)&demo->poll, NULL);
}

static int run(struct demo *demo)
{
    int status = worker_start(&demo->worker, demo->config);
    if (status != EXIT_DONE)
        return status;
    demo->started_ns = uv_hrtime();
    (void)uv_timer_init(&demo->worker.loop, &demo->poll);
    demo->poll.data = demo;
    (void)uv_timer_start(&demo->poll, on_poll, POLL_MS, POLL_MS);
    status = worker_run(&demo->worker, print_summary, demo);
    return demo->late ? EXIT_WORK_FAILED : status;
}

int cli_demo(int argc, char **argv)
{
    struct error error = {0};
    struct demo demo = {.pretty = isatty(STDOUT_FILENO)};
    int status = EXIT_WORK_FAILED;
    if (argc > 0 && argv[0][0] == '-') {
        fputs("usage: byline demo [FILE...]\n", stderr);
        return EXIT_USAGE;
    }
    log_configure(LOG_LEVEL_WARN, LOG_LOGFMT);
    buf_init(&demo.line, MAX_JSON_BYTES);
    demo.origin = origin_new(demo_pages, &error);
    demo.kafka = demo.origin ? mock_kafka_new(topics, &error) : NULL;
    demo.plan = demo.kafka ? avro_plan_new(default_enriched_schema_span(), &error) : NULL;
    if (demo.plan && parse_config(&demo, &error) && send_events(&demo, argc, argv, &error)) {
        status = run(&demo);
    } else {
        fprintf(stderr, "byline: %s\n", error.message);
        status = error.kind == ERROR_USAGE ? EXIT_USAGE : EXIT_WORK_FAILED;
    }
    config_free(demo.config);
    avro_plan_free(demo.plan);
    mock_kafka_free(demo.kafka);
    origin_free(demo.origin);
    buf_finish(&demo.line);
    return status;
}
