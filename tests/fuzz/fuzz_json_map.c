/* The first line is a JSON Pointer, the rest an answer: mapped to a field of every kind. */
#include <stddef.h>
#include <stdint.h>

#include "core/json_map.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const fields[] = {"title",     "tags",        "authors",
                                         "published", "free_access", "extra.x"};
    enum { FIELD_COUNT = sizeof fields / sizeof *fields };
    struct span input = span_of((const char *)data, size);
    const char *newline = size ? memchr(input.data, '\n', size) : NULL;
    if (!newline)
        return 0;
    size_t len = (size_t)(newline - input.data);
    struct json_map_entry entries[FIELD_COUNT];
    for (size_t i = 0; i < FIELD_COUNT; i++)
        entries[i] = (struct json_map_entry){span_from(fields[i]), span_of(input.data, len)};
    struct error error;
    struct json_map *map = json_map_new(entries, FIELD_COUNT, &error);
    if (!map)
        return 0;
    struct arena arena;
    struct metadata metadata;
    arena_init(&arena, 1024 * 1024);
    (void)!json_map_apply(map, span_of(newline + 1, size - len - 1), &arena, &metadata, &error);
    arena_finish(&arena);
    json_map_free(map);
    return 0;
}
