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
    {"a storm, and its text", "Hurricane Ada, 24 January 2022\n\nThe sea came over the wall.",
     "Hurricane Ada, 24 January 2022", NULL, NULL, NULL},
    {"a name, a date and an empty line", "Jane Roe 24 January 2022\n\nA Title\n\nText.", "A Title",
     "Jane Roe", "2022-01-24", NULL},
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
    {"a last sentence with a marker",
     "A Title\n\nText.\n\nThe outcome matters, especially for Germany.", "A Title", NULL, NULL,
     NULL},
    {"a headline that opens with By", "By the sea\n\nText.", "By the sea", NULL, NULL, NULL},
    {"a headline that opens with Von", "Von der Flut\n\nText.", "Von der Flut", NULL, NULL, NULL},
    {"carriage returns alone", "05.03.2019 Author: Vera Lind\r\rA Title\r\rText.\r", "A Title",
     "Vera Lind", "2019-03-05", NULL},
};

/* First lines over "A Title" and text: what they say of author and day; neither: they are the
 * headline. */
static const struct {
    const char *line, *author, *date;
} heads[] = {
    {"2022-01-24", NULL, "2022-01-24"},
    {"24.1.2022", NULL, "2022-01-24"},
    {"24/01/2022", NULL, "2022-01-24"},
    {"01/24/2022", NULL, "2022-01-24"},
    {"01/02/2022", NULL, "2022"}, /* one of two days */
    {"01/02/2022 Author: Jane Roe", "Jane Roe", "2022"},
    {"2022/01/24 By Jane Roe", "Jane Roe", "2022-01-24"},
    {"20220124", NULL, "2022-01-24"},
    {"2022-01-24T10:30", NULL, "2022-01-24"},
    {"24 January 2022", NULL, "2022-01-24"},
    {"24 January 2022, 10:30", NULL, "2022-01-24"},
    {"Monday, 24 January 2022", NULL, "2022-01-24"},
    {"Montag, den 24. Januar 2022", NULL, "2022-01-24"},
    {"Published on January 24, 2022", NULL, "2022-01-24"},
    {"January 24, 2022 | Jane Roe", "Jane Roe", "2022-01-24"},
    {"January 24, 2022 \u2013 By Jane Roe", "Jane Roe", "2022-01-24"},
    {"(24.01.2022) Jane Roe", "Jane Roe", "2022-01-24"},
    {"Jane Roe, 24 January 2022", "Jane Roe", "2022-01-24"},
    {"Jane Roe | 2022-01-24", "Jane Roe", "2022-01-24"},
    {"Jane Roe (24.01.2022)", "Jane Roe", "2022-01-24"},
    {"Jane Roe \u2014 January 24, 2022", "Jane Roe", "2022-01-24"},
    {"By Jane Roe on January 24, 2022", "Jane Roe", "2022-01-24"},
    {"Author: Jane Roe 24 January 2022", "Jane Roe", "2022-01-24"},
    {"Written by Jane Roe, 24 January 2022", "Jane Roe", "2022-01-24"},
    {"Von Jane Roe, 24. Januar 2022", "Jane Roe", "2022-01-24"},
    {"Par Jane Roe, le 24 janvier 2022", "Jane Roe", "2022-01-24"},
    {"24 de enero de 2022", NULL, "2022-01-24"},
    {"24 de gener de 2022", NULL, "2022-01-24"},
    {"24 d\u2019agost de 2022", NULL, "2022-08-24"},
    {"24 gennaio 2022", NULL, "2022-01-24"},
    {"24 de janeiro de 2022", NULL, "2022-01-24"},
    {"24 de xaneiro de 2022", NULL, "2022-01-24"},
    {"24 ianuarie 2022", NULL, "2022-01-24"},
    {"24 januari 2022", NULL, "2022-01-24"},
    {"24. januar 2022", NULL, "2022-01-24"},
    {"24. tammikuuta 2022", NULL, "2022-01-24"},
    {"24. jaanuar 2022", NULL, "2022-01-24"},
    {"2022. gada 24. janv\u0101ris", NULL, "2022-01-24"},
    {"2022 m. sausio 24 d.", NULL, "2022-01-24"},
    {"24 stycznia 2022", NULL, "2022-01-24"},
    {"24. ledna 2022", NULL, "2022-01-24"},
    {"24. janu\u00E1ra 2022", NULL, "2022-01-24"},
    {"24. sije\u010Dnja 2022.", NULL, "2022-01-24"},
    {"24. januarja 2022", NULL, "2022-01-24"},
    {"2022. janu\u00E1r 24.", NULL, "2022-01-24"},
    {"24 Ocak 2022", NULL, "2022-01-24"},
    {"24 yanvar 2022", NULL, "2022-01-24"},
    {"24 janar 2022", NULL, "2022-01-24"},
    {"24. jan\u00FAar 2022", NULL, "2022-01-24"},
    {"24 Ean\u00E1ir 2022", NULL, "2022-01-24"},
    {"24 Ionawr 2022", NULL, "2022-01-24"},
    {"24 Januari 2022", NULL, "2022-01-24"},
    {"24 Ogos 2022", NULL, "2022-08-24"},
    {"24 Enero 2022", NULL, "2022-01-24"},
    {"24 Hulyo 2022", NULL, "2022-07-24"},
    {"24 Agosti 2022", NULL, "2022-08-24"},
    {"24 Januarie 2022", NULL, "2022-01-24"},
    {"24 \u044F\u043D\u0432\u0430\u0440\u044F 2022 \u0433.", NULL, "2022-01-24"},
    {"24 \u0441\u0456\u0447\u043D\u044F 2022 \u0440\u043E\u043A\u0443", NULL, "2022-01-24"},
    {"24 \u0441\u0442\u0443\u0434\u0437\u0435\u043D\u044F 2022", NULL, "2022-01-24"},
    {"24 \u044F\u043D\u0443\u0430\u0440\u0438 2022", NULL, "2022-01-24"},
    {"24 \u0458\u0430\u043D\u0443\u0430\u0440\u0438 2022", NULL, "2022-01-24"},
    {"24 \u0399\u03B1\u03BD\u03BF\u03C5\u03B1\u03C1\u03AF\u03BF\u03C5 2022", NULL, "2022-01-24"},
    {"24 \u0E21\u0E01\u0E23\u0E32\u0E04\u0E21 2565", NULL, "2022-01-24"},
    {"2022\u5E741\u670824\u65E5", NULL, "2022-01-24"},
    {"24 \u062C\u0646\u0648\u0631\u06CC 2022", NULL, "2022-01-24"},
    {"24 \u0698\u0627\u0646\u0648\u06CC\u0647 2022", NULL, "2022-01-24"},
    /* headlines */
    {"On 24 January 2022 the wall broke", NULL, NULL},
    {"24 January 2022 changed everything", NULL, NULL},
    {"What Jane Roe Said on 24 January 2022", NULL, NULL},
    {"24 January 2022: the wall breaks", NULL, NULL},
    {"January 2022", NULL, NULL},
    {"2022", NULL, NULL},
    {"Jane Roe 24 January 2022 and after", NULL, NULL},
};

static void every_head_is_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        char text[512], day[16] = "";
        struct arena arena;
        struct metadata metadata;
        struct error error;
        (void)snprintf(text, sizeof text, "%s\nA Title\n\nText of the article.\n", heads[i].line);
        arena_init(&arena, 1 << 20);
        assert_true(text_article_parse(span_from(text), &arena, &metadata, &error));
        const struct value *published = &metadata.fields[ARTICLE_PUBLISHED];
        const struct value *authors = &metadata.fields[ARTICLE_AUTHORS];
        int year = 0, month = 0, number = 0;
        if (published->kind == VALUE_DATE && published->date.has_date) {
            date_to_civil(published->date.date, &year, &month, &number);
            (void)snprintf(day, sizeof day, "%04d-%02d-%02d", year, month, number);
        } else if (published->kind == VALUE_DATE) {
            assert_int_equal(published->date.precision, DATE_YEAR);
            (void)snprintf(day, sizeof day, "2022");
        }
        struct span author =
            authors->kind == VALUE_AUTHORS ? authors->authors.items[0].name : SPAN_NONE;
        bool is_title = !heads[i].author && !heads[i].date;
        const char *title = is_title ? heads[i].line : "A Title";
        if (strcmp(day, heads[i].date ? heads[i].date : "") != 0 ||
            !span_equals(author, heads[i].author ? heads[i].author : "") ||
            !span_equals(metadata.fields[ARTICLE_TITLE].text, title))
            fail_msg("\"%s\": day \"%s\", author \"%.*s\", title \"%.*s\"", heads[i].line, day,
                     SPAN_ARG(author), SPAN_ARG(metadata.fields[ARTICLE_TITLE].text));
        arena_finish(&arena);
    }
}

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
        cmocka_unit_test(every_head_is_read),
        cmocka_unit_test(paths_name_the_line),
        cmocka_unit_test(what_is_no_text_is_poison),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
