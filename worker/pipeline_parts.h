/* pipeline_parts: what the files of the pipeline share; nobody else includes it.
 *
 *   pipeline.c         the stages
 *   pipeline_decode.c  the stage that may have to wait for a schema
 *   pipeline_life.c    opening, starting, draining, closing
 *   pipeline_transactions.c  exactly once
 *   pipeline_group.c   partitions, commits, rebalances
 *   pipeline_status.c  metrics, health, readiness
 *   pipeline_memory.c  the memory budget
 *   pipeline_watch.c   who is slow, who is stuck, and on what */
#ifndef BYLINE_PIPELINE_PARTS_H
#define BYLINE_PIPELINE_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "config/config.h"
#include "core/avro_encode.h"
#include "core/avro_plan.h"
#include "core/buf.h"
#include "core/key_order.h"
#include "core/ledger.h"
#include "core/metrics.h"
#include "core/offset_map.h"
#include "core/watch.h"
#include "core/wire_format.h"
#include "enrich.h"
#include "io/admin.h"
#include "io/fetch.h"
#include "io/registry.h"
#include "io/sink.h"
#include "io/source.h"
#include "io/transactions.h"
#include "job.h"
#include "pipeline.h"
#include "registration.h"
#include "schemas.h"

enum {
    COMMIT_INTERVAL_MS = 500,
    TICK_MS = 100,
    LOOKUPS_READY = 128,    /* beyond those that may be under way */
    OUTPUTS_WAITING = 3072, /* beyond those too */
    HOLD_MS = 1000,         /* between two tries to publish what was refused */
    /* Both together, and what a transaction without an answer takes to be given up, stay below the
     * 30 s that a container is given to stop. */
    DRAIN_MS = 20000,
    CLOSE_MS = 4000, /* to leave the group after that */
};

enum pipeline_phase {
    PHASE_STARTING, /* waits for the registry */
    PHASE_RUNNING,
    PHASE_DRAINING, /* takes in nothing, finishes what it has */
    PHASE_LEAVING,  /* everything is committed; leaves the group */
    PHASE_STOPPED,
};

/* One assigned partition; lives from its assignment until it is revoked and jobless. */
struct partition {
    struct partition *next;
    struct pipeline *pipeline;
    struct source_partition *source;
    struct topic_metrics *metrics;
    struct ledger ledger;
    int64_t transaction_offset; /* to commit with the transaction that is being filled, -1: none */
    struct offset_map done_before; /* finished by the last owner, beyond its commit */
    uint64_t sent_total;           /* ledger.finished_total when a commit was last asked for */
    uint64_t committed_total;      /* and when one was last acknowledged */
    int64_t timestamp_ms;          /* of the last finished record, -1: none */
    bool paused;                   /* the ledger is nearly full */
    const struct job *oldest;      /* unfinished; only while the watchdog looks */
    struct watch watch;
    uint64_t stuck_said_ms; /* loop time of the log's last word on it, 0: none, or not stuck */
};

struct memory_use {
    size_t read_ahead; /* by librdkafka, an estimate */
    size_t jobs;       /* events in flight and kept outputs */
    size_t bodies;     /* of answers under way */
    size_t cache;
};

struct pipeline {
    uv_loop_t *loop;
    const struct config *config;
    void (*stopped)(void *context, const struct error *error);
    void *context;
    enum pipeline_phase phase;
    struct error failure; /* ERROR_NONE after a drain */

    struct source *source;
    struct sink *sink;                 /* of at_least_once */
    struct transactions *transactions; /* of exactly_once */
    struct transaction_run *run;
    bool transaction_under_way;
    uint64_t transaction_remind_ms; /* loop time at which it takes too long */
    uint64_t transaction_due_ms;
    uint64_t transaction_hold_ms; /* none before, after one that failed */
    struct fetch *fetch;
    struct enricher *enricher;
    struct admin *admin;
    struct registration *registration;
    struct schemas *schemas;

    struct avro_plan *plan;
    unsigned char prefix[WIRE_PREFIX_MAX]; /* before each record's payload */
    size_t prefix_bytes;
    struct sink_header schema_header; /* of framing confluent_header, else its name is NULL */
    unsigned char schema_header_value[WIRE_HEADER_BYTES];
    char subject[REGISTRY_SUBJECT_MAX];
    struct span avsc;

    struct jobs jobs;
    struct key_order order;
    struct buf scratch; /* one record while it is encoded */
    struct partition *partitions;

    uv_timer_t tick;
    uv_check_t turn;
    uv_prepare_t before_poll;
    uv_idle_t more;         /* runs while a turn of intake has left records */
    bool records_waiting;   /* librdkafka has more than was taken */
    uint64_t full_since_ns; /* since when room for them lacks, but not places; 0: it does not */
    uint64_t commit_due_ms;
    uint64_t deadline_ms; /* of the phase, loop time */
    bool commit_under_way;
    uint64_t commit_number;         /* of the last one, from 1 */
    uint64_t commit_sent_ms;        /* loop time */
    uint64_t commits_fail_since_ms; /* loop time of the first of them in a row, 0: none */

    bool revoking; /* nothing more is published: what was is waited for */
    bool joined;   /* the group has said what is ours */
    bool brokers_reachable;
    char blocked_reason[256]; /* why nothing can be published, "" while it can */
    enum sink_topic blocked_topic;
    uint64_t held_log_ms;
    uint64_t watch_due_ms;    /* loop time */
    struct memory_use memory; /* of the last tick, and what was taken in since */
    bool memory_full;         /* and said so */

    struct worker_metrics metrics;
};

/* pipeline.c */
void pipeline_readable(void *context);
void pipeline_delivered(void *context, void *opaque, enum sink_delivery delivery,
                        const char *reason);
void pipeline_recalled(void *context);
void pipeline_take_in(struct pipeline *pipeline);
/* Of a job that is decoded. */
void pipeline_enrich(struct pipeline *pipeline, struct job *job);
/* Of a job that has its result. */
void pipeline_publish_in_turn(struct pipeline *pipeline, struct job *job);
void pipeline_publish_held(struct pipeline *pipeline);
/* Output or dead letter is there for good: the offset may be committed. */
void pipeline_finish_job(struct pipeline *pipeline, struct job *job);
void pipeline_drop_job(struct pipeline *pipeline, struct job *job);
void pipeline_fail(struct pipeline *pipeline, const struct error *error);
void pipeline_fail_without_memory(struct pipeline *pipeline);

/* pipeline_decode.c */
void pipeline_decode(struct pipeline *pipeline, struct job *job);
/* Those whose schema has come, as far as there is room. */
void pipeline_decode_readable(struct pipeline *pipeline);

/* pipeline_transactions.c */
struct transaction_run;
bool pipeline_transactions_open(struct pipeline *pipeline, struct error *ret_error)
    __attribute__((warn_unused_result));
void pipeline_transactions_close(struct pipeline *pipeline);
/* Starts a transaction with all that is ready, when it is time. */
void pipeline_transact(struct pipeline *pipeline);

/* pipeline_group.c */
void group_assigned(void *context, struct source_partition *source);
void group_revoking(void *context);
void group_revoked(void *context, struct source_partition *source, bool lost);
void group_remembered(void *context, struct source_partition *source, int64_t committed,
                      struct span metadata);
void group_missed(void *context, struct source_partition *source, int64_t offset, int64_t count);
void group_rebalanced(void *context);
void group_committed(void *context, uint64_t commit, bool ok, const char *reason);
void group_brokers_changed(void *context, bool reachable);
/* Commits what is finished and not yet committed. */
void group_commit(struct pipeline *pipeline);
bool group_all_committed(const struct pipeline *pipeline);
void group_finish(struct pipeline *pipeline);

/* pipeline_memory.c */
void pipeline_measure_memory(struct pipeline *pipeline);
/* A record is taken in. */
void pipeline_count_memory(struct pipeline *pipeline, const struct source_record *record);
/* Whether more may be taken in. */
bool pipeline_has_memory(struct pipeline *pipeline);
/* Prometheus text. */
void pipeline_print_memory(struct pipeline *pipeline, struct buf *out);

/* pipeline_watch.c */
/* Looks, about once a second, and says in the log who is stuck. */
void pipeline_watch(struct pipeline *pipeline);
size_t pipeline_count_stuck(const struct pipeline *pipeline);
/* Whether a partition is stuck, and a line about it. */
bool pipeline_is_stuck(struct pipeline *pipeline, struct buf *out);
/* A partition that only a restart may help, or NULL. */
const struct partition *pipeline_hopeless(const struct pipeline *pipeline);
/* /debug/partitions, as JSON. */
void pipeline_print_partitions(void *context, struct buf *out);

/* pipeline_status.c */
struct admin_handlers pipeline_admin_handlers(struct pipeline *pipeline);

#endif
