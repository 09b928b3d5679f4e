#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/avro_plan.h"
#include "core/default_schema.h"

/* Each case is the one field of a record R; ' stands for ". */
static struct avro_plan *plan_field(const char *field, struct error *ret_error)
{
    struct buf avsc;
    buf_init(&avsc, 4096);
    (void)buf_format(&avsc, "{'type':'record','name':'R','fields':[%s]}", field);
    for (size_t i = 0; i < avsc.len; i++)
        if (avsc.data[i] == '\'')
            avsc.data[i] = '"';
    struct avro_plan *plan = avro_plan_new(buf_span(&avsc), ret_error);
    buf_finish(&avsc);
    return plan;
}

static void fields_that_cannot_be_filled_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *field;
        const char *message;
    } cases[] = {
        {"{'name':'team','type':'string'}",
         "schema: field team: byline has nothing of this name, so it needs a default"},
        {"{'name':'word_count','type':'boolean'}",
         "schema: field word_count: byline has an integer here, which cannot become this boolean; "
         "it can become int, long, double or string"},
        {"{'name':'title','type':['null','int']}",
         "schema: field title: byline has a text here, which cannot become this int; it can become "
         "string, enum or bytes"},
        {"{'name':'enriched_at','type':{'type':'long','logicalType':'local-timestamp-millis'}}",
         "schema: field enriched_at: byline has an instant here, which cannot become this long; it "
         "can become long (timestamp-millis, -micros, -nanos) or string"},
        {"{'name':'published','type':{'type':'record','name':'D','fields':[{'name':'when',"
         "'type':'string'}]}}",
         "schema: field published.when: byline has nothing of this name, so it needs a default"},
        {"{'name':'authors','type':{'type':'array','items':'int'}}",
         "schema: field authors: byline has an author here, which cannot become this int; it can "
         "become string or a record such as Author"},
        {"{'name':'status','type':{'type':'enum','name':'S','symbols':['OK','PARTIAL']}}",
         "schema: field status: the enum has no default and no symbol UNKNOWN"},
        {"{'name':'team','type':'int','default':'one'}",
         "schema: field team: its default is not int"},
        {"{'name':'team','type':'int','default':3000000000}",
         "schema: field team: its default is not an int of 32 bits"},
        {"{'name':'team','type':{'type':'fixed','name':'F','size':2},'default':'abc'}",
         "schema: field team: its default is not bytes of that size"},
        {"{'name':'team','type':'bytes','default':'\\u0100'}",
         "schema: field team: its default is not bytes of that size"},
        {"{'name':'team','type':['null','int'],'default':'x'}",
         "schema: field team: its default is not of any type of the union"},
        {"{'name':'team','type':{'type':'record','name':'T','fields':[{'name':'a','type':'int'}]},"
         "'default':{}}",
         "schema: field team.a: its default is not given"},
        {"{'name':'team','type':{'type':'record','name':'T','fields':[{'name':'a','type':'T',"
         "'default':{}}]},'default':{}}",
         NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error error = {0};
        struct avro_plan *plan = plan_field(cases[i].field, &error);
        avro_plan_free(plan);
        assert_null(plan);
        assert_int_equal(error.kind, ERROR_USAGE);
        if (cases[i].message)
            assert_string_equal(error.message, cases[i].message);
        else
            assert_non_null(strstr(error.message, "its default is not finite"));
    }
}

static void only_a_record_is_an_output(void **state)
{
    (void)state;
    struct error error = {0};
    assert_null(avro_plan_new(span_from("\"string\""), &error));
    assert_string_equal(error.message, "schema: the output schema is a record, not this string");
}

static void the_default_schema_has_a_plan_and_a_name(void **state)
{
    (void)state;
    struct error error = {0};
    struct avro_plan *plan = avro_plan_new(default_enriched_schema_span(), &error);
    assert_non_null(plan);
    assert_string_equal(avro_plan_record(plan), "io.byline.v1.EnrichedArticle");
    assert_int_equal(avro_plan_root(plan)->slot_count, ARTICLE_FIELD_COUNT);
    avro_plan_free(plan);
    avro_plan_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_that_cannot_be_filled_are_named),
        cmocka_unit_test(only_a_record_is_an_output),
        cmocka_unit_test(the_default_schema_has_a_plan_and_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
