/* Consume and produce only: what librdkafka allows. No lookup, no decoding, no order across a
 * failure, offsets committed on a timer. */
#include "kafka.h"

int main(void)
{
    static rd_kafka_message_t *records[KAFKA_BATCH];
    struct kafka kafka;
    kafka_open(&kafka);
    for (;;) {
        size_t count = kafka_take(&kafka, 100, records);
        for (size_t i = 0; i < count; i++) {
            kafka_send(&kafka, records[i], records[i]->payload, records[i]->len);
            rd_kafka_message_destroy(records[i]);
        }
        rd_kafka_poll(kafka.producer, 0);
    }
}
