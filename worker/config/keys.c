#include "config/keys.h"

#include "config/config.h"

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, DAY = 24 * HOUR };
enum { KIB = 1024, MIB = 1024 * KIB };
#define GIB ((int64_t)1024 * MIB)

/* Each in the order of its enum in config.h. */
static const char *const formats[] = {"auto", "json", "avro", "text", NULL};
static const char *const framings[] = {"confluent", "confluent_header", "single_object", "none",
                                       NULL};
static const char *const subjects[] = {"topic", "record", "topic_record", NULL};
static const char *const deliveries[] = {"at_least_once", "exactly_once", NULL};
static const char *const orderings[] = {"key", "partition", "none", NULL};
static const char *const lookup_types[] = {"page", "json", NULL};
static const char *const methods[] = {"GET", "POST", NULL};
static const char *const levels[] = {"error", "warn", "info", "debug", NULL};
static const char *const log_formats[] = {"logfmt", "json", NULL};

#define AT(member)        .offset = offsetof(struct config, member)
#define LOOKUP_AT(member) .offset = offsetof(struct config_lookup, member)

const struct config_key config_keys[] = {
    {"kafka.brokers", KEY_STRING, AT(kafka.brokers), .default_text = "localhost:9092",
     .meaning = "Brokers to start from, HOST:PORT separated by commas."},
    {"kafka.group", KEY_STRING, AT(kafka.group), .default_text = "byline",
     .meaning = "Consumer group; replicas of one worker share it."},
    {"kafka.topics", KEY_LIST, AT(kafka.topics), .default_text = "articles",
     .meaning = "Topics to consume."},
    {"kafka.properties", KEY_MAP, AT(kafka.properties), .default_text = "",
     .meaning =
         "librdkafka properties of consumer and producer (security.protocol, sasl.*, ssl.*)."},
    {"kafka.consumer", KEY_MAP, AT(kafka.consumer), .default_text = "",
     .meaning = "librdkafka properties of the consumer only (group.protocol, group.instance.id)."},
    {"kafka.producer", KEY_MAP, AT(kafka.producer), .default_text = "",
     .meaning = "librdkafka properties of the producer only (linger.ms, compression.type)."},
    {"input.format", KEY_ENUM, AT(input.format), .default_text = "auto", .choices = formats,
     .meaning = "What a record's value is; auto tells by its first bytes."},
    {"output.topic", KEY_STRING, AT(output.topic), .default_text = "articles.enriched",
     .meaning = "Topic of the enriched records."},
    {"output.schema", KEY_PATH, AT(output.schema), .default_text = "",
     .meaning = "An .avsc of your own; empty is the built-in schemas/enriched-article.avsc."},
    {"output.framing", KEY_ENUM, AT(output.framing), .default_text = "confluent",
     .choices = framings, .meaning = "What tells a reader the schema of a record."},
    {"output.subject", KEY_ENUM, AT(output.subject), .default_text = "topic", .choices = subjects,
     .meaning = "The registry's subject: TOPIC-value, the record's full name, or TOPIC-RECORD."},
    {"output.include_text", KEY_BOOL, AT(output.include_text), .default_text = "true",
     .meaning = "Whether the article's text goes into the output."},
    {"dead_letter.topic", KEY_STRING, AT(dead_letter.topic), .default_text = "articles.dead",
     .meaning = "Topic of the records that cannot be enriched."},
    {"registry.url", KEY_STRING, AT(registry.url), .default_text = "",
     .meaning =
         "Schema registry with Confluent's API; input.format avro and the framings confluent and "
         "confluent_header need it."},
    {"registry.register", KEY_BOOL, AT(registry.register_schema), .default_text = "true",
     .meaning = "Whether to register the output schema, or only to look it up."},
    {"registry.username", KEY_STRING, AT(registry.username), .default_text = "",
     .meaning = "For basic authentication."},
    {"registry.password", KEY_STRING, AT(registry.password), .default_text = "", .secret = true,
     .meaning = "For basic authentication; a secret."},
    {"registry.bearer", KEY_STRING, AT(registry.bearer), .default_text = "", .secret = true,
     .meaning = "Bearer token, instead of username and password; a secret."},
    {"registry.ca", KEY_PATH, AT(registry.ca_file), .default_text = "",
     .meaning = "PEM file of the authority that signed the registry's certificate."},
    {"delivery", KEY_ENUM, AT(delivery), .default_text = "at_least_once", .choices = deliveries,
     .meaning = "Whether a record may come out twice after a crash."},
    {"ordering", KEY_ENUM, AT(ordering), .default_text = "key", .choices = orderings,
     .meaning = "Within what records leave in the order in which they came."},
    {"enrich", KEY_LOOKUPS, AT(enrich), .default_text = "",
     .meaning = "The lookups of each event, all asked side by side; earlier ones win."},
    {"http.in_flight", KEY_INT, AT(http.in_flight), .default_text = "256", .min = 1, .max = 10000,
     .meaning = "Events under way at most, and with them requests; while some are silent for a "
                "second, as many requests more."},
    {"http.per_host.in_flight", KEY_INT, AT(http.per_host.in_flight), .default_text = "32",
     .min = 1, .max = 10000,
     .meaning = "Requests under way to one host; those of events' URLs apart."},
    {"http.per_host.rate", KEY_NUMBER, AT(http.per_host.rate), .default_text = "0", .min = 0,
     .max = 1000000, .meaning = "Requests a second to one host; 0 is no limit."},
    {"http.connect_timeout", KEY_DURATION, AT(http.connect_timeout_ms), .default_text = "5s",
     .min = 1, .max = 5 * MINUTE,
     .meaning = "Resolving a name, connecting, the TLS handshake: each so long."},
    {"http.timeout", KEY_DURATION, AT(http.timeout_ms), .default_text = "30s", .min = 1,
     .max = HOUR,
     .meaning = "One attempt, from its first byte sent to its last byte read; half of it "
                "to the first byte read."},
    {"http.deadline", KEY_DURATION, AT(http.deadline_ms), .default_text = "2m", .min = 1,
     .max = HOUR, .meaning = "One lookup with all its attempts and waits."},
    {"http.retry.attempts", KEY_INT, AT(http.retry.attempts), .default_text = "4", .min = 1,
     .max = 100, .meaning = "Requests for one lookup, the first included."},
    {"http.retry.backoff", KEY_DURATION, AT(http.retry.backoff_ms), .default_text = "200ms",
     .min = 1, .max = HOUR,
     .meaning = "Wait before the second attempt at most; doubles from one to the next."},
    {"http.retry.max_backoff", KEY_DURATION, AT(http.retry.max_backoff_ms), .default_text = "30s",
     .min = 1, .max = HOUR, .meaning = "Longest wait, also for a Retry-After."},
    {"http.breaker.failures", KEY_INT, AT(http.breaker.failures), .default_text = "10", .min = 1,
     .max = 100000, .meaning = "Failures in a row after which a host is left alone."},
    {"http.breaker.open", KEY_DURATION, AT(http.breaker.open_ms), .default_text = "15s", .min = 1,
     .max = HOUR, .meaning = "For how long it is left alone before one request tries again."},
    {"http.max_body", KEY_SIZE, AT(http.max_body_bytes), .default_text = "1MiB", .min = 1024,
     .max = 256 * (int64_t)MIB,
     .meaning = "Largest answer, counted as it comes and after decompression."},
    {"http.max_redirects", KEY_INT, AT(http.max_redirects), .default_text = "3", .min = 0,
     .max = 20, .meaning = "Redirects followed, each one checked as its first URL was."},
    {"http.user_agent", KEY_STRING, AT(http.user_agent), .default_text = "",
     .meaning = "User-Agent. Name a contact in it, as in `AcmeBot/1.0 (+https://acme.test/bot)`; "
                "empty is byline/VERSION without one."},
    {"http.ca", KEY_PATH, AT(http.ca_file), .default_text = "",
     .meaning = "PEM file of the authorities that https origins are checked against; empty is the "
                "system's."},
    {"http.robots", KEY_BOOL, AT(http.robots), .default_text = "false",
     .meaning =
         "Pages of events are fetched only where their host's robots.txt allows it (RFC 9309), "
         "redirects too. Whom its rules are for is the first word of `http.user_agent`."},
    {"http.allow", KEY_LIST, AT(http.allow), .default_text = "",
     .meaning = "CIDR[:PORT] or HOST[:PORT] that URLs of events may reach besides public addresses "
                "on ports 80 and 443."},
    {"cache.size", KEY_SIZE, AT(cache.size_bytes), .default_text = "8MiB", .min = 0,
     .max = 64 * GIB, .meaning = "Memory of the cache of answers; 0 turns it off."},
    {"cache.ttl", KEY_DURATION, AT(cache.ttl_ms), .default_text = "10m", .min = 0,
     .max = 30 * (int64_t)DAY, .meaning = "How long an answer without caching headers is good."},
    {"cache.negative_ttl", KEY_DURATION, AT(cache.negative_ttl_ms), .default_text = "1m", .min = 0,
     .max = 30 * (int64_t)DAY, .meaning = "How long a 404 or 410 is remembered."},
    {"cache.redis", KEY_STRING, AT(cache.redis), .default_text = "", .secret = true,
     .meaning = "redis://[[USER]:PASSWORD@]HOST[:PORT] of a cache shared by replicas; a secret."},
    {"memory", KEY_SIZE, AT(memory_bytes), .default_text = "256MiB", .min = 32 * MIB,
     .max = 1024 * GIB, .meaning = "librdkafka's queues, jobs, bodies and the cache together."},
    {"admin.listen", KEY_STRING, AT(admin.listen), .default_text = "127.0.0.1:9464",
     .meaning =
         "ADDRESS:PORT of /metrics, /healthz, /readyz and /debug/partitions; empty is none."},
    {"log.level", KEY_ENUM, AT(log.level), .default_text = "info", .choices = levels,
     .meaning = "Least level that is written."},
    {"log.format", KEY_ENUM, AT(log.format), .default_text = "logfmt", .choices = log_formats,
     .meaning = "How a line of log is written."},
    {"tracing.otlp", KEY_STRING, AT(tracing.otlp), .default_text = "",
     .meaning = "OTLP endpoint for traces; empty is none."},
};

const size_t config_key_count = sizeof config_keys / sizeof *config_keys;

const struct config_key config_lookup_keys[] = {
    {"name", KEY_STRING, LOOKUP_AT(name), .default_text = "",
     .meaning = "Its name in provenance, metrics and logs: letters, digits, - and _."},
    {"type", KEY_ENUM, LOOKUP_AT(type), .default_text = "page", .choices = lookup_types,
     .meaning = "page reads the metadata of an HTML page, json an API's answer."},
    {"url", KEY_STRING, LOOKUP_AT(url), .default_text = "{url}",
     .meaning = "What to ask, with {FIELD} for what is known of the article."},
    {"method", KEY_STRING, LOOKUP_AT(method), .default_text = "GET", .choices = methods,
     .meaning = "GET, or POST with a body."},
    {"body", KEY_STRING, LOOKUP_AT(body), .default_text = "",
     .meaning = "JSON body of a POST, with {FIELD} for what is known of the article."},
    {"when", KEY_STRING, LOOKUP_AT(when), .default_text = "",
     .meaning =
         "FIELD: only for events that have it; !FIELD: only for those that do not; empty: always."},
    {"headers", KEY_MAP, LOOKUP_AT(headers), .default_text = "",
     .meaning =
         "Request headers; never sent to another host, never printed. One that names a secret, or "
         "whose value `${...}` gives, needs a `url` whose host is written out."},
    {"fields", KEY_MAP, LOOKUP_AT(fields), .default_text = "",
     .meaning = "Of type json: output field, or extra.NAME, to the JSON Pointer of its value."},
    {"rate_limit_status", KEY_INT, LOOKUP_AT(rate_limit_status), .default_text = "0", .min = 0,
     .max = 599,
     .meaning = "Status by which this API says too many requests, as 429 does; 0: none."},
    {"required", KEY_BOOL, LOOKUP_AT(required), .default_text = "false",
     .meaning = "Whether an event whose lookup fails becomes a dead letter."},
};

const size_t config_lookup_key_count = sizeof config_lookup_keys / sizeof *config_lookup_keys;

const char *config_type_name(enum key_type type)
{
    static const char *const names[] = {
        [KEY_STRING] = "a text",
        [KEY_PATH] = "a path",
        [KEY_BOOL] = "true or false",
        [KEY_INT] = "a whole number",
        [KEY_NUMBER] = "a number",
        [KEY_DURATION] = "a duration such as 500ms, 30s, 5m or 1h",
        [KEY_SIZE] = "a size such as 512KiB, 64MiB or 1GiB",
        [KEY_ENUM] = "a name",
        [KEY_LIST] = "a list such as [a, b]",
        [KEY_MAP] = "a map such as {key: value}",
        [KEY_LOOKUPS] = "a list of lookups",
    };
    return names[type];
}
