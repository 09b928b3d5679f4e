#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/article.h"

static void every_field_is_found_by_its_name(void **state)
{
    (void)state;
    for (enum article_field field = 0; field < ARTICLE_FIELD_COUNT; field++)
        assert_int_equal(article_field_find(span_from(article_field_name(field))), field);
    assert_int_equal(article_field_find(span_from("titel")), ARTICLE_FIELD_COUNT);
    assert_int_equal(article_field_find(SPAN_NONE), ARTICLE_FIELD_COUNT);
}

static void the_first_source_of_a_field_wins_and_is_named(void **state)
{
    (void)state;
    struct metadata event = {0}, page = {0};
    metadata_set_text(&event, ARTICLE_TITLE, span_from("of the event"), span_from("/title"));
    metadata_set_text(&page, ARTICLE_TITLE, span_from("of the page"), span_from("og:title"));
    metadata_set_text(&page, ARTICLE_LANGUAGE, span_from("pt"), span_from("html lang"));
    metadata_set_text(&page, ARTICLE_SECTION, span_from(""), span_from("empty says nothing"));

    struct article article = {0};
    article_merge(&article, &event, span_from("event"), -1);
    article_merge(&article, &page, span_from("page"), 0);

    const struct value *fields = article.metadata.fields;
    assert_true(span_equals(fields[ARTICLE_TITLE].text, "of the event"));
    assert_true(span_equals(article.provenance[ARTICLE_TITLE].source, "event"));
    assert_int_equal(article.provenance[ARTICLE_TITLE].fetch, -1);
    assert_true(span_equals(fields[ARTICLE_LANGUAGE].text, "pt"));
    assert_true(span_equals(article.provenance[ARTICLE_LANGUAGE].source, "page"));
    assert_int_equal(article.provenance[ARTICLE_LANGUAGE].fetch, 0);
    assert_int_equal(fields[ARTICLE_SECTION].kind, VALUE_NONE);
    assert_null(article.provenance[ARTICLE_SECTION].source.data);
}

static void extras_merge_by_key(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 4096);
    struct metadata first = {0}, second = {0};
    assert_true(metadata_add_extra(&first, &arena, span_from("rank"), span_from("1")));
    assert_true(metadata_add_extra(&second, &arena, span_from("rank"), span_from("2")));
    assert_true(metadata_add_extra(&second, &arena, span_from("desk"), span_from("world")));

    struct article article = {0};
    article_merge(&article, &first, span_from("a"), 0);
    article_merge(&article, &second, span_from("b"), 1);

    size_t count = 0;
    for (const struct extra *extra = article.metadata.extra; extra; extra = extra->next, count++)
        if (span_equals(extra->key, "rank"))
            assert_true(span_equals(extra->value, "1"));
    assert_int_equal(count, 2);
    arena_finish(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_is_found_by_its_name),
        cmocka_unit_test(the_first_source_of_a_field_wins_and_is_named),
        cmocka_unit_test(extras_merge_by_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
