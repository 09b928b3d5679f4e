/* A dead letter of anybody's making: headers from the first bytes, then the value. */
#include <assert.h>
#include <stdint.h>

#include "core/replay_filter.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const topics[] = {"articles"};
    static struct url_parser *parser;
    struct arena arena;
    if (!parser)
        parser = url_parser_new();
    size_t half = size / 2;
    const struct replay_header headers[] = {
        {span_from("byline.error.class"), span_from("lookup")},
        {span_from("byline.error.message"), span_of((const char *)data, half)},
        {span_from("byline.source.topic"), span_from("articles")},
        {span_from("byline.replay.attempts"), span_of((const char *)data, half)},
    };
    const struct replay_letter letter = {headers, 4,
                                         span_of((const char *)data + half, size - half), 0};
    const struct replay_filter filter = {"lookup", "example.org", 0, INT64_MAX, topics, 1};
    struct replay_header after[5];
    char counter[16];
    arena_init(&arena, 16 << 20);
    struct replay_facts facts = replay_read(&letter, parser, &arena);
    (void)replay_judge(&filter, &facts);
    assert(replay_rewrite(&letter, &facts, counter, after) == 1);
    arena_finish(&arena);
    return 0;
}
