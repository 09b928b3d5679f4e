/* source: records out of Kafka.
 *
 *   librdkafka queues --eventfd--> uv_poll --> source_take (the pipeline pulls, as many as it has
 *                                                           room for)
 *
 * Partitions' records and the group's events come on two queues: leaving the first alone is how
 * intake waits, while rebalances, errors and commits go on being served. librdkafka stops
 * fetching by itself once its own queues are full. One loop thread owns it all.
 *
 * A partition object lives from its assignment until it is revoked and its last record has been
 * given back. */
#ifndef BYLINE_IO_SOURCE_H
#define BYLINE_IO_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "config/config.h"
#include "core/error.h"
#include "core/span.h"

struct source;
struct rd_kafka_message_s;
struct rd_kafka_headers_s;
struct rd_kafka_consumer_group_metadata_s;

/* What the broker said of a partition that gave no record for a while. */
enum source_pulse {
    SOURCE_POLLED,     /* what we were told is all that there is */
    SOURCE_UNANSWERED, /* nothing */
    SOURCE_BEHIND,     /* it has records that do not come */
};

struct source_partition {
    const char *topic;
    int32_t id;
    void *context;  /* the pipeline's; NULL once revoked */
    bool committed; /* by the last commit that was answered of those that it was part of */
};

/* One record, borrowed from librdkafka until source_release. */
struct source_record {
    struct source_partition *partition;
    int64_t offset;
    int64_t timestamp_ms;               /* -1: none */
    struct span key;                    /* absent: null key */
    struct span value;                  /* absent: null value, a tombstone */
    struct rd_kafka_headers_s *headers; /* NULL: none */
    struct rd_kafka_message_s *message;
};

struct source_handlers {
    void *context;
    /* Records may be waiting: call source_take until it gives none. */
    void (*readable)(void *context);
    /* Sets partition->context. */
    void (*assigned)(void *context, struct source_partition *partition);
    /* Between assigned and the first record: the group's committed offset and its metadata, when
     * there is one. */
    void (*remembered)(void *context, struct source_partition *partition, int64_t committed,
                       struct span metadata);
    /* Retention deleted count records from offset on before they were read; reading goes on behind
     * them. */
    void (*missed)(void *context, struct source_partition *partition, int64_t offset,
                   int64_t count);
    /* Partitions are about to be revoked, one by one; not called before they are lost. */
    void (*revoking)(void *context);
    /* Before a revocation: add a commit of what is finished (source_commit_add; it is sent and
     * waited for before the partition is given up), drop the rest. After this the partition's
     * context is NULL. lost: another worker may own it already, commit nothing. */
    void (*revoked)(void *context, struct source_partition *partition, bool lost);
    /* The group knows what this member owns, for the nth time. */
    void (*rebalanced)(void *context);
    /* The end of a commit that source_commit_flush was given the number of, 0: of partitions that
     * were revoked, told only where it failed. Not ok where any partition failed;
     * partition->committed tells of each. */
    void (*committed)(void *context, uint64_t commit, bool ok, const char *reason);
    void (*brokers_changed)(void *context, bool reachable);
    void (*failed)(void *context, const struct error *error); /* ERROR_FATAL */
};

struct source *source_new(uv_loop_t *loop, const struct config *config,
                          const struct source_handlers *handlers, struct error *ret_error)
    __attribute__((warn_unused_result));

/* librdkafka's, as linked. */
const char *source_library_version(void);

/* Joins the group. */
bool source_subscribe(struct source *source, struct error *ret_error)
    __attribute__((warn_unused_result));

/* Up to max records, without waiting; returns how many. Each is given back by source_release. */
size_t source_take(struct source *source, struct source_record *ret_records, size_t max);
void source_release(struct source_record *record);

/* The value of the record's last header of that name; absent where it has none. Lives as long as
 * the record. */
struct span source_header(const struct source_record *record, const char *name);

/* Stops and resumes fetching of one partition; what was read ahead is read again after it. */
void source_pause(struct source *source, struct source_partition *partition, bool paused);

/* Asks for the offset (next to read) of one partition to be committed with the next
 * source_commit_flush, with metadata for whoever is assigned it next. Of a revoked partition it
 * does nothing. */
void source_commit_add(struct source *source, struct source_partition *partition, int64_t offset,
                       struct span metadata);
/* Sends what was added, under a number that handlers.committed tells the end of. False when there
 * was nothing. */
bool source_commit_flush(struct source *source, uint64_t commit);

/* The consumer's place in its group as of now, for a transaction's offsets. NULL where it has none.
 */
struct rd_kafka_consumer_group_metadata_s *source_group(struct source *source);
void source_group_free(struct rd_kafka_consumer_group_metadata_s *group);

/* Behind the last record of the log, by what the broker last said; -1: not known. */
int64_t source_log_end(const struct source *source, const struct source_partition *partition);

/* One of the configured topics that the brokers do not have, or do not let us see, as of some
 * seconds ago; NULL: none. Borrowed until the source is freed. */
const char *source_unread_topic(const struct source *source, const char **ret_why);

/* Whether the group has taken us in, also with no partition: with group.protocol=consumer there is
 * no rebalance that tells it then. */
bool source_is_idle_member(struct source *source);

/* Asks whether the topics are still the same ones, and fails where one was made anew: its commits
 * are put back to 0 then. Blocks for seconds where brokers do not answer: for who ends anyway. */
void source_look_at_topics(struct source *source);

/* Records behind the offset, by what the broker last said of the log's end; -1: not known. */
int64_t source_lag(const struct source *source, const struct source_partition *partition,
                   int64_t next_offset);

/* Of records that librdkafka has fetched and nobody has taken: their number by the mean size of
 * those taken lately. */
size_t source_read_ahead_bytes(const struct source *source);

/* By the last pulse, which is taken every few seconds. */
enum source_pulse source_pulse(const struct source_partition *partition);

/* Leaves the group: partitions are revoked through the handlers first. done comes once. */
void source_close(struct source *source, void (*done)(void *context));

/* After done, or instead of it (without leaving properly). Run the loop to let handles close. */
void source_free(struct source *source);

#endif
