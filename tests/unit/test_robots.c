#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "core/robots.h"

static void rules_decide_by_their_length(void **state)
{
    (void)state;
    static const struct {
        const char *text, *path;
        bool allowed;
    } cases[] = {
        {"", "/a", true},
        {"User-agent: *\nDisallow: /\n", "/a", false},
        {"User-agent: *\nDisallow: /\n", "/robots.txt", true},
        {"User-agent: *\nDisallow:\n", "/a", true},
        {"user-AGENT : * # all\r\ndisallow : /a # not this\r\n", "/ab?c", false},
        {"User-agent: *\nDisallow: /a/\n", "/a", true},
        {"User-agent: *\nDisallow: /a\nAllow: /a/b\n", "/a/b/c", true},
        {"User-agent: *\nAllow: /a\nDisallow: /a\n", "/a", true},
        {"User-agent: *\nDisallow: /*.pdf$\n", "/x/y.pdf", false},
        {"User-agent: *\nDisallow: /*.pdf$\n", "/x/y.pdf?z", true},
        {"User-agent: *\nDisallow: *x*x*\n", "/axbxc", false},
        {"User-agent: *\nDisallow: /a*$\n", "/abc", false},
        {"User-agent: *\nDisallow: /$\n", "/", false},
        {"User-agent: *\nDisallow: /$\n", "/a", true},
        {"User-agent: other\nDisallow: /\n", "/a", true},
        {"User-agent: byline\nDisallow: /\n\nUser-agent: *\nAllow: /\n", "/a", false},
        {"User-agent: *\nDisallow: /\n\nUser-agent: ByLine\nDisallow: /x\n", "/a", true},
        {"User-agent: other\nUser-agent: byline\nDisallow: /\n", "/a", false},
        {"User-agent: byline\nCrawl-delay: 1\nUser-agent: other\nDisallow: /\n", "/a", false},
        {"User-agent: byline\nSitemap: http://a/s\nUser-agent: x\nDisallow: /\n", "/a", false},
        {"User-agent: byline\nDisallow:\nUser-agent: x\nDisallow: /\n", "/a", true},
        {"\xEF\xBB\xBFUser-agent: *\nDisallow: /\n", "/a", false},
        {"User-agent: *\rDisallow: /a\r", "/a", false},
        {"User-agent: *\r\n\r\nDisallow: /a\r\n", "/a", false},
        {"User-agent: *\nDisallow: /\xC3\xBC\n", "/%C3%BC", false},
        {"User-agent: *\nDisallow: /\xC3\xBC\n", "/%c3%bc/a", false},
        {"User-agent: *\nDisallow: /%c3%bc\n", "/%C3%BC", false},
        {"User-agent: *\nDisallow: /%7Ex\n", "/~x", false},
        {"User-agent: *\nDisallow: /~x\n", "/%7ex", false},
        {"User-agent: *\nDisallow: /Ab\n", "/%41b", false},
        {"User-agent: *\nDisallow: /a%2Fb\n", "/a/b", true},
        {"User-agent: *\nDisallow: /a/b\n", "/a%2fb", true},
        {"User-agent: *\nDisallow: /a%2fb\n", "/a%2Fb", false},
        {"User-agent: *\nDisallow: /a%2Ab\n", "/a*b", false},
        {"User-agent: *\nDisallow: /a%2Ab\n", "/axb", true},
        {"User-agent: *\nDisallow: /a%24\n", "/a$b", false},
        {"User-agent: *\nDisallow: /a$b\n", "/a%24b", false},
        {"User-agent: *\nDisallow: /a<b\n", "/a%3Cb", false},
        {"User-agent: *\nDisallow: /*%C3%BC$\n", "/a%C3\xBC", false},
        {"User-agent: *\nDisallow: /%\nAllow: /%4\n", "/%4", true},
        {"User-agent: *\nDisallow: /\xC3\xBC\nAllow: /*12345\n", "/%C3%BC12345", true},
        {"User-agent: *\nDisallow: /%C3%BC\nAllow: /*345\n", "/%C3%BC12345", false},
        {"User-agent: byline\nDisallow: /a\nUser-agent: x\n\nUser-agent: byline\nDisallow: /b\n",
         "/b", false},
        {"Disallow: /\n", "/a", true},
        {"no colon\n:\n\n::\nUser-agent: *\nDisallow: /a", "/a", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(
            robots_allows(span_from(cases[i].text), "byline", span_from(cases[i].path)),
            cases[i].allowed);
}

/* Half a megabyte of stars against a long path would take minutes. */
static void a_file_made_to_take_long_allows_nothing_and_takes_no_time(void **state)
{
    (void)state;
    enum { TEXT_BYTES = ROBOTS_MAX_BYTES, PATH_BYTES = 8000 };
    static char text[TEXT_BYTES], path[PATH_BYTES];
    static const char start[] = "User-agent: *\n", rule[] = "Allow: *a*a*a*a*a*b\n";
    size_t len = sizeof start - 1;
    memcpy(text, start, len);
    for (; len + sizeof rule < TEXT_BYTES; len += sizeof rule - 1)
        memcpy(text + len, rule, sizeof rule - 1);
    memset(path, 'a', PATH_BYTES);
    clock_t begun = clock();
    assert_false(robots_allows(span_of(text, len), "byline", span_of(path, PATH_BYTES)));
    assert_true(clock() - begun < CLOCKS_PER_SEC / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_decide_by_their_length),
        cmocka_unit_test(a_file_made_to_take_long_allows_nothing_and_takes_no_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
