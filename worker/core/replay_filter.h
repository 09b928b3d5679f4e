/* replay_filter: what becomes of a dead letter in a replay.
 *
 *   dead letter --replay_read--> facts --replay_judge--> SEND   to its source topic
 *                                                        PARK   it came back too often
 *                                                        SKIP   left where it is
 *
 *   headers of the dead letter             of the replayed record
 *     trace            t-1                   trace                    t-1
 *     byline.error.*, byline.source.*  ->    byline.replay.attempts   2
 *     byline.replay.attempts  1
 *
 * Header names that start with "byline." are byline's own; all others go through as they are, in
 * their order. Dead letters are outside bytes. Pure. */
#ifndef BYLINE_CORE_REPLAY_FILTER_H
#define BYLINE_CORE_REPLAY_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/span.h"
#include "core/url.h"

/* A record replayed so often is parked when it dies once more. */
enum { REPLAY_MAX_ATTEMPTS = 3 };

#define REPLAY_PARKED_SUFFIX ".parked" /* behind the dead-letter topic's name */

struct replay_header {
    struct span name;
    struct span value; /* absent: null */
};

struct replay_letter {
    const struct replay_header *headers;
    size_t header_count;
    struct span value;    /* absent: null */
    int64_t timestamp_ms; /* when it died; -1: not known */
};

/* What a letter says of itself. Spans borrow from the letter or live in the arena. */
struct replay_facts {
    struct span error_class;  /* absent: none, so that it is no dead letter of byline */
    struct span source_topic; /* absent: none */
    int32_t source_partition; /* -1: not known */
    int attempts;             /* how often it has been replayed */
    struct span host;         /* lower case; absent: it names none */
    int64_t timestamp_ms;
};

struct replay_filter {
    const char *error_class;   /* NULL: any */
    const char *host;          /* NULL: any; compared without case */
    int64_t since_ms;          /* died at or after; INT64_MIN: any */
    int64_t until_ms;          /* died before; INT64_MAX: any */
    const char *const *topics; /* the configured ones: no letter goes to any other */
    size_t topic_count;
};

enum replay_fate { REPLAY_SEND, REPLAY_PARK, REPLAY_SKIP, REPLAY_FATE_COUNT };

/* The host is that of the last URL in byline.error.message, which is the one that failed a lookup;
 * where the message names none, that of the event's url, if the event can be read. */
struct replay_facts replay_read(const struct replay_letter *letter, struct url_parser *parser,
                                struct arena *arena);

enum replay_fate replay_judge(const struct replay_filter *filter, const struct replay_facts *facts);

/* Writes the headers of the replayed record, at most letter->header_count + 1; the counter is
 * formatted into counter_text. Returns how many. */
size_t replay_rewrite(const struct replay_letter *letter, const struct replay_facts *facts,
                      char counter_text[16], struct replay_header *ret_headers);

#endif
