/* Fields whose values have a grammar of their own, and values as templates spoil them. */
#include "page_cases.h"

#include "core/extract/doi.h"
#include "core/extract/language.h"

struct value_case {
    const char *text, *want; /* want NULL: none */
};

static void values_check(const struct value_case *cases, size_t count,
                         struct span (*read)(struct span text, struct arena *arena))
{
    for (size_t i = 0; i < count; i++) {
        struct arena arena;
        arena_init(&arena, 1 << 20);
        struct span got = read(span_from(cases[i].text), &arena);
        const char *want = cases[i].want ? cases[i].want : "";
        if (!span_equals(got, want))
            fail_msg("\"%s\": want \"%s\", got \"%.*s\"", cases[i].text, want, SPAN_ARG(got));
        arena_finish(&arena);
    }
}

static void languages_are_tags_of_bcp_47(void **state)
{
    (void)state;
    static const struct value_case cases[] = {
        {"en", "en"},
        {"EN", "en"},
        {"en-us", "en-US"},
        {"en_US", "en-US"},
        {" pt_BR.UTF-8 ", "pt-BR"},
        {"de, en", "de"},
        {"en;q=0.9", "en"},
        {"sr-latn-rs", "sr-Latn-RS"},
        {"ZH-CMN-HANS-cn", "zh-cmn-Hans-CN"},
        {"es-419", "es-419"},
        {"de-ch-1901", "de-CH-1901"},
        {"sl-rozaj-biske-1994", "sl-rozaj-biske-1994"},
        {"en-u-ca-gregory", "en-u-ca-gregory"},
        {"en-A-BB-x-US", "en-a-bb-x-us"},
        {"en-x-us-latn", "en-x-us-latn"},
        {"gsw", "gsw"},
        {"eng", "en"},
        {"ger-at", "de-AT"},
        {"iw", "he"},
        /* no tags */
        {"", NULL},
        {"e", NULL},
        {"?", NULL},
        {"en-", NULL},
        {"-en", NULL},
        {"en--us", NULL},
        {"en-US-US", NULL},
        {"en-latn-latn", NULL},
        {"en-us-latn", NULL},
        {"english", NULL},
        {"de-1901-1901", NULL},
        {"de-rozaj-ROZAJ", NULL},
        {"en-u-ca-u-nu", NULL},
        {"en-u", NULL},
        {"en-x", NULL},
        {"x-en", NULL},
        {"12", NULL},
        {"e2", NULL},
        {"en us", NULL},
        {"en-abcdefghi", NULL},
        {"und", NULL},
        {"\u0440\u0443", NULL},
        {"en-a-aaaaaaaa-bbbbbbbb-cccccccc-dddd", NULL}, /* longer than any tag need be */
    };
    values_check(cases, sizeof cases / sizeof *cases, language_tag);
}

static void dois_are_read_as_written(void **state)
{
    (void)state;
    static const struct value_case cases[] = {
        {"10.1000/182", "10.1000/182"},
        {"doi:10.1000/182", "10.1000/182"},
        {"DOI: 10.1000/182", "10.1000/182"},
        {"https://doi.org/10.1000/182", "10.1000/182"},
        {"https://doi.org/10.1000/182?utm=1#top", "10.1000/182"},
        {"https://doi.org/10.1000/182.", "10.1000/182"},
        {"10.1000/182.", "10.1000/182"},
        {"10.1000/18.2", "10.1000/18.2"},
        {"(doi: 10.1000/182).", "10.1000/182"},
        {"10.1000.10/182", "10.1000.10/182"},
        /* ISO 26324 lets a suffix hold any printable character. */
        {"10.1002/(SICI)1097(1998)17:15/16<1661::2>3.0.CO;2-2",
         "10.1002/(SICI)1097(1998)17:15/16<1661::2>3.0.CO;2-2"},
        {"https://doi.org/10.1016/S0140-6736(05)1%3C2", "10.1016/S0140-6736(05)1<2"},
        {"https://doi.org/10.1016/a%FF", "10.1016/a%FF"},
        {"https://doi.org/10%2E1000%2F182", "10.1000/182"},
        {"info:doi/10.1000%2F182", "10.1000/182"},
        {"doi%3A10.1000%2F182", "10.1000/182"},
        {"https://a.example/?doi=10.1000%2F182&x=1", "10.1000/182"},
        {"https://doi.org/10.1000/a&b", "10.1000/a&b"},
        {"10.1000/", NULL},
        {"10.1000/.", NULL},
        {"10.5", NULL},
        {"10.1/182", NULL},
        {"10.x000/182", NULL},
        {"about 10.1000/182", NULL},
        {"", NULL},
    };
    values_check(cases, sizeof cases / sizeof *cases, doi_find);
}

static const struct page_case spoilt[] = {
    {"a name that was escaped in JSON",
     LD "{\"@type\":\"Article\",\"publisher\":{\"name\":\"Tide &amp; Coast\"}}" LD_END,
     "\"publisher\":\"Tide & Coast\"", NULL},
    {"a section that was escaped in JSON",
     LD "{\"@type\":\"Article\",\"articleSection\":\"Sea &#038; Shore\"}" LD_END,
     "\"section\":\"Sea & Shore\"", NULL},
    {"tags that were escaped in JSON, whose references end like a list's items",
     LD "{\"@type\":\"Article\",\"keywords\":\"sea &amp; shore, tide\"}" LD_END,
     "\"tags\":[\"sea & shore\",\"tide\"]", NULL},
    {"a description with tags",
     LD "{\"@type\":\"Article\",\"description\":\"A <b>high</b> tide &#8217;22\"}" LD_END,
     "\"description\":\"A high tide \u201922\"", NULL},
    {"an address that was escaped in JSON",
     LD "{\"@type\":\"Article\",\"image\":\"https://a.example/i?w=1&amp;h=2\"}" LD_END,
     "\"image_url\":\"https://a.example/i?w=1&h=2\"", NULL},
    {"an object as a text",
     "<meta name='author' content='[object Object]'><meta name='description' content='By [object "
     "Object]'><meta property='og:title' content='[object Object]'><h1>Tide</h1>",
     "\"title\":\"Tide\"", "bject"},
    {"no value at all",
     "<meta property='article:section' content='undefined'><meta name='description' "
     "content='null'>",
     "\"title\":null", "\"section\""},
    {"a base that is code",
     "<base href='javascript:alert(1)'><link rel='canonical' href='/news/tide'>",
     "\"canonical_url\":\"https://www.coast.example/news/tide\"", NULL},
    {"a base that is data",
     "<base href='data:text/html,x'><link rel='canonical' href='/news/tide'>",
     "\"canonical_url\":\"https://www.coast.example/news/tide\"", NULL},
    {"a doi that ends a sentence", "<meta name='citation_doi' content='10.1000/182.'>",
     "\"doi\":\"10.1000/182\"", NULL},
    {"a language that is none, and a lesser source",
     LD "{\"@type\":\"Article\",\"inLanguage\":\"English\"}" LD_END "<html lang='en_gb'>",
     "\"language\":\"en-GB\"", NULL},
    {"microdata in an element that nobody sees",
     "<h1>Tide Rises</h1><p hidden itemprop='author'>Jane Roe</p>", "\"name\":\"Jane Roe\"", NULL},
    {"the first image, and a second by its secure address",
     "<meta property='og:image' content='/1.jpg'><meta property='og:image' content='/2.jpg'><meta "
     "property='og:image:secure_url' content='/2.jpg'>",
     "\"image_url\":\"https://www.coast.example/1.jpg\"", NULL},
    {"a canonical address in the body, and Open Graph's",
     "<meta property='og:url' content='/news/tide'><body><link rel='canonical' href='/other'>",
     "\"canonical_url\":\"https://www.coast.example/news/tide\"", NULL},
    {"how the page wants to be cited", "<link rel='cite-as' href='https://doi.org/10.1000/182'>",
     "\"doi\":\"10.1000/182\"", NULL},
};

static const struct page_case lists[] = {
    {"a tag with a comma, one of several",
     "<meta property='article:tag' content='Harwich, Essex'><meta property='article:tag' "
     "content='sea'>",
     "\"tags\":[\"Harwich, Essex\",\"sea\"]", NULL},
    {"one element with all tags", "<meta property='article:tag' content='tide, sea'>",
     "\"tags\":[\"tide\",\"sea\"]", NULL},
    {"an array of tags", LD "{\"@type\":\"Article\",\"keywords\":[\"Roe, Jane\",\"sea\"]}" LD_END,
     "\"tags\":[\"Roe, Jane\",\"sea\"]", NULL},
    {"keywords twice", "<meta name='keywords' content='a, b'><meta name='keywords' content='c'>",
     "\"tags\":[\"a\",\"b\",\"c\"]", NULL},
    {"every kind of feed",
     "<link rel='alternate' type='application/rss+xml; charset=utf-8' href='/1'><link "
     "rel='alternate' type='application/rdf+xml' href='/2'><link rel='Alternate' "
     "type='application/feed+json' href='/3'><link rel='alternate' type='application/json' "
     "href='/4'>",
     "\"feed_urls\":[\"https://www.coast.example/1\",\"https://www.coast.example/2\",\"https://"
     "www.coast.example/3\"]",
     NULL},
    {"tags of a comment and of a teaser",
     "<div class='comments'><a rel='tag' href='/x'>war</a></div><div class='related'><a rel='tag' "
     "href='/y'>peace</a></div><a rel='tag' href='/z'>sea</a>",
     "\"tags\":[\"sea\"]", NULL},
};

static const struct page_case licences[] = {
    {"an address that is none of the web", "<a rel='license' href='mailto:a@a.example'>x</a>",
     "\"title\":null", "\"license\""},
    {"code", "<meta name='dcterms.license' content='javascript:alert(1)'>", "\"title\":null",
     "\"license\""},
    {"code, and a lesser source",
     "<a rel='license' href='javascript:alert(1)'>x</a><meta name='dc.rights' content='CC BY 4.0'>",
     "\"license\":\"CC BY 4.0\"", NULL},
    {"a short name", "<meta name='dc.rights' content='CC-BY-4.0'>", "\"license\":\"CC-BY-4.0\"",
     NULL},
    {"a relative address", "<link rel='license' href='licence.html'>",
     "\"license\":\"https://www.coast.example/news/licence.html\"", NULL},
    {"a part that is paid for",
     LD "{\"@type\":\"Article\",\"hasPart\":[{\"isAccessibleForFree\":\"False\"}]}" LD_END,
     "\"free_access\":false", NULL},
    {"a free article with a part that is paid for",
     LD "{\"@type\":\"Article\",\"isAccessibleForFree\":true,\"hasPart\":{\"isAccessibleForFree\":"
        "false}}" LD_END,
     "\"free_access\":true", NULL},
    {"a free part", LD "{\"@type\":\"Article\",\"hasPart\":{\"isAccessibleForFree\":true}}" LD_END,
     "\"title\":null", "free_access"},
    {"XML's attribute", "<html xml:lang='de'>", "\"language\":\"de\"", NULL},
    {"XML's attribute beside HTML's", "<html lang='de' xml:lang='en'>", "\"language\":\"de\"",
     NULL},
    {"the moment that stands for none",
     "<meta property='article:published_time' content='1970-01-01T01:00:00+01:00'><meta "
     "name='date' "
     "content='2022-01-24'>",
     "\"date\":\"2022-01-24\"", "1970"},
    {"the licence of a picture",
     "<figure><figcaption><a rel='license' href='/cc'>CC</a></figcaption></figure>",
     "\"title\":null", "\"license\""},
    {"the licence of a comment", "<div class='comments'><a rel='license' href='/cc'>CC</a></div>",
     "\"title\":null", "\"license\""},
};

static const struct page_case home[] = {
    {"a home page with a query", "<link rel='canonical' href='https://www.coast.example/'>",
     "\"canonical_url\":\"https://www.coast.example/\"", NULL},
};

TABLE_TEST(lists_are_lists, lists)
TABLE_TEST_AT(a_query_makes_no_article, "https://www.coast.example/?x=1", home)
TABLE_TEST(licences_and_others, licences)
TABLE_TEST(what_templates_spoil_is_mended, spoilt)

static void content_types_say_how_to_read(void **state)
{
    (void)state;
#define TEXT_ARTICLE "24.01.2022 Author: Jane Roe\n\nTide Rises\n\nIt rose.\n"
    static const struct {
        const char *name, *content_type, *bytes, *title;
    } cases[] = {
        {"plain text is a text article", "text/plain; charset=utf-8", TEXT_ARTICLE, "Tide Rises"},
        {"plain text in another encoding", "TEXT/PLAIN;charset=iso-8859-1",
         "24.01.2022\nEbbe \xFC\nText.", "Ebbe \u00FC"},
        {"empty plain text", "text/plain", "", ""},
        {"markup that is called plain text", "text/plain", " <h1>Tide</h1>", "Tide"},
        {"markup that is called bytes", "application/octet-stream",
         "\xEF\xBB\xBF<!doctype html><h1>Tide</h1>", "Tide"},
        {"an image", "image/png", "PNG <h1>Tide</h1>", ""},
        {"data", "application/json", "{\"a\":\"<h1>Tide</h1>\"}", ""},
        {"XHTML", "application/xhtml+xml", "x<h1>Tide</h1>", "Tide"},
        {"no content type", NULL, "x<h1>Tide</h1>", "Tide"},
        {"something that is none", "utf-8", "x<h1>Tide</h1>", "Tide"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena;
        struct metadata metadata;
        struct error error;
        arena_init(&arena, 16 << 20);
        struct page page = {.bytes = span_from(cases[i].bytes),
                            .content_type = span_from(cases[i].content_type),
                            .url = span_from(URL)};
        assert_true(extract_page(&page, &arena, &metadata, &error));
        const struct value *title = &metadata.fields[ARTICLE_TITLE];
        struct span got = title->kind == VALUE_TEXT ? title->text : SPAN_NONE;
        if (!span_equals(got, cases[i].title))
            fail_msg("%s: got \"%.*s\"", cases[i].name, SPAN_ARG(got));
        assert_int_equal(metadata.fields[ARTICLE_TEXT].kind, VALUE_NONE);
        arena_finish(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(languages_are_tags_of_bcp_47),
        cmocka_unit_test(dois_are_read_as_written),
        cmocka_unit_test(lists_are_lists),
        cmocka_unit_test(a_query_makes_no_article),
        cmocka_unit_test(licences_and_others),
        cmocka_unit_test(what_templates_spoil_is_mended),
        cmocka_unit_test(content_types_say_how_to_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
