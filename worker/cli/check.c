/* Validates a configuration and says in short what a worker would do with it; with --connect asks
 * every neighbour whether it is there. No value of a header and nothing secret is printed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "config/config.h"
#include "core/span.h"
#include "io/probe.h"
#include "io/registry.h"

static const char *const formats[] = {"auto", "json", "avro", "text"};
static const char *const framings[] = {"confluent", "confluent_header", "single_object", "none"};
static const char *const deliveries[] = {"at least once", "exactly once"};
static const char *const orderings[] = {"by key", "by partition", "none"};

/* SCHEME://HOST[:PORT] of a URL template; a query may hold a secret. */
static struct span origin_of(const char *url)
{
    const char *authority = strstr(url, "://");
    if (!authority)
        return span_from("the event's own URL");
    authority += 3;
    return span_of(url, (size_t)(authority - url) + strcspn(authority, "/?"));
}

static void print_topics(const struct config_list *topics)
{
    printf("consumes     ");
    for (size_t i = 0; i < topics->count; i++)
        printf("%s%s", i ? ", " : "", topics->items[i]);
}

static void print_properties(const char *client, const struct config_map *map)
{
    if (map->count == 0)
        return;
    printf("properties   %s:", client);
    for (size_t i = 0; i < map->count; i++)
        printf(" %s", map->items[i].key);
    printf(" (values not shown)\n");
}

static void print_lookup(const struct config_lookup *lookup)
{
    printf("lookup       %s: %s of %.*s, %s", lookup->name,
           lookup->type == LOOKUP_PAGE ? "page" : "JSON", SPAN_ARG(origin_of(lookup->url)),
           lookup->required ? "required" : "optional");
    if (lookup->headers.count > 0)
        printf(", %zu header%s", lookup->headers.count, lookup->headers.count == 1 ? "" : "s");
    for (size_t i = 0; i < lookup->fields.count; i++)
        printf("%s%s", i ? ", " : "; gives ", lookup->fields.items[i].key);
    if (*lookup->when)
        printf("; when %s", lookup->when);
    printf("\n");
}

static void print_summary(const struct config *config)
{
    print_topics(&config->kafka.topics);
    printf(" from %s as group %s, format %s\n", config->kafka.brokers, config->kafka.group,
           formats[config->input.format]);
    print_properties("both", &config->kafka.properties);
    print_properties("consumer", &config->kafka.consumer);
    print_properties("producer", &config->kafka.producer);
    for (size_t i = 0; i < config->enrich.count; i++)
        print_lookup(&config->enrich.items[i]);
    if (config->enrich.count == 0)
        printf("lookup       none\n");
    printf("publishes    %s, schema %s, framing %s, %s text\n", config->output.topic,
           *config->output.schema ? config->output.schema : "built in",
           framings[config->output.framing], config->output.include_text ? "with" : "without");
    printf("dead letters %s\n", config->dead_letter.topic);
    if (*config->registry.url)
        printf("registry     %s, %s, %s\n", config->registry.url,
               config->registry.register_schema ? "registers" : "only looks up",
               *config->registry.bearer     ? "bearer token"
               : *config->registry.username ? "basic authentication"
                                            : "no credentials");
    printf("delivery     %s, ordered %s\n", deliveries[config->delivery],
           orderings[config->ordering]);
    printf("limits       %d in flight, %d a host, %lld MiB memory\n", config->http.in_flight,
           config->http.per_host.in_flight, (long long)(config->memory_bytes / (1024 * 1024)));
    if (!*config->http.user_agent)
        printf("user agent   byline's own, without a contact: name one in http.user_agent\n");
    printf("admin        %s\n", *config->admin.listen ? config->admin.listen : "none");
}

/* --- --connect --------------------------------------------------------------------------- */

static void report(void *context, const char *what, bool ok, const char *reason)
{
    (void)context;
    printf("%s %s%s%s\n", ok ? "ok    " : "failed", what, ok ? "" : ": ", reason);
    (void)fflush(stdout); /* the next answer may take seconds */
}

/* Asks for a schema: whether that one exists does not matter, but an answer does. */
static bool connect_registry(const struct config *config)
{
    struct error error = {0};
    struct buf schema;
    char what[320];
    buf_init(&schema, REGISTRY_ANSWER_MAX_BYTES);
    bool ok = registry_schema_by_id(config, 1, &schema, &error) || error.kind == ERROR_POISON;
    buf_finish(&schema);
    (void)snprintf(what, sizeof what, "registry %s", config->registry.url);
    report(NULL, what, ok, ok ? "" : error.message);
    return ok;
}

static bool connect_lookup(const struct config_lookup *lookup)
{
    struct error error = {0};
    char what[320];
    struct span origin = origin_of(lookup->url);
    if (!strstr(lookup->url, "://")) /* each event brings its own host */
        return true;
    bool ok = probe_host(origin, &error);
    (void)snprintf(what, sizeof what, "lookup %s %.*s", lookup->name, SPAN_ARG(origin));
    report(NULL, what, ok, error.message);
    return ok;
}

static bool check_connect(const struct config *config)
{
    bool ok = probe_kafka(config, report, NULL);
    if (*config->registry.url)
        ok = connect_registry(config) && ok;
    for (size_t i = 0; i < config->enrich.count; i++)
        ok = connect_lookup(&config->enrich.items[i]) && ok;
    return ok;
}

int cli_check(int argc, char **argv)
{
    const char *path = NULL;
    bool connect = false;
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "--config") == 0 && i + 1 < argc) {
            path = argv[++i];
        } else if (strcmp(argv[i], "--connect") == 0) {
            connect = true;
        } else {
            path = NULL;
            break;
        }
    }
    if (!path) {
        fputs("usage: byline check --config FILE [--connect]\n", stderr);
        return EXIT_USAGE;
    }
    struct config *config = cli_configuration(path);
    if (!config)
        return EXIT_USAGE;
    print_summary(config);
    int status = connect && !check_connect(config) ? EXIT_WORK_FAILED : EXIT_DONE;
    config_free(config);
    return status;
}
