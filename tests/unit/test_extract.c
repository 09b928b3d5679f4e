#include "page_cases.h"

#include <stdlib.h>

#include "core/metadata_json.h"

static const struct page_case titles[] = {
    {"JSON-LD headline", LD "{\"@type\":\"Article\",\"headline\":\"Tide Rises\"}" LD_END,
     "\"title\":\"Tide Rises\"", NULL},
    {"Open Graph", "<meta property='og:title' content='Tide Rises'>", "\"title\":\"Tide Rises\"",
     NULL},
    {"Twitter", "<meta name='twitter:title' content='Tide Rises'>", "\"title\":\"Tide Rises\"",
     NULL},
    {"Dublin Core", "<meta name='DC.title' content='Tide Rises'>", "\"title\":\"Tide Rises\"",
     NULL},
    {"Highwire", "<meta name='citation_title' content='Tide Rises'>", "\"title\":\"Tide Rises\"",
     NULL},
    {"title element", "<title>Tide Rises</title>", "\"title\":\"Tide Rises\"", NULL},
    {"first heading", "<h1>Tide Rises</h1>", "\"title\":\"Tide Rises\"", NULL},
    {"microdata", "<p itemprop='headline'>Tide Rises</p>", "\"title\":\"Tide Rises\"", NULL},
    {"the heading that readers see before other wordings",
     "<title>Tides: 7 facts | Coast</title><h1>Why Tides Keep Rising</h1>",
     "\"title\":\"Why Tides Keep Rising\"", NULL},
    {"a heading that leads home",
     "<title>Tide - Sea and Sun Review Weekly</title><h1><b><a href='/'>Sea and Sun Review "
     "Weekly</a></b></h1><h1>Tide</h1>",
     "\"title\":\"Tide\"", NULL},
    {"a heading that leads home, and no other",
     "<title>Tide Rises - Sea - And Sun</title><h1><a href='https://www.coast.example'>Sea - And "
     "Sun</a></h1>",
     "\"title\":\"Tide Rises\"", NULL},
    {"a heading with a link of rel=home",
     "<title>Tide - Sea and Sun Review Weekly</title><h1><a rel='home' href='/x'>Sea and Sun "
     "Review Weekly</a></h1>",
     "\"title\":\"Tide\"", NULL},
    {"a heading whose class says that it is the site's",
     "<title>Why Tide Rises</title><h1 class='site-title'>Tide Rises</h1>",
     "\"title\":\"Why Tide Rises\"", NULL},
    {"such a class within the article",
     "<title>Tide Rises in Spring</title><article><h1 class='site-title'>Tide Rises</h1></article>",
     "\"title\":\"Tide Rises\"", NULL},
    {"a headline with a link to the article",
     "<title>Tide Rises</title><h1><a href='/news/tide'>Why Tide Rises</a></h1>",
     "\"title\":\"Why Tide Rises\"", NULL},
    {"a headline with a link to nowhere", "<title>Tide Rises</title><h1><a>Why Tide Rises</a></h1>",
     "\"title\":\"Why Tide Rises\"", NULL},
    {"microdata on the site's name",
     "<p itemprop='headline'><a href='/'>The Sea</a></p><title>Tide Rises</title>",
     "\"title\":\"Tide Rises\"", NULL},
    {"a blog's post in a heading of the third level",
     "<title>Tide Rises Again: all the facts</title><h3>Tide Rises Again</h3>",
     "\"title\":\"Tide Rises Again\"", NULL},
    {"the site's name in a script without spaces",
     "<title>\u6F6E\u6C34\u4E0A\u6DA8\u7684\u539F\u56E0-\u6D77\u5CB8\u7F51</title>",
     "\"title\":\"\u6F6E\u6C34\u4E0A\u6DA8\u7684\u539F\u56E0\"", NULL},
    {"section and site in a script without spaces",
     "<title>\u6F6E\u6C34\u4E0A\u6DA8\u7684\u539F\u56E0_\u65B0\u95FB "
     "_\u6D77\u5CB8\u7F51</title>",
     "\"title\":\"\u6F6E\u6C34\u4E0A\u6DA8\u7684\u539F\u56E0\"", NULL},
    {"a hyphen within a word", "<title>Tide-Rises</title>", "\"title\":\"Tide-Rises\"", NULL},
    {"a heading that is the site's name",
     "<meta property='og:site_name' content='Coast Review'><meta property='og:title' content='Tide "
     "Rises Again'><h1>Coast Review</h1>",
     "\"title\":\"Tide Rises Again\"", NULL},
    {"site's name behind a hyphen",
     "<meta property='og:site_name' content='Coast Review'><title>Tide Rises - Coast "
     "Review</title>",
     "\"title\":\"Tide Rises\"", NULL},
    {"site's name known from the address", "<title>Tide Rises Again - Coast</title>",
     "\"title\":\"Tide Rises Again\"", NULL},
    {"a hyphen of the headline stays", "<title>Tide Rises - Towns Sink</title>",
     "\"title\":\"Tide Rises - Towns Sink\"", NULL},
    {"escaped twice", "<meta property='og:title' content='Tide &amp;amp; Time'>",
     "\"title\":\"Tide & Time\"", NULL},
    {"line ends, escape codes and controls", "<h1>Tide\r\n <b>\x1b[31mRises</b>\x07</h1>",
     "\"title\":\"Tide Rises\"", NULL},
    {"the site's name in the first heading, and before the headline",
     "<title>coast.example Tide Rises</title><h1>coast.example</h1>", "\"title\":\"Tide Rises\"",
     NULL},
    {"UTF-8 that was encoded twice", "<h1>The Tide\xC3\xA2\xC2\x80\xC2\x99s caf\u00E9</h1>",
     "\"title\":\"The Tide\u2019s caf\u00E9\"", NULL},
    {"decomposed letters become NFC", "<h1>Cafe\u0301</h1>", "\"title\":\"Caf\u00E9\"", NULL},
    {"news: headline and og:title agree",
     LD "{\"@type\":\"NewsArticle\",\"headline\":\"Tide Rises Again\"}" LD_END
        "<meta property='og:title' content='Tide Rises Again'><h1>Coast: Tide Rises Again</h1>",
     "\"title\":\"Tide Rises Again\"", NULL},
    {"a heading with the site's name",
     "<meta property='og:site_name' content='Coast Review'><h1>Tide Rises Again \u2013 Coast "
     "Review</h1>",
     "\"title\":\"Tide Rises Again\"", NULL},
    {"a product of the site before a colon stays",
     "<meta property='og:site_name' content='Coast'><title>Coast Watch: Tide Rises</title>",
     "\"title\":\"Coast Watch: Tide Rises\"", NULL},
    {"a series of the site in front stays",
     "<meta property='og:site_name' content='Coast Letter'><title>Coast Letter 18 \u2013 Tide "
     "Rises</title>",
     "\"title\":\"Coast Letter 18 \u2013 Tide Rises\"", NULL},
    {"a headline that names its site among other words",
     "<meta property='og:site_name' content='Gull'><meta property='og:title' content='Gull Feeding "
     "and Human Feeding'><h1>Gull Feeding and Human Feeding</h1><h1>Tips to Feed Gull "
     "Colonies</h1>",
     "\"title\":\"Gull Feeding and Human Feeding\"", NULL},
    {"a blog's name over its post",
     "<title>Low Water: Tide Rises</title><meta property='og:title' content='Tide Rises'><h1>Low "
     "Water</h1>",
     "\"title\":\"Tide Rises\"", NULL},
    {"the headline in a slider",
     "<meta property='og:title' content='Ten Tides of the Year'><div class='slider'><h1>Ten Tides "
     "of the Year</h1></div><main><h1>The Tides of the Year</h1></main>",
     "\"title\":\"Ten Tides of the Year\"", NULL},
    {"a later heading with a word in common",
     "<meta property='og:title' content='Small Tides of Great Seas'><h1>About</h1><h1>Small "
     "Is Better</h1>",
     "\"title\":\"Small Tides of Great Seas\"", NULL},
    {"a paragraph in a heading",
     "<meta property='og:title' content='Ten Tides'><h1>Ten tides are what this text is about, and "
     "it says so at a length that no headline has: first it says why, then it says how, then "
     "where, then when, and in the end it says all of it once again, for those who came late to "
     "it.</h1>",
     "\"title\":\"Ten Tides\"", NULL},
    {"a heading of one word that the title element starts with",
     LD "{\"@type\":\"WebPage\",\"name\":\"Sense of Tide\"}" LD_END
        "<title>TIDE Meaning &amp; Use</title><h1>tide</h1>",
     "\"title\":\"tide\"", NULL},
    {"a question that metadata do not ask",
     "<title>What Rises Next</title><h1>What Rises Next?</h1>", "\"title\":\"What Rises Next?\"",
     NULL},
    {"a colon that the page shows as a line's end",
     "<meta property='og:title' content='Tide: It Rises'><h1>Tide<br>It Rises</h1>",
     "\"title\":\"Tide: It Rises\"", NULL},
    {"a kicker over the headline, in the same heading",
     "<meta property='og:title' content='The Coast Sinks Into Mud'><h1><span>Tides and "
     "towns</span> "
     "The Coast Sinks Into Mud</h1>",
     "\"title\":\"The Coast Sinks Into Mud\"", NULL},
    {"a heading that says more than the metadata",
     "<meta property='og:title' content='Coast Sinks'><h1>Why the Old Coast Sinks</h1>",
     "\"title\":\"Why the Old Coast Sinks\"", NULL},
    {"the first themes of WordPress",
     "<title>Time and Tide \u00BB Blog Archive \u00BB Why the Coast Sinks</title>",
     "\"title\":\"Why the Coast Sinks\"", NULL},
    {"how a word is read stands beside it",
     "<h1><ruby>\u6F6E<rt>\u3057\u304A</rt></ruby>\u304C\u5F15\u304F</h1>",
     "\"title\":\"\u6F6E\u304C\u5F15\u304F\"", NULL},
    {"a kicker in the heading",
     "<meta property='og:title' content='Harbour Towns Sink'><h1>Tide of 2022: Harbour Towns "
     "Sink</h1>",
     "\"title\":\"Harbour Towns Sink\"", NULL},
    {"a day in the heading",
     "<meta property='og:title' content='Harbour Towns Sink'><h1>Jan 24 2022 Harbour Towns "
     "Sink</h1>",
     "\"title\":\"Harbour Towns Sink\"", NULL},
    {"news: no two agree",
     LD "{\"@type\":\"NewsArticle\",\"headline\":\"Towns Sink Into the Sea\"}" LD_END
        "<meta property='og:title' content='See Towns Sink'><h1>The Sea Takes Towns</h1>",
     "\"title\":\"Towns Sink Into the Sea\"", NULL},
    {"what another source leaves away",
     "<meta property='og:title' content='Harbour Towns Sink-Sea'><meta name='headline' "
     "content='Harbour Towns Sink'>",
     "\"title\":\"Harbour Towns Sink\"", NULL},
    {"a post about reviews is no review",
     "<title>Tides: 7 facts | Coast</title><article class='post category-reviews'><h1>Why Tides "
     "Keep Rising</h1></article>",
     "\"title\":\"Why Tides Keep Rising\"", NULL},
    {"marks that only metadata have",
     "<meta property='og:title' content='## Tide Rises'><h1>Tide Rises</h1>",
     "\"title\":\"Tide Rises\"", NULL},
    {"a dash where readers see a colon",
     "<meta property='og:title' content='Tide - It Rises'><h1>Tide: It Rises</h1>",
     "\"title\":\"Tide: It Rises\"", NULL},
    {"an address of two words says little",
     "<meta property='og:title' content='Harbour Tide Rises Anew'><h1>Friends of Harbour "
     "Life</h1>",
     "\"title\":\"Friends of Harbour Life\"", NULL},
    {"a headline with a link to another site's home",
     "<title>New tool released - Linkblog</title><h1><a href='https://tool.example/'>New tool "
     "released</a></h1>",
     "\"title\":\"New tool released\"", "\"publisher\":\"New"},
    {"a heading that leads to the home of the site's whole domain",
     "<title>Tide - Sea and Sun Review Weekly</title><h1><a href='https://coast.example/'>Sea and "
     "Sun Review Weekly</a></h1><h1>Tide</h1>",
     "\"title\":\"Tide\"", NULL},
    {"two colons before the site's name", "<title>Tide Rises Again :: Coast</title>",
     "\"title\":\"Tide Rises Again\"", NULL},
    {"two bars before the site's name", "<title>Tide Rises Again || Coast</title>",
     "\"title\":\"Tide Rises Again\"", NULL},
    {"a name behind a horizontal bar",
     "<meta property='og:site_name' "
     "content='\u6D77\u5CB8\u65B0\u805E'><title>"
     "\u6D77\u306E\u6C34\u4F4D\u2015\u6D77\u5CB8\u65B0\u805E</title>",
     "\"title\":\"\u6D77\u306E\u6C34\u4F4D\"", NULL},
    {"a name behind a full-width hyphen",
     "<meta property='og:site_name' "
     "content='\u6D77\u5CB8\u65B0\u805E'><title>"
     "\u6D77\u306E\u6C34\u4F4D\uFF0D\u6D77\u5CB8\u65B0\u805E</title>",
     "\"title\":\"\u6D77\u306E\u6C34\u4F4D\"", NULL},
    {"a name behind a full-width colon",
     "<meta property='og:site_name' "
     "content='\u6D77\u5CB8\u65B0\u805E'><title>"
     "\u6D77\u306E\u6C34\u4F4D\uFF1A\u6D77\u5CB8\u65B0\u805E</title>",
     "\"title\":\"\u6D77\u306E\u6C34\u4F4D\"", NULL},
    {"a full-width colon inside a headline",
     "<meta property='og:site_name' "
     "content='\u6D77\u5CB8\u65B0\u805E'><title>\u6D77\u306E\u6C34\u4F4D\uFF1A\u4ECA\u65E5</title>",
     "\"title\":\"\u6D77\u306E\u6C34\u4F4D\uFF1A\u4ECA\u65E5\"", NULL},
    {"a name in brackets",
     "<meta property='og:site_name' "
     "content='\u6D77\u5CB8\u65B0\u805E'><title>"
     "\u6D77\u306E\u6C34\u4F4D\u3010\u6D77\u5CB8\u65B0\u805E\u3011</title>",
     "\"title\":\"\u6D77\u306E\u6C34\u4F4D\"", NULL},
    {"a name behind a guillemet",
     "<meta property='og:site_name' content='Coast'><title>Tide Rises \u00AB Coast</title>",
     "\"title\":\"Tide Rises\"", NULL},
    {"a headline that names its site, in a script without spaces",
     "<meta property='og:site_name' "
     "content='\u6D77\u5CB8\u65B0\u805E'><title>"
     "\u6D77\u5CB8\u65B0\u805E\u306E\u5C55\u89A7\u4F1A</title>",
     "\"title\":\"\u6D77\u5CB8\u65B0\u805E\u306E\u5C55\u89A7\u4F1A\"", NULL},
    {"a heading that readers do not see",
     "<h1 hidden>Tide Rises Fast</h1><h1>Tide Rises Slowly</h1><title>Tide Rises</title>",
     "\"title\":\"Tide Rises Slowly\"", NULL},
    {"Parse.ly, all in one",
     "<meta name='parsely-page' content='{&quot;title&quot;:&quot;Tide Rises&quot;}'>",
     "\"path\":\"meta[parsely-page]/title\"", NULL},
};

static const struct page_case addresses[] = {
    {"a slogan over an article whose address says more",
     "<meta property='og:title' content='Harbour Towns Sink Fast'><h1>Welcome, Friends of Harbour "
     "Life</h1>",
     "\"title\":\"Harbour Towns Sink Fast\"", NULL},
    {"a heading that shares half of its address",
     "<meta property='og:title' content='Harbour Towns Sink Fast'><h1>Harbour Towns in Danger</h1>",
     "\"title\":\"Harbour Towns in Danger\"", NULL},
    {"what stands near a slogan is the article's",
     "<meta property='og:title' content='Harbour Towns Sink Fast'><h1>Welcome, Friends of Harbour "
     "Life</h1><p>24 January 2022</p>" FAR "<p class='meta'>25 January 2022</p>",
     "\"date\":\"2022-01-24\"", NULL},
};

static const struct page_case fields[] = {
    {"canonical, relative to base",
     "<base href='https://a.example/x/'><link rel='canonical' href='../tide'>",
     "\"canonical_url\":\"https://a.example/tide\"", NULL},
    {"canonical that is no web address", "<link rel='canonical' href='javascript:alert(1)'>",
     "\"title\":null", "canonical_url"},
    {"canonical without a host", "<link rel='canonical' href='http://?'>", "\"title\":null",
     "canonical_url"},
    {"amp", "<link rel='amphtml' href='/amp'>", "\"amp_url\":\"https://www.coast.example/amp\"",
     NULL},
    {"feeds",
     "<link rel='alternate' type='application/atom+xml' href='/feed'><link rel='alternate' "
     "hreflang='de' href='/de'>",
     "\"feed_urls\":[\"https://www.coast.example/feed\"]", NULL},
    {"publisher", "<meta property='og:site_name' content='Coast Review'>",
     "\"publisher\":\"Coast Review\"", NULL},
    {"description", "<meta name='description' content='About tides.'>",
     "\"description\":\"About tides.\"", NULL},
    {"language", "<html lang='en_us'>", "\"language\":\"en-US\"", NULL},
    {"language that is none", "<html lang='?'>", "\"title\":null", "\"language\""},
    {"image", "<meta property='og:image' content='/tide.jpg'>",
     "\"image_url\":\"https://www.coast.example/tide.jpg\"", NULL},
    {"section", "<meta property='article:section' content='Sea'>", "\"section\":\"Sea\"", NULL},
    {"tags, each once", "<meta name='keywords' content='Sea, tide; sea'>",
     "\"tags\":[\"Sea\",\"tide\"]", NULL},
    {"type", "<meta property='og:type' content='article'>", "\"type\":\"article\"", NULL},
    {"paid", LD "{\"@type\":\"Article\",\"isAccessibleForFree\":\"False\"}" LD_END,
     "\"free_access\":false", NULL},
    {"free", LD "{\"@type\":\"Article\",\"isAccessibleForFree\":true}" LD_END,
     "\"free_access\":true", NULL},
    {"licence", "<a rel='license' href='https://creativecommons.org/licenses/by/4.0/'>CC</a>",
     "\"license\":\"https://creativecommons.org/licenses/by/4.0/\"", NULL},
    {"doi", "<meta name='citation_doi' content='https://doi.org/10.1000/182'>",
     "\"doi\":\"10.1000/182\"", NULL},
    {"an identifier that is no doi", "<meta name='dc.identifier' content='10.5'>", "\"title\":null",
     "\"doi\""},
    {"provenance", "<meta property='og:title' content='Tide'>",
     "\"provenance\":{\"title\":{\"source\":\"page\",\"path\":\"meta[og:title]\"}", NULL},
    {"nothing", "", "{\"title\":null,\"authors\":[],\"published\":null,\"provenance\":{}}", NULL},
    {"type by its address",
     LD "{\"@type\":\"Thing\"}" LD_END
        "<meta property='og:type' content='https://schema.org/NewsArticle'>",
     "\"type\":\"NewsArticle\"", NULL},
};

static const struct page_case broken_json[] = {
    {"comment around it", LD "<!-- {\"@type\":\"Article\",\"headline\":\"Tide\"} -->" LD_END,
     "\"Tide\"", NULL},
    {"comma behind the last", LD "{\"@type\":\"Article\",\"headline\":\"Tide\",}" LD_END,
     "\"Tide\"", NULL},
    {"comma missing", LD "{\"@type\":\"Article\"\n\"headline\":\"Tide\"}" LD_END, "\"Tide\"", NULL},
    {"line end in a string", LD "{\"@type\":\"Article\",\"headline\":\"Tide\nRises\"}" LD_END,
     "\"Tide Rises\"", NULL},
    {"quotation marks in a string",
     LD "{\"@type\":\"Article\",\"headline\":\"The \"Big\" Tide\"}" LD_END, "The \\\"Big\\\" Tide",
     NULL},
    {"wrong escape", LD "{\"@type\":\"Article\",\"headline\":\"Tide\\'s\"}" LD_END, "\"Tide's\"",
     NULL},
    {"never closed", LD "{\"@type\":\"Article\",\"headline\":\"Tide\"" LD_END, "\"Tide\"", NULL},
    {"semicolon behind it", LD "{\"@type\":\"Article\",\"headline\":\"Tide\"};" LD_END, "\"Tide\"",
     NULL},
};

TABLE_TEST(every_source_of_a_title, titles)
static void labels_of_an_address_name_no_site(void **state)
{
    (void)state;
    static const struct {
        const char *url;
        struct page_case page;
    } cases[] = {
        {"https://www.harbor.co.uk/a",
         {"a country", "<title>UK: The Tide Rises</title>", "\"UK: The Tide Rises\"", NULL}},
        {"https://harbor.ai/a",
         {"a top level", "<title>AI: The Tide Rises</title>", "\"AI: The Tide Rises\"", NULL}},
        {"https://sport.harbor.com/a",
         {"a section's host", "<title>Tide Rises North - Sport</title>",
          "\"Tide Rises North - Sport\"", NULL}},
        {"https://sport.harbor.co.uk/a",
         {"the label that was registered", "<title>Harbor: Tide Rises</title>",
          "\"title\":\"Tide Rises\"", NULL}},
        {"https://sport.harbor.com/a",
         {"with a label before it", "<title>Tide Rises North - Sport Harbor</title>",
          "\"title\":\"Tide Rises North\"", NULL}},
        {"https://harbor.com/a",
         {"with the top level", "<title>Tide Rises North - harbor.com</title>",
          "\"title\":\"Tide Rises North\"", NULL}},
        {"https://harbor.substack.com/a",
         {"a blog's label", "<title>Tide Rises North - Harbor</title>",
          "\"title\":\"Tide Rises North\"", NULL}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        page_cases_check(cases[i].url, &cases[i].page, 1);
}

TABLE_TEST_AT(addresses_know_titles, "https://www.coast.example/harbour-towns-sink.html?x=1",
              addresses)
TABLE_TEST(every_other_field, fields)
TABLE_TEST(broken_json_is_read, broken_json)

#define SIXTY_FOUR "                                                                "
#define KILOBYTE                                                                                   \
    SIXTY_FOUR SIXTY_FOUR SIXTY_FOUR SIXTY_FOUR SIXTY_FOUR SIXTY_FOUR SIXTY_FOUR SIXTY_FOUR        \
        SIXTY_FOUR SIXTY_FOUR SIXTY_FOUR SIXTY_FOUR SIXTY_FOUR SIXTY_FOUR SIXTY_FOUR SIXTY_FOUR

static void encodings_are_read_as_browsers_do(void **state)
{
    (void)state;
    static const struct {
        const char *name, *bytes;
        size_t len;
        const char *content_type, *title;
    } cases[] = {
#define BYTES(text) text, sizeof(text) - 1
        {"header", BYTES("<h1>Gr\xFC\xDF\x65</h1>"), "text/html; charset=iso-8859-1",
         "Gr\u00FC\u00DFe"},
        {"meta", BYTES("<meta charset=windows-1251><h1>\xCC\xEE\xF0\xE5</h1>"), NULL,
         "\u041C\u043E\u0440\u0435"},
        {"byte order mark before the header", BYTES("\xEF\xBB\xBF<h1>Gr\u00FC\u00DFe</h1>"),
         "text/html; charset=iso-8859-1", "Gr\u00FC\u00DFe"},
        {"UTF-16", BYTES("\xFF\xFE<\0h\0001\0>\0A\0<\0/\0h\0001\0>\0"), NULL, "A"},
        {"nothing said, UTF-8", BYTES("<h1>Gr\u00FC\u00DFe</h1>"), NULL, "Gr\u00FC\u00DFe"},
        {"nothing said, not UTF-8", BYTES("<h1>Gr\xFC\xDF\x65</h1>"), NULL, "Gr\u00FC\u00DFe"},
        {"a stale declaration over UTF-8",
         BYTES("<meta charset=iso-8859-1><h1>Gr\u00FC\u00DFe</h1>"), NULL, "Gr\u00FC\u00DFe"},
        {"XML's declaration",
         BYTES("<?xml version=\"1.0\" encoding=\"windows-1251\"?><h1>\xCC\xEE\xF0\xE5</h1>"),
         "application/xhtml+xml", "\u041C\u043E\u0440\u0435"},
        {"XML's declaration in a page of HTML",
         BYTES("<?xml version='1.0' encoding = 'windows-1251'?><h1>\xCC\xEE\xF0\xE5</h1>"),
         "text/html", "\u041C\u043E\u0440\u0435"},
        {"HTML's declaration before XML's",
         BYTES("<?xml version='1.0' encoding='koi8-r'?><meta charset=windows-1251>"
               "<h1>\xCC\xEE\xF0\xE5</h1>"),
         NULL, "\u041C\u043E\u0440\u0435"},
        {"XML's declaration before HTML's in a page of XML",
         BYTES("<?xml version='1.0' encoding='windows-1251'?><meta charset=koi8-r>"
               "<h1>\xCC\xEE\xF0\xE5</h1>"),
         "application/xhtml+xml", "\u041C\u043E\u0440\u0435"},
        {"XML's declaration without an encoding",
         BYTES("<?xml version='1.0'?><h1>Gr\xFC\xDF\x65</h1>"), NULL, "Gr\u00FC\u00DFe"},
        {"XML's declaration that never ends", BYTES("<?xml encoding='koi8-r"), NULL, ""},
        {"a late meta element",
         BYTES("<title>" KILOBYTE "</title><meta charset=windows-1251><h1>\xCC\xEE\xF0\xE5</h1>"),
         NULL, "\u041C\u043E\u0440\u0435"},
        {"one broken byte in UTF-8", BYTES("<h1>Gr\u00FC\u00DFe \u00E4 \xE4</h1>"), NULL,
         "Gr\u00FC\u00DFe \u00E4 \uFFFD"},
        {"a stale declaration, and one broken byte in UTF-8",
         BYTES("<meta charset=iso-8859-1><h1>Gr\u00FC\u00DFe \u00E4 \xE4</h1>"), NULL,
         "Gr\u00FC\u00DFe \u00E4 \uFFFD"},
        {"two bytes of a legacy encoding that could be UTF-8", BYTES("<h1>\xABOL\xC9\xBB</h1>"),
         NULL, "\u00ABOL\u00C9\u00BB"},
        {"declared UTF-8, and more broken than not",
         BYTES("<meta charset=utf-8><h1>A\xFF\xFE</h1>"), NULL, "A\uFFFD\uFFFD"},
        {"broken UTF-8",
         BYTES("<h1>A\xFF"
               "B</h1>"),
         "text/html; charset=utf-8",
         "A\uFFFD"
         "B"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena;
        struct metadata metadata;
        struct error error;
        arena_init(&arena, 16 << 20);
        struct page page = {.bytes = span_of(cases[i].bytes, cases[i].len),
                            .content_type = span_from(cases[i].content_type)};
        assert_true(extract_page(&page, &arena, &metadata, &error));
        struct span title = metadata.fields[ARTICLE_TITLE].text;
        if (!span_equals(title, cases[i].title))
            fail_msg("%s: want %s, got %.*s", cases[i].name, cases[i].title, SPAN_ARG(title));
        arena_finish(&arena);
    }
}

#define FOUR(x)     x "," x "," x "," x
#define SIXTEEN(x)  FOUR(FOUR(x))
#define REFERENCES  "[" FOUR(SIXTEEN("{\"@id\":\"#x\"}")) "]"
#define MANY_IMAGES "{\"@type\":\"Article\",\"image\":[" FOUR(SIXTEEN(REFERENCES)) "]}"

/* A page of `times` copies of `part`; the test's own time limit is the check. */
static void hostile_pages_end_quickly(void **state)
{
    (void)state;
    static const struct {
        const char *before, *part, *after;
    } pages[] = {
        {"<h1>T</h1>", "<div>", ""},
        {"<h1>T</h1>", "<p><b>", ""},
        {"<h1>T</h1><div ", "a ", ">"},
        {"<select>", "<option>", ""},
        {"<table>", "x</z>", ""},
        {"", "x</z>", ""},
        {"<h1>T</h1>", "<div class='author date'>By A B 2022-01-01", ""},
        {"<h1>T</h1>" LD, "[{\"a\":", LD_END},
        {"<h1>T</h1>" LD "{\"a\":\"", "\"", LD_END},
        {"", "<meta name=author content='A B'>", ""},
        {LD "[{\"@id\":\"#x\",\"a\":0", ",\"a\":0", "}," MANY_IMAGES "]" LD_END},
        {"<svg>", "<g>", ""},
        {"", "<template>", ""},
    };
    enum { TIMES = 100000 };
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        struct arena arena;
        struct buf html;
        struct metadata metadata;
        struct error error;
        arena_init(&arena, 64 << 20);
        buf_init(&html, 16 << 20);
        buf_add_text(&html, pages[i].before);
        for (int k = 0; k < TIMES; k++)
            buf_add_text(&html, pages[i].part);
        buf_add_text(&html, pages[i].after);
        struct page page = {.bytes = buf_span(&html)};
        assert_true(extract_page(&page, &arena, &metadata, &error));
        buf_finish(&html);
        arena_finish(&arena);
    }
}

static void a_full_arena_is_an_error_not_a_crash(void **state)
{
    (void)state;
    struct page page = {.bytes = span_from(titles[0].html), .url = span_from(URL)};
    for (size_t limit = 0; limit < 400000; limit += 997) {
        struct arena arena;
        struct metadata metadata;
        struct error error;
        arena_init(&arena, limit);
        (void)!extract_page(&page, &arena, &metadata, &error);
        arena_finish(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_source_of_a_title),
        cmocka_unit_test(addresses_know_titles),
        cmocka_unit_test(labels_of_an_address_name_no_site),
        cmocka_unit_test(every_other_field),
        cmocka_unit_test(broken_json_is_read),
        cmocka_unit_test(encodings_are_read_as_browsers_do),
        cmocka_unit_test(hostile_pages_end_quickly),
        cmocka_unit_test(a_full_arena_is_an_error_not_a_crash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
