/* dead_letters_parts: what the files of dead_letters share; nobody else includes it.
 *
 *   dead_letters.c           clients, reading
 *   dead_letters_progress.c  where a partition begins and ends, commits
 *   dead_letters_send.c      topics to send to, deliveries */
#ifndef BYLINE_IO_DEAD_LETTERS_PARTS_H
#define BYLINE_IO_DEAD_LETTERS_PARTS_H

#include <librdkafka/rdkafka.h>

#include "core/replay_progress.h"
#include "io/dead_letters.h"

enum {
    DEAD_LETTERS_TRY_MS = 2000, /* one request of several within the patience */
    DEAD_LETTERS_MAX_UNDER_WAY = 5000,
    DEAD_LETTERS_MAX_UNDER_WAY_BYTES = 32 << 20,
    DEAD_LETTERS_MAX_TARGETS = 128,
};

/* One partition of the dead-letter topic. */
struct letter_partition {
    int32_t id;
    int64_t next; /* offset to read next */
    int64_t end;  /* of the topic when the run began */
    bool at_end;
    struct replay_progress progress;
    int64_t committed_start;
    int64_t committed_count; /* settled behind it, by the last commit */
    int64_t forgotten_count; /* settled, not in the last commit */
};

/* A topic that letters go to. */
struct letter_target {
    char *name;
    int32_t partition_count;
    bool closed;   /* it cannot be written */
    bool has_told; /* handlers.troubled was */
};

/* A letter in somebody's hands; the public struct is the first member. */
struct taken_letter {
    struct dead_letter letter;
    struct dead_letters *owner;
    struct letter_partition *partition;
    struct letter_target *target; /* once sent */
    rd_kafka_message_t *message;
    int64_t offset;
    bool parked;
};

struct dead_letters {
    struct dead_letters_handlers handlers;
    const char *brokers, *topic; /* the configuration's */
    rd_kafka_t *consumer;
    rd_kafka_t *producer; /* NULL: a dry run */
    struct letter_partition *partitions;
    size_t partition_count;
    rd_kafka_topic_partition_list_t *committed; /* by the group, as far as this run knows */
    struct letter_target targets[DEAD_LETTERS_MAX_TARGETS];
    size_t target_count;
    size_t under_way, under_way_bytes;
    int64_t waiting_count;
    int silent_ms;   /* waited for letters that did not come */
    bool has_waited; /* handlers.waiting was told */
    struct error failure;
};

/* Asks again and again, each time up to DEAD_LETTERS_TRY_MS, until it is answered, interrupted or
 * the patience is over. ask returns RD_KAFKA_RESP_ERR_NO_ERROR, or why it is to be asked again. */
bool dead_letters_ask(struct dead_letters *letters, const char *what,
                      rd_kafka_resp_err_t (*ask)(struct dead_letters *letters, void *argument),
                      void *argument, struct error *ret_error) __attribute__((warn_unused_result));

/* How many partitions a topic has. ERROR_FATAL for one that is missing or may not be seen. */
bool dead_letters_describe(struct dead_letters *letters, const char *topic,
                           int32_t *ret_partition_count, struct error *ret_error)
    __attribute__((warn_unused_result));

/* Fills letters->partitions from the topic, the group's commits and the log's ends. */
bool dead_letters_find_places(struct dead_letters *letters, struct error *ret_error)
    __attribute__((warn_unused_result));

/* Commits where the run begins, with as much to note as there may ever be: brokers that refuse it
 * would have letters sent again by each run. */
bool dead_letters_try_commit(struct dead_letters *letters, struct error *ret_error)
    __attribute__((warn_unused_result));

void dead_letters_give_back(struct taken_letter *taken);

/* The producer's delivery report. */
void dead_letters_on_delivery(rd_kafka_t *producer, const rd_kafka_message_t *message,
                              void *opaque);

#endif
