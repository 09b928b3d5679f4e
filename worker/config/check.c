#include "config/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/address_policy.h"
#include "core/redis_url.h"
#include "core/suggest.h"

struct checker {
    const struct config *config;
    const struct yaml *yaml;
    struct error *error;
};

bool config_complain(const struct yaml *yaml, const char *path, struct error *ret_error,
                     const char *format, ...)
{
    char message[400];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(message, sizeof message, format, args);
    va_end(args);
    return error_set(ret_error, ERROR_USAGE, "%s:%d: %s", yaml->name, yaml_find_line(yaml, path),
                     message);
}

#define COMPLAIN(checker, path, ...)                                                               \
    config_complain((checker)->yaml, (path), (checker)->error, __VA_ARGS__)

/* --- topics ------------------------------------------------------------------------------ */

/* As Kafka's Topic.validate: letters, digits, '.', '_' and '-', at most 249, not "." or "..". */
static bool is_topic_name(const char *name)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    size_t len = strspn(name, allowed);
    return len > 0 && len <= 249 && name[len] == '\0' && strcmp(name, ".") != 0 &&
           strcmp(name, "..") != 0;
}

static bool is_input_topic(const struct config *config, const char *topic)
{
    for (size_t i = 0; i < config->kafka.topics.count; i++)
        if (strcmp(config->kafka.topics.items[i], topic) == 0)
            return true;
    return false;
}

static bool check_input_topics(const struct checker *c)
{
    const struct config_list *topics = &c->config->kafka.topics;
    if (topics->count == 0)
        return COMPLAIN(c, "kafka/topics", "kafka.topics is empty: nothing would be consumed");
    for (size_t i = 0; i < topics->count; i++) {
        if (!is_topic_name(topics->items[i]))
            return COMPLAIN(c, "kafka/topics",
                            "kafka.topics: \"%.80s\" is not a topic's name (letters, digits, . _ "
                            "and -, at most 249)",
                            topics->items[i]);
        for (size_t k = 0; k < i; k++)
            if (strcmp(topics->items[i], topics->items[k]) == 0)
                return COMPLAIN(c, "kafka/topics", "kafka.topics names %s twice", topics->items[i]);
    }
    return true;
}

static bool check_topics(const struct checker *c)
{
    const char *output = c->config->output.topic;
    const char *dead_letter = c->config->dead_letter.topic;
    if (!check_input_topics(c))
        return false;
    if (!is_topic_name(output))
        return COMPLAIN(c, "output/topic", "output.topic: \"%.80s\" is not a topic's name", output);
    if (!is_topic_name(dead_letter))
        return COMPLAIN(c, "dead_letter/topic",
                        "dead_letter.topic: \"%.80s\" is not a topic's name", dead_letter);
    if (is_input_topic(c->config, output))
        return COMPLAIN(c, "output/topic",
                        "output.topic %s is also an input topic: records would go round for ever",
                        output);
    if (is_input_topic(c->config, dead_letter))
        return COMPLAIN(c, "dead_letter/topic",
                        "dead_letter.topic %s is also an input topic: dead letters would come back",
                        dead_letter);
    if (strcmp(output, dead_letter) == 0)
        return COMPLAIN(c, "dead_letter/topic",
                        "dead_letter.topic %s is also output.topic: readers of records would meet "
                        "dead letters",
                        dead_letter);
    return true;
}

/* --- librdkafka properties that byline itself sets --------------------------------------- */

enum { IN_CONSUMER = 1, IN_PRODUCER = 2, IN_BOTH = IN_CONSUMER | IN_PRODUCER };

static const struct {
    const char *name;
    int where; /* which clients take it */
    const char *instead;
} owned[] = {
    {"bootstrap.servers", IN_BOTH, "it is kafka.brokers"},
    {"metadata.broker.list", IN_BOTH, "it is kafka.brokers"},
    {"group.id", IN_CONSUMER, "it is kafka.group"},
    {"enable.auto.commit", IN_CONSUMER, "byline commits what is acknowledged, and only that"},
    {"enable.auto.offset.store", IN_CONSUMER, "byline commits what is acknowledged, and only that"},
    {"partition.assignment.strategy", IN_CONSUMER, "byline rebalances cooperatively"},
    {"enable.idempotence", IN_PRODUCER, "byline's producer is always idempotent"},
    {"acks", IN_PRODUCER, "byline waits for all replicas"},
    {"request.required.acks", IN_PRODUCER, "byline waits for all replicas"},
    {"transactional.id", IN_PRODUCER, "byline chooses it with delivery: exactly_once"},
    {"delivery.report.only.error", IN_PRODUCER, "byline counts every delivery report"},
};

static bool check_owned(const struct checker *c, const struct config_map *map, const char *section,
                        int clients)
{
    for (size_t i = 0; i < map->count; i++) {
        for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) {
            if (!(owned[k].where & clients) || strcmp(map->items[i].key, owned[k].name) != 0)
                continue;
            char path[160];
            (void)snprintf(path, sizeof path, "kafka/%s/%s", section, owned[k].name);
            return COMPLAIN(c, path, "kafka.%s: %s cannot be set here: %s", section, owned[k].name,
                            owned[k].instead);
        }
    }
    return true;
}

static bool check_kafka(const struct checker *c)
{
    const struct config *config = c->config;
    if (!*config->kafka.brokers)
        return COMPLAIN(c, "kafka/brokers", "kafka.brokers is empty");
    if (!*config->kafka.group)
        return COMPLAIN(c, "kafka/group", "kafka.group is empty");
    return check_owned(c, &config->kafka.properties, "properties", IN_BOTH) &&
           check_owned(c, &config->kafka.consumer, "consumer", IN_CONSUMER) &&
           check_owned(c, &config->kafka.producer, "producer", IN_PRODUCER);
}

/* --- registry ---------------------------------------------------------------------------- */

static bool is_http_url(const char *url)
{
    const char *host = strstr(url, "://");
    bool scheme = strncmp(url, "http://", 7) == 0 || strncmp(url, "https://", 8) == 0;
    return scheme && host[3] && !strchr("/?#", host[3]) && !strpbrk(url, " \t\r\n\"<>");
}

static bool check_registry(const struct checker *c)
{
    const struct config *config = c->config;
    bool needed = config->output.framing == FRAMING_CONFLUENT ||
                  config->output.framing == FRAMING_CONFLUENT_HEADER;
    if (!*config->registry.url && needed)
        return COMPLAIN(c, "output/framing",
                        "output.framing confluent and confluent_header need registry.url; framing "
                        "single_object needs no registry");
    if (!*config->registry.url && config->input.format == FORMAT_AVRO)
        return COMPLAIN(c, "input/format",
                        "input.format avro needs registry.url, which knows the schemas of events; "
                        "auto reads Avro in single-object encoding without one");
    if (*config->registry.url && !is_http_url(config->registry.url))
        return COMPLAIN(c, "registry/url", "registry.url must be an http or https URL");
    if (*config->registry.url && strchr(config->registry.url, '@'))
        return COMPLAIN(c, "registry/url",
                        "registry.url must not hold credentials: they are registry.username and "
                        "registry.password");
    if (*config->registry.bearer && *config->registry.username)
        return COMPLAIN(c, "registry/bearer",
                        "registry.bearer and registry.username exclude each other");
    if (!*config->registry.username != !*config->registry.password)
        return COMPLAIN(c, "registry", "registry.username and registry.password belong together");
    return true;
}

/* --- cache ------------------------------------------------------------------------------- */

static bool check_redis(const struct checker *c)
{
    struct redis_url url;
    struct error error;
    const char *redis = c->config->cache.redis;
    return !*redis || redis_url_parse(redis, &url, &error) ||
           COMPLAIN(c, "cache/redis", "%s", error.message);
}

/* --- http.allow -------------------------------------------------------------------------- */

static bool check_allow(const struct checker *c)
{
    const struct config_list *allow = &c->config->http.allow;
    for (size_t i = 0; i < allow->count; i++) {
        const char *const entry = allow->items[i];
        struct error error;
        struct address_policy *policy = address_policy_new(&entry, 1, &error);
        if (!policy) {
            char path[40];
            (void)snprintf(path, sizeof path, "http/allow/%zu", i);
            return COMPLAIN(c, path, "%s", error.message);
        }
        address_policy_free(policy);
    }
    return true;
}

/* --- the rest ---------------------------------------------------------------------------- */

static bool is_listen_address(const char *listen)
{
    const char *colon = strrchr(listen, ':');
    if (!colon || colon == listen || !colon[1] || strlen(colon + 1) > 5 ||
        colon[1 + strspn(colon + 1, "0123456789")])
        return false;
    return strtol(colon + 1, NULL, 10) <= 65535;
}

static bool check_limits(const struct checker *c)
{
    const struct config *config = c->config;
    if (config->http.retry.backoff_ms > config->http.retry.max_backoff_ms)
        return COMPLAIN(c, "http/retry/backoff",
                        "http.retry.backoff is longer than http.retry.max_backoff");
    if (config->cache.size_bytes >= config->memory_bytes)
        return COMPLAIN(c, "cache/size",
                        "cache.size leaves nothing of memory, which holds the cache as well");
    if (*config->cache.redis && config->cache.size_bytes == 0)
        return COMPLAIN(c, "cache/redis",
                        "cache.redis needs a cache.size: it is filled through it");
    if (config->http.max_body_bytes >= config->memory_bytes)
        return COMPLAIN(c, "http/max_body",
                        "http.max_body leaves nothing of memory, which holds the bodies as well");
    if (*config->admin.listen && !is_listen_address(config->admin.listen))
        return COMPLAIN(c, "admin/listen",
                        "admin.listen must be ADDRESS:PORT, such as 127.0.0.1:9464");
    if (strpbrk(config->http.user_agent, "\r\n"))
        return COMPLAIN(c, "http/user_agent", "http.user_agent holds a line break");
    return true;
}

/* What design and syntax know, but this version does not do: better refused than ignored. */
static bool check_supported(const struct checker *c)
{
    const struct config *config = c->config;
    if (*config->tracing.otlp)
        return COMPLAIN(c, "tracing/otlp", "tracing.otlp is not in this version");
    return true;
}

bool config_check(const struct config *config, const struct yaml *yaml, struct error *ret_error)
{
    const struct checker checker = {.config = config, .yaml = yaml, .error = ret_error};
    return check_kafka(&checker) && check_topics(&checker) && check_registry(&checker) &&
           config_check_lookups(config, yaml, ret_error) && check_redis(&checker) &&
           check_allow(&checker) && check_limits(&checker) && check_supported(&checker);
}
