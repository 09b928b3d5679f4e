#include "io/record_headers.h"

#include <librdkafka/rdkafka.h>

rd_kafka_headers_t *record_headers_new(const struct sink_message *message)
{
    if (!message->headers && message->added_count == 0)
        return NULL;
    rd_kafka_headers_t *headers = message->headers ? rd_kafka_headers_copy(message->headers)
                                                   : rd_kafka_headers_new(message->added_count);
    if (message->left_out)
        (void)rd_kafka_header_remove(headers, message->left_out);
    for (size_t i = 0; i < message->added_count; i++)
        (void)rd_kafka_header_add(headers, message->added[i].name, -1, message->added[i].value.data,
                                  (ssize_t)message->added[i].value.len);
    return headers;
}
