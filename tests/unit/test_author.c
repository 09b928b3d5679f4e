#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/author.h"
#include "core/buf.h"

struct byline_case {
    const char *byline, *want; /* names parted by " | " */
};

static const struct byline_case cases[] = {
    {"Jane Roe", "Jane Roe"},
    {"By Jane Roe", "Jane Roe"},
    {"by: Jane Roe", "Jane Roe"},
    {"BY JANE ROE", "JANE ROE"},
    {"Written by Jane Roe and John Doe", "Jane Roe | John Doe"},
    {"Author: Vera Lind", "Vera Lind"},
    {"Von Jana Beispiel und Jan Muster", "Jana Beispiel | Jan Muster"},
    {"Par Jeanne Exemple et Jean Mod\u00E8le", "Jeanne Exemple | Jean Mod\u00E8le"},
    {"Por Juana Ejemplo y Juan Muestra", "Juana Ejemplo | Juan Muestra"},
    {"\u0410\u0432\u0442\u043E\u0440: \u0418\u0432\u0430\u043D "
     "\u041F\u0435\u0442\u0440\u043E\u0432",
     "\u0418\u0432\u0430\u043D \u041F\u0435\u0442\u0440\u043E\u0432"},
    {"Jos\u00E9 Ortega y Gasset", "Jos\u00E9 Ortega y Gasset"}, /* y inside a name */
    {"Jane Roe, John Doe & Ann Poe", "Jane Roe | John Doe | Ann Poe"},
    {"Jane Roe, John Doe, and Ann Poe", "Jane Roe | John Doe | Ann Poe"},
    {"Jane Roe; John Doe", "Jane Roe | John Doe"},
    {"Jane Roe | Staff Writer", "Jane Roe"},
    {"Jane Roe, Senior Reporter", "Jane Roe"},
    {"Jane Roe, PhD", "Jane Roe"},
    {"Jane Roe MD", "Jane Roe"},
    {"Sammy Example, Jr.", "Sammy Example, Jr."},
    {"By Jane Roe (AP)", "Jane Roe"},
    {"By Jane Roe jane@example.org", "Jane Roe"},
    {"Jane Roe @jroe", "Jane Roe"},
    {"jane@example.org", ""},
    {"By Jane Roe, jane@example.org", "Jane Roe"},
    {"By Jane Roe | January 24, 2022", "Jane Roe"},
    {"By Jane Roe\t\n  and\n John Doe", "Jane Roe | John Doe"},
    {"By Jane Roe, Reviewed by John Doe", "Jane Roe"},
    {"Fact checked by John Doe", ""},
    {"ByJane Roe", "Jane Roe"},
    {"Byron Example", "Byron Example"},
    {"Von: Jana", "Jana"},
    {"By Jane Roe on January 24, 2022", "Jane Roe"},
    {"Von Jana Beispiel am 24. Januar 2022", "Jana Beispiel"},
    {"Jane (Poe) Roe", "Jane (Poe) Roe"},
    {"Jane Roe (AP) Moscow", "Jane Roe"},
    {"Jane Roe (with John Doe and Max Poe)", "Jane Roe | Max Poe"},
    {"Foto: Jana Beispiel", ""},
    {"\uAE40\uD604\uC8FC \uAE30\uC790", "\uAE40\uD604\uC8FC"}, /* reporter */
    {"\u6765\u6E90\uFF1A", ""},                                /* "source:" */
    {"Jane Roe, (Image: Agency)", "Jane Roe"},
    {"Jane Roe, Jane Roe", "Jane Roe"},
    {"The Example Team", "The Example Team"},
    {"Business Punk Redaktion", "Business Punk Redaktion"},
    {"Erstellt von Jana Beispiel", "Jana Beispiel"},
    {"Zeige alle Beitr\u00E4ge von Jana Beispiel", "Jana Beispiel"},
    {"Alles von Jana Beispiel", "Jana Beispiel"},
    {"View all posts by Jane Roe", "Jane Roe"},
    {"Voir tous les articles de Jeanne Exemple", "Jeanne Exemple"},
    {"Ver todas las entradas de Juana Ejemplo", "Juana Ejemplo"},
    {"von jana", "jana"},
    {"par jeanne", "jeanne"},
    {"Von Neumann", "Von Neumann"},
    {"Jane Roe, Chair of the Coast Forum", "Jane Roe"},
    {"Jane Roe at January 24, 2022", "Jane Roe"},
    {"\u00A9 John Doe | Jane Roe", "Jane Roe"},
    {"Credit: John Doe", ""},
    {"Bild: Jana Beispiel", ""},
    {"Researched by John Doe", ""},
    {"Image credit John Doe", ""},
    {"Design: John Doe", ""},
    {"Posted on January 24, 2022 by Jane Roe in News", "Jane Roe"},
    {"Posted by jroe in News", "jroe"},
    {"Posted by Jane Roe on January 24, 2022 in News", "Jane Roe"},
    {"By Jane Roe in London", "Jane Roe"},
    {"Women in Coast Science", "Women in Coast Science"},
    {"Written by Jane Roe for Coast Weekly", "Jane Roe"},
    {"The Center for Coast Studies", "The Center for Coast Studies"},
    {"Jane Roe via Coast Agency and John Doe", "Jane Roe | John Doe"},
    {"Jane Roe, Illustrations by John Doe", "Jane Roe"},
    {"Jane Roe Photos by John Doe", "Jane Roe"},
    {"Jane Roe. Graphic by John Doe", "Jane Roe"},
    {"Jane Roe with photographs by John Doe", "Jane Roe"},
    {"Photos by John Doe, Words by Jane Roe", "Jane Roe"},
    {"Photos by John Doe | By Jane Roe", "Jane Roe"},
    {"Photos and video: John Doe", ""},
    {"Illustrations by John Doe", ""},
    {"Jane Roe as told to John Doe", "Jane Roe"},
    {"Von Jana Beispiel, Fotos: Jan Muster", "Jana Beispiel"},
    {"Jana Beispiel (Text) und Jan Muster (Fotos)", "Jana Beispiel"},
    {"Text und Fotos: Jana Beispiel", "Jana Beispiel"},
    {"Words & Photos: Jane Roe", "Jane Roe"},
    {"Art de Muster", "Art de Muster"},
    {"Przez Jan Przyk\u0142ad", "Jan Przyk\u0142ad"},
    {"Szerz\u0151: Minta J\u00E1nos", "Minta J\u00E1nos"},
    {"Kirjoittaja: Matti Esimerkki", "Matti Esimerkki"},
    {"Skribent: Ola Eksempel", "Ola Eksempel"},
    {"Scris de Ion Exemplu", "Ion Exemplu"},
    {"\u6587\uFF0F\u738B\u5C0F\u660E", "\u738B\u5C0F\u660E"},
    {"\u8A18\u8005\u738B\u5C0F\u660E\uFF0F\u53F0\u5317\u5831\u5C0E", "\u738B\u5C0F\u660E"},
    {"\uAE30\uC790 \uAE40\uD604\uC8FC", "\uAE40\uD604\uC8FC"},
    {"\u57F7\u7B46\uFF1A\u5C71\u7530\u592A\u90CE", "\u5C71\u7530\u592A\u90CE"},
    {"Av Per Olav Eksempel", "Per Olav Eksempel"},
    {"Per Olof Exempel", "Per Olof Exempel"},
    {"By Di Wu Chen", "Di Wu Chen"},
    {"Von De Vries Jan", "De Vries Jan"},
    {"Di Redazione", "Redazione"},
    {"Par AFP", "AFP"},
    {"Von Bankhaus", "Von Bankhaus"},
    {"Authors: Jane Roe, John Doe", "Jane Roe | John Doe"},
    {"Authors Guild", "Authors Guild"},
    {"\uAE00 | \uAE40\uD604\uC8FC", "\uAE40\uD604\uC8FC"},
    {"admin", ""},
    {"", ""},
    {"By", ""},
    {"\x1B[31mJane\x07 Roe", "Jane Roe"},
};

/* The names of metadata, where bylines of pages would lose their first word. */
static const struct byline_case named[] = {
    {"Oleh Taras Petrenko", "Oleh Taras Petrenko"},
    {"Per Olof Exempel", "Per Olof Exempel"},
    {"Di Wu Chen", "Di Wu Chen"},
    {"De Souza Maria", "De Souza Maria"},
    {"De Vries Jan; Da Silva Santos", "De Vries Jan | Da Silva Santos"},
    {"Von Stein Karl", "Von Stein Karl"},
    {"Authors Guild of Coast", "Authors Guild of Coast"},
    {"Jane Roe, Di Wu Chen", "Jane Roe | Di Wu Chen"},
    {"Von: Jana Beispiel", "Jana Beispiel"},
    {"By Jane Roe and John Doe", "Jane Roe | John Doe"},
};

typedef bool list_fn(struct span, struct arena *, const struct author **, size_t *);

static void check(list_fn *list, const struct byline_case *rows, size_t row_count)
{
    for (size_t i = 0; i < row_count; i++) {
        struct arena arena;
        struct buf got;
        const struct author *items;
        size_t count;
        arena_init(&arena, 1 << 20);
        buf_init(&got, 4096);
        assert_true(list(span_from(rows[i].byline), &arena, &items, &count));
        for (size_t k = 0; k < count; k++) {
            buf_add_text(&got, k ? " | " : "");
            buf_add(&got, items[k].name);
        }
        if (!span_equals(buf_span(&got), rows[i].want))
            fail_msg("\"%s\": want \"%s\", got \"%.*s\"", rows[i].byline, rows[i].want,
                     SPAN_ARG(buf_span(&got)));
        buf_finish(&got);
        arena_finish(&arena);
    }
}

static void bylines_become_names(void **state)
{
    (void)state;
    check(author_list, cases, sizeof cases / sizeof *cases);
}

static void names_of_metadata_keep_their_first_word(void **state)
{
    (void)state;
    check(author_list_named, named, sizeof named / sizeof *named);
}

static void a_team_is_an_organization(void **state)
{
    (void)state;
    struct arena arena;
    const struct author *items;
    size_t count;
    arena_init(&arena, 1 << 20);
    assert_true(author_list(span_from("The Example Team"), &arena, &items, &count));
    assert_int_equal(items[0].kind, AUTHOR_ORGANIZATION);
    arena_finish(&arena);
}

static void last_name_first_is_turned_round(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 1 << 20);
    assert_true(
        span_equals(author_name_in_order(span_from("Roe, Jane A."), &arena), "Jane A. Roe"));
    assert_true(span_equals(author_name_in_order(span_from("Jane Roe"), &arena), "Jane Roe"));
    assert_true(
        span_equals(author_name_in_order(span_from("Jane Roe, Jr."), &arena), "Jane Roe, Jr."));
    assert_true(span_equals(author_name_in_order(span_from("Roe, Jane A., Jr."), &arena),
                            "Jane A. Roe, Jr."));
    assert_true(
        span_equals(author_name_in_order(span_from("Roe, Jane, Doe"), &arena), "Roe, Jane, Doe"));
    arena_finish(&arena);
}

static void an_orcid_has_its_check_digit(void **state)
{
    (void)state;
    static const struct {
        const char *text, *want;
    } orcids[] = {
        {"https://orcid.org/0000-0002-1825-0097", "0000-0002-1825-0097"},
        {"0000-0002-1694-233X", "0000-0002-1694-233X"},
        {"https://orcid.org/0000-0002-1694-233x", "0000-0002-1694-233X"},
        {"https://orcid.org/0000-0002-1825-0098", ""},
        {"0000-0002-1694-2330", ""},
        {"0000-0002-1825-009", ""},
        {"0000000218250097", ""},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof orcids / sizeof *orcids; i++) {
        struct arena arena;
        arena_init(&arena, 1 << 20);
        struct span got = author_orcid(span_from(orcids[i].text), &arena);
        if (!span_equals(got, orcids[i].want))
            fail_msg("%s: got \"%.*s\"", orcids[i].text, SPAN_ARG(got));
        arena_finish(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bylines_become_names),
        cmocka_unit_test(names_of_metadata_keep_their_first_word),
        cmocka_unit_test(a_team_is_an_organization),
        cmocka_unit_test(last_name_first_is_turned_round),
        cmocka_unit_test(an_orcid_has_its_check_digit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
