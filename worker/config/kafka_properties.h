/* kafka_properties: the librdkafka properties of each client.
 *
 * Three layers, a later one wins: what byline chooses, `kafka.properties`, then `kafka.consumer`
 * or `kafka.producer`. Pure; the result borrows from the config and must not outlive it. */
#ifndef BYLINE_CONFIG_KAFKA_PROPERTIES_H
#define BYLINE_CONFIG_KAFKA_PROPERTIES_H

#include <stddef.h>

#include "config/config.h"
#include "core/topic_limit.h"

enum { KAFKA_PROPERTIES_MAX = 256 };

struct kafka_property {
    const char *name;
    const char *value;
};

struct kafka_properties {
    struct kafka_property items[KAFKA_PROPERTIES_MAX];
    size_t count;
    char numbers[4][24]; /* text of values computed from the configuration */
};

void kafka_properties_consumer(const struct config *config,
                               struct kafka_properties *ret_properties);
void kafka_properties_producer(const struct config *config,
                               struct kafka_properties *ret_properties);
/* The producer of delivery: exactly_once; id is its transactional.id, borrowed. */
void kafka_properties_transactions(const struct config *config, const char *id,
                                   struct kafka_properties *ret_properties);
/* Takes what the limit has to know the first time; after that batches are as small as it says. */
void kafka_properties_limit(struct kafka_properties *properties, struct topic_limit *limit);

#endif
