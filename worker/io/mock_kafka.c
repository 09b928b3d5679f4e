#include "io/mock_kafka.h"

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <stdlib.h>
#include <string.h>

enum { FLUSH_MS = 10000 };

struct mock_kafka {
    rd_kafka_t *producer; /* also the cluster's owner */
    rd_kafka_mock_cluster_t *cluster;
    rd_kafka_t *consumer; /* made by the first read */
};

static rd_kafka_t *client_new(rd_kafka_type_t type, const char *brokers, struct error *ret_error)
{
    char reason[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    if (brokers)
        (void)rd_kafka_conf_set(conf, "bootstrap.servers", brokers, reason, sizeof reason);
    if (type == RD_KAFKA_CONSUMER) {
        (void)rd_kafka_conf_set(conf, "group.id", "byline-demo-reader", reason, sizeof reason);
        (void)rd_kafka_conf_set(conf, "fetch.wait.max.ms", "10", reason, sizeof reason);
        (void)rd_kafka_conf_set(conf, "auto.offset.reset", "earliest", reason, sizeof reason);
    }
    /* An event of any size: what is too large is for the worker to say. */
    (void)rd_kafka_conf_set(conf, "message.max.bytes", "104857600", reason, sizeof reason);
    (void)rd_kafka_conf_set(conf, "receive.message.max.bytes", "209715200", reason, sizeof reason);
    (void)rd_kafka_conf_set(conf, "log_level", "2", reason, sizeof reason);
    rd_kafka_t *client = rd_kafka_new(type, conf, reason, sizeof reason);
    if (!client) {
        rd_kafka_conf_destroy(conf);
        (void)error_set(ret_error, ERROR_FATAL, "mock cluster: %s", reason);
    }
    return client;
}

struct mock_kafka *mock_kafka_new(const char *const *topics, struct error *ret_error)
{
    struct mock_kafka *mock = calloc(1, sizeof *mock);
    if (!mock) {
        (void)error_set(ret_error, ERROR_FATAL, "out of memory");
        return NULL;
    }
    mock->producer = client_new(RD_KAFKA_PRODUCER, NULL, ret_error);
    if (!mock->producer) {
        free(mock);
        return NULL;
    }
    mock->cluster = rd_kafka_mock_cluster_new(mock->producer, 1);
    if (!mock->cluster) {
        (void)error_set(ret_error, ERROR_FATAL, "the mock cluster did not start");
        mock_kafka_free(mock);
        return NULL;
    }
    rd_kafka_mock_group_initial_rebalance_delay_ms(mock->cluster, 0);
    (void)rd_kafka_brokers_add(mock->producer, mock_kafka_brokers(mock));
    for (; *topics; topics++)
        (void)rd_kafka_mock_topic_create(mock->cluster, *topics, MOCK_KAFKA_PARTITIONS, 1);
    return mock;
}

void mock_kafka_free(struct mock_kafka *mock)
{
    if (!mock)
        return;
    if (mock->consumer)
        rd_kafka_destroy_flags(mock->consumer, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    if (mock->cluster)
        rd_kafka_mock_cluster_destroy(mock->cluster);
    rd_kafka_destroy(mock->producer);
    free(mock);
}

const char *mock_kafka_brokers(const struct mock_kafka *mock)
{
    return rd_kafka_mock_cluster_bootstraps(mock->cluster);
}

bool mock_kafka_write(struct mock_kafka *mock, const char *topic, int partition, struct span key,
                      struct span value, struct error *ret_error)
{
    rd_kafka_resp_err_t err = rd_kafka_producev(
        mock->producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(partition),
        RD_KAFKA_V_KEY(key.data, key.len), RD_KAFKA_V_VALUE((void *)value.data, value.len),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END);
    if (err)
        return error_set(ret_error, ERROR_FATAL, "event of %zu bytes: %s", value.len,
                         rd_kafka_err2str(err));
    return true;
}

bool mock_kafka_flush(struct mock_kafka *mock)
{
    return rd_kafka_flush(mock->producer, FLUSH_MS) == RD_KAFKA_RESP_ERR_NO_ERROR;
}

/* Assigned by hand: a reader needs no group. */
static bool open_reader(struct mock_kafka *mock, const char *const *topics)
{
    mock->consumer = client_new(RD_KAFKA_CONSUMER, mock_kafka_brokers(mock), NULL);
    if (!mock->consumer)
        return false;
    rd_kafka_topic_partition_list_t *list =
        rd_kafka_topic_partition_list_new(MOCK_KAFKA_PARTITIONS);
    for (; *topics; topics++)
        for (int32_t id = 0; id < MOCK_KAFKA_PARTITIONS; id++)
            rd_kafka_topic_partition_list_add(list, *topics, id)->offset =
                RD_KAFKA_OFFSET_BEGINNING;
    rd_kafka_resp_err_t err = rd_kafka_assign(mock->consumer, list);
    rd_kafka_topic_partition_list_destroy(list);
    return !err;
}

void mock_kafka_read(struct mock_kafka *mock, const char *const *topics,
                     void (*on_record)(void *context, const struct mock_record *record),
                     void *context)
{
    if (!mock->consumer && !open_reader(mock, topics))
        return;
    rd_kafka_message_t *message;
    while ((message = rd_kafka_consumer_poll(mock->consumer, 0)) != NULL) {
        if (!message->err) {
            rd_kafka_headers_t *headers = NULL;
            (void)rd_kafka_message_headers(message, &headers);
            const struct mock_record record = {
                .topic = rd_kafka_topic_name(message->rkt),
                .key = span_of(message->key, message->key_len),
                .value = span_of(message->payload, message->len),
                .headers = headers,
            };
            on_record(context, &record);
        }
        rd_kafka_message_destroy(message);
    }
}

struct span mock_kafka_header(const struct mock_record *record, const char *name)
{
    const void *value = NULL;
    size_t len = 0;
    if (!record->headers || rd_kafka_header_get_last(record->headers, name, &value, &len))
        return SPAN_NONE;
    return span_of(value, len);
}
