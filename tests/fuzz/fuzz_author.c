/* Fuzzes bylines. */
#include <stddef.h>
#include <stdint.h>

#include "core/author.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span bytes = span_of((const char *)data, size);
    struct arena arena;
    arena_init(&arena, 64 << 20);
    const struct author *items;
    size_t count;
    (void)author_list(bytes, &arena, &items, &count);
    (void)author_list_named(bytes, &arena, &items, &count);
    (void)author_name_in_order(bytes, &arena);
    arena_finish(&arena);
    return 0;
}
