/* What is read is written again, and reads as the same text. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "core/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct json *read_and_write(struct span text, struct arena *arena, struct buf *out)
{
    struct json_error error;
    const struct json *json = json_read(text, arena, &error);
    if (json && !json_write(json, out))
        abort();
    return json;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct buf once, twice;
    arena_init(&arena, 64 * 1024 * 1024);
    buf_init(&once, 64 * 1024 * 1024);
    buf_init(&twice, 64 * 1024 * 1024);
    const struct json *json = read_and_write(span_of((const char *)data, size), &arena, &once);
    if (json && (!read_and_write(buf_span(&once), &arena, &twice) ||
                 !span_equal(buf_span(&once), buf_span(&twice))))
        abort();
    if (json)
        (void)json_duplicate_key(json, &arena);
    buf_finish(&once);
    buf_finish(&twice);
    arena_finish(&arena);
    return 0;
}
