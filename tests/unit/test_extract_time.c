/* Pages made to be slow: twice the page takes about twice the time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "core/buf.h"
#include "core/extract.h"

#define LD     "<script type=\"application/ld+json\">"
#define LD_END "</script>"

enum { TIMES = 30000, PARTS_MAX = 2 };

struct parts {
    const char *name, *before, *parts[PARTS_MAX], *after;
};

static const struct parts pages[] = {
    {"quotation marks, then blanks", LD "{\"a\":\"", {"\" x ", "   "}, LD_END},
    {"commas in strings, then blanks", LD "{\"a\":\"", {"\", x", "   "}, LD_END},
    {"JSON-LD of many items",
     LD "[",
     {"{\"@type\":\"Article\",\"author\":{\"@id\":\"#x\"}},"},
     LD_END},
    {"options of one list", "<select>", {"<option>x</option>"}, "</select>"},
    {"deep elements", "", {"<div>"}, ""},
    {"formatting that is rebuilt", "", {"<b><p>"}, ""},
    {"tables in tables", "", {"<table><td>"}, ""},
    {"a class of many words", "<h1 class='", {"author date "}, "'>x"},
    {"a property of many names",
     "<p itemprop='",
     {"author headline other "},
     "'>a text of some length, which would be read for each of them"},
    {"terms of many vocabularies", "<p property='", {"dc:date schema:author x:y "}, "'>x"},
    {"items in each other", "", {"<p itemprop='author' itemtype='Person'>"}, "x"},
    {"many prefixes", "<p prefix='", {"s: https://schema.org/ "}, "' property='s:headline'>x"},
    {"a declaration that never comes", "\xFF", {"<meta name=x content=y>"}, ""},
    {"JSON-LD of many objects", LD, {"{\"@type\":\"Article\"} "}, LD_END},
    {"halves of surrogate pairs", LD "{\"a\":\"", {"\\ud83c"}, "\"}" LD_END},
    {"names without quotation marks", LD "{", {"a:'b',"}, "}" LD_END},
    {"names that nobody can read", LD "{\"a\":\"", {"\", a:"}, LD_END},
    {"an address of many folders", "<a href='", {"/a"}, "'>Jane Roe</a>"},
    {"many meta elements", "", {"<meta name=author content='Jane Roe'>"}, ""},
    {"many bylines", "<h1>T</h1>", {"<p>By "}, ""},
    {"many dates", "<h1>T</h1>", {"<p class='author date'>By A B 1/2/2022"}, ""},
    {"many headings", "", {"<h1>Tide Rises Again</h1>"}, ""},
    {"a title of many parts", "<title>", {"a - b | "}, "</title>"},
    {"one name in a byline after another", "<meta name=author content='", {"Jane Roe, "}, "'>"},
    {"one keyword after another", "<meta name=keywords content='", {"sea, tide; "}, "'>"},
};

static double seconds_of(const struct parts *it, int times)
{
    struct arena arena;
    struct buf html;
    struct metadata metadata;
    struct error error;
    arena_init(&arena, 64 << 20);
    buf_init(&html, 16 << 20);
    buf_add_text(&html, it->before);
    for (size_t part = 0; part < PARTS_MAX && it->parts[part]; part++)
        for (int i = 0; i < times; i++)
            buf_add_text(&html, it->parts[part]);
    buf_add_text(&html, it->after);
    struct page page = {.bytes = buf_span(&html)};
    clock_t start = clock();
    assert_true(extract_page(&page, &arena, &metadata, &error));
    clock_t end = clock();
    buf_finish(&html);
    arena_finish(&arena);
    return (double)(end - start) / CLOCKS_PER_SEC;
}

/* A machine that is busy elsewhere makes one run slow, not each. */
static void twice_the_page_takes_twice_the_time(void **state)
{
    (void)state;
    enum { TRIES = 4 };
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        double once = 0, twice = 1;
        for (int n = 0; n < TRIES && twice > 3 * once + 0.1; n++) {
            once = seconds_of(&pages[i], TIMES);
            twice = seconds_of(&pages[i], 2 * TIMES);
        }
        if (twice > 3 * once + 0.1)
            fail_msg("%s: %.3f s, and %.3f s for twice as much", pages[i].name, once, twice);
    }
}

/* Each "By" reads what stands around it, so they are tried so often and no more. */
static void words_that_begin_a_byline_cost_little_more_than_others(void **state)
{
    (void)state;
    static const struct parts bylines = {"bylines", "<h1>T</h1><p>", {"<i>By</i> "}, ""};
    static const struct parts others = {"others", "<h1>T</h1><p>", {"<i>Xy</i> "}, ""};
    enum { TRIES = 4 };
    double took = 1, plain = 0;
    for (int n = 0; n < TRIES && took > 3 * plain + 0.1; n++) {
        took = seconds_of(&bylines, 3 * TIMES);
        plain = seconds_of(&others, 3 * TIMES);
    }
    if (took > 3 * plain + 0.1)
        fail_msg("%.3f s, and %.3f s for other words", took, plain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(twice_the_page_takes_twice_the_time),
        cmocka_unit_test(words_that_begin_a_byline_cost_little_more_than_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
