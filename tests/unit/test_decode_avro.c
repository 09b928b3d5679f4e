#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/avro_binary.h"
#include "core/avro_check.h"
#include "core/decode_avro.h"
#include "core/default_schema.h"

enum { ARENA_BYTES = 64 * 1024, PAYLOAD_MAX_BYTES = 64 * 1024 };

struct fixture {
    struct arena arena;
    struct buf payload;
    struct event event;
    struct error error;
};

static int set_up(void **state)
{
    struct fixture *fixture = test_calloc(1, sizeof *fixture);
    arena_init(&fixture->arena, ARENA_BYTES);
    buf_init(&fixture->payload, PAYLOAD_MAX_BYTES);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    arena_finish(&fixture->arena);
    buf_finish(&fixture->payload);
    test_free(fixture);
    return 0;
}

static bool decode(struct fixture *fixture, struct span avsc)
{
    struct avro_schema *schema = avro_schema_parse(avsc, &fixture->error);
    if (!schema)
        fail_msg("%s", fixture->error.message);
    bool decoded = decode_avro(schema, buf_span(&fixture->payload), &fixture->arena,
                               &fixture->event, &fixture->error);
    avro_schema_free(schema);
    return decoded;
}

static void put_text(struct buf *out, const char *text)
{
    avro_put_bytes(out, span_from(text));
}

/* Branch 1 of a union whose branch 0 is null. */
static void put_some_text(struct buf *out, const char *text)
{
    avro_put_long(out, 1);
    put_text(out, text);
}

static void assert_text(const struct event *event, enum article_field field, const char *text)
{
    const struct value *value = &event->metadata.fields[field];
    assert_int_equal(value->kind, VALUE_TEXT);
    assert_true(span_equals(value->text, text));
}

static void a_full_article_event_is_read(void **state)
{
    struct fixture *fixture = *state;
    struct buf *out = &fixture->payload;
    put_text(out, "e-1");
    put_some_text(out, "https://example.org/a");
    put_some_text(out, "A title");
    avro_put_long(out, 2); /* authors, in two blocks */
    put_text(out, " Mira Halvorsen ");
    put_text(out, " ");
    avro_put_long(out, 1);
    put_text(out, "J\xC3\xB8rn");
    avro_put_long(out, 0);
    put_some_text(out, "2022-01-24");
    put_some_text(out, "en");
    avro_put_long(out, 0); /* publisher */
    put_some_text(out, "10.1/x");
    put_some_text(out, "Text.\r\n");
    put_some_text(out, "\xFFpage");
    put_some_text(out, "text/html");
    avro_put_long(out, 1);
    avro_put_long(out, 1700000000123);
    avro_put_long(out, 1);
    put_text(out, "rank");
    put_text(out, "7");
    avro_put_long(out, 0);

    assert_true(decode(fixture, default_event_schema_span()));
    const struct event *event = &fixture->event;
    assert_text(event, ARTICLE_EVENT_ID, "e-1");
    assert_text(event, ARTICLE_SOURCE_URL, "https://example.org/a");
    assert_text(event, ARTICLE_TITLE, "A title");
    assert_text(event, ARTICLE_LANGUAGE, "en");
    assert_text(event, ARTICLE_DOI, "10.1/x");
    assert_text(event, ARTICLE_TEXT, "Text.\r\n");
    assert_int_equal(event->metadata.fields[ARTICLE_PUBLISHER].kind, VALUE_NONE);
    const struct value *authors = &event->metadata.fields[ARTICLE_AUTHORS];
    assert_int_equal(authors->authors.count, 2);
    assert_true(span_equals(authors->authors.items[0].name, "Mira Halvorsen"));
    assert_true(span_equals(authors->path, "/authors"));
    assert_int_equal(event->metadata.fields[ARTICLE_PUBLISHED].date.date, 19016);
    assert_true(span_equals(event->content, "\xFFpage"));
    assert_true(span_equals(event->content_type, "text/html"));
    assert_true(event->has_observed_at);
    assert_int_equal(event->observed_at_ms, 1700000000123);
    assert_true(span_equals(event->metadata.extra->key, "rank"));
}

#define RECORD(fields)    "{\"type\":\"record\",\"name\":\"R\",\"fields\":[" fields "]}"
#define FIELD(name, type) "{\"name\":\"" name "\",\"type\":" type "}"

static void fields_of_another_schema_are_taken_by_name(void **state)
{
    struct fixture *fixture = *state;
    struct buf *out = &fixture->payload;
    avro_put_long(out, 1); /* scores: one block that tells its size */
    avro_put_long(out, 7);
    avro_put_long(out, 0);
    put_text(out, "A title");
    avro_put_long(out, 19016);
    assert_true(decode(
        fixture,
        span_from(RECORD(FIELD("scores", "{\"type\":\"array\",\"items\":\"int\"}") "," FIELD(
            "title", "\"string\"") "," FIELD("published",
                                             "{\"type\":\"int\",\"logicalType\":\"date\"}")))));
    assert_text(&fixture->event, ARTICLE_TITLE, "A title");
    assert_int_equal(fixture->event.metadata.fields[ARTICLE_PUBLISHED].date.date, 19016);
    assert_int_equal(fixture->event.metadata.fields[ARTICLE_PUBLISHED].date.precision, DATE_DAY);
    assert_int_equal(fixture->event.metadata.fields[ARTICLE_EVENT_ID].text.len, 64);
}

static void instants_of_any_precision_are_dates(void **state)
{
    struct fixture *fixture = *state;
    avro_put_long(&fixture->payload, 1700000000123456);
    assert_true(decode(
        fixture, span_from(RECORD(FIELD(
                     "published", "{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}")))));
    const struct date_value *date = &fixture->event.metadata.fields[ARTICLE_PUBLISHED].date;
    assert_true(date->has_instant);
    assert_int_equal(date->instant_ms / 1000, 1700000000);
}

static void types_are_promoted_as_schema_resolution_has_it(void **state)
{
    struct fixture *fixture = *state;
    avro_put_long(&fixture->payload, -5);
    put_text(&fixture->payload, "A title");
    put_text(&fixture->payload, "<html>");
    assert_true(decode(fixture, span_from(RECORD(FIELD("observed_at", "\"int\"") "," FIELD(
                                    "title", "\"bytes\"") "," FIELD("content", "\"string\"")))));
    assert_true(fixture->event.has_observed_at);
    assert_int_equal(fixture->event.observed_at_ms, -5);
    assert_text(&fixture->event, ARTICLE_TITLE, "A title");
    assert_true(span_equals(fixture->event.content, "<html>"));
}

static void bytes_that_are_no_text_are_refused(void **state)
{
    struct fixture *fixture = *state;
    put_text(&fixture->payload, "\xFF");
    assert_false(decode(fixture, span_from(RECORD(FIELD("title", "\"bytes\"")))));
    assert_int_equal(fixture->error.error_class, ERROR_CLASS_SCHEMA);
}

static void nulls_in_a_list_cost_nothing(void **state)
{
    struct fixture *fixture = *state;
    avro_put_long(&fixture->payload, AVRO_CHECK_MAX_VALUES / 2);
    avro_put_long(&fixture->payload, 0);
    assert_true(decode(
        fixture, span_from(RECORD(FIELD("authors", "{\"type\":\"array\",\"items\":\"null\"}")))));
    assert_int_equal(fixture->event.metadata.fields[ARTICLE_AUTHORS].kind, VALUE_NONE);
    assert_true(fixture->arena.used_bytes < 4096);
}

static void a_date_that_nobody_reads_is_kept(void **state)
{
    struct fixture *fixture = *state;
    put_text(&fixture->payload, "some day");
    assert_true(decode(fixture, span_from(RECORD(FIELD("published", "\"string\"")))));
    assert_int_equal(fixture->event.metadata.fields[ARTICLE_PUBLISHED].kind, VALUE_NONE);
    assert_true(span_equals(fixture->event.metadata.extra->value, "some day"));
}

static void schemas_of_other_types_are_refused(void **state)
{
    struct fixture *fixture = *state;
    static const struct {
        const char *avsc;
        const char *message;
    } cases[] = {
        {"\"int\"", "the value's schema is int, an event is a record"},
        {RECORD(FIELD("title", "\"int\"")), "field \"title\" must be a string, not int"},
        {RECORD(FIELD("authors", "\"int\"")),
         "field \"authors\" must be an array of strings, not int"},
        {RECORD(FIELD("published", "\"int\"")),
         "field \"published\" must be a string, a date or a timestamp, not int"},
        {RECORD(FIELD("content", "\"int\"")), "field \"content\" must be bytes, not int"},
        {RECORD(FIELD("observed_at", "\"boolean\"")),
         "field \"observed_at\" must be milliseconds since 1970 or an RFC 3339 text, not "
         "boolean"},
        {RECORD(FIELD("attributes", "\"int\"")),
         "field \"attributes\" must be an object of strings, not int"},
    };
    avro_put_boolean(&fixture->payload, true);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_false(decode(fixture, span_from(cases[i].avsc)));
        assert_int_equal(fixture->error.kind, ERROR_POISON);
        assert_int_equal(fixture->error.error_class, ERROR_CLASS_SCHEMA);
        assert_string_equal(fixture->error.message, cases[i].message);
    }
}

static void bytes_of_another_schema_are_refused(void **state)
{
    struct fixture *fixture = *state;
    put_text(&fixture->payload, "e-1");
    assert_false(decode(fixture, default_event_schema_span()));
    assert_int_equal(fixture->error.error_class, ERROR_CLASS_DECODE);
    assert_string_equal(fixture->error.message, "not Avro of this schema: url: truncated");
}

static void a_full_arena_is_too_large(void **state)
{
    struct fixture *fixture = *state;
    put_text(&fixture->payload, "A title");
    fixture->arena.limit_bytes = 10; /* the derived id does not fit */
    assert_false(decode(fixture, span_from(RECORD(FIELD("title", "\"string\"")))));
    assert_int_equal(fixture->error.error_class, ERROR_CLASS_TOO_LARGE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_full_article_event_is_read),
        TEST(fields_of_another_schema_are_taken_by_name),
        TEST(instants_of_any_precision_are_dates),
        TEST(a_date_that_nobody_reads_is_kept),
        TEST(schemas_of_other_types_are_refused),
        TEST(bytes_of_another_schema_are_refused),
        TEST(a_full_arena_is_too_large),
        TEST(types_are_promoted_as_schema_resolution_has_it),
        TEST(bytes_that_are_no_text_are_refused),
        TEST(nulls_in_a_list_cost_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
