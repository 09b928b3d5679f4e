/* kafka: the least that the two bare loops need of librdkafka: one consumer of one topic, one
 * producer, both set up from the environment. What fails ends the program. */
#ifndef BYLINE_BENCH_BARE_KAFKA_H
#define BYLINE_BENCH_BARE_KAFKA_H

#include <librdkafka/rdkafka.h>
#include <stdbool.h>
#include <stddef.h>

enum { KAFKA_BATCH = 512 };

struct kafka {
    rd_kafka_t *consumer, *producer;
    rd_kafka_queue_t *records;
    rd_kafka_topic_t *output;
};

/* BENCH_BROKERS, BENCH_GROUP, BENCH_SOURCE, BENCH_OUTPUT. */
void kafka_open(struct kafka *kafka);

/* At most KAFKA_BATCH records; 0 when none came in wait_ms. They go back to
 * rd_kafka_message_destroy. */
size_t kafka_take(struct kafka *kafka, int wait_ms, rd_kafka_message_t **ret_records);

/* Copies. Waits while the producer's queue is full. */
void kafka_send(struct kafka *kafka, const rd_kafka_message_t *input, const void *value,
                size_t len);

/* Prints the reason and ends the program. */
void bench_die(const char *what, const char *reason) __attribute__((noreturn));

/* The variable's value; without it the program ends. */
const char *bench_env(const char *name);

#endif
