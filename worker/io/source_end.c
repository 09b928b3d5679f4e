/* librdkafka (seen: 2.15.1) destroys a consumer once the commits under way are answered, and a
 * frozen broker's answer is waited for as long as the session. A container would be killed first,
 * so the thread that destroys is left to itself after two seconds; it ends with the process. */
#include <pthread.h>
#include <time.h>

#include "io/source_parts.h"
#include "log.h"

enum { PATIENCE_S = 2 };

static void *destroy(void *consumer)
{
    rd_kafka_destroy_flags(consumer, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    return NULL;
}

bool source_end_consumer(rd_kafka_t *consumer)
{
    pthread_t thread;
    struct timespec until;
    if (pthread_create(&thread, NULL, destroy, consumer) != 0) {
        (void)destroy(consumer);
        return true;
    }
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += PATIENCE_S;
    if (pthread_clockjoin_np(thread, NULL, CLOCK_MONOTONIC, &until) == 0)
        return true;
    (void)pthread_detach(thread);
    log_warn("consumer_left", LOG_TEXT("reason", "the broker does not answer"),
             LOG_TEXT("note", "it ends with the process"));
    return false;
}
