#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/decode.h"

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

static struct event decode(enum event_format format, const char *value)
{
    struct event event;
    struct error error;
    if (!decode_event(format, span_from(value), &arena, &event, &error))
        fail_msg("%s: %s", value, error.message);
    return event;
}

static void assert_text(const struct event *event, enum article_field field, const char *text)
{
    const struct value *value = &event->metadata.fields[field];
    assert_int_equal(value->kind, VALUE_TEXT);
    assert_true(span_equals(value->text, text));
}

static void formats_are_told_by_their_first_bytes(void **state)
{
    (void)state;
    static const struct {
        struct span value;
        enum event_format format;
    } cases[] = {
        {SPAN_LITERAL("{}"), EVENT_JSON},
        {SPAN_LITERAL(" \n\t{\"a\": 1"), EVENT_JSON},
        {SPAN_LITERAL("\xEF\xBB\xBF{}"), EVENT_JSON},
        {SPAN_LITERAL("24.01.2022 Author: A"), EVENT_TEXT},
        {SPAN_LITERAL("[1, 2]\n"), EVENT_JSON}, /* and then refused: not an object */
        {SPAN_LITERAL("\"words\""), EVENT_JSON},
        {SPAN_LITERAL("null"), EVENT_JSON},
        {SPAN_LITERAL("-12.5e3"), EVENT_JSON},
        {SPAN_LITERAL("[Reuters] A headline"), EVENT_TEXT},
        {SPAN_LITERAL("\"Quoted,\" he said.\n\n\"Twice.\""), EVENT_TEXT},
        {SPAN_LITERAL(""), EVENT_TEXT},
        {SPAN_LITERAL("\0\0\0\0\1x"), EVENT_AVRO},
        {SPAN_LITERAL("\0\0\0"), EVENT_TEXT},
        {SPAN_LITERAL("\0\x80\0\0\1x"), EVENT_TEXT},
        {SPAN_LITERAL("\xC3\x01xxxxxxxx"), EVENT_AVRO},
        {SPAN_LITERAL("\xC3\x84pfel"), EVENT_TEXT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(decode_detect(cases[i].value), cases[i].format);
}

static void every_field_of_a_json_event_is_read(void **state)
{
    (void)state;
    struct event event =
        decode(EVENT_JSON,
               "{\"event_id\": \"e1\", \"url\": \"https://a.example/x\", \"title\": \"T\\u00e4\","
               "\"authors\": [\"Jane Roe\", \" \", \"The Desk\"], \"published\": \"2022-01-24\","
               "\"language\": \"en\", \"publisher\": null, \"doi\": \"10.1/x\","
               "\"text\": \"a\\r\\n b \", \"content\": \"PGh0bWw+\","
               "\"content_type\": \"text/html\", \"observed_at\": 1643016600000,"
               "\"attributes\": {\"k\": \"v\"}, \"unknown\": {\"x\": [1]}}");
    const struct value *fields = event.metadata.fields;
    assert_text(&event, ARTICLE_EVENT_ID, "e1");
    assert_text(&event, ARTICLE_SOURCE_URL, "https://a.example/x");
    assert_true(span_equals(fields[ARTICLE_SOURCE_URL].path, "/url"));
    assert_text(&event, ARTICLE_TITLE, "T\xC3\xA4");
    assert_text(&event, ARTICLE_TEXT, "a\r\n b ");
    assert_int_equal(fields[ARTICLE_PUBLISHER].kind, VALUE_NONE);
    assert_int_equal(fields[ARTICLE_AUTHORS].authors.count, 2);
    assert_true(span_equals(fields[ARTICLE_AUTHORS].authors.items[1].name, "The Desk"));
    assert_int_equal(fields[ARTICLE_PUBLISHED].date.precision, DATE_DAY);
    assert_true(span_equals(event.content, "<html>"));
    assert_true(span_equals(event.content_type, "text/html"));
    assert_true(event.has_observed_at);
    assert_int_equal(event.observed_at_ms, 1643016600000);
    assert_true(span_equals(event.metadata.extra->key, "k"));
}

static void an_event_without_id_gets_one_of_its_bytes(void **state)
{
    (void)state;
    struct event event = decode(EVENT_JSON, "{}");
    assert_text(&event, ARTICLE_EVENT_ID,
                "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
    event = decode(EVENT_TEXT, "24.01.2022 Author: Jane Roe\n\nA headline\n\nWords.\n");
    assert_int_equal(event.metadata.fields[ARTICLE_EVENT_ID].text.len, 64);
    assert_text(&event, ARTICLE_TITLE, "A headline");
    assert_text(&event, ARTICLE_TEXT, "24.01.2022 Author: Jane Roe\n\nA headline\n\nWords.\n");
}

static void instants_may_be_written_as_text(void **state)
{
    (void)state;
    struct event event = decode(EVENT_JSON, "{\"observed_at\": \"2022-01-24T10:30:00+01:00\"}");
    assert_int_equal(event.observed_at_ms, 1643016600000);
}

static void a_date_that_is_none_stays_in_extra(void **state)
{
    (void)state;
    struct event event = decode(EVENT_JSON, "{\"published\": \"soon\"}");
    assert_int_equal(event.metadata.fields[ARTICLE_PUBLISHED].kind, VALUE_NONE);
    assert_true(span_equals(event.metadata.extra->key, "published"));
    assert_true(span_equals(event.metadata.extra->value, "soon"));
}

static void poison_is_explained(void **state)
{
    (void)state;
    static const struct {
        enum event_format format;
        struct span value;
        const char *message;
    } cases[] = {
        {EVENT_JSON, SPAN_LITERAL(""), "the value is empty"},
        {EVENT_TEXT, SPAN_LITERAL(""), "the value is empty"},
        {EVENT_TEXT, SPAN_LITERAL("abc\xFFx"), "not UTF-8 from byte 4 on"},
        {EVENT_TEXT, SPAN_LITERAL("\0\0\0"), "NUL"},
        {EVENT_JSON, SPAN_LITERAL("{\"a\": \"\xFF\"}"), "not UTF-8 from byte 8 on"},
        {EVENT_JSON, SPAN_LITERAL("{\"a\":\n 1,}"), "not JSON: line 2, column 4"},
        {EVENT_JSON, SPAN_LITERAL("{} x"), "not JSON"},
        {EVENT_JSON, SPAN_LITERAL("[1]"), "must be a JSON object, not an array"},
        {EVENT_JSON, SPAN_LITERAL("{\"url\": \"a\", \"url\": \"b\"}"), "duplicate object key"},
        {EVENT_JSON, SPAN_LITERAL("{\"title\": 7}"),
         "field \"title\" must be a string, not a number"},
        {EVENT_JSON, SPAN_LITERAL("{\"authors\": \"Jane\"}"),
         "field \"authors\" must be an array of strings, not a string"},
        {EVENT_JSON, SPAN_LITERAL("{\"authors\": [\"Jane\", 2]}"),
         "field \"authors\" must be an array of strings, item 2 is a number"},
        {EVENT_JSON, SPAN_LITERAL("{\"content\": \"a?b\"}"), "field \"content\" is not base64"},
        {EVENT_JSON, SPAN_LITERAL("{\"content\": \"YQ=\"}"), "field \"content\" is not base64"},
        {EVENT_JSON, SPAN_LITERAL("{\"observed_at\": true}"), "must be milliseconds since 1970"},
        {EVENT_JSON, SPAN_LITERAL("{\"observed_at\": \"2022-01-24\"}"), "names no instant"},
        {EVENT_JSON, SPAN_LITERAL("{\"attributes\": {\"k\": [1]}}"), "\"k\" is an array"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct event event;
        struct error error = {0};
        assert_false(decode_event(cases[i].format, cases[i].value, &arena, &event, &error));
        assert_int_equal(error.kind, ERROR_POISON);
        assert_int_equal(error.error_class, ERROR_CLASS_DECODE);
        if (!strstr(error.message, cases[i].message))
            fail_msg("\"%s\" is not \"%s\"", error.message, cases[i].message);
    }
}

static void depth_and_memory_are_bounded(void **state)
{
    (void)state;
    enum { DEPTH = 100000 };
    char *deep = malloc(DEPTH + 1);
    assert_non_null(deep);
    memset(deep, '[', DEPTH);
    memcpy(deep, "{\"a\":", 5);
    struct event event;
    struct error error;
    assert_false(decode_event(EVENT_JSON, span_of(deep, DEPTH), &arena, &event, &error));
    assert_non_null(strstr(error.message, "depth"));
    free(deep);

    struct arena small;
    arena_init(&small, 64);
    assert_false(decode_event(EVENT_JSON,
                              span_from("{\"text\": \"0123456789012345678901234567890123456789"
                                        "0123456789012345678901234567890123456789\"}"),
                              &small, &event, &error));
    assert_int_equal(error.error_class, ERROR_CLASS_TOO_LARGE);
    arena_finish(&small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formats_are_told_by_their_first_bytes),
        cmocka_unit_test(every_field_of_a_json_event_is_read),
        cmocka_unit_test(an_event_without_id_gets_one_of_its_bytes),
        cmocka_unit_test(instants_may_be_written_as_text),
        cmocka_unit_test(a_date_that_is_none_stays_in_extra),
        cmocka_unit_test(poison_is_explained),
        cmocka_unit_test(depth_and_memory_are_bounded),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
