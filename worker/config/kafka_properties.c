#include "config/kafka_properties.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *value_of(const struct config_map *map, const char *name)
{
    for (size_t i = 0; i < map->count; i++)
        if (strcmp(map->items[i].key, name) == 0)
            return map->items[i].value;
    return NULL;
}

static const char *find(const struct kafka_properties *properties, const char *name)
{
    for (size_t i = 0; i < properties->count; i++)
        if (strcmp(properties->items[i].name, name) == 0)
            return properties->items[i].value;
    return NULL;
}

static void set(struct kafka_properties *properties, const char *name, const char *value)
{
    for (size_t i = 0; i < properties->count; i++)
        if (strcmp(properties->items[i].name, name) == 0) {
            properties->items[i].value = value;
            return;
        }
    if (properties->count < KAFKA_PROPERTIES_MAX)
        properties->items[properties->count++] = (struct kafka_property){name, value};
}

static void set_map(struct kafka_properties *properties, const struct config_map *map)
{
    for (size_t i = 0; i < map->count; i++)
        set(properties, map->items[i].key, map->items[i].value);
}

static const char *number(struct kafka_properties *properties, size_t slot, int64_t value)
{
    char *text = properties->numbers[slot];
    (void)snprintf(text, sizeof properties->numbers[slot], "%lld", (long long)value);
    return text;
}

enum { PARTITIONS_AN_ANSWER = 16 };

/* Of the memory budget, what librdkafka may hold of records read ahead. Its own bookkeeping, the
 * answers that are still under way and those of which one record is still held come on top, which
 * triples it. */
static int64_t read_ahead_bytes(const struct config *config)
{
    enum { LEAST_BYTES = 1 << 20 };
    const int64_t bytes = config->memory_bytes / 128;
    return bytes < LEAST_BYTES ? LEAST_BYTES : bytes;
}

static bool is_set(const struct config *config, const char *name)
{
    return value_of(&config->kafka.consumer, name) || value_of(&config->kafka.properties, name);
}

static void set_common(struct kafka_properties *properties, const struct config *config)
{
    set(properties, "bootstrap.servers", config->kafka.brokers);
    set(properties, "client.id", "byline");
    /* A topic made later, or given more partitions, is seen soon. */
    set(properties, "topic.metadata.refresh.interval.ms", "10000");
    set(properties, "reconnect.backoff.max.ms", "2000");
    set(properties, "log.connection.close", "false");
}

void kafka_properties_consumer(const struct config *config, struct kafka_properties *ret_properties)
{
    struct kafka_properties *properties = ret_properties;
    memset(properties, 0, sizeof *properties);
    set_common(properties, config);
    set(properties, "group.id", config->kafka.group);
    set(properties, "auto.offset.reset", "earliest"); /* nothing is lost by default */
    /* Reading ahead hides the broker's round trip; more only takes memory. */
    set(properties, "queued.min.messages", "4000");
    set(properties, "queued.max.messages.kbytes",
        number(properties, 0, read_ahead_bytes(config) / 1024));
    set(properties, "fetch.wait.max.ms", "100");
    /* One answer of a broker, and one partition's part of it; a larger record still comes through,
     * alone (KIP-74). librdkafka wants the former to hold its message.max.bytes. */
    if (!is_set(config, "message.max.bytes"))
        set(properties, "fetch.max.bytes", number(properties, 1, read_ahead_bytes(config)));
    set(properties, "fetch.message.max.bytes",
        number(properties, 2, read_ahead_bytes(config) / PARTITIONS_AN_ANSWER));
    /* Once a queue is full, look again soon: the loop empties it in milliseconds. */
    set(properties, "fetch.queue.backoff.ms", "20");
    set_map(properties, &config->kafka.properties);
    set_map(properties, &config->kafka.consumer);
    const char *protocol = value_of(&config->kafka.consumer, "group.protocol");
    if (!protocol)
        protocol = value_of(&config->kafka.properties, "group.protocol");
    bool strategy_is_set = value_of(&config->kafka.consumer, "partition.assignment.strategy") ||
                           value_of(&config->kafka.properties, "partition.assignment.strategy");
    /* KIP-848: with group.protocol=consumer the broker assigns. */
    if (!strategy_is_set && (!protocol || strcmp(protocol, "consumer") != 0))
        set(properties, "partition.assignment.strategy", "cooperative-sticky");
    if (config->delivery == DELIVERY_EXACTLY_ONCE)
        set(properties, "isolation.level", "read_committed");
    /* The ledger decides what is stored and committed. */
    set(properties, "enable.auto.commit", "false");
    set(properties, "enable.auto.offset.store", "false");
    set(properties, "enable.partition.eof", "false");
}

void kafka_properties_producer(const struct config *config, struct kafka_properties *ret_properties)
{
    struct kafka_properties *properties = ret_properties;
    memset(properties, 0, sizeof *properties);
    set_common(properties, config);
    set(properties, "enable.idempotence", "true");
    /* Never given up while the broker is away: intake waits instead. */
    set(properties, "message.timeout.ms", "0");
    /* As Java clients do, so that topics keyed alike stay partitioned alike. */
    set(properties, "partitioner", "murmur2_random");
    /* A record above this travels alone, so that a topic that finds it too large refuses no other.
     */
    set(properties, "batch.size", "131072");
    /* The broker's topic decides what is too large, not the client. */
    set(properties, "message.max.bytes", "104857600");
    set(properties, "queue.buffering.max.kbytes",
        number(properties, 0, config->memory_bytes / 4 / 1024 + 102400));
    set_map(properties, &config->kafka.properties);
    set_map(properties, &config->kafka.producer);
}

void kafka_properties_limit(struct kafka_properties *properties, struct topic_limit *limit)
{
    if (limit->batch_bytes == 0) {
        const char *codec = find(properties, "compression.codec");
        if (!codec)
            codec = find(properties, "compression.type");
        limit->batch_bytes = strtoul(find(properties, "batch.size"), NULL, 10);
        limit->is_compressed = codec && strcmp(codec, "none") != 0;
    }
    set(properties, "batch.size", number(properties, 1, (int64_t)topic_limit_renew(limit)));
}

void kafka_properties_transactions(const struct config *config, const char *id,
                                   struct kafka_properties *ret_properties)
{
    kafka_properties_producer(config, ret_properties);
    set(ret_properties, "transactional.id", id);
    /* A worker that was killed holds the next owner up no longer than this. */
    set(ret_properties, "transaction.timeout.ms", "20000");
    /* With a transaction this has to end some time; the whole is sent again then. */
    set(ret_properties, "message.timeout.ms", "15000");
    set_map(ret_properties, &config->kafka.producer);
}
