/* Fuzzes pages of any encoding. */
#include <stddef.h>
#include <stdint.h>

#include "core/extract.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span bytes = span_of((const char *)data, size);
    struct arena arena;
    arena_init(&arena, 64 << 20);
    struct page page = {.bytes = bytes, .url = span_from("https://a.example/x/y")};
    struct metadata metadata;
    struct error error;
    (void)!extract_page(&page, &arena, &metadata, &error);
    arena_finish(&arena);
    return 0;
}
