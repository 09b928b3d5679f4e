/* decode_avro: a record's Avro payload as an event, with the schema that it was written with.
 *
 *   value --wire_parse--> id, payload --schema_cache--> schema --decode_avro--> struct event
 *
 * The writer's schema may be schemas/article-event.avsc or any other record, which is resolved as
 * Avro has it ("Schema Resolution"): fields are taken by name, unknown ones are passed over,
 * missing ones have their default, which is absence; int counts as long, bytes as string. A union
 * counts as its branch. Pure. */
#ifndef BYLINE_CORE_DECODE_AVRO_H
#define BYLINE_CORE_DECODE_AVRO_H

#include <stdbool.h>

#include "core/arena.h"
#include "core/avro_schema.h"
#include "core/error.h"
#include "core/event.h"
#include "core/span.h"

/* What the event names lives in the arena or is borrowed from payload. ERROR_POISON: class decode
 * for bytes that are no record of the schema, class schema for a schema whose fields have other
 * types than an event's, too_large for an arena that is full. */
bool decode_avro(const struct avro_schema *writer, struct span payload, struct arena *arena,
                 struct event *ret_event, struct error *ret_error)
    __attribute__((warn_unused_result));

#endif
