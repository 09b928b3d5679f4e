/* source_parts: what the files of source share; nobody else includes it.
 *
 *   source.c             the consumer, its callbacks and records
 *   source_commits.c     commits
 *   source_partitions.c  which partitions are ours, and that each is read from its commit
 *   source_recall.c      what the group remembers of them
 *   source_group.c       our place in the group
 *   source_topics.c      whether their topics are still the same ones
 *   source_pulse.c       whether quiet partitions are polled
 *   source_end.c         the end of the consumer */
#ifndef BYLINE_IO_SOURCE_PARTS_H
#define BYLINE_IO_SOURCE_PARTS_H

#include <librdkafka/rdkafka.h>
#include <stdatomic.h>

#include "io/source.h"

/* The public part first: handlers see only that. */
struct assignment {
    struct source_partition partition;
    struct topic *topic;
    rd_kafka_queue_t *queue; /* held back until remembered, then forwarded to source->records */
    uint64_t generation;     /* later ones have higher ones, also of the same partition */
    bool remembered;
    int64_t next_offset; /* after the last record taken or the group's commit, -1: not known */
    bool at_commit;      /* the next record is the first since the group's commit was told */
    uint64_t skip_batch; /* what was taken with the record that sought the commit */
    size_t outstanding;  /* records not yet given back */
    bool revoked;
    int64_t pulse_offset; /* next_offset when the last pulse was taken */
    enum source_pulse pulse;
};

struct topic_id {
    int64_t high, low; /* 0, 0: not known */
};

struct topic {
    struct topic *next;
    char *name;
    const rd_kafka_topic_t *handle; /* only compared */
    struct assignment **partitions; /* by partition id, NULL where not ours */
    int32_t capacity;
    struct topic_id id;
    struct topic_id doubted_id; /* told last, and another than id */
    bool is_made_anew;
    bool was_unknown;    /* told last: there is none of that name */
    bool is_missing;     /* that was told twice in a row */
    bool is_denied;      /* or do not let us see it */
    int32_t first_count; /* partitions when they told of it first; 0: it was missing or is another
                            one since, -1: not yet */
};

struct source {
    uv_loop_t *loop;
    struct source_handlers handlers;
    rd_kafka_t *consumer;
    rd_kafka_queue_t *events;  /* rebalances, errors, commit results */
    rd_kafka_queue_t *records; /* what partitions' queues are forwarded to */
    rd_kafka_topic_partition_list_t *subscription;
    rd_kafka_topic_partition_list_t *commits; /* waiting for the next flush */
    bool metadata_refused; /* by the group's coordinator: none is sent any more */
    bool begins_at_end;    /* where the group has no commit: auto.offset.reset is latest */
    struct topic *topics;
    uint64_t batch;    /* the number of the one that is read */
    double mean_bytes; /* of a record, with what librdkafka adds to it */
    int wake_fd;       /* eventfd that librdkafka writes */
    uv_poll_t wake;
    uv_timer_t tick;
    int open_handles;
    bool freed;
    bool reachable;
    bool probing;
    uv_work_t probe;
    bool probe_answered;
    struct topics_question *question; /* of the probe under way */
    int unanswered;                   /* probes in a row */
    uint64_t probe_due_ms;            /* loop time */
    /* librdkafka (seen: 2.15.1, 2.16.0) forgets every broker, for good, when one that has just
     * started answers that there are none. So they are told to it again when nothing is heard of
     * them. */
    const char *brokers;
    bool pulsing;
    uint64_t pulse_due_ms;              /* loop time */
    int recalls;                        /* under way */
    rd_kafka_resp_err_t recall_errs[2]; /* of the last one of each question; told */
    uint64_t generation;                /* of the last assignment */
    atomic_bool closing;                /* read by the pool's threads, too */
    void (*closed)(void *context);
};

/* source.c */
void source_fail(struct source *source, const char *what, const char *reason);
/* Frees once every handle is closed and the pool is done with it. */
void source_destroy(struct source *source);

/* source_commits.c */
/* Commits what was added, and waits for the answer, before the group hears that partitions are
 * given up: afterwards the broker would refuse the generation, and the next owner repeat the work.
 */
void source_commit_revoked(struct source *source);
/* An interceptor. */
rd_kafka_resp_err_t source_commits_on_new(rd_kafka_t *consumer, const rd_kafka_conf_t *conf,
                                          void *opaque, char *reason, size_t reason_size);

/* source_partitions.c */
/* One of that name, made where there is none; NULL without memory. */
struct topic *partitions_topic(struct source *source, const char *name);
/* NULL for a partition that is no longer ours. */
struct assignment *partitions_find(struct source *source, const rd_kafka_message_t *message);
struct assignment *partitions_find_by_name(struct source *source, const char *name, int32_t id);
void partitions_assign(struct source *source, const char *name, int32_t id);
void partitions_revoke(struct source *source, const char *name, int32_t id, bool lost);
/* Goes on from next_offset. Blocks for the time that librdkafka's threads take, 3 s at most. */
bool partitions_seek(struct source *source, const struct assignment *assignment);
/* Whether the message is not to be taken, for the partition is read from the group's commit now. */
bool partitions_left_out(struct source *source, struct assignment *assignment,
                         const rd_kafka_message_t *message);
/* After one of its records was given back. */
void partitions_release(struct assignment *assignment);
void partitions_free(struct source *source);

/* source_recall.c */
/* Whether that is where a group without a commit begins. */
bool partitions_begin_at_end(rd_kafka_t *consumer);
/* Asks for what the group remembers of them; their records come after the answer. */
void partitions_recall(struct source *source, const rd_kafka_topic_partition_list_t *partitions);

/* source_topics.c */
/* About those of the configuration and all that any partition was ours of; NULL without memory. */
struct topics_question *topics_question_new(const struct source *source);
/* Off the loop; blocks for a second at most. */
void topics_ask(rd_kafka_t *consumer, struct topics_question *question);
/* Fails where one of ours was made anew; notes which are missing. */
void topics_compare(struct source *source, const struct topics_question *question);
/* The same for one answer. */
void topics_tell(struct source *source, struct topic *topic, struct topic_id id);
/* Another id was told than before: till it is told once more, what was committed of the topic may
 * mean others of its records. */
bool topics_is_in_doubt(const struct topic *topic);
void topics_question_free(struct topics_question *question);
/* What was committed of the partitions of such topics means others of their records: the next owner
 * begins with the first. */
void topics_rewind(struct source *source);

/* source_pulse.c */
void source_take_pulse(struct source *source);

/* source_end.c */
/* Destroys it. False where that takes too long: it goes on then, on a thread of its own. */
bool source_end_consumer(rd_kafka_t *consumer);

#endif
