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
