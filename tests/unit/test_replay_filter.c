#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/replay_filter.h"

enum { MAX_HEADERS = 12, ARENA_BYTES = 1 << 20 };

struct pair {
    const char *name, *value; /* a NULL value is a null header */
};

static size_t make_headers(const struct pair *pairs, struct replay_header *ret_headers)
{
    size_t count = 0;
    for (; pairs->name; pairs++)
        ret_headers[count++] =
            (struct replay_header){span_from(pairs->name), span_from(pairs->value)};
    return count;
}

static const char *const topics[] = {"articles", "wires"};

/* ---- what a letter says of itself ---- */

static void the_host_is_the_one_that_failed_or_the_events(void **state)
{
    (void)state;
    static const struct {
        const char *message, *value, *host; /* NULL: absent */
    } cases[] = {
        {"lookup page: error: HTTP status 503 (http://Harbour.Example:8080/a)", "{}",
         "harbour.example"},
        {"lookup page: timeout: x (https://[::1]:8443/a?b=(c))", "{}", "::1"},
        {"redirect from http://one.example/ (http://two.example/)", NULL, "two.example"},
        {"cut before its end (http://harbour.example/aaaa", NULL, "harbour.example"},
        {"http://a b/ is no URL", "{\"url\": \"http://event.example/\"}", "a"},
        {"http:///", "{\"url\": \"http://event.example/\"}", "event.example"},
        {"no URL at all", "{\"url\": \"https://event.example/a\"}", "event.example"},
        {"no URL at all", "{\"url\": 7}", NULL},
        {"no URL at all", "not JSON", NULL},
        {"no URL at all", NULL, NULL},
        {NULL, "{}", NULL},
    };
    struct url_parser *parser = url_parser_new();
    struct arena arena;
    arena_init(&arena, ARENA_BYTES);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct replay_header header = {span_from("byline.error.message"),
                                             span_from(cases[i].message)};
        const struct replay_letter letter = {&header, 1, span_from(cases[i].value), 0};
        struct replay_facts facts = replay_read(&letter, parser, &arena);
        print_message("%s: %.*s\n", cases[i].message, SPAN_ARG(facts.host));
        assert_true(span_equal(facts.host, span_from(cases[i].host)));
    }
    arena_finish(&arena);
    url_parser_free(parser);
}

static void the_last_header_of_a_name_counts(void **state)
{
    (void)state;
    static const struct {
        struct pair headers[MAX_HEADERS];
        int attempts, partition;
    } cases[] = {
        {{{NULL, NULL}}, 0, -1},
        {{{"byline.replay.attempts", "2"}}, 2, -1},
        {{{"byline.replay.attempts", "1"}, {"byline.replay.attempts", "2"}}, 2, -1},
        {{{"byline.replay.attempts", "two"}, {"byline.source.partition", "x"}}, 0, -1},
        {{{"byline.replay.attempts", "-1"}, {"byline.source.partition", "-1"}}, 0, -1},
        {{{"byline.replay.attempts", NULL}, {"byline.source.partition", NULL}}, 0, -1},
        {{{"byline.replay.attempts", "99999999999"}}, 0, -1},
        {{{"byline.source.partition", "9"}, {"byline.source.partition", "3"}}, 0, 3},
    };
    struct url_parser *parser = url_parser_new();
    struct arena arena;
    arena_init(&arena, ARENA_BYTES);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct replay_header headers[MAX_HEADERS];
        const struct replay_letter letter = {headers, make_headers(cases[i].headers, headers),
                                             SPAN_NONE, 0};
        struct replay_facts facts = replay_read(&letter, parser, &arena);
        assert_int_equal(facts.attempts, cases[i].attempts);
        assert_int_equal(facts.source_partition, cases[i].partition);
    }
    arena_finish(&arena);
    url_parser_free(parser);
}

/* ---- what becomes of it ---- */

#define ANY INT64_MIN, INT64_MAX

static void a_letter_is_sent_parked_or_left(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        struct {
            const char *error_class, *host;
            int64_t since_ms, until_ms;
        } filter;
        const char *error_class, *topic, *host;
        int attempts;
        int64_t timestamp_ms;
        enum replay_fate fate;
    } cases[] = {
        {"no filter", {NULL, NULL, ANY}, "lookup", "articles", "h", 0, 9, REPLAY_SEND},
        {"second topic", {NULL, NULL, ANY}, "lookup", "wires", "h", 0, 9, REPLAY_SEND},
        {"twice replayed", {NULL, NULL, ANY}, "lookup", "articles", "h", 2, 9, REPLAY_SEND},
        {"three times", {NULL, NULL, ANY}, "lookup", "articles", "h", 3, 9, REPLAY_PARK},
        {"more often", {NULL, NULL, ANY}, "lookup", "articles", "h", 70, 9, REPLAY_PARK},
        {"another's topic", {NULL, NULL, ANY}, "lookup", "payments", "h", 0, 9, REPLAY_SKIP},
        {"another's, often", {NULL, NULL, ANY}, "lookup", "payments", "h", 3, 9, REPLAY_SKIP},
        {"no topic", {NULL, NULL, ANY}, "lookup", NULL, "h", 0, 9, REPLAY_SKIP},
        {"no dead letter", {NULL, NULL, ANY}, NULL, "articles", "h", 0, 9, REPLAY_SKIP},
        {"its class", {"lookup", NULL, ANY}, "lookup", "articles", "h", 0, 9, REPLAY_SEND},
        {"another class", {"decode", NULL, ANY}, "lookup", "articles", "h", 0, 9, REPLAY_SKIP},
        {"its host",
         {NULL, "H.Example", ANY},
         "lookup",
         "articles",
         "h.example",
         0,
         9,
         REPLAY_SEND},
        {"another host", {NULL, "h", ANY}, "lookup", "articles", "h.example", 0, 9, REPLAY_SKIP},
        {"no host", {NULL, "h", ANY}, "decode", "articles", NULL, 0, 9, REPLAY_SKIP},
        {"at since", {NULL, NULL, 9, INT64_MAX}, "lookup", "articles", "h", 0, 9, REPLAY_SEND},
        {"before since", {NULL, NULL, 10, INT64_MAX}, "lookup", "articles", "h", 0, 9, REPLAY_SKIP},
        {"at until", {NULL, NULL, INT64_MIN, 9}, "lookup", "articles", "h", 0, 9, REPLAY_SKIP},
        {"before until", {NULL, NULL, INT64_MIN, 10}, "lookup", "articles", "h", 0, 9, REPLAY_SEND},
        {"filtered, often", {"decode", NULL, ANY}, "lookup", "articles", "h", 3, 9, REPLAY_SKIP},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct replay_filter filter = {cases[i].filter.error_class,
                                             cases[i].filter.host,
                                             cases[i].filter.since_ms,
                                             cases[i].filter.until_ms,
                                             topics,
                                             2};
        const struct replay_facts facts = {
            .error_class = span_from(cases[i].error_class),
            .source_topic = span_from(cases[i].topic),
            .host = span_from(cases[i].host),
            .attempts = cases[i].attempts,
            .timestamp_ms = cases[i].timestamp_ms,
        };
        print_message("%s\n", cases[i].name);
        assert_int_equal(replay_judge(&filter, &facts), cases[i].fate);
    }
}

static void only_bylines_own_headers_go(void **state)
{
    (void)state;
    static const struct {
        struct pair before[MAX_HEADERS], after[MAX_HEADERS];
        int attempts;
    } cases[] = {
        {{{NULL, NULL}}, {{"byline.replay.attempts", "1"}}, 0},
        {{{"trace", "t-1"},
          {"empty", ""},
          {"null", NULL},
          {"trace", "t-2"},
          {"byline.error.class", "lookup"},
          {"byline.attempts", "4"},
          {"byline.source.topic", "articles"}},
         {{"trace", "t-1"},
          {"empty", ""},
          {"null", NULL},
          {"trace", "t-2"},
          {"byline.replay.attempts", "1"}},
         0},
        {{{"byline.replay.attempts", "2"}, {"bylines", "stays"}, {"Byline.x", "stays"}},
         {{"bylines", "stays"}, {"Byline.x", "stays"}, {"byline.replay.attempts", "3"}},
         2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct replay_header before[MAX_HEADERS], after[MAX_HEADERS], expected[MAX_HEADERS];
        char counter[16];
        const struct replay_letter letter = {before, make_headers(cases[i].before, before),
                                             SPAN_NONE, 0};
        const struct replay_facts facts = {.attempts = cases[i].attempts};
        size_t count = replay_rewrite(&letter, &facts, counter, after);
        assert_int_equal(count, make_headers(cases[i].after, expected));
        for (size_t j = 0; j < count; j++) {
            assert_true(span_equal(after[j].name, expected[j].name));
            assert_true(span_equal(after[j].value, expected[j].value));
            assert_int_equal(!after[j].value.data, !expected[j].value.data);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_host_is_the_one_that_failed_or_the_events),
        cmocka_unit_test(the_last_header_of_a_name_counts),
        cmocka_unit_test(a_letter_is_sent_parked_or_left),
        cmocka_unit_test(only_bylines_own_headers_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
