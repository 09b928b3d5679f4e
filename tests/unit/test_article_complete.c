#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/article_complete.h"

static void words_stand_between_white_space(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int32_t words;
    } cases[] = {
        {"", 0},
        {" \n\t ", 0},
        {"one", 1},
        {" one  two\nthree ", 3},
        {"no\xC2\xA0"
         "break",
         2},                                        /* U+00A0 */
        {"ideographic\xE3\x80\x80space", 2},        /* U+3000 */
        {"em\xE2\x80\x83space\xE2\x80\xA8line", 3}, /* U+2003, U+2028 */
        {"caf\xC3\xA9 \xE2\x80\x93 bar", 3},        /* a dash is a word of its own */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(article_word_count(span_from(cases[i].text)), cases[i].words);
}

static void set(struct article *article, enum article_field field, const char *text)
{
    metadata_set_text(&article->metadata, field, span_from(text), span_from("/test"));
}

/* SHA-256 of "abc", FIPS 180-4's own example. */
#define ABC_SHA256 "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static void the_identity_is_the_best_name_there_is(void **state)
{
    (void)state;
    static const enum article_field order[] = {
        ARTICLE_EVENT_ID,
        ARTICLE_SOURCE_URL,
        ARTICLE_TEXT,
        ARTICLE_CANONICAL_URL,
    };
    for (size_t best = 0; best < 4; best++) {
        struct article article = {0};
        struct arena arena;
        arena_init(&arena, 1 << 20);
        for (size_t i = 0; i < best; i++)
            set(&article, order[i], "something else");
        set(&article, order[best], "abc");
        assert_true(article_complete(&article, &arena));
        assert_true(span_equals(article.metadata.fields[ARTICLE_ARTICLE_ID].text, ABC_SHA256));
        arena_finish(&arena);
    }
}

static void a_text_gets_its_digest_and_count(void **state)
{
    (void)state;
    struct article article = {0};
    struct arena arena;
    arena_init(&arena, 1 << 20);
    set(&article, ARTICLE_TEXT, "abc");
    assert_true(article_complete(&article, &arena));
    const struct value *digest = &article.metadata.fields[ARTICLE_TEXT_SHA256];
    assert_int_equal(digest->kind, VALUE_BYTES);
    assert_int_equal(digest->text.len, 32);
    assert_memory_equal(digest->text.data, "\xBA\x78\x16\xBF", 4);
    assert_int_equal(article.metadata.fields[ARTICLE_WORD_COUNT].integer, 1);
    arena_finish(&arena);
}

static void without_room_it_says_so(void **state)
{
    (void)state;
    struct article article = {0};
    struct arena arena;
    arena_init(&arena, 16);
    set(&article, ARTICLE_TEXT, "abc");
    assert_false(article_complete(&article, &arena));
    arena_finish(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_stand_between_white_space),
        cmocka_unit_test(the_identity_is_the_best_name_there_is),
        cmocka_unit_test(a_text_gets_its_digest_and_count),
        cmocka_unit_test(without_room_it_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
