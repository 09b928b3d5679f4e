#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/event.h"

struct fixture {
    struct arena arena;
    struct event event;
    struct error error;
    struct event_builder builder;
};

static int set_up(void **state)
{
    struct fixture *fixture = test_calloc(1, sizeof *fixture);
    arena_init(&fixture->arena, 64 * 1024);
    fixture->builder = (struct event_builder){.event = &fixture->event,
                                              .arena = &fixture->arena,
                                              .error = &fixture->error,
                                              .wrong_type = ERROR_CLASS_SCHEMA};
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    arena_finish(&fixture->arena);
    test_free(fixture);
    return 0;
}

static bool set(struct fixture *fixture, const char *name, struct event_value value)
{
    const struct event_field *field = event_field_find(span_from(name));
    assert_non_null(field);
    return event_set(&fixture->builder, field, &value);
}

static struct event_value text(const char *of)
{
    return (struct event_value){.kind = EVENT_STRING, .type = "string", .text = span_from(of)};
}

static void fields_that_an_event_does_not_have_are_not_found(void **state)
{
    (void)state;
    assert_null(event_field_find(span_from("score")));
    assert_null(event_field_find(span_from("titl")));
    assert_null(event_field_find(SPAN_NONE));
}

static void null_is_absent(void **state)
{
    struct fixture *fixture = *state;
    assert_true(set(fixture, "title", (struct event_value){.kind = EVENT_NULL}));
    assert_int_equal(fixture->event.metadata.fields[ARTICLE_TITLE].kind, VALUE_NONE);
    const struct event_value items[] = {text("Jane Roe"), {.kind = EVENT_NULL}, text(" ")};
    assert_true(set(fixture, "authors",
                    (struct event_value){.kind = EVENT_LIST, .items = items, .count = 3}));
    assert_int_equal(fixture->event.metadata.fields[ARTICLE_AUTHORS].authors.count, 1);
}

static void texts_are_copied_only_where_they_do_not_last(void **state)
{
    struct fixture *fixture = *state;
    struct event_value title = text("Fog");
    assert_true(set(fixture, "title", title));
    const struct value *set_title = &fixture->event.metadata.fields[ARTICLE_TITLE];
    assert_ptr_equal(set_title->text.data, title.text.data);
    fixture->builder.copies_texts = true;
    assert_true(set(fixture, "title", title));
    assert_ptr_not_equal(set_title->text.data, title.text.data);
    assert_true(span_equals(set_title->text, "Fog"));
}

static void an_instant_may_be_a_number_or_a_text(void **state)
{
    struct fixture *fixture = *state;
    assert_true(set(fixture, "observed_at",
                    (struct event_value){.kind = EVENT_NUMBER, .number = 1643016600000}));
    assert_int_equal(fixture->event.observed_at_ms, 1643016600000);
    assert_true(set(fixture, "observed_at", text("1970-01-01T00:00:01Z")));
    assert_int_equal(fixture->event.observed_at_ms, 1000);
}

static void a_wrong_type_is_the_fault_of_whom_the_format_says(void **state)
{
    struct fixture *fixture = *state;
    assert_false(
        set(fixture, "title", (struct event_value){.kind = EVENT_NUMBER, .type = "a number"}));
    assert_int_equal(fixture->error.error_class, ERROR_CLASS_SCHEMA);
    assert_string_equal(fixture->error.message, "field \"title\" must be a string, not a number");
}

static void without_memory_it_is_too_large(void **state)
{
    struct fixture *fixture = *state;
    fixture->arena.limit_bytes = 1;
    fixture->builder.copies_texts = true;
    assert_false(set(fixture, "title", text("Fog")));
    assert_int_equal(fixture->error.error_class, ERROR_CLASS_TOO_LARGE);
    assert_false(event_set_id(&fixture->event, span_from("x"), &fixture->arena));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(fields_that_an_event_does_not_have_are_not_found),
        TEST(null_is_absent),
        TEST(texts_are_copied_only_where_they_do_not_last),
        TEST(an_instant_may_be_a_number_or_a_text),
        TEST(a_wrong_type_is_the_fault_of_whom_the_format_says),
        TEST(without_memory_it_is_too_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
