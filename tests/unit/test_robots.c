#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "core/robots.h"

static bool allows(struct span text, const char *product, struct span path)
{
    struct buf rules;
    assert_true(robots_read(text, product, &rules));
    bool allowed = robots_allows(buf_span(&rules), path);
    buf_finish(&rules);
    return allowed;
}

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
        {"User-agent: byline/0.1\nDisallow: /\n", "/a", false},
        {"User-agent: bylines\nDisallow: /\n", "/a", true},
        {"User-agent: *\nDisallow: **x**$\n", "/ax", false},
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
        {"User-agent: *\nDisallow: /*?sort=\n", "/a?b=1&sort=2", true},
        {"User-agent: *\nDisallow: /*&sort=\n", "/a?b=1&c&sort=2", false},
        {"User-agent: *\nDisallow: /*$\n", "/a", false},
        {"User-agent: *\nDisallow: /a*b*c$\n", "/axbxbxcc", false},
        {"User-agent: *\nDisallow: /a*b*c$\n", "/axbxbxcd", true},
        {"no colon\n:\n\n::\nUser-agent: *\nDisallow: /a", "/a", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(allows(span_from(cases[i].text), "byline", span_from(cases[i].path)),
                         cases[i].allowed);
}

enum { TEXT_BYTES = ROBOTS_MAX_BYTES };

/* As often as it fits, behind a group for all. */
static struct span full_of(const char *line)
{
    static char text[TEXT_BYTES];
    static const char start[] = "User-agent: *\nDisallow:\n";
    size_t len = sizeof start - 1, line_len = strlen(line);
    memcpy(text, start, len);
    for (; len + line_len <= TEXT_BYTES; len += line_len)
        memcpy(text + len, line, line_len);
    return span_of(text, len);
}

/* The rules that half a megabyte holds, against a long path, a hundred times. */
/* A machine that is busy elsewhere makes some pages slow, not each. */
static void no_rules_take_long(void **state)
{
    (void)state;
    enum { PATH_BYTES = 8000, TIMES = 100 };
    const clock_t longest = CLOCKS_PER_SEC / 200;
    static const char *const lines[] = {"Allow: *a*a*a*a*a*b\n", "Allow: *aaaaaaaaaaaaaaaaaaaab\n",
                                        "Disallow: /no\n", "Allow: /aaaaaaaaaaaaaaaaaaab\n"};
    static char path[PATH_BYTES];
    memset(path, 'a', PATH_BYTES);
    path[0] = '/';
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct span text = full_of(lines[i]);
        struct buf rules;
        assert_true(robots_read(text, "byline", &rules));
        clock_t took = longest;
        for (int n = 0; n < TIMES && took >= longest; n++) {
            clock_t begun = clock();
            assert_int_equal(robots_allows(buf_span(&rules), span_of(path, PATH_BYTES)), i > 1);
            took = clock() - begun;
        }
        assert_true(took < longest);
        buf_finish(&rules);
    }
}

static void what_does_not_apply_to_us_is_not_kept(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        size_t most_bytes;
        bool allowed;
    } cases[] = {
        {"# comment\n", 0, true},
        {"User-agent: other\nDisallow: /\n", 0, true},
        {"Disallow: /no\n", TEXT_BYTES, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf rules;
        assert_true(robots_read(full_of(cases[i].line), "byline", &rules));
        assert_true(rules.len <= cases[i].most_bytes);
        assert_int_equal(robots_allows(buf_span(&rules), span_from("/a")), cases[i].allowed);
        buf_finish(&rules);
    }
}

/* All of them, in other letters too: each is three bytes then. */
static void half_a_megabyte_of_rules_for_us_is_obeyed(void **state)
{
    (void)state;
    static const char *const lines[] = {"Disallow: /no\n", "Disallow: /*?no=\n",
                                        "Disallow: \xC3\xBC\xC3\xBC\xC3\xBC\xC3\xBC\xC3\xBC\n"};
    static const char rule[] = "Disallow: /last\n";
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct span text = full_of(lines[i]);
        text.len -= 2 * strlen(lines[i]);
        memcpy((char *)text.data + text.len, rule, sizeof rule - 1);
        text.len += sizeof rule - 1;
        assert_false(allows(text, "byline", span_from("/last/page?a=b")));
        assert_true(allows(text, "byline", span_from("/first/page?a=b")));
    }
}

static void a_rule_longer_than_any_path_is_none(void **state)
{
    (void)state;
    static const char start[] = "User-agent: *\nDisallow: /x\nDisallow: ";
    struct span text = full_of("a");
    memcpy((char *)text.data, start, sizeof start - 1);
    assert_true(allows(text, "byline", span_from("/a")));
    assert_false(allows(text, "byline", span_from("/x")));
}

static void a_rule_at_the_end_of_half_a_megabyte_counts(void **state)
{
    (void)state;
    static const char rule[] = "\nDisallow: /last\n";
    struct span text = full_of("# comment\n");
    memcpy((char *)text.data + text.len - (sizeof rule - 1), rule, sizeof rule - 1);
    assert_false(allows(text, "byline", span_from("/last")));
    assert_true(allows(text, "byline", span_from("/first")));
}

static void the_product_is_the_first_word_of_the_user_agent(void **state)
{
    (void)state;
    static const struct {
        const char *agent, *product;
    } cases[] = {
        {"AcmeBot/1.0 (+https://acme.test)", "AcmeBot"},
        {"AcmeBot", "AcmeBot"},
        {"Acme-Bot (news)", "Acme-Bot"},
        {"/1.0", "byline"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *product = robots_product(cases[i].agent);
        assert_string_equal(product, cases[i].product);
        free(product);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_decide_by_their_length),
        cmocka_unit_test(no_rules_take_long),
        cmocka_unit_test(what_does_not_apply_to_us_is_not_kept),
        cmocka_unit_test(half_a_megabyte_of_rules_for_us_is_obeyed),
        cmocka_unit_test(a_rule_longer_than_any_path_is_none),
        cmocka_unit_test(a_rule_at_the_end_of_half_a_megabyte_counts),
        cmocka_unit_test(the_product_is_the_first_word_of_the_user_agent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
