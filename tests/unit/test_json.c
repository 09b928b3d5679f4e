#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/json.h"

static struct arena arena;

static int open_arena(void **state)
{
    (void)state;
    arena_init(&arena, 1024 * 1024);
    return 0;
}

static int close_arena(void **state)
{
    (void)state;
    arena_finish(&arena);
    return 0;
}

static const struct json *read_text(struct span text)
{
    struct json_error error;
    const struct json *json = json_read(text, &arena, &error);
    if (!json)
        fail_msg("%.*s: column %zu: %s", SPAN_ARG(text), error.column, error.reason);
    return json;
}

static void what_is_read_is_written_without_white_space(void **state)
{
    (void)state;
    static const struct {
        const char *text, *written;
    } cases[] = {
        {" null ", "null"},
        {"[true,\tfalse]", "[true,false]"},
        {"\"\"", "\"\""},
        {"[]", "[]"},
        {"{ }", "{}"},
        {"{\"a\" : [1, {\"b\":\r\n-0.5e+7}]}", "{\"a\":[1,{\"b\":-0.5e+7}]}"},
        {"{\"z\": 1, \"a\": 2, \"z\": 3}", "{\"z\":1,\"a\":2,\"z\":3}"},
        {"\"\\u0041\\n\\/\\\"\\\\\"", "\"A\\n/\\\"\\\\\""},
        {"\"\\ud83d\\ude00 \\u00e9 \\u20ac\"", "\"\xF0\x9F\x98\x80 \xC3\xA9 \xE2\x82\xAC\""},
        {"\"plain then \\t and plain\"", "\"plain then \\t and plain\""},
        {"123456789012345678901234567890", "123456789012345678901234567890"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf out;
        buf_init(&out, 1024);
        assert_true(json_write(read_text(span_from(cases[i].text)), &out));
        assert_string_equal(out.data, cases[i].written);
        buf_finish(&out);
    }
}

static void what_is_no_json_is_refused_where_it_goes_wrong(void **state)
{
    (void)state;
    static const struct {
        struct span text;
        size_t line, column;
        const char *reason;
    } cases[] = {
        {SPAN_LITERAL(""), 1, 1, "premature end"},
        {SPAN_LITERAL("{\"a\":\n 1,}"), 2, 4, "key in quotes"},
        {SPAN_LITERAL("[1,]"), 1, 4, "value is missing"},
        {SPAN_LITERAL("[1 2]"), 1, 4, "comma"},
        {SPAN_LITERAL("{\"a\" 1}"), 1, 6, "colon"},
        {SPAN_LITERAL("{} x"), 1, 4, "follows"},
        {SPAN_LITERAL("[1}"), 1, 3, "comma"},
        {SPAN_LITERAL("01"), 1, 2, "follows"},
        {SPAN_LITERAL("-"), 1, 2, "premature end"},
        {SPAN_LITERAL("-x"), 1, 2, "digit"},
        {SPAN_LITERAL("1.e5"), 1, 3, "digit"},
        {SPAN_LITERAL("1e"), 1, 3, "premature end"},
        {SPAN_LITERAL(".5"), 1, 1, "value is missing"},
        {SPAN_LITERAL("nul"), 1, 1, "value is missing"},
        {SPAN_LITERAL("NaN"), 1, 1, "value is missing"},
        {SPAN_LITERAL("'a'"), 1, 1, "value is missing"},
        {SPAN_LITERAL("\"a"), 1, 3, "premature end"},
        {SPAN_LITERAL("\"a\\"), 1, 4, "premature end"},
        {SPAN_LITERAL("\"a\nb\""), 1, 3, "control character"},
        {SPAN_LITERAL("\"\\n\tb\""), 1, 4, "control character"},
        {SPAN_LITERAL("\"\\x\""), 1, 3, "escape"},
        {SPAN_LITERAL("\"\\u12g4\""), 1, 6, "hexadecimal"},
        {SPAN_LITERAL("\"\\ud800\""), 1, 8, "surrogate"},
        {SPAN_LITERAL("\"\\udc00\""), 1, 8, "surrogate"},
        {SPAN_LITERAL("\"\\ud800\\u0041\""), 1, 14, "surrogate"},
        {SPAN_LITERAL("\"\xC3\""), 1, 2, "UTF-8"},
        {SPAN_LITERAL("\"\xED\xA0\x80\""), 1, 2, "UTF-8"},
        {SPAN_LITERAL("[1]\0"), 1, 4, "follows"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct json_error error;
        if (json_read(cases[i].text, &arena, &error))
            fail_msg("case %zu was read: %.*s", i, SPAN_ARG(cases[i].text));
        if (error.line != cases[i].line || error.column != cases[i].column ||
            !strstr(error.reason, cases[i].reason))
            fail_msg("%.*s: line %zu, column %zu: %s", SPAN_ARG(cases[i].text), error.line,
                     error.column, error.reason);
    }
}

static void what_follows_the_first_value_may_be_left(void **state)
{
    (void)state;
    struct json_error error;
    struct span text = span_from("[1] and more");
    assert_null(json_read(text, &arena, &error));
    const struct json *json = json_read_start(text, &arena, &error);
    assert_true(json_is(json_item(json, 0), JSON_KIND_NUMBER));
    assert_null(json_read_start(span_from("[1 and more"), &arena, &error));
}

static void nesting_and_memory_are_bounded(void **state)
{
    (void)state;
    static char deep[3 * JSON_MAX_DEPTH];
    struct json_error error;
    memset(deep, '[', JSON_MAX_DEPTH);
    memset(deep + JSON_MAX_DEPTH, ']', JSON_MAX_DEPTH);
    assert_non_null(json_read(span_of(deep, 2 * JSON_MAX_DEPTH), &arena, &error));
    memset(deep, '[', JSON_MAX_DEPTH + 1);
    memset(deep + JSON_MAX_DEPTH + 1, ']', JSON_MAX_DEPTH + 1);
    assert_null(json_read(span_of(deep, 2 * JSON_MAX_DEPTH + 2), &arena, &error));
    assert_non_null(strstr(error.reason, "depth"));
    assert_false(error.no_memory);

    struct arena small;
    arena_init(&small, 4 * sizeof(struct json));
    assert_null(json_read(span_from("[1,2,3,4]"), &small, &error));
    assert_true(error.no_memory);
    assert_null(
        json_read(span_from("\"a long text with an \\n escape in it .......................... "
                            "......................................................... "
                            "........................................................\""),
                  &small, &error));
    assert_true(error.no_memory);
    arena_finish(&small);
}

static void members_and_items_are_found(void **state)
{
    (void)state;
    const struct json *root =
        read_text(span_from("{\"a\": 1, \"b\": [\"x\", \"y\"], \"a\": \"last\", \"\": null}"));
    assert_true(span_equals(json_get(root, "a")->text, "last"));
    assert_null(json_get(root, "c"));
    assert_non_null(json_get(root, ""));
    assert_true(json_is(json_get(root, ""), JSON_KIND_NULL));
    assert_true(span_equals(json_item(json_get(root, "b"), 1)->text, "y"));
    assert_null(json_item(json_get(root, "b"), 2));
    assert_null(json_item(root, 0));
    assert_null(json_get(json_get(root, "b"), "a"));
    assert_null(json_get(NULL, "a"));
    assert_false(json_is(NULL, JSON_KIND_NULL));
    assert_false(json_is_container(NULL));
}

static void integers_are_whole_and_fit_64_bits(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_integer;
        int64_t integer;
    } cases[] = {
        {"0", true, 0},
        {"-0", true, 0},
        {"1643023800000", true, 1643023800000},
        {"9223372036854775807", true, INT64_MAX},
        {"-9223372036854775808", true, INT64_MIN},
        {"9223372036854775808", false, 0},
        {"-9223372036854775809", false, 0},
        {"1.0", false, 0},
        {"1e3", false, 0},
        {"\"1\"", false, 0},
        {"true", false, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t integer = 0;
        assert_int_equal(json_to_integer(read_text(span_from(cases[i].text)), &integer),
                         cases[i].is_integer);
        assert_int_equal(integer, cases[i].integer);
    }
    int64_t integer;
    assert_false(json_to_integer(NULL, &integer));
}

static void duplicate_keys_are_found_at_any_depth(void **state)
{
    (void)state;
    static const struct {
        const char *text, *key; /* NULL: none */
    } cases[] = {
        {"{\"a\": 1, \"b\": 2}", NULL},
        {"{\"a\": {\"a\": 1}}", NULL},
        {"[{\"a\": 1}, {\"a\": 2}]", NULL},
        {"{\"a\": 1, \"ab\": 2, \"b\": 3, \"a\": 4}", "a"},
        {"[1, {\"x\": [{\"k\": 1, \"k\": 2}]}]", "k"},
        {"{\"\": 1, \"\": 2}", ""},
        {"{\"\\u0061\": 1, \"a\": 2}", "a"},
        {"7", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct span key = json_duplicate_key(read_text(span_from(cases[i].text)), &arena);
        assert_int_equal(key.data != NULL, cases[i].key != NULL);
        assert_true(!cases[i].key || span_equals(key, cases[i].key));
    }
}

/* Texts are read eight bytes at a time. */
static void what_ends_plain_text_is_seen_at_every_place(void **state)
{
    (void)state;
    enum { LEN = 24 };
    for (int byte = 1; byte < 0x80; byte++) {
        for (size_t at = 0; at < LEN; at++) {
            char text[LEN + 3] = "\"";
            struct json_error error;
            memset(text + 1, '~', LEN);
            text[1 + at] = (char)byte;
            text[1 + LEN] = '"';
            const struct json *json = json_read(span_from(text), &arena, &error);
            assert_int_equal(json != NULL, byte >= 0x20 && byte != '"' && byte != '\\');
            assert_true(!json || span_equal(json->text, span_of(text + 1, LEN)));
            arena_reset(&arena);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_read_is_written_without_white_space),
        cmocka_unit_test(what_is_no_json_is_refused_where_it_goes_wrong),
        cmocka_unit_test(what_ends_plain_text_is_seen_at_every_place),
        cmocka_unit_test(what_follows_the_first_value_may_be_left),
        cmocka_unit_test(nesting_and_memory_are_bounded),
        cmocka_unit_test(members_and_items_are_found),
        cmocka_unit_test(integers_are_whole_and_fit_64_bits),
        cmocka_unit_test(duplicate_keys_are_found_at_any_depth),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
