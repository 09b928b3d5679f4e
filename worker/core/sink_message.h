/* sink_message: one record to be written; shared by the two ways out, sink and transactions.
 *
 * Key, value and header bytes are borrowed until the record's end is told. Pure. */
#ifndef BYLINE_CORE_SINK_MESSAGE_H
#define BYLINE_CORE_SINK_MESSAGE_H

#include <stddef.h>

#include "core/span.h"

struct rd_kafka_headers_s;

enum sink_topic { SINK_OUTPUT, SINK_DEAD_LETTER, SINK_TOPIC_COUNT };

struct sink_header {
    const char *name;
    struct span value; /* absent: null */
};

struct sink_message {
    enum sink_topic topic;
    struct span key;                          /* absent: null */
    struct span value;                        /* absent: null */
    const struct rd_kafka_headers_s *headers; /* passed through, NULL: none */
    const char *left_out;                     /* but for those of this name, NULL: none */
    const struct sink_header *added;          /* behind those */
    size_t added_count;
    void *opaque;
};

#endif
