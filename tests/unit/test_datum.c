#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/datum.h"

static struct datum read_member(struct datum_table table, const char *name, const void *thing)
{
    const struct datum_member *member = datum_find(table, name);
    if (!member)
        fail_msg("no member %s", name);
    struct datum datum = member->get(thing, member->part);
    if (datum.kind != DATUM_NONE)
        assert_int_equal(datum.kind, member->kind);
    return datum;
}

static void an_article_has_every_field_of_the_schema(void **state)
{
    (void)state;
    struct datum_table table = datum_article_members();
    assert_int_equal(table.count, ARTICLE_FIELD_COUNT);
    for (int field = 0; field < ARTICLE_FIELD_COUNT; field++)
        assert_string_equal(table.members[field].name,
                            article_field_name((enum article_field)field));
    assert_null(datum_find(table, "team"));
}

static void what_is_not_known_is_none(void **state)
{
    (void)state;
    static const struct {
        enum datum_kind of;
        const char *name;
        enum datum_kind kind;
    } cases[] = {
        {DATUM_NONE, "title", DATUM_NONE},        {DATUM_NONE, "authors", DATUM_NONE},
        {DATUM_NONE, "status", DATUM_TEXT},       {DATUM_NONE, "fetches", DATUM_FETCHES},
        {DATUM_AUTHOR, "name", DATUM_TEXT},       {DATUM_AUTHOR, "kind", DATUM_TEXT},
        {DATUM_AUTHOR, "url", DATUM_NONE},        {DATUM_DATE, "instant", DATUM_NONE},
        {DATUM_DATE, "date", DATUM_NONE},         {DATUM_DATE, "utc_offset_min", DATUM_NONE},
        {DATUM_DATE, "precision", DATUM_TEXT},    {DATUM_FETCH, "http_status", DATUM_NONE},
        {DATUM_FETCH, "attempts", DATUM_INTEGER}, {DATUM_FETCH, "error", DATUM_NONE},
    };
    static const struct article nothing; /* larger than any of the things */
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct datum_table table =
            cases[i].of == DATUM_NONE ? datum_article_members() : datum_members(cases[i].of);
        struct datum datum = read_member(table, cases[i].name, &nothing);
        assert_int_equal(datum.kind, cases[i].kind);
    }
}

static void a_provenance_without_a_fetch_has_none(void **state)
{
    (void)state;
    struct provenance provenance = {.source = span_from("event"), .fetch = -1};
    struct datum datum = {.kind = DATUM_PROVENANCE,
                          .provenance = {.provenance = &provenance, .path = span_from("/x")}};
    struct datum_table table = datum_members(DATUM_PROVENANCE);
    assert_int_equal(read_member(table, "fetch", datum_thing(&datum)).kind, DATUM_NONE);
    assert_true(span_equals(read_member(table, "path", datum_thing(&datum)).text, "/x"));
    provenance.fetch = 0;
    assert_int_equal(read_member(table, "fetch", datum_thing(&datum)).number, 0);
}

static void vocabularies_name_every_word(void **state)
{
    (void)state;
    const struct datum_member *status = datum_find(datum_article_members(), "status");
    assert_int_equal(status->vocabulary_count, STATUS_COUNT);
    assert_string_equal(status->vocabulary(STATUS_PARTIAL), "PARTIAL");
    const struct datum_member *kind = datum_find(datum_members(DATUM_AUTHOR), "kind");
    assert_string_equal(kind->vocabulary(kind->vocabulary_count - 1), "organization");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_article_has_every_field_of_the_schema),
        cmocka_unit_test(what_is_not_known_is_none),
        cmocka_unit_test(a_provenance_without_a_fetch_has_none),
        cmocka_unit_test(vocabularies_name_every_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
