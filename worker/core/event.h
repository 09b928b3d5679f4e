/* event: what a record's value says of an article, whatever format it came in.
 *
 *   JSON  --decode-------+
 *                        +--> struct event_value, one a field --> event_set --> struct event
 *   Avro  --decode_avro--+     (its type, its text or number)     (the rules of ArticleEvent)
 *
 * The fields are those of schemas/article-event.avsc; here alone stands what each may be and what
 * becomes of it. Pure. */
#ifndef BYLINE_CORE_EVENT_H
#define BYLINE_CORE_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/article.h"
#include "core/error.h"
#include "core/span.h"

struct event {
    struct metadata metadata;
    struct span content; /* the page as the producer fetched it, may be absent */
    struct span content_type;
    bool has_observed_at;
    int64_t observed_at_ms; /* since the epoch, UTC */
};

/* Gives an event without event_id the SHA-256 of value, equal for every replay of the same bytes.
 * False without memory. */
bool event_set_id(struct event *event, struct span value, struct arena *arena)
    __attribute__((warn_unused_result));

/* ---- for the decoders ---- */

enum event_kind {
    EVENT_NULL, /* the same as absent */
    EVENT_STRING,
    EVENT_BYTES,
    EVENT_NUMBER,  /* a whole one */
    EVENT_INSTANT, /* a number: ms since the epoch, UTC */
    EVENT_DAY,     /* a number: days since 1970-01-01 */
    EVENT_LIST,
    EVENT_MAP,
    EVENT_OTHER,
};

struct event_value {
    enum event_kind kind;
    const char *type; /* what its format calls it: "a number", "int" */
    struct span key;  /* in a map */
    struct span text; /* of STRING, BYTES */
    int64_t number;
    const struct event_value *items; /* of LIST and MAP, borrowed for the call */
    size_t count;
};

/* How a format differs, and where the event is built. */
struct event_builder {
    struct event *event;
    struct arena *arena;
    struct error *error;
    enum error_class wrong_type; /* whose fault it is: decode or schema */
    bool copies_texts;           /* they do not live as long as the event */
    bool has_no_bytes;           /* bytes are a string in base64 (RFC 4648) */
};

struct event_field;

/* NULL for a field that an event does not have. */
const struct event_field *event_field_find(struct span name);

/* Sets the field. False with ERROR_POISON for a value that it cannot have. */
bool event_set(const struct event_builder *builder, const struct event_field *field,
               const struct event_value *value) __attribute__((warn_unused_result));

/* ERROR_POISON (too_large): the arena is full. Returns false. */
bool event_too_large(const struct event_builder *builder);

#endif
