/* dead_letters: the dead-letter topic read once, from what is not settled yet to its end as it is
 * now, and its letters sent on to other topics.
 *
 *   dead-letter topic --dead_letters_next--> letter --dead_letters_send--> topic   settled when
 *                                               |                                  acknowledged
 *                                               +----dead_letters_leave            stays
 *
 * Reads by its own assignment, joins no group; what is settled is committed for the group
 * GROUP.replay as core/replay_progress has it. Produces idempotently. Letters that die while it
 * runs are not read. For a command: calls block, at most as long as they say. One thread. */
#ifndef BYLINE_IO_DEAD_LETTERS_H
#define BYLINE_IO_DEAD_LETTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/config.h"
#include "core/error.h"
#include "core/replay_filter.h"
#include "core/span.h"

/* How long a broker that does not answer is waited for. */
enum { DEAD_LETTERS_PATIENCE_MS = 30000 };

struct dead_letters;

/* One letter; whoever took it gives it to dead_letters_send or dead_letters_leave. */
struct dead_letter {
    struct replay_letter content;
    struct span key; /* absent: null */
};

struct dead_letters_handlers {
    void *context;
    /* A letter that was sent has its answer; parked as dead_letters_send was told. */
    void (*answered)(void *context, bool parked, bool acknowledged);
    /* Once: no broker answers yet. */
    void (*waiting)(void *context, const char *brokers);
    /* A sentence that a person should read; about one topic only once. */
    void (*troubled)(void *context, const char *sentence);
    /* Asked while blocking: give up now. */
    bool (*interrupted)(void *context);
};

/* dry: nothing is sent, nothing committed. ERROR_USAGE for properties that librdkafka refuses,
 * ERROR_FATAL for brokers that stay silent for DEAD_LETTERS_PATIENCE_MS and a topic that is missing
 * or not readable. */
struct dead_letters *dead_letters_new(const struct config *config, bool dry,
                                      const struct dead_letters_handlers *handlers,
                                      struct error *ret_error) __attribute__((warn_unused_result));

/* Letters that were not settled at the start. Offsets that hold no record are counted until they
 * are passed. */
int64_t dead_letters_waiting(const struct dead_letters *letters);

enum dead_letters_next {
    DEAD_LETTERS_TAKEN,
    DEAD_LETTERS_NOT_YET, /* nothing within 100 ms, or too much is unacknowledged */
    DEAD_LETTERS_END,     /* all are read */
    DEAD_LETTERS_FAILED,  /* ERROR_FATAL */
};

enum dead_letters_next dead_letters_next(struct dead_letters *letters,
                                         struct dead_letter **ret_letter, struct error *ret_error);

void dead_letters_leave(struct dead_letters *letters, struct dead_letter *letter);

/* partition is where it would go if the topic has it, -1 for by key. headers are borrowed during
 * the call only. False when the topic cannot be written, which handlers.troubled has told: the
 * letter is left. */
bool dead_letters_send(struct dead_letters *letters, struct dead_letter *letter, const char *topic,
                       int32_t partition, const struct replay_header *headers, size_t header_count,
                       bool parked) __attribute__((warn_unused_result));

/* Waits up to timeout_ms for answers. */
void dead_letters_serve(struct dead_letters *letters, int timeout_ms);

/* Sent and not answered. */
size_t dead_letters_under_way(const struct dead_letters *letters);

/* Remembers what is settled; nothing to do is success. Waits for the broker's answer. */
bool dead_letters_commit(struct dead_letters *letters, struct error *ret_error)
    __attribute__((warn_unused_result));

/* Settled, but too scattered to be remembered by the last commit: replayed again by another run. */
int64_t dead_letters_forgotten(const struct dead_letters *letters);

/* Everything unanswered is given up. Takes NULL. */
void dead_letters_free(struct dead_letters *letters);

#endif
