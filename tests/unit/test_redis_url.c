#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/redis_url.h"

static void its_parts_are_found(void **state)
{
    (void)state;
    static const struct {
        const char *text, *host;
        uint16_t port;
        const char *user, *password;
    } cases[] = {
        {"redis://localhost", "localhost", 6379, "", ""},
        {"redis://localhost/", "localhost", 6379, "", ""},
        {"redis://cache.example:7000", "cache.example", 7000, "", ""},
        {"redis://[::1]:7000", "::1", 7000, "", ""},
        {"redis://[fd00::2]", "fd00::2", 6379, "", ""},
        {"redis://:secret@h:1", "h", 1, "", "secret"},
        {"redis://me:secret@h:65535", "h", 65535, "me", "secret"},
        {"redis://:p%40s%3As%2f@h", "h", 6379, "", "p@s:s/"},
        {"redis://:p@s:s@h", "h", 6379, "", "p@s:s"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct redis_url url;
        struct error error;
        if (!redis_url_parse(cases[i].text, &url, &error))
            fail_msg("%s", cases[i].text);
        assert_string_equal(url.host, cases[i].host);
        assert_int_equal(url.port, cases[i].port);
        assert_string_equal(url.user, cases[i].user);
        assert_string_equal(url.password, cases[i].password);
    }
}

static void all_else_is_refused_without_a_word_of_it(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        "redis://",
        "redis:///",
        "http://secret.example",
        "localhost:6379",
        "redis://h:0",
        "redis://h:65536",
        "redis://h:",
        "redis://h:80x",
        "redis://secret@h",
        "redis://:@h",
        "redis://:secret%zz@h",
        "redis://:secret%00@h",
        "redis://:secret@",
        "redis://:secret@[::1",
        "redis://[::1]x",
        "redis://h/5",
        "redis://h h",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct redis_url url;
        struct error error;
        if (redis_url_parse(cases[i], &url, &error))
            fail_msg("%s", cases[i]);
        assert_int_equal(error.kind, ERROR_USAGE);
        assert_null(strstr(error.message, "secret"));
    }
}

static void a_part_of_any_length_is_bounded(void **state)
{
    (void)state;
    char text[2000] = "redis://";
    struct redis_url url;
    struct error error;
    memset(text + strlen(text), 'h', 1000);
    assert_false(redis_url_parse(text, &url, &error));
    memcpy(text + 8, ":", 1);
    memcpy(text + 900, "@h", 3);
    assert_false(redis_url_parse(text, &url, &error));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(its_parts_are_found),
        cmocka_unit_test(all_else_is_refused_without_a_word_of_it),
        cmocka_unit_test(a_part_of_any_length_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
