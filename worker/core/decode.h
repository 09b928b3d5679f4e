/* decode: a record's value as an event.
 *
 *   {"event_id": ..., "url": ..., ...}   JSON with the fields of schemas/article-event.avsc
 *   24.01.2022 Author: Jane Roe ...      an article as plain text
 *   00 | schema id | ...   C3 01 | ...   Avro (only told apart here, decode_avro reads it)
 *
 * In JSON `content` is base64 (RFC 4648) and `observed_at` milliseconds since the epoch or an
 * RFC 3339 text; null is the same as absent; unknown fields are ignored, so that producers may add
 * some; a key that stands twice is refused, since readers disagree on which one counts. An event
 * without event_id gets the SHA-256 of its value. Pure. */
#ifndef BYLINE_CORE_DECODE_H
#define BYLINE_CORE_DECODE_H

#include <stdbool.h>

#include "core/arena.h"
#include "core/error.h"
#include "core/event.h"
#include "core/span.h"

enum event_format { EVENT_JSON, EVENT_TEXT, EVENT_AVRO };

/* What a value looks like by its first bytes (input.format: auto). */
enum event_format decode_detect(struct span value);

/* Decodes JSON and text. The event lives in the arena; the text of a text event borrows value. What
 * cannot be read is ERROR_POISON (decode) with a message for the producer's author, an arena that
 * is full ERROR_POISON (too_large). */
bool decode_event(enum event_format format, struct span value, struct arena *arena,
                  struct event *ret_event, struct error *ret_error)
    __attribute__((warn_unused_result));

#endif
