#include "kafka.h"

#include <stdio.h>
#include <stdlib.h>

void bench_die(const char *what, const char *reason)
{
    fprintf(stderr, "%s: %s\n", what, reason);
    exit(1);
}

const char *bench_env(const char *name)
{
    const char *value = getenv(name);
    if (!value)
        bench_die(name, "is not set");
    return value;
}

static rd_kafka_t *client(rd_kafka_type_t type, const char *const (*settings)[2])
{
    char reason[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    for (; (*settings)[0]; settings++)
        if (rd_kafka_conf_set(conf, (*settings)[0], (*settings)[1], reason, sizeof reason))
            bench_die((*settings)[0], reason);
    rd_kafka_t *made = rd_kafka_new(type, conf, reason, sizeof reason);
    if (!made)
        bench_die("rd_kafka_new", reason);
    return made;
}

void kafka_open(struct kafka *kafka)
{
    const char *const consumer[][2] = {
        {"bootstrap.servers", bench_env("BENCH_BROKERS")},
        {"group.id", bench_env("BENCH_GROUP")},
        {"auto.offset.reset", "earliest"},
        {NULL, NULL},
    };
    const char *const producer[][2] = {
        {"bootstrap.servers", bench_env("BENCH_BROKERS")},
        {"linger.ms", "5"},
        {NULL, NULL},
    };
    kafka->consumer = client(RD_KAFKA_CONSUMER, consumer);
    kafka->producer = client(RD_KAFKA_PRODUCER, producer);
    rd_kafka_poll_set_consumer(kafka->consumer);
    kafka->records = rd_kafka_queue_get_consumer(kafka->consumer);
    kafka->output = rd_kafka_topic_new(kafka->producer, bench_env("BENCH_OUTPUT"), NULL);
    rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(topics, bench_env("BENCH_SOURCE"), RD_KAFKA_PARTITION_UA);
    rd_kafka_resp_err_t err = rd_kafka_subscribe(kafka->consumer, topics);
    rd_kafka_topic_partition_list_destroy(topics);
    if (err)
        bench_die("rd_kafka_subscribe", rd_kafka_err2str(err));
}

size_t kafka_take(struct kafka *kafka, int wait_ms, rd_kafka_message_t **ret_records)
{
    ssize_t count = rd_kafka_consume_batch_queue(kafka->records, wait_ms, ret_records, KAFKA_BATCH);
    size_t kept = 0;
    for (ssize_t i = 0; i < count; i++) {
        if (ret_records[i]->err)
            rd_kafka_message_destroy(ret_records[i]);
        else
            ret_records[kept++] = ret_records[i];
    }
    return kept;
}

void kafka_send(struct kafka *kafka, const rd_kafka_message_t *input, const void *value, size_t len)
{
    while (rd_kafka_produce(kafka->output, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY,
                            (void *)value, len, input->key, input->key_len, NULL) != 0) {
        if (rd_kafka_last_error() != RD_KAFKA_RESP_ERR__QUEUE_FULL)
            bench_die("rd_kafka_produce", rd_kafka_err2str(rd_kafka_last_error()));
        rd_kafka_poll(kafka->producer, 1);
    }
}
