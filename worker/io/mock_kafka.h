/* mock_kafka: librdkafka's mock cluster with a client that writes to it and reads from it, for the
 * demo. The cluster has threads of its own; the functions belong to one thread. */
#ifndef BYLINE_IO_MOCK_KAFKA_H
#define BYLINE_IO_MOCK_KAFKA_H

#include <stdbool.h>
#include <stddef.h>

#include "core/error.h"
#include "core/span.h"

struct mock_kafka;
struct rd_kafka_headers_s;

enum { MOCK_KAFKA_PARTITIONS = 16 };

/* One broker; topics of MOCK_KAFKA_PARTITIONS each. names end with NULL. A partition forgets what
 * is older than its last 5 MiB, read or not. */
struct mock_kafka *mock_kafka_new(const char *const *topics, struct error *ret_error)
    __attribute__((warn_unused_result));
void mock_kafka_free(struct mock_kafka *mock);

/* HOST:PORT of the broker. */
const char *mock_kafka_brokers(const struct mock_kafka *mock);

/* Copies key and value. */
bool mock_kafka_write(struct mock_kafka *mock, const char *topic, int partition, struct span key,
                      struct span value, struct error *ret_error)
    __attribute__((warn_unused_result));

/* Waits until everything written is acknowledged. */
bool mock_kafka_flush(struct mock_kafka *mock) __attribute__((warn_unused_result));

struct mock_record {
    const char *topic;
    struct span key, value;
    const struct rd_kafka_headers_s *headers; /* for mock_kafka_header */
};

/* The last header of that name, absent where there is none. */
struct span mock_kafka_header(const struct mock_record *record, const char *name);

/* Reads what has come to the topics since the last call, without waiting. */
void mock_kafka_read(struct mock_kafka *mock, const char *const *topics,
                     void (*on_record)(void *context, const struct mock_record *record),
                     void *context);

#endif
