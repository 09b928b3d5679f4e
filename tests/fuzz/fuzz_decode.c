/* Any bytes as an event: by their look, as JSON and as text. */
#include <stddef.h>
#include <stdint.h>

#include "core/decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span value = span_of((const char *)data, size);
    const enum event_format formats[] = {decode_detect(value), EVENT_JSON, EVENT_TEXT};
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (formats[i] == EVENT_AVRO)
            continue;
        struct arena arena;
        struct event event;
        struct error error;
        arena_init(&arena, 1024 * 1024);
        (void)!decode_event(formats[i], value, &arena, &event, &error);
        arena_finish(&arena);
    }
    return 0;
}
