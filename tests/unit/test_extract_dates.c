#include "page_cases.h"

#include "core/extract/url_date.h"

#define NUMBERS      "<i>1,234 of 5678</i><i>T30S</i><i>(020) 555-0101</i><i>2022</i>"
#define MANY_NUMBERS NUMBERS8 NUMBERS8 NUMBERS8 NUMBERS8
#define NUMBERS8     NUMBERS NUMBERS NUMBERS NUMBERS NUMBERS NUMBERS NUMBERS NUMBERS

static const struct page_case dates[] = {
    {"JSON-LD", LD "{\"@type\":\"Article\",\"datePublished\":\"2022-01-24T10:30:00+01:00\"}" LD_END,
     "\"published\":{\"instant\":\"2022-01-24T09:30:00Z\",\"date\":\"2022-01-24\",\"utc_offset_"
     "min\":60,"
     "\"precision\":\"second\"",
     NULL},
    {"Open Graph", "<meta property='article:published_time' content='2022-01-24'>",
     "\"date\":\"2022-01-24\",\"utc_offset_min\":null,\"precision\":\"day\"", NULL},
    {"Dublin Core", "<meta name='dcterms.created' content='2022-01-24'>", "2022-01-24", NULL},
    {"Highwire", "<meta name='citation_publication_date' content='2022/01/24'>",
     "\"date\":\"2022-01-24\"", NULL},
    {"a year is no day", "<meta name='citation_date' content='2022'>",
     "\"date\":null,\"utc_offset_min\":null,\"precision\":\"year\"", NULL},
    {"microdata", "<span itemprop='datePublished' content='2022-01-24'>x</span>",
     "\"date\":\"2022-01-24\"", NULL},
    {"time element", "<h1>Tide</h1><time datetime='2022-01-24'>Monday</time>",
     "\"date\":\"2022-01-24\"", NULL},
    {"date class", "<h1>Tide</h1><p class='entry-date'>24. Januar 2022</p>",
     "\"date\":\"2022-01-24\"", NULL},
    {"visible text", "<h1>Tide</h1><p>24 \u044F\u043D\u0432\u0430\u0440\u044F 2022</p>",
     "\"date\":\"2022-01-24\"", NULL},
    {"update beside publication",
     "<h1>Tide</h1><p class='meta'>Updated March 1, 2022. Published January 24, 2022</p>",
     "\"published\":{\"instant\":null,\"date\":\"2022-01-24\"", NULL},
    {"modified",
     LD "{\"@type\":\"Article\",\"datePublished\":\"2022-01-24\",\"dateModified\":"
        "\"2022-02-01\"}" LD_END,
     "\"modified\":{\"instant\":null,\"date\":\"2022-02-01\"", NULL},
    {"day order from another date of the page",
     "<html lang='en'><h1>Tide</h1><time datetime='2022-02-01'>x</time><meta "
     "property='article:published_time' content='01/02/2022'>",
     "\"date\":\"2022-02-01\"", NULL},
    {"month first in the United States",
     "<html lang='en-US'><meta property='article:published_time' content='01/02/2022'>",
     "\"date\":\"2022-01-02\"", NULL},
    {"day first elsewhere",
     "<html lang='en-GB'><meta property='article:published_time' content='01/02/2022'>",
     "\"date\":\"2022-02-01\"", NULL},
    {"teasers of other articles",
     "<h1>Tide</h1><div class='related'><time datetime='2022-01-24'>x</time></div>",
     "\"published\":null", NULL},
};

static const struct page_case traps[] = {
    {"a name with the words of publication", "<meta name='w-published-date' content='2022-01-24'>",
     "\"published\":{\"instant\":null,\"date\":\"2022-01-24\"", NULL},
    {"a day as the last piece of the title", "<title>Tide Rises | Coast | 24.01.2022</title>",
     "\"date\":\"2022-01-24\"", NULL},
    {"a day inside the title is part of the story", "<title>Tide of 24.01.2022</title>",
     "\"published\":null", NULL},
    {"a day in a picture's caption",
     "<h1>Tide</h1><figure><figcaption>24 January 2022</figcaption></figure>", "\"published\":null",
     NULL},
    {"the label of an update in the element before",
     "<h1>Tide</h1><p><b>Last updated</b> <time datetime='2022-03-01'>x</time></p><p><time "
     "datetime='2022-01-24'>y</time></p>",
     "\"published\":{\"instant\":null,\"date\":\"2022-01-24\"", NULL},
    {"the label of a publication in the element before",
     "<h1>Tide</h1><p><b>Meeting</b> <time datetime='2022-03-01'>x</time></p><p><b>Published</b> "
     "<time datetime='2022-01-24'>y</time></p>",
     "\"published\":{\"instant\":null,\"date\":\"2022-01-24\"", NULL},
    {"the day on which a product came out",
     "<h1>Tide</h1><p class='meta'>24 January 2022</p><p><b>Released:</b> June 17, 2021</p>",
     "\"published\":{\"instant\":null,\"date\":\"2022-01-24\"", NULL},
    {"the day on which something begins, labelled in the element before",
     "<h1>Tide</h1><p><b>When:</b> <time datetime='2022-03-01'>x</time></p>", "\"published\":null",
     NULL},
    {"a section's name before the day",
     "<h1>Tide</h1><p><b>Events</b> <time datetime='2022-03-01'>x</time></p>",
     "\"published\":{\"instant\":null,\"date\":\"2022-03-01\"", NULL},
    {"the day until which something is taken",
     "<h1>Tide</h1><p>Deadline: 1 March 2022</p><p>Apply by 1 March 2022</p>", "\"published\":null",
     NULL},
    {"the last change in German",
     "<h1>Tide</h1><p>24. Januar 2022</p><p>Letzte \u00c4nderung: 1. M\u00e4rz 2022</p>",
     "\"modified\":{\"instant\":null,\"date\":\"2022-03-01\"", NULL},
    {"the day of the visit in a page's header",
     "<div id='todays-date'>March 1, 2022</div><h1>Tide</h1><p>24 January 2022</p>",
     "\"published\":{\"instant\":null,\"date\":\"2022-01-24\"", NULL},
    {"an update is the only day, and stays one",
     "<h1>Tide</h1><p class='meta'>Updated January 24, 2022</p>",
     "\"modified\":{\"instant\":null,\"date\":\"2022-01-24\"", NULL},
    {"a machine's update says nothing of publication",
     "<meta property='article:modified_time' content='2022-01-24'>", "\"published\":null", NULL},
    {"an update is the only day", "<h1>Tide</h1><p class='meta'>Updated January 24, 2022</p>",
     "\"published\":{\"instant\":null,\"date\":\"2022-01-24\"", NULL},
    {"an earlier day beside the headline, and one in metadata that readers do not see",
     LD "{\"@type\":\"Article\",\"datePublished\":\"2022-03-01\"}" LD_END
        "<h1>Tide</h1><p class='meta'>January 24, 2022</p>",
     "\"published\":{\"instant\":null,\"date\":\"2022-01-24\"", NULL},
    {"a later day beside the headline is a change",
     LD "{\"@type\":\"Article\",\"datePublished\":\"2022-01-24\"}" LD_END
        "<h1>Tide</h1><p class='meta'>March 1, 2022</p>",
     "\"published\":{\"instant\":null,\"date\":\"2022-01-24\"", NULL},
    {"an earlier day beside the one of the metadata",
     LD "{\"@type\":\"Article\",\"datePublished\":\"2022-03-01\"}" LD_END
        "<h1>Tide</h1><p class='meta'>January 24, 2022</p><p class='meta'>March 1, 2022</p>",
     "\"published\":{\"instant\":null,\"date\":\"2022-03-01\"", NULL},
    {"the day before, by the clock of another place",
     LD "{\"@type\":\"Article\",\"datePublished\":\"2022-01-24T03:00:00Z\"}" LD_END
        "<h1>Tide</h1><p class='meta'>January 23, 2022</p>",
     "\"date\":\"2022-01-24\"", NULL},
    {"an earlier day in a link to another article",
     LD "{\"@type\":\"Article\",\"datePublished\":\"2022-03-01\"}" LD_END
        "<h1>Tide</h1><a href='/ebb'><p class='meta'>January 24, 2022</p></a>",
     "\"published\":{\"instant\":null,\"date\":\"2022-03-01\"", NULL},
    {"an earlier day in a table, under the day of a change",
     LD "{\"@type\":\"Article\",\"datePublished\":\"2022-03-01\"}" LD_END
        "<article><h1>Tide</h1><time>Updated 2022-04-01</time><p>1/24/2022</p>",
     "\"published\":{\"instant\":null,\"date\":\"2022-03-01\"", NULL},
    {"a slider that holds the whole article",
     "<div class='slider'><h1>Tide</h1><p class='meta'>24 January 2022</p></div>",
     "\"published\":{\"instant\":null,\"date\":\"2022-01-24\"", NULL},
    {"the date line of an agency before its text",
     "<h1>Tide</h1><p>HARWICH, 24 January 2022 (ABC) - The tide rose by two metres over night, and "
     "the harbour's master had every boat that lay on the quay brought up to the market place, "
     "where they still are.</p>",
     "\"published\":{\"instant\":null,\"date\":\"2022-01-24\"", NULL},
    {"a day at the start of a long text, as part of a sentence",
     "<h1>Tide</h1><p>On 24 January 2022 the tide rose by two metres over night, and the harbour's "
     "master had every boat that lay on the quay brought up to the market place, where they still "
     "are.</p>",
     "\"published\":null", NULL},
    {"a teaser line beside the headline is the article's own",
     "<h3 class='teaser-meta'>24.01.2022</h3><h1>Tide</h1>",
     "\"published\":{\"instant\":null,\"date\":\"2022-01-24\"", NULL},
    {"beside the headline and far behind it",
     "<h1>Tide</h1><p>24 January "
     "2022</p><i></i><i></i><i></i><i></i><i></i><i></i><i></i><i></i><article><p>3 March "
     "2021</p></article>",
     "\"published\":{\"instant\":null,\"date\":\"2022-01-24\"", NULL},
    {"a link around the date itself",
     "<h1>Tide</h1><p class='meta'><a class='post-date' href='/tide'>24 January 2022</a></p>"
     "<p class='time'>4 March 2021</p>",
     "\"published\":{\"instant\":null,\"date\":\"2022-01-24\"", NULL},
    {"an update at the page's very end",
     "<h1>Tide</h1>" FAR "<footer><p>Last updated: January 24, 2022</p></footer>",
     "\"modified\":{\"instant\":null,\"date\":\"2022-01-24\"", NULL},
    {"a day at the page's very end", "<h1>Tide</h1>" FAR "<footer><p>January 24, 2022</p></footer>",
     "\"published\":null", NULL},
    {"many numbers that are no days", MANY_NUMBERS "<h1>Tide</h1><p>January 24, 2022</p>",
     "\"published\":{\"instant\":null,\"date\":\"2022-01-24\"", NULL},
    {"a day that is hidden, and one that readers see",
     "<h1>Tide</h1><p hidden><time datetime='2021-01-01'>x</time></p><time "
     "datetime='2022-01-24'>x</time>",
     "\"date\":\"2022-01-24\"", NULL},
    {"a day under a heading of other articles",
     "<h1>Tide</h1><div><h2>Related articles</h2><time datetime='2021-01-01'>x</time></div><time "
     "datetime='2022-01-24'>x</time>",
     "\"date\":\"2022-01-24\"", "2021"},
    {"an offset that nobody tells",
     "<meta property='article:published_time' content='2022-01-24T10:30:00-00:00'>",
     "\"instant\":\"2022-01-24T10:30:00Z\",\"date\":\"2022-01-24\",\"utc_offset_min\":null", NULL},
    {"Parse.ly, all in one",
     "<meta name='parsely-page' content='{&quot;pub_date&quot;:&quot;2022-01-24&quot;}'>",
     "\"path\":\"meta[parsely-page]/pub_date\"", NULL},
};

TABLE_TEST(every_source_of_a_date, dates)
TABLE_TEST(which_day_it_is, traps)

static void days_stand_in_addresses(void **state)
{
    (void)state;
    static const struct {
        const char *url, *day; /* NULL: none */
    } cases[] = {
        {"https://coast.example/2022/01/24/tide", "2022/01/24"},
        {"https://coast.example/news/2022-01-24-tide", "2022-01-24"},
        {"https://coast.example/2022/jan/24/tide", "2022/jan/24"},
        {"https://coast.example/20220124/tide", "20220124"},
        {"https://coast.example/news/A202201241030001", "20220124"},
        {"https://coast.example/t20220124_5.html", "20220124"},
        {"https://coast.example/20220124", "20220124"},
        {"https://archive.example/web/20240305101500/http://coast.example/2022/01/24/tide",
         "2022/01/24"},
        {"https://archive.example/web/20240305101500/http://coast.example/tide", NULL},
        {"https://coast.example/20221324/tide", NULL},       /* no such month */
        {"https://coast.example/202201247/tide", NULL},      /* a number of nine digits */
        {"https://coast.example/20220124996001/tide", NULL}, /* no such hour */
        {"https://20220124.example/tide", NULL},
        {"https://coast.example/tide?day=2022/01/24", NULL},
        {"https://coast.example/2022/01/245", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct span day = url_date(span_from(cases[i].url));
        if (!span_equals(day, cases[i].day ? cases[i].day : ""))
            fail_msg("%s: got %.*s", cases[i].url, SPAN_ARG(day));
    }
}

static const struct page_case nothing_else[] = {
    {"a day in a sentence", "<h1>Tide</h1><p>The wall broke on May 3, 2021 and was mended.</p>",
     "\"published\":null", NULL},
    {"a day in a sentence that says so",
     "<h1>Tide</h1><p>This text was published first on May 3, 2021 in print.</p>",
     "\"date\":\"2021-05-03\"", NULL},
    {"a day in what is said of the author",
     "<h1>Tide</h1><p class='author-note'>Jane Roe came here on May 3, 2021 and writes from "
     "Harwich.</p>",
     "\"published\":null", NULL},
    {"a long line that is cut by marks",
     "<h1>Tide</h1><p>Jane Roe and John Doe | May 3, 2021 | 5 min read</p>",
     "\"date\":\"2021-05-03\"", NULL},
    {"the day of the visit over the article",
     "<header><p>Monday, May 3, 2021</p></header><main><h1>Tide</h1></main>", "\"published\":null",
     NULL},
    {"the day in the headline's own header",
     "<header><p>Monday, May 3, 2021</p><h1>Tide</h1></header>", "\"date\":\"2021-05-03\"", NULL},
    {"a day far behind the headline", "<h1>Tide</h1>" FAR "<p><time>May 3, 2021</time></p>",
     "\"published\":null", NULL},
    {"the day of a copyright", "<h1>Tide</h1><p>Copyright May 3, 2021 Coast</p>",
     "\"published\":null", NULL},
};

#define DAY  "<meta property='article:published_time' content='2024-01-02'><h1>Tide rises</h1>"
#define KEPT "\"published\":{\"instant\":null,\"date\":\"2024-01-02\""

static const struct page_case stories[] = {
    {"a day in the text's first sentence",
     DAY "<p>The wall broke on May 3, 2021 and was mended.</p>", KEPT, NULL},
    {"a caption's day", DAY "<figcaption>The pier at dawn on May 3, 2019. Photo: AP</figcaption>",
     KEPT, NULL},
    {"a line of its own is the page's day", DAY "<p>May 3, 2021</p>", "\"date\":\"2021-05-03\"",
     NULL},
};

static void a_day_of_the_story_is_not_the_page_s(void **state)
{
    (void)state;
    static const struct page_case dated = {"the address confirms the metadata",
                                           DAY "<p class='entry-date'>May 3, 2021</p>", KEPT, NULL};
    page_cases_check(URL, stories, sizeof stories / sizeof *stories);
    page_cases_check(URL, nothing_else, sizeof nothing_else / sizeof *nothing_else);
    page_cases_check("https://coast.example/2024/01/02/tide", &dated, 1);
}

static void a_moment_in_utc_is_on_the_day_of_the_permalink(void **state)
{
    (void)state;
#define AT(time) "<meta property='article:published_time' content='2022-01-24T" time "'>"
    static const struct {
        const char *url;
        struct page_case page;
    } cases[] = {
        {"https://coast.example/2022/01/23/tide",
         {"the evening before, west of UTC", AT("02:41:41+00:00"),
          "\"instant\":\"2022-01-24T02:41:41Z\",\"date\":\"2022-01-23\",\"utc_offset_min\":null",
          NULL}},
        {"https://coast.example/2022/01/23/tide",
         {"changed in the same moment",
          AT("02:41:41Z") "<meta property='article:modified_time' content='2022-01-24T02:41:41Z'>",
          "\"modified\":{\"instant\":\"2022-01-24T02:41:41Z\",\"date\":\"2022-01-23\",\"utc_offset_"
          "min\":null",
          NULL}},
        {"https://coast.example/2022/01/23/tide",
         {"changed in another moment",
          AT("02:41:41Z") "<meta property='article:modified_time' content='2022-01-24T02:41:42Z'>",
          "\"modified\":{\"instant\":\"2022-01-24T02:41:42Z\",\"date\":\"2022-01-24\"", NULL}},
        {"https://coast.example/2022/01/25/tide",
         {"the morning after, east of UTC", AT("20:00:00Z"), "\"date\":\"2022-01-25\"", NULL}},
        {"https://coast.example/2022/01/24/tide",
         {"the same day", AT("02:41:41Z"), "\"date\":\"2022-01-24\",\"utc_offset_min\":0", NULL}},
        {"https://coast.example/2022/01/23/tide",
         {"no offset reaches so far west", AT("12:00:00Z"), "\"date\":\"2022-01-24\"", NULL}},
        {"https://coast.example/2022/01/25/tide",
         {"nor so far east", AT("09:59:59Z"), "\"date\":\"2022-01-24\"", NULL}},
        {"https://coast.example/2022/01/23/tide",
         {"an offset of its own counts", AT("02:41:41+01:00"), "\"date\":\"2022-01-24\"", NULL}},
        {"https://coast.example/20220123/tide",
         {"other numbers are no permalink", AT("02:41:41Z"), "\"date\":\"2022-01-24\"", NULL}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        page_cases_check(cases[i].url, &cases[i].page, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_source_of_a_date),
        cmocka_unit_test(which_day_it_is),
        cmocka_unit_test(days_stand_in_addresses),
        cmocka_unit_test(a_day_of_the_story_is_not_the_page_s),
        cmocka_unit_test(a_moment_in_utc_is_on_the_day_of_the_permalink),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
