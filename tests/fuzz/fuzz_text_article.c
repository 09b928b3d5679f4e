/* Fuzzes articles as plain text. */
#include <stddef.h>
#include <stdint.h>

#include "core/text_article.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span bytes = span_of((const char *)data, size);
    struct arena arena;
    arena_init(&arena, 64 << 20);
    struct metadata metadata;
    struct error error;
    (void)!text_article_parse(bytes, &arena, &metadata, &error);
    arena_finish(&arena);
    return 0;
}
