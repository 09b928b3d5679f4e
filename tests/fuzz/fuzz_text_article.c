/* Fuzzes articles as plain text: the text itself comes out byte for byte. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "core/metadata_json.h"
#include "core/text_article.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span bytes = span_of((const char *)data, size);
    struct arena arena;
    struct buf out;
    arena_init(&arena, 64 << 20);
    buf_init(&out, 64 << 20);
    struct metadata metadata;
    struct error error;
    if (text_article_parse(bytes, &arena, &metadata, &error)) {
        struct span text = metadata.fields[ARTICLE_TEXT].text;
        assert(text.len == size && memcmp(text.data, bytes.data, size) == 0);
        assert(metadata_json(&metadata, "text", &out));
        assert(span_is_utf8(buf_span(&out)));
    }
    buf_finish(&out);
    arena_finish(&arena);
    return 0;
}
