/* Fuzzes pages of any encoding: whatever they hold, every text of the result is UTF-8 without
 * control characters, and all of it can be written as JSON. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "core/extract.h"
#include "core/metadata_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(struct span text)
{
    assert(span_is_utf8(text));
    for (size_t i = 0; i < text.len; i++)
        assert((unsigned char)text.data[i] >= ' ' && text.data[i] != 0x7F);
}

static void check_value(const struct value *value)
{
    if (value->kind == VALUE_TEXT)
        check_text(value->text);
    for (size_t i = 0; value->kind == VALUE_TEXTS && i < value->texts.count; i++)
        check_text(value->texts.items[i]);
    for (size_t i = 0; value->kind == VALUE_AUTHORS && i < value->authors.count; i++)
        check_text(value->authors.items[i].name);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct buf out;
    arena_init(&arena, 64 << 20);
    buf_init(&out, 64 << 20);
    struct page page = {.bytes = span_of((const char *)data, size),
                        .url = span_from("https://a.example/2022/01/24/y")};
    struct metadata metadata;
    struct error error;
    if (extract_page(&page, &arena, &metadata, &error)) {
        for (enum article_field field = 0; field < ARTICLE_FIELD_COUNT; field++)
            check_value(&metadata.fields[field]);
        assert(metadata_json(&metadata, "page", &out));
        assert(span_is_utf8(buf_span(&out)));
    }
    buf_finish(&out);
    arena_finish(&arena);
    return 0;
}
