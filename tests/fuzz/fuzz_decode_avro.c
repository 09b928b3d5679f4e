/* Any payload with any schema, whose text ends at the first 0 byte; without one, the bytes are a
 * payload of the event's own schema. */
#include <assert.h>
#include <stdint.h>

#include "core/decode_avro.h"
#include "core/default_schema.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ARENA_BYTES = 1024 * 1024 };

static void decode(struct span avsc, struct span payload)
{
    struct error error;
    struct event event;
    struct arena arena;
    struct avro_schema *schema = avro_schema_parse(avsc, &error);
    arena_init(&arena, ARENA_BYTES);
    if (schema && decode_avro(schema, payload, &arena, &event, &error))
        assert(event.metadata.fields[ARTICLE_EVENT_ID].kind == VALUE_TEXT);
    arena_finish(&arena);
    avro_schema_free(schema);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span whole = span_of((const char *)data, size);
    const char *end = size > 0 && *data == '{' ? memchr(data, '\0', size) : NULL;
    if (end) {
        size_t schema_len = (size_t)(end - whole.data);
        decode(span_of(whole.data, schema_len), span_of(end + 1, size - schema_len - 1));
    } else {
        decode(default_event_schema_span(), whole);
    }
    return 0;
}
