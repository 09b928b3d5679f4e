/* The forms that JSON-LD gives a value, what breaks it, and how much of it is read. */
#include "page_cases.h"

#define ARTICLE(rest) LD "{\"@type\":\"Article\"," rest "}" LD_END
#define ROE           "\"name\":\"Jane Roe\""
#define JANE          "{\"name\":\"Jane Roe\",\"kind\":"

static const struct page_case people[] = {
    {"a role around the author",
     ARTICLE("\"author\":{\"@type\":\"Role\",\"roleName\":\"Reporter\",\"author\":{\"@type\":"
             "\"Person\"," ROE "}}"),
     JANE "\"person\"", "Reporter"},
    {"a role around a name", ARTICLE("\"creator\":{\"@type\":\"Role\",\"creator\":\"Jane Roe\"}"),
     JANE, NULL},
    {"@list", ARTICLE("\"author\":{\"@list\":[{" ROE "},{\"name\":\"John Doe\"}]}"),
     "{\"name\":\"John Doe\"", NULL},
    {"@set", ARTICLE("\"author\":{\"@set\":[\"Jane Roe\"]}"), JANE, NULL},
    {"@value", ARTICLE("\"author\":[{\"@value\":\"Jane Roe\",\"@language\":\"en\"}]"), JANE, NULL},
    {"a name in parts",
     ARTICLE("\"author\":{\"@type\":\"Person\",\"givenName\":\"Jane\",\"familyName\":\"Roe\"}"),
     JANE "\"person\"", NULL},
    {"a name whole and in parts",
     ARTICLE("\"author\":{" ROE ",\"givenName\":\"Janet\",\"familyName\":\"Roe\"}"), JANE, "Janet"},
    {"an organization of some kind", ARTICLE("\"author\":{\"@type\":\"Corporation\"," ROE "}"),
     JANE "\"organization\"", NULL},
    {"one more kind of organization",
     ARTICLE("\"author\":{\"@type\":[\"Thing\",\"https://schema.org/SportsOrganization\"]," ROE
             "}"),
     JANE "\"organization\"", NULL},
    {"an ORCID among others",
     ARTICLE("\"author\":{" ROE ",\"sameAs\":[\"https://a.example/jane\",\"https://orcid.org/"
             "0000-0002-1825-0097\"]}"),
     "\"url\":\"https://a.example/jane\",\"orcid\":\"0000-0002-1825-0097\"", NULL},
    {"a profile elsewhere", ARTICLE("\"author\":{" ROE ",\"sameAs\":\"https://a.example/@jane\"}"),
     "\"url\":\"https://a.example/@jane\"", NULL},
    {"a home page is no profile", ARTICLE("\"author\":{" ROE ",\"sameAs\":\"https://a.example/\"}"),
     JANE "\"unknown\",\"url\":null", NULL},
    {"an ORCID as a value with its scheme",
     ARTICLE("\"author\":{" ROE ",\"identifier\":{\"@type\":\"PropertyValue\",\"propertyID\":"
             "\"ORCID\",\"value\":\"0000-0002-1825-0097\"}}"),
     "\"orcid\":\"0000-0002-1825-0097\"", NULL},
    {"an ORCID that no one has",
     ARTICLE("\"author\":{" ROE ",\"@id\":\"https://orcid.org/0000-0002-1825-0098\"}"),
     "\"orcid\":null", NULL},
    {"a value of another scheme",
     ARTICLE("\"author\":{" ROE ",\"identifier\":{\"propertyID\":\"isni\",\"value\":"
             "\"0000-0002-1825-0097\"}}"),
     "\"orcid\":null", NULL},
    {"an address with its ampersand escaped",
     ARTICLE("\"author\":{" ROE ",\"url\":\"https://a.example/?a=1&amp;b=2\"}"),
     "\"url\":\"https://a.example/?a=1&b=2\"", NULL},
};

static const struct page_case forms[] = {
    {"properties with a prefix",
     LD "{\"@type\":\"schema:Article\",\"schema:headline\":\"Tide\"}" LD_END, "\"title\":\"Tide\"",
     NULL},
    {"properties by their address",
     LD "[{\"@type\":[\"http://schema.org/Article\"],\"http://schema.org/"
        "headline\":[{\"@value\":\"Tide\"}]}]" LD_END,
     "\"title\":\"Tide\"", NULL},
    {"properties of another vocabulary",
     LD "{\"@type\":\"Article\",\"other:headline\":\"Tide\"}" LD_END, "\"title\":null", NULL},
    {"the names that schema.org's context gives",
     LD "[{\"type\":\"Article\",\"headline\":\"Tide\",\"publisher\":{\"id\":\"#p\"}},{\"id\":\"#p\""
        ",\"name\":\"Coast\"}]" LD_END,
     "\"publisher\":\"Coast\"", NULL},
    {"keywords as a set", ARTICLE("\"keywords\":{\"@set\":[\"sea\",\"tide\"]}"),
     "\"tags\":[\"sea\",\"tide\"]", NULL},
    {"a defined term", ARTICLE("\"keywords\":[{\"@type\":\"DefinedTerm\",\"name\":\"sea\"}]"),
     "\"tags\":[\"sea\"]", NULL},
    {"a language with its tag",
     ARTICLE("\"inLanguage\":{\"@type\":\"Language\",\"name\":\"German\",\"alternateName\":"
             "\"de\"}"),
     "\"language\":\"de\"", NULL},
    {"an image by reference", ARTICLE("\"image\":{\"url\":{\"@id\":\"/tide.jpg\"}}"),
     "\"image_url\":\"https://www.coast.example/tide.jpg\"", NULL},
    {"a licence that has an address",
     ARTICLE("\"license\":{\"@type\":\"CreativeWork\",\"name\":\"CC BY\",\"url\":\"https://"
             "creativecommons.org/licenses/by/4.0/\"}"),
     "\"license\":\"https://creativecommons.org/licenses/by/4.0/\"", NULL},
    {"a licence that has a name only",
     ARTICLE("\"license\":{\"@type\":\"CreativeWork\",\"name\":\"CC BY\"}"),
     "\"license\":\"CC BY\"", NULL},
    {"free by a boolean's address", ARTICLE("\"isAccessibleForFree\":\"http://schema.org/False\""),
     "\"free_access\":false", NULL},
    {"an organization that is the author",
     ARTICLE(
         "\"headline\":\"Tide\",\"author\":{\"@type\":\"Organization\",\"name\":\"Tide Watch\"}"),
     "\"title\":\"Tide\"", "\"publisher\""},
    {"an organization that the author works for",
     ARTICLE("\"headline\":\"Tide\",\"author\":{" ROE
             ",\"affiliation\":{\"@type\":\"Organization\",\"name\":\"Tide Watch\"}}"),
     "\"title\":\"Tide\"", "\"publisher\""},
    {"an organization by itself",
     LD "{\"@graph\":[{\"@type\":\"Article\",\"headline\":\"Tide\"},{\"@type\":\"Organization\","
        "\"name\":\"Coast\"}]}" LD_END,
     "\"publisher\":\"Coast\"", NULL},
    {"an update of a live blog",
     LD "{\"@type\":\"LiveBlogPosting\",\"headline\":\"Tide, "
        "live\",\"liveBlogUpdate\":[{\"@type\":\"BlogPosting\",\"url\":\"" URL
        "\",\"headline\":\"It rises\"}]}" LD_END,
     "\"title\":\"Tide, live\"", NULL},
    {"a prefix of the block's own",
     LD "{\"@context\":{\"s\":\"http://schema.org/"
        "\"},\"@type\":\"s:Article\",\"s:headline\":\"Tide\",\"s:author\":{\"s:name\":\"Jane "
        "Roe\"}}" LD_END,
     "\"title\":\"Tide\",\"authors\":[{\"name\":\"Jane Roe\"", NULL},
    {"a prefix among other contexts",
     LD "[{\"@context\":[\"https://schema.org\",{\"s\":\"https://schema.org/"
        "\"}],\"@type\":\"Article\",\"s:headline\":\"Tide\"}]" LD_END,
     "\"title\":\"Tide\"", NULL},
    {"a prefix of another vocabulary",
     LD "{\"@context\":{\"s\":\"http://other.example/"
        "\"},\"@type\":\"Article\",\"s:headline\":\"Tide\"}" LD_END,
     "\"title\":null", NULL},
    {"an organization that is only mentioned",
     LD "{\"@graph\":[{\"@type\":\"Article\",\"headline\":\"Tide\",\"mentions\":[{\"@id\":\"#o\"}]}"
        ",{\"@type\":\"Organization\",\"@id\":\"#o\",\"name\":\"Tide "
        "Watch\"},{\"@type\":\"Organization\",\"@id\":\"#p\",\"name\":\"Coast\"}]}" LD_END,
     "\"publisher\":\"Coast\"", NULL},
    {"a publisher that the page is about, too",
     LD "{\"@graph\":[{\"@type\":\"WebPage\",\"about\":{\"@id\":\"#o\"},\"publisher\":{\"@id\":\"#"
        "o\"}},{\"@type\":\"Organization\",\"@id\":\"#o\",\"name\":\"Coast\"}]}" LD_END,
     "\"publisher\":\"Coast\"", NULL},
};

static const struct page_case broken[] = {
    {"half of a surrogate pair", ARTICLE("\"headline\":\"Tide \\ud83c\""),
     "\"title\":\"Tide \uFFFD\"", NULL},
    {"the other half", ARTICLE("\"headline\":\"Tide \\udf0a rises\""),
     "\"title\":\"Tide \uFFFD rises\"", NULL},
    {"a whole pair, and half of one",
     ARTICLE("\"headline\":\"\\ud83c\\udf0a Tide \\ud83c\\u0041\""),
     "\"title\":\"\U0001F30A Tide \uFFFDA\"", NULL},
    {"an escape cut short", ARTICLE("\"headline\":\"Tide \\u00 rises\""),
     "\"title\":\"Tide u00 rises\"", NULL},
    {"two objects one after another",
     LD "{\"@type\":\"Organization\",\"name\":\"Coast\"}\n{\"@type\":\"Article\",\"headline\":"
        "\"Tide\"}" LD_END,
     "\"path\":\"jsonld /0/1/headline\"", NULL},
    {"two objects with a comma between",
     LD "{\"@type\":\"Organization\",\"name\":\"Coast\"},{\"@type\":\"Article\",\"headline\":"
        "\"Tide\"}" LD_END,
     "\"title\":\"Tide\"", NULL},
    {"something that is no JSON between objects",
     LD "{\"@type\":\"Organization\",\"name\":\"Coast\"}; var x = 1; {\"@type\":\"Article\","
        "\"headline\":\"Tide\"}" LD_END,
     "\"title\":\"Tide\"", NULL},
    {"an assignment", LD "window.data = {\"@type\":\"Article\",\"headline\":\"Tide\"};" LD_END,
     "\"title\":\"Tide\"", NULL},
    {"single quotation marks",
     LD "{'@type':'Article','headline':'The tide\\'s \"high\", it's said','author':'Jane "
        "Roe'}" LD_END,
     "\"title\":\"The tide's \\\"high\\\", it's said\"", NULL},
    {"names without quotation marks", LD "{\"@type\":\"Article\",headline:\"Tide\"}" LD_END,
     "\"title\":\"Tide\"", NULL},
    {"values that are missing",
     LD "{\"@type\":\"Article\",\"width\": ,\"headline\":\"Tide\",\"height\":}" LD_END,
     "\"title\":\"Tide\"", NULL},
    {"values of another language",
     LD "{\"@type\":\"Article\",\"isAccessibleForFree\":False,\"image\":undefined}" LD_END,
     "\"free_access\":false", NULL},
    {"escaped as a text of HTML",
     LD "{&quot;@type&quot;:&quot;Article&quot;,&quot;headline&quot;:&quot;Tide&quot;}" LD_END,
     "\"title\":\"Tide\"", NULL},
    {"a number that starts with zero",
     LD "{\"@type\":\"Article\",\"z\":0123,\"headline\":\"Tide\"}" LD_END, "\"title\":\"Tide\"",
     NULL},
    {"a number that starts with its point",
     LD "{\"@type\":\"Article\",\"z\":.5,\"headline\":\"Tide\"}" LD_END, "\"title\":\"Tide\"",
     NULL},
    {"a number with a plus", LD "{\"@type\":\"Article\",\"z\":+1,\"headline\":\"Tide\"}" LD_END,
     "\"title\":\"Tide\"", NULL},
    {"a number that ends with its point",
     LD "{\"@type\":\"Article\",\"z\":1.,\"headline\":\"Tide\"}" LD_END, "\"title\":\"Tide\"",
     NULL},
    {"a number with its unit", LD "{\"@type\":\"Article\",\"z\":5px,\"headline\":\"Tide\"}" LD_END,
     "\"title\":\"Tide\"", NULL},
    {"a word that is no value", LD "{\"@type\":\"Article\",\"z\":foo,\"headline\":\"Tide\"}" LD_END,
     "\"title\":\"Tide\"", NULL},
    {"a day without quotation marks",
     LD "{\"@type\":\"Article\",\"z\":2022-01-24,\"headline\":\"Tide\"}" LD_END,
     "\"title\":\"Tide\"", NULL},
    {"a day of publication without quotation marks",
     LD "{\"@type\":\"Article\",\"headline\":\"Tide\",\"datePublished\":2022-01-24}" LD_END,
     "\"date\":\"2022-01-24\"", NULL},
    {"blanks that do not break between members",
     LD "{\"@type\":\"Article\",\u00A0\"headline\":\u00A0\"Tide\"\u00A0}" LD_END,
     "\"title\":\"Tide\"", NULL},
};

TABLE_TEST(every_form_of_an_author, people)
TABLE_TEST(every_form_of_a_value, forms)
TABLE_TEST(broken_json_is_mended, broken)

#define SAYS ARTICLE("\"headline\":\"Tide Rises\",\"datePublished\":\"2022-01-24\"")

/* However much of something else a page has before it, its article is found. */
static void nothing_crowds_out_the_article(void **state)
{
    (void)state;
    static const struct {
        const char *name, *before, *part, *after;
    } pages[] = {
        {"tags", "", "<meta property='article:tag' content='sea'>", SAYS},
        {"dates", "", "<time datetime='2021-01-01'>x</time>", SAYS},
        {"names", "", "<i itemprop='author'>John Doe</i>", SAYS},
        {"items of a list", LD "{\"@graph\":[{\"@type\":\"ItemList\",\"itemListElement\":[0",
         ",{\"@type\":\"Article\"}",
         "]},{\"@type\":\"Article\",\"headline\":\"Tide Rises\",\"datePublished\":\"2022-01-24\"}]"
         "}" LD_END},
        {"other things", LD "[0", ",{\"@type\":\"ImageObject\"}", "]" LD_END SAYS},
    };
    enum { TIMES = 2100 };
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        struct buf html;
        buf_init(&html, 1 << 20);
        buf_add_text(&html, pages[i].before);
        for (int k = 0; k < TIMES; k++)
            buf_add_text(&html, pages[i].part);
        buf_add_text(&html, pages[i].after);
        buf_add_char(&html, '\0');
        const struct page_case page[] = {
            {pages[i].name, html.data, "\"title\":\"Tide Rises\"", NULL},
            {pages[i].name, html.data, "\"path\":\"jsonld", "2021-01-01"},
            {pages[i].name, html.data, "\"date\":\"2022-01-24\"", NULL},
        };
        page_cases_check(URL, page, 3);
        buf_finish(&html);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_of_an_author),
        cmocka_unit_test(every_form_of_a_value),
        cmocka_unit_test(broken_json_is_mended),
        cmocka_unit_test(nothing_crowds_out_the_article),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
