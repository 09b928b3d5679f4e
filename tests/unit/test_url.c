#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "core/url.h"

enum { MAX_TEXT = 10000 };

static struct url_parser *parser;

static int make_parser(void **state)
{
    (void)state;
    parser = url_parser_new();
    return parser ? 0 : -1;
}

static int free_parser(void **state)
{
    (void)state;
    url_parser_free(parser);
    return 0;
}

static void urls_become_canonical(void **state)
{
    (void)state;
    static const struct {
        const char *text, *canonical, *host;
        uint16_t port;
    } cases[] = {
        {"HTTP://ExAmple.com:80/a?q#f", "http://example.com/a?q", "example.com", 80},
        {"https://example.com", "https://example.com/", "example.com", 443},
        {"https://example.com:80/", "https://example.com:80/", "example.com", 80},
        {"http://a.b/x/../y/./z", "http://a.b/y/z", "a.b", 80},
        {"http://a.b/%7euser/\xC3\xA4", "http://a.b/%7euser/%C3%A4", "a.b", 80},
        {"http://b\xC3\xBC"
         "cher.example/",
         "http://xn--bcher-kva.example/", "xn--bcher-kva.example", 80},
        {"http://2130706433/", "http://127.0.0.1/", "127.0.0.1", 80},
        {"http://0x7f.1/", "http://127.0.0.1/", "127.0.0.1", 80},
        {"http://0177.0.0.1/", "http://127.0.0.1/", "127.0.0.1", 80},
        {"http://%31%32%37.0.0.1/", "http://127.0.0.1/", "127.0.0.1", 80},
        {"http://[::FFFF:127.0.0.1]:8080/", "http://[::ffff:7f00:1]:8080/", "::ffff:7f00:1", 8080},
        {"http://[2001:DB8:0:0::1]/?q", "http://[2001:db8::1]/?q", "2001:db8::1", 80},
        {"http:\\\\a.b\\c", "http://a.b/c", "a.b", 80},
        {"http://a.b?x", "http://a.b/?x", "a.b", 80},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct url url;
        struct error error;
        assert_true(url_parse(parser, span_from(cases[i].text), NULL, &url, &error));
        assert_string_equal(url.text, cases[i].canonical);
        assert_true(span_equals(url.host, cases[i].host));
        assert_int_equal(url.port, cases[i].port);
        url_finish(&url);
    }
}

static void what_is_no_plain_web_address_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *why;
    } cases[] = {
        {"", "empty"},
        {"example.com/a", "not a valid"},
        {"/a", "not a valid"},
        {"http://", "not a valid"},
        {"http://a b/", "space"},
        {"http://a/\r\nHost: b", "control character"},
        {"http://a/\tb", "control character"},
        {"http://a/\x7F", "control character"},
        {"http://a/\xFF", "UTF-8"},
        {"ftp://a/", "scheme"},
        {"file:///etc/passwd", "scheme"},
        {"javascript:alert(1)", "scheme"},
        {"http://user@a/", "user name"},
        {"http://:pw@a/", "password"},
        {"http://a:70000/", "not a valid"},
        {"http://1.2.3.256/", "not a valid"},
        {"http://[::1/", "not a valid"},
        {"http://a%00b/", "not a valid"},
        {"http://elsewher%4E.example/", "percent-encoded letters"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct url url;
        struct error error;
        assert_false(url_parse(parser, span_from(cases[i].text), NULL, &url, &error));
        assert_int_equal(error.kind, ERROR_POISON);
        assert_int_equal(error.error_class, ERROR_CLASS_REFUSED);
        assert_non_null(strstr(error.message, cases[i].why));
    }
    struct url url;
    struct error error;
    assert_false(url_parse(parser, span_of("http://a/\0b", 11), NULL, &url, &error));
}

static void long_urls_are_refused(void **state)
{
    (void)state;
    char text[MAX_TEXT];
    struct url url;
    struct error error;
    memset(text, 'y', sizeof text);
    memcpy(text, "http://a/", 9);
    assert_true(url_parse(parser, span_of(text, URL_MAX_BYTES), NULL, &url, &error));
    url_finish(&url);
    assert_false(url_parse(parser, span_of(text, URL_MAX_BYTES + 1), NULL, &url, &error));
}

static void a_host_is_no_longer_than_dns_allows(void **state)
{
    (void)state;
    static const struct {
        int labels, label_bytes, last_bytes;
        bool fits;
    } cases[] = {
        {3, 63, 61, true},  /* 253 */
        {3, 63, 63, false}, /* 255 */
        {0, 0, 63, true},
        {0, 0, 64, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[MAX_TEXT] = "http://";
        struct url url;
        struct error error;
        for (int label = 0; label < cases[i].labels; label++) {
            memset(text + strlen(text), 'h', (size_t)cases[i].label_bytes);
            strcat(text, ".");
        }
        memset(text + strlen(text), 'h', (size_t)cases[i].last_bytes);
        bool parsed = url_parse(parser, span_from(text), NULL, &url, &error);
        assert_int_equal(parsed, cases[i].fits);
        if (parsed)
            url_finish(&url);
        else
            assert_non_null(strstr(error.message, "host"));
    }
}

static void locations_are_resolved(void **state)
{
    (void)state;
    static const struct {
        const char *location, *result;
    } cases[] = {
        {"/x", "https://a.b:444/x"},   {"x", "https://a.b:444/c/x"},
        {"../x", "https://a.b:444/x"}, {"?n=1", "https://a.b:444/c/d?n=1"},
        {"//e.f/x", "https://e.f/x"},  {"http://e.f", "http://e.f/"},
    };
    struct url base, url;
    struct error error;
    assert_true(url_parse(parser, span_from("https://a.b:444/c/d?q"), NULL, &base, &error));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(url_parse(parser, span_from(cases[i].location), &base, &url, &error));
        assert_string_equal(url.text, cases[i].result);
        url_finish(&url);
    }
    assert_false(url_parse(parser, span_from("file:///x"), &base, &url, &error));
    url_finish(&base);
}

static void origins_are_compared(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        bool same, upgrade;
    } cases[] = {
        {"http://a.b/x", "http://A.b:80/y", true, false},
        {"http://a.b/", "https://a.b/", false, true},
        {"https://a.b/", "http://a.b/", false, false},
        {"http://a.b/", "http://a.b:81/", false, false},
        {"http://a.b:8080/", "https://a.b/", false, false},
        {"http://a.b:8080/", "https://a.b:8080/", false, false},
        {"https://a.b:80/", "http://a.b/", false, false},
        {"http://a.b/", "https://c.a.b/", false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct url a, b;
        struct error error;
        assert_true(url_parse(parser, span_from(cases[i].a), NULL, &a, &error));
        assert_true(url_parse(parser, span_from(cases[i].b), NULL, &b, &error));
        assert_int_equal(url_same_origin(&a, &b), cases[i].same);
        assert_int_equal(url_is_upgrade(&a, &b), cases[i].upgrade);
        url_finish(&a);
        url_finish(&b);
    }
}

/* What a parser remembers of the last URL changes nothing. */
static void a_url_is_the_same_behind_another_of_its_host(void **state)
{
    (void)state;
    static const char *const origins[] = {"http://a.b", "https://a.b:8443",
                                          "http://[2001:db8::1]:81", "http://127.0.0.1:8080"};
    static const char *const rests[] = {
        "/",
        "/x",
        "/x/y.html?a=b&c=d",
        "/.",
        "/..",
        "/a/../b",
        "/a/./b",
        "/a/.b",
        "/a.b/c",
        "/%2e%2E/x",
        "/%7euser",
        "/a'b?c'd",
        "/a\"b",
        "/a|b",
        "/a^b",
        "/a`b",
        "/a{b}",
        "/x#f",
        "/x?y#f",
        "/a\\b",
        "/\xC3\xA4",
        "/a<b>",
        "//x",
        "/?",
        "",
        "?x",
        ":99/x",
        "@evil.org/x",
        ".org/x",
        "/a b",
        "/a\rb",
        "/x?.",
        "/x?/../y",
        "/~a!$&()*+,;=:@",
    };
    for (size_t i = 0; i < sizeof origins / sizeof *origins; i++)
        for (size_t j = 0; j < sizeof rests / sizeof *rests; j++) {
            struct url_parser *fresh = url_parser_new();
            struct url first, seen, wanted;
            struct error error;
            char text[200];
            (void)snprintf(text, sizeof text, "%s%s", origins[i], rests[j]);
            assert_true(url_parse(parser, span_from(origins[i]), NULL, &first, &error));
            bool is_url = url_parse(fresh, span_from(text), NULL, &wanted, &error);
            assert_int_equal(url_parse(parser, span_from(text), NULL, &seen, &error), is_url);
            if (is_url) {
                assert_string_equal(seen.text, wanted.text);
                assert_true(span_equal(seen.host, wanted.host));
                assert_true(span_equal(seen.authority, wanted.authority));
                assert_true(url_same_origin(&seen, &wanted));
                url_finish(&seen);
                url_finish(&wanted);
            }
            url_finish(&first);
            url_parser_free(fresh);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(urls_become_canonical),
        cmocka_unit_test(what_is_no_plain_web_address_is_refused),
        cmocka_unit_test(long_urls_are_refused),
        cmocka_unit_test(a_url_is_the_same_behind_another_of_its_host),
        cmocka_unit_test(a_host_is_no_longer_than_dns_allows),
        cmocka_unit_test(locations_are_resolved),
        cmocka_unit_test(origins_are_compared),
    };
    return cmocka_run_group_tests(tests, make_parser, free_parser);
}
