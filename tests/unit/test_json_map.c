#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/json_map.h"

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

/* What one entry takes out of body; field "extra.x" gives its text as VALUE_TEXT. */
static struct value pick(const char *field, const char *pointer, const char *body)
{
    const struct json_map_entry entry = {span_from(field), span_from(pointer)};
    struct error error;
    struct metadata metadata;
    struct json_map *map = json_map_new(&entry, 1, &error);
    if (!map || !json_map_apply(map, span_from(body), &arena, &metadata, &error))
        fail_msg("%s %s: %s", field, pointer, error.message);
    struct value value = {0};
    if (metadata.extra)
        value = (struct value){.kind = VALUE_TEXT, .text = metadata.extra->value};
    else if (article_field_find(entry.field) < ARTICLE_FIELD_COUNT)
        value = metadata.fields[article_field_find(entry.field)];
    value.path = SPAN_NONE; /* borrowed from the map */
    json_map_free(map);
    return value;
}

static void pointers_are_followed_as_rfc_6901_says(void **state)
{
    (void)state;
    /* Section 5 of the RFC, as far as it gives something. */
    static const char body[] =
        "{\"foo\": [\"bar\", \"baz\"], \"\": 0, \"a/b\": 1, \"c%d\": 2, \"e^f\": 3, \"g|h\": 4,"
        " \"i\\\\j\": 5, \"k\\\"l\": 6, \" \": 7, \"m~n\": 8}";
    static const struct {
        const char *pointer, *text; /* NULL: nothing there */
    } cases[] = {
        {"/foo", "[\"bar\",\"baz\"]"},
        {"/foo/0", "bar"},
        {"/", "0"},
        {"/a~1b", "1"},
        {"/c%d", "2"},
        {"/e^f", "3"},
        {"/g|h", "4"},
        {"/i\\j", "5"},
        {"/k\"l", "6"},
        {"/ ", "7"},
        {"/m~0n", "8"},
        {"/foo/2", NULL},
        {"/foo/00", NULL},
        {"/foo/-", NULL},
        {"/foo/bar", NULL},
        {"/foo/0/x", NULL},
        {"/nothing", NULL},
        {"/foo/99999999999999999999", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct value value = pick("extra.x", cases[i].pointer, body);
        assert_int_equal(value.kind, cases[i].text ? VALUE_TEXT : VALUE_NONE);
        if (cases[i].text && !span_equals(value.text, cases[i].text))
            fail_msg("%s gave %.*s", cases[i].pointer, SPAN_ARG(value.text));
    }
}

static void texts_come_from_any_scalar(void **state)
{
    (void)state;
    static const struct {
        const char *json, *text; /* NULL: sets nothing */
    } cases[] = {
        {"\"a\"", "a"},
        {"7", "7"},
        {"-12345678901", "-12345678901"},
        {"1.5", "1.5"},
        {"0.1", "0.1"},
        {"1e300", "1e+300"},
        {"99999999999999999999", "100000000000000000000"},
        {"true", "true"},
        {"[\"first\", \"second\"]", "first"},
        {"null", NULL},
        {"\"\"", NULL},
        {"{\"a\": 1}", NULL},
        {"[]", NULL},
        {"[[1]]", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct value value = pick("title", "", cases[i].json);
        assert_int_equal(value.kind, cases[i].text ? VALUE_TEXT : VALUE_NONE);
        if (cases[i].text && !span_equals(value.text, cases[i].text))
            fail_msg("%s gave %.*s", cases[i].json, SPAN_ARG(value.text));
    }
}

static void texts_come_out_clean(void **state)
{
    (void)state;
    static const char dirty[] = "{\"a\": \" x\\u0000y\\u001b[31m\\r\\nZ\\u202e\\u009b1mK\"}";
    static const char *const fields[] = {"title", "section", "doi", "extra.a"};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        assert_true(span_equals(pick(fields[i], "/a", dirty).text, "xy Z1mK"));
    struct value tags = pick("tags", "/a", "{\"a\": [\"fog\", \"ho\\u0000rn\"]}");
    assert_int_equal(tags.texts.count, 2);
    assert_true(span_equals(tags.texts.items[1], "horn"));
    assert_true(span_equals(pick("title", "/a", "{\"a\": \"two  spaces\"}").text, "two  spaces"));
}

static void lists_keep_their_order_without_repeats(void **state)
{
    (void)state;
    struct value value = pick("tags", "/k", "{\"k\": [\"b\", \"a\", \"b\", \"\", null, {}, 3]}");
    assert_int_equal(value.kind, VALUE_TEXTS);
    assert_int_equal(value.texts.count, 3);
    assert_true(span_equals(value.texts.items[0], "b"));
    assert_true(span_equals(value.texts.items[2], "3"));
    assert_int_equal(pick("tags", "/k", "{\"k\": \"one\"}").texts.count, 1);
    assert_int_equal(pick("tags", "/k", "\xEF\xBB\xBF{\"k\": [\"a\"]}").texts.count, 1);
    assert_int_equal(pick("tags", "/k", "{\"k\": []}").kind, VALUE_NONE);
}

static void authors_are_names_or_objects(void **state)
{
    (void)state;
    static const struct {
        const char *json, *name, *orcid;
        enum author_kind kind;
        size_t count;
    } cases[] = {
        {"\"By Jane Roe and John Doe\"", "Jane Roe", "", AUTHOR_UNKNOWN, 2},
        {"[\"Jane Roe\", \" \", \"John Doe\"]", "Jane Roe", "", AUTHOR_UNKNOWN, 2},
        {"{\"name\": \"The Desk\", \"@type\": \"Organization\"}", "The Desk", "",
         AUTHOR_ORGANIZATION, 1},
        {"[{\"given\": \"Jane\", \"family\": \"Roe\","
         " \"ORCID\": \"https://orcid.org/0000-0002-1825-0097\"}]",
         "Jane Roe", "0000-0002-1825-0097", AUTHOR_PERSON, 1},
        {"[{\"family\": \"Roe\", \"ORCID\": \"x\"}]", "Roe", "", AUTHOR_PERSON, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct value value = pick("authors", "", cases[i].json);
        assert_int_equal(value.kind, VALUE_AUTHORS);
        assert_int_equal(value.authors.count, cases[i].count);
        const struct author *author = &value.authors.items[0];
        assert_true(span_equals(author->name, cases[i].name));
        assert_true(span_equals(author->orcid, cases[i].orcid));
        if (cases[i].kind != AUTHOR_UNKNOWN) /* author_list may know more */
            assert_int_equal(author->kind, cases[i].kind);
    }
    assert_int_equal(pick("authors", "", "[{}, 7, \"\"]").kind, VALUE_NONE);
}

static void dates_come_in_any_form(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        enum date_precision precision;
    } cases[] = {
        {"\"2022-01-24T10:30:00Z\"", DATE_SECOND},
        {"[[2022, 1, 24]]", DATE_DAY},
        {"{\"date-parts\": [[2022, 1]]}", DATE_MONTH},
        {"{\"date-parts\": [[2022]]}", DATE_YEAR},
        {"{\"date-parts\": [[2022, 1, 24]], \"date-time\": \"2022-01-24T09:30:05Z\"}", DATE_SECOND},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct value value = pick("published", "", cases[i].json);
        assert_int_equal(value.kind, VALUE_DATE);
        assert_int_equal(value.date.precision, cases[i].precision);
    }
    assert_int_equal(pick("published", "", "[[2022, 13, 1]]").kind, VALUE_NONE);
    assert_int_equal(pick("published", "", "[[]]").kind, VALUE_NONE);
    assert_int_equal(pick("published", "", "\"soon\"").kind, VALUE_NONE);
}

static void booleans_are_not_guessed(void **state)
{
    (void)state;
    assert_true(pick("free_access", "", "true").boolean);
    assert_true(pick("free_access", "", "\"True\"").boolean);
    assert_int_equal(pick("free_access", "", "false").kind, VALUE_BOOL);
    assert_int_equal(pick("free_access", "", "1").kind, VALUE_NONE);
}

static void the_last_of_duplicate_keys_counts(void **state)
{
    (void)state;
    assert_true(span_equals(pick("title", "/a", "{\"a\": 1, \"a\": 2}").text, "2"));
}

static void an_answer_that_is_not_json_is_poison(void **state)
{
    (void)state;
    const struct json_map_entry entry = {SPAN_LITERAL("title"), SPAN_LITERAL("/a")};
    struct json_map *map = json_map_new(&entry, 1, NULL);
    assert_non_null(map);
    enum { DEPTH = 100000 };
    char *deep = malloc(DEPTH);
    assert_non_null(deep);
    memset(deep, '[', DEPTH);
    const struct span bodies[] = {
        span_from(""),         span_from("<html>"), span_from("{\"a\": "),
        span_from("\"\xFF\""), SPAN_NONE,           span_of(deep, DEPTH),
    };
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        struct metadata metadata;
        struct error error = {0};
        assert_false(json_map_apply(map, bodies[i], &arena, &metadata, &error));
        assert_int_equal(error.kind, ERROR_POISON);
        assert_int_equal(error.error_class, ERROR_CLASS_LOOKUP);
    }
    free(deep);
    json_map_free(map);
}

static void a_field_or_pointer_that_is_none_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *field, *pointer, *message;
    } cases[] = {
        {"titel", "/t", "did you mean title?"},
        {"rank", "/t", "extra.rank would keep it"},
        {"extra.", "/t", "no output field is called extra."},
        {"event_id", "/t", "cannot be set by a lookup"},
        {"text_sha256", "/t", "cannot be set by a lookup"},
        {"title", "t", "\"t\" is not a JSON Pointer"},
        {"title", "/a~2", "is not a JSON Pointer"},
        {"title", "/a~", "is not a JSON Pointer"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct json_map_entry entry = {span_from(cases[i].field),
                                             span_from(cases[i].pointer)};
        struct error error = {0};
        assert_null(json_map_new(&entry, 1, &error));
        if (!strstr(error.message, cases[i].message))
            fail_msg("\"%s\" is not \"%s\"", error.message, cases[i].message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pointers_are_followed_as_rfc_6901_says),
        cmocka_unit_test(texts_come_from_any_scalar),
        cmocka_unit_test(texts_come_out_clean),
        cmocka_unit_test(lists_keep_their_order_without_repeats),
        cmocka_unit_test(authors_are_names_or_objects),
        cmocka_unit_test(dates_come_in_any_form),
        cmocka_unit_test(booleans_are_not_guessed),
        cmocka_unit_test(the_last_of_duplicate_keys_counts),
        cmocka_unit_test(an_answer_that_is_not_json_is_poison),
        cmocka_unit_test(a_field_or_pointer_that_is_none_is_refused),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
