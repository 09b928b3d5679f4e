#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/date.h"
#include "core/text_article.h"

static const struct {
    const char *name, *text, *title, *author, *date, *publisher;
} cases[] = {
    {"the full form",
     "05.03.2019 Author: Vera Lind\n\nHarbour Towns Learn to Live with the Tide\n\n\nOn March 3, "
     "the "
     "council met.\n\nVera Lind, geographer, exclusively for the online magazine \u201CCoast "
     "Review\u201D.\n",
     "Harbour Towns Learn to Live with the Tide", "Vera Lind", "2019-03-05", "Coast Review"},
    {"carriage returns", "05.03.2019 Author: Vera Lind\r\n\r\nA Title\r\n\r\nText.\r\n", "A Title",
     "Vera Lind", "2019-03-05", NULL},
    {"byte order mark",
     "\xEF\xBB\xBF"
     "05.03.2019\nA Title\nText.\n",
     "A Title", NULL, "2019-03-05", NULL},
    {"byline and date written out", "By Vera Lind, March 5, 2019\n\nA Title\n\nText.", "A Title",
     "Vera Lind", "2019-03-05", NULL},
    {"a date alone", "5 March 2019\nA Title\nText.", "A Title", NULL, "2019-03-05", NULL},
    {"a byline alone", "By Vera Lind\nA Title\nText.", "A Title", "Vera Lind", NULL, NULL},
    {"no head", "A Title\n\nOn March 5, 2019, the council met.", "A Title", NULL, NULL, NULL},
    {"a first line that is a sentence with a date",
     "On March 5, 2019, the council met and spoke of the tide.\nMore.",
     "On March 5, 2019, the council met and spoke of the tide.", NULL, NULL, NULL},
    {"a signature without a head",
     "A Title\n\nText.\n\nVera Lind, exclusively for \u00ABCoast Review\u00BB", "A Title",
     "Vera Lind", NULL, "Coast Review"},
    {"a publication without quotation marks", "A Title\n\nText.\n\nWritten for Coast Review.",
     "A Title", NULL, NULL, "Coast Review"},
    {"control characters in the title", "05.03.2019\nA \x1B[1mTitle\x07\nText.", "A Title", NULL,
     "2019-03-05", NULL},
    {"one line only", "05.03.2019 Author: Vera Lind", NULL, "Vera Lind", "2019-03-05", NULL},
};

static void expect_text(const char *name, const struct value *value, const char *want)
{
    if (!want)
        assert_int_equal(value->kind, VALUE_NONE);
    else if (value->kind != VALUE_TEXT || !span_equals(value->text, want))
        fail_msg("%s: want \"%s\", got \"%.*s\"", name, want, SPAN_ARG(value->text));
}

static void every_part_is_found_and_none_invented(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena;
        struct metadata metadata;
        struct error error;
        arena_init(&arena, 1 << 20);
        struct span text = span_from(cases[i].text);
        if (!text_article_parse(text, &arena, &metadata, &error))
            fail_msg("%s: %s", cases[i].name, error.message);
        expect_text(cases[i].name, &metadata.fields[ARTICLE_TITLE], cases[i].title);
        expect_text(cases[i].name, &metadata.fields[ARTICLE_PUBLISHER], cases[i].publisher);
        assert_true(span_equal(metadata.fields[ARTICLE_TEXT].text, text)); /* byte for byte */
        const struct value *authors = &metadata.fields[ARTICLE_AUTHORS];
        if (!cases[i].author) {
            assert_int_equal(authors->kind, VALUE_NONE);
        } else {
            if (authors->kind != VALUE_AUTHORS || authors->authors.count != 1 ||
                !span_equals(authors->authors.items[0].name, cases[i].author))
                fail_msg("%s: author", cases[i].name);
        }
        const struct value *published = &metadata.fields[ARTICLE_PUBLISHED];
        int32_t days = 0;
        int year, month, day;
        if (!cases[i].date) {
            assert_int_equal(published->kind, VALUE_NONE);
        } else {
            assert_int_equal(sscanf(cases[i].date, "%d-%d-%d", &year, &month, &day), 3);
            assert_true(date_from_civil(year, month, day, &days));
            assert_int_equal(published->kind, VALUE_DATE);
            assert_int_equal(published->date.date, days);
            assert_int_equal(published->date.precision, DATE_DAY);
            assert_false(published->date.has_instant);
        }
        arena_finish(&arena);
    }
}

static void paths_name_the_line(void **state)
{
    (void)state;
    struct arena arena;
    struct metadata metadata;
    struct error error;
    arena_init(&arena, 1 << 20);
    assert_true(text_article_parse(span_from(cases[0].text), &arena, &metadata, &error));
    assert_true(span_equals(metadata.fields[ARTICLE_PUBLISHED].path, "line 1"));
    assert_true(span_equals(metadata.fields[ARTICLE_TITLE].path, "line 3"));
    assert_true(span_equals(metadata.fields[ARTICLE_PUBLISHER].path, "line 8"));
    arena_finish(&arena);
}

static void what_is_no_text_is_poison(void **state)
{
    (void)state;
    static const char *const bad[] = {"", " \r\n\t\n", "broken \xFF bytes"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct arena arena;
        struct metadata metadata;
        struct error error = {0};
        arena_init(&arena, 1 << 20);
        assert_false(text_article_parse(span_from(bad[i]), &arena, &metadata, &error));
        assert_int_equal(error.kind, ERROR_POISON);
        assert_int_equal(error.error_class, ERROR_CLASS_DECODE);
        arena_finish(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_part_is_found_and_none_invented),
        cmocka_unit_test(paths_name_the_line),
        cmocka_unit_test(what_is_no_text_is_poison),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
