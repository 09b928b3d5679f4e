/* job: one event in flight, from the moment it is read until its output is acknowledged.
 *
 *   FREE -> ENRICHING -> ORDERED -> PUBLISHING -> FREE
 *            |  ^  |          |  ^        |
 *            |  |  |          v  |        v
 *            |  |  +-------> HELD <-------+     (queue full, refused, recalled: again later)
 *            v  |
 *     UNREAD -> READABLE                        (Avro of a schema that the registry is asked for)
 *
 * Each state is one list, and job_move is the only way from one to another. The pipeline owns
 * every job; nobody else keeps one. */
#ifndef BYLINE_JOB_H
#define BYLINE_JOB_H

#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/article.h"
#include "core/error.h"
#include "core/key_order.h"
#include "enrich.h"
#include "io/source.h"

enum job_state {
    JOB_FREE,
    JOB_UNREAD,     /* waits for the schema that its value was written with */
    JOB_READABLE,   /* has it, waits for room among the enriching ones */
    JOB_ENRICHING,  /* lookups under way */
    JOB_ORDERED,    /* ready, waits for an earlier record of its key */
    JOB_HELD,       /* could not be published just now */
    JOB_READY,      /* exactly once: all before it are ready too, for the next transaction */
    JOB_PUBLISHING, /* librdkafka has it */
    JOB_STATE_COUNT,
};

/* What the job publishes. */
enum job_result { JOB_RECORD, JOB_TOMBSTONE, JOB_DEAD_LETTER };

struct dead_letter;
struct schemas_waiter;

struct job {
    struct job *previous, *next; /* in the list of its state */
    enum job_state state;
    struct key_member turn; /* in its key's line until it is READY or acknowledged */
    struct source_record record;
    struct arena arena; /* article, and all its spans that do not point into record */
    struct article *article;
    struct schemas_waiter *schema_waiter; /* of JOB_UNREAD */
    struct enrichment enrichment;
    enum job_result result;
    enum error_class error_class;    /* of JOB_DEAD_LETTER */
    struct span output;              /* framed record, in output_memory; of JOB_RECORD */
    struct dead_letter *dead_letter; /* its text and headers, in the arena */
    const char *stage;               /* where it failed: decode, enrich, encode, publish */
    int attempts;                    /* requests sent for what failed */
    int publish_count;               /* how often it was handed to the sink */
    uint64_t started_ns;             /* monotonic, when it was read */
    uint64_t retry_ns;               /* of JOB_HELD: not before */
    /* What follows is not emptied with the rest. */
    char *output_memory; /* kept for the next output */
    size_t output_capacity;
};

struct job_list {
    struct job *first, *last;
    size_t count;
};

enum { JOBS_MAX_SPARE = 1024, JOBS_MAX_DEFERRED = 1024 };

struct job_limits {
    size_t count;       /* of all that are not free */
    size_t enriching;   /* of those, but for deferred ones */
    size_t kept_bytes;  /* outputs, the inputs that they came from, and inputs not read yet */
    size_t arena_bytes; /* of one job's arena */
};

struct jobs {
    struct job_list lists[JOB_STATE_COUNT];
    struct job_limits limits;
    size_t kept_bytes;
    size_t deferred;                    /* enriching ones that take no place: their host is away */
    struct arena spare[JOBS_MAX_SPARE]; /* empty and warm: the last one back is the next one used */
    size_t spare_count;
};

void jobs_init(struct jobs *jobs, const struct job_limits *limits);
void jobs_finish(struct jobs *jobs);

size_t jobs_in_flight(const struct jobs *jobs);
size_t jobs_room(const struct jobs *jobs);

/* Whether a job that is READABLE may become ENRICHING. */
bool jobs_may_enrich(const struct jobs *jobs);

/* A job in state ENRICHING, all else empty; of as many as jobs_room has told. NULL without memory.
 */
struct job *job_take(struct jobs *jobs);

/* The article is encoded: keeps a copy of the bytes, and gives the memory of event, lookups and
 * article to the next job. What waits for its turn or for the broker takes little. False without
 * memory. */
bool job_keep_output(struct jobs *jobs, struct job *job, struct span output)
    __attribute__((warn_unused_result));

/* Back to READY, in the order that they came, before those that became so later. */
void jobs_ready_again(struct jobs *jobs);

/* To FREE: gives back everything that the job holds. */
void job_move(struct jobs *jobs, struct job *job, enum job_state state);

#endif
