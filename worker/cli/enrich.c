/* One event, no Kafka: decode, the lookups, and the record as one line of JSON. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <uv.h>

#include "cli/cli.h"
#include "core/avro_json.h"
#include "core/default_schema.h"
#include "enrich.h"
#include "io/fetch.h"
#include "log.h"
#include "record.h"
#include "schemas.h"

struct enrich_command {
    uv_loop_t loop;
    const struct config *config;
    struct worker_metrics metrics;
    struct fetch *fetch;
    struct enricher *enricher;
    struct schemas *schemas;
    struct avro_plan *plan;
    struct arena arena;
    struct record_decoded decoded;
    struct enrichment enrichment;
    struct buf input, record, line;
};

static const char usage[] =
    "usage: byline enrich --config FILE [--format auto|json|avro|text] [FILE|-]\n";

static bool parse_format(const char *name, enum config_format *ret_format)
{
    static const char *const names[] = {
        [FORMAT_AUTO] = "auto",
        [FORMAT_JSON] = "json",
        [FORMAT_AVRO] = "avro",
        [FORMAT_TEXT] = "text",
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0) {
            *ret_format = (enum config_format)i;
            return true;
        }
    return false;
}

static bool read_all(const char *path, struct buf *out, struct error *ret_error)
{
    char bytes[16 * 1024];
    size_t count;
    bool is_stdin = strcmp(path, "-") == 0;
    FILE *file = is_stdin ? stdin : fopen(path, "rb");
    if (!file)
        return error_set(ret_error, ERROR_USAGE, "%s: cannot be read", path);
    while (!buf_failed(out) && (count = fread(bytes, 1, sizeof bytes, file)) > 0)
        (void)buf_append(out, bytes, count);
    bool ok = !ferror(file);
    if (!is_stdin)
        (void)fclose(file);
    if (buf_failed(out))
        return error_set(ret_error, ERROR_USAGE, "%s: an event has at most %d bytes", path,
                         RECORD_MAX_EVENT_BYTES);
    return ok || error_set(ret_error, ERROR_USAGE, "%s: cannot be read", path);
}

/* Nothing to do: work() looks after each turn of the loop. */
static void on_enriched(struct enrichment *enrichment)
{
    (void)enrichment;
}

static bool open_parts(struct enrich_command *command, struct error *ret_error)
{
    const struct config *config = command->config;
    const char *avsc = config->output.schema_text;
    command->plan =
        avro_plan_new(avsc && *avsc ? span_from(avsc) : default_enriched_schema_span(), ret_error);
    if (!command->plan)
        return false;
    command->schemas = schemas_new(&command->loop, config, ret_error);
    if (!command->schemas)
        return false;
    command->fetch = fetch_new(&command->loop, config, command->metrics.cache_results, ret_error);
    if (!command->fetch)
        return false;
    command->enricher =
        enricher_new(&command->loop, config, command->fetch, command->metrics.lookups, ret_error);
    return command->enricher != NULL;
}

static void on_schema(void *context)
{
    bool *answered = context;
    *answered = true;
}

/* A worker would ask until the registry answers; who waits at a terminal is told. */
static bool wait_for_schema(struct enrich_command *command, const struct wire_schema *schema,
                            struct error *ret_error)
{
    bool answered = false;
    struct schemas_waiter *waiter = schemas_wait(command->schemas, schema, on_schema, &answered);
    if (!waiter)
        return error_set(ret_error, ERROR_FATAL, "out of memory");
    while (!answered && !schemas_trouble(command->schemas))
        (void)uv_run(&command->loop, UV_RUN_ONCE);
    if (answered)
        return true;
    (void)error_set(ret_error, ERROR_RETRY, "%s", schemas_trouble(command->schemas));
    schemas_cancel(waiter);
    return false;
}

static bool decode(struct enrich_command *command, struct error *ret_error)
{
    const struct record_input input = {.value = buf_span(&command->input)};
    for (;;) {
        switch (record_decode(command->config, command->schemas, &input, &command->arena,
                              &command->decoded, ret_error)) {
        case RECORD_DECODED: return true;
        case RECORD_FAILED: return false;
        case RECORD_UNREADABLE:
            if (!wait_for_schema(command, &command->decoded.schema, ret_error))
                return false;
        }
    }
}

static bool work(struct enrich_command *command, struct error *ret_error)
{
    if (!decode(command, ret_error))
        return false;
    enrich_start(&command->enrichment, command->enricher, command->decoded.article, &command->arena,
                 on_enriched);
    while (!command->enrichment.ended)
        (void)uv_run(&command->loop, UV_RUN_ONCE);
    if (command->enrichment.error) {
        *ret_error = *command->enrichment.error;
        return false;
    }
    return record_encode(command->config, command->plan, command->decoded.article, &command->arena,
                         &command->record, ret_error) &&
           avro_json(command->plan, buf_span(&command->record), &command->line, ret_error);
}

static void close_parts(struct enrich_command *command)
{
    schemas_free(command->schemas);
    fetch_free(command->fetch);
    (void)uv_run(&command->loop, UV_RUN_DEFAULT);
    enrich_finish(&command->enrichment);
    enricher_free(command->enricher);
    avro_plan_free(command->plan);
    arena_finish(&command->arena);
    buf_finish(&command->input);
    buf_finish(&command->record);
    buf_finish(&command->line);
    (void)uv_loop_close(&command->loop);
}

static int enrich(const struct config *config, const char *path)
{
    struct enrich_command command = {.config = config};
    struct error error = {0};
    (void)signal(SIGPIPE, SIG_IGN);
    if (uv_loop_init(&command.loop) != 0) {
        fputs("byline: no event loop could be made\n", stderr);
        return EXIT_WORK_FAILED;
    }
    buf_init(&command.input, RECORD_MAX_EVENT_BYTES);
    buf_init(&command.record, RECORD_MAX_OUTPUT_BYTES);
    buf_init(&command.line, (size_t)RECORD_MAX_OUTPUT_BYTES * 6);
    arena_init(&command.arena, RECORD_ARENA_BYTES);
    bool ok = read_all(path, &command.input, &error) && open_parts(&command, &error) &&
              work(&command, &error);
    if (ok)
        printf("%.*s\n", SPAN_ARG(buf_span(&command.line)));
    else if (error.kind == ERROR_POISON)
        fprintf(stderr, "byline: %s: %s\n", error_class_name(error.error_class), error.message);
    else
        fprintf(stderr, "byline: %s\n", error.message);
    close_parts(&command);
    return ok ? EXIT_DONE : error.kind == ERROR_USAGE ? EXIT_USAGE : EXIT_WORK_FAILED;
}

int cli_enrich(int argc, char **argv)
{
    const char *config_path = NULL, *format = "auto", *path = "-";
    bool has_format = false;
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "--config") == 0 && i + 1 < argc) {
            config_path = argv[++i];
        } else if (strcmp(argv[i], "--format") == 0 && i + 1 < argc) {
            format = argv[++i];
            has_format = true;
        } else if (argv[i][0] != '-' || strcmp(argv[i], "-") == 0) {
            path = argv[i];
        } else {
            fputs(usage, stderr);
            return EXIT_USAGE;
        }
    }
    enum config_format chosen;
    if (!config_path || !parse_format(format, &chosen)) {
        fputs(usage, stderr);
        return EXIT_USAGE;
    }
    struct config *config = cli_configuration(config_path);
    if (!config)
        return EXIT_USAGE;
    if (has_format)
        config->input.format = chosen;
    log_configure(LOG_LEVEL_WARN, config->log.format);
    int status = enrich(config, path);
    config_free(config);
    return status;
}
