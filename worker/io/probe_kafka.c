#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <string.h>

#include "config/kafka_properties.h"
#include "io/probe.h"

struct probe {
    const rd_kafka_metadata_t *metadata;
    probe_report *report;
    void *context;
    bool ok;
};

static void tell(struct probe *probe, const char *kind, const char *name, const char *reason)
{
    char what[320];
    (void)snprintf(what, sizeof what, "%s %s", kind, name);
    probe->ok = probe->ok && !*reason;
    probe->report(probe->context, what, !*reason, reason);
}

/* librdkafka's words repeat the value, which must not be printed where it is a secret. */
static bool may_be_secret(const char *name)
{
    return strstr(name, "password") || strstr(name, "secret") || strstr(name, "pem") ||
           strstr(name, "sasl.");
}

static bool check_properties(rd_kafka_conf_t *conf, const char *section,
                             const struct config_map *map, const char *file,
                             struct error *ret_error)
{
    for (size_t i = 0; i < map->count; i++) {
        const struct config_pair *pair = &map->items[i];
        char reason[256] = "";
        rd_kafka_conf_res_t result =
            rd_kafka_conf_set(conf, pair->key, pair->value, reason, sizeof reason);
        if (result == RD_KAFKA_CONF_OK)
            continue;
        if (result == RD_KAFKA_CONF_UNKNOWN)
            (void)snprintf(reason, sizeof reason, "librdkafka has no such property");
        else if (may_be_secret(pair->key))
            (void)snprintf(reason, sizeof reason, "librdkafka does not take this value");
        return error_set(ret_error, ERROR_USAGE, "%s:%d: %s: %s: %s", file, pair->line, section,
                         pair->key, reason);
    }
    return true;
}

bool probe_kafka_properties(const struct config *config, const char *file, struct error *ret_error)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set_log_cb(conf, NULL);
    bool ok =
        check_properties(conf, "kafka.properties", &config->kafka.properties, file, ret_error) &&
        check_properties(conf, "kafka.consumer", &config->kafka.consumer, file, ret_error) &&
        check_properties(conf, "kafka.producer", &config->kafka.producer, file, ret_error);
    rd_kafka_conf_destroy(conf);
    return ok;
}

/* A client with the worker's own properties, or NULL with the reason. */
static rd_kafka_t *client_new(const struct config *config, char *ret_reason, size_t size)
{
    struct kafka_properties properties;
    kafka_properties_producer(config, &properties);
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set_log_cb(conf, NULL); /* the reason says it once */
    for (size_t i = 0; i < properties.count; i++) {
        const struct kafka_property *property = &properties.items[i];
        if (rd_kafka_conf_set(conf, property->name, property->value, ret_reason, size) ==
            RD_KAFKA_CONF_OK)
            continue;
        rd_kafka_conf_destroy(conf);
        return NULL;
    }
    rd_kafka_t *client = rd_kafka_new(RD_KAFKA_PRODUCER, conf, ret_reason, size);
    if (!client)
        rd_kafka_conf_destroy(conf);
    return client;
}

/* The metadata of all topics: asking for one by name could create it. */
static void check_topic(struct probe *probe, const char *topic)
{
    for (int i = 0; i < probe->metadata->topic_cnt; i++) {
        const rd_kafka_metadata_topic_t *found = &probe->metadata->topics[i];
        if (strcmp(found->topic, topic) != 0)
            continue;
        tell(probe, "topic", topic, found->err ? rd_kafka_err2str(found->err) : "");
        return;
    }
    tell(probe, "topic", topic, "does not exist");
}

bool probe_kafka(const struct config *config, probe_report *report, void *context)
{
    struct probe probe = {.report = report, .context = context, .ok = true};
    const char *brokers = config->kafka.brokers;
    char reason[512] = "";
    rd_kafka_t *client = client_new(config, reason, sizeof reason);
    if (!client) {
        tell(&probe, "brokers", brokers, reason);
        return false;
    }
    rd_kafka_resp_err_t code =
        rd_kafka_metadata(client, 1, NULL, &probe.metadata, PROBE_TIMEOUT_MS);
    tell(&probe, "brokers", brokers, code ? rd_kafka_err2str(code) : "");
    if (!code) {
        for (size_t i = 0; i < config->kafka.topics.count; i++)
            check_topic(&probe, config->kafka.topics.items[i]);
        check_topic(&probe, config->output.topic);
        check_topic(&probe, config->dead_letter.topic);
        rd_kafka_metadata_destroy(probe.metadata);
    }
    rd_kafka_destroy(client);
    return probe.ok;
}
