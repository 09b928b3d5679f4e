#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <avro.h>
#include <cmocka.h>

#include "core/avro_check.h"
#include "core/avro_encode.h"
#include "core/avro_json.h"
#include "core/default_schema.h"

enum { OUT_MAX_BYTES = 64 * 1024 };

/* What each case starts from: an article with one value of every kind. */
static struct author authors[] = {
    {.name = SPAN_LITERAL("Vladimir Platov"), .kind = AUTHOR_PERSON},
    {.name = SPAN_LITERAL("New Desk"), .kind = AUTHOR_ORGANIZATION, .url = SPAN_LITERAL("u")},
};
static struct span tags[] = {SPAN_LITERAL("a"), SPAN_LITERAL("b")};
static struct fetch_record fetches[] = {
    {.lookup = SPAN_LITERAL("page"),
     .url = SPAN_LITERAL("http://example.org/"),
     .outcome = FETCH_OK,
     .http_status = 200,
     .attempts = 1,
     .duration_ms = 12},
};
static struct extra extra = {.key = SPAN_LITERAL("rank"), .value = SPAN_LITERAL("7")};

static struct article full_article(void)
{
    struct article article = {
        .fetches = fetches,
        .fetch_count = 1,
        .status = STATUS_OK,
        .enriched_at_ms = 1700000000123,
        .enricher_version = SPAN_LITERAL("0.1.0"),
    };
    struct metadata source = {.extra = &extra};
    struct span path = span_from("/x");
    metadata_set_text(&source, ARTICLE_EVENT_ID, span_from("e1"), path);
    metadata_set_text(&source, ARTICLE_ARTICLE_ID, span_from("a1"), path);
    metadata_set_text(&source, ARTICLE_TITLE, span_from("Schn\xC3\xA4ppchen"), path);
    source.fields[ARTICLE_AUTHORS] =
        (struct value){.kind = VALUE_AUTHORS, .path = path, .authors = {authors, 2}};
    source.fields[ARTICLE_TAGS] =
        (struct value){.kind = VALUE_TEXTS, .path = path, .texts = {tags, 2}};
    source.fields[ARTICLE_PUBLISHED] = (struct value){.kind = VALUE_DATE,
                                                      .path = path,
                                                      .date = {.has_date = true,
                                                               .date = 19016,
                                                               .precision = DATE_DAY,
                                                               .raw = SPAN_LITERAL("24.01.2022")}};
    source.fields[ARTICLE_FREE_ACCESS] =
        (struct value){.kind = VALUE_BOOL, .path = path, .boolean = true};
    source.fields[ARTICLE_WORD_COUNT] =
        (struct value){.kind = VALUE_INT, .path = path, .integer = 812};
    source.fields[ARTICLE_TEXT_SHA256] =
        (struct value){.kind = VALUE_BYTES, .path = path, .text = SPAN_LITERAL("\x01\xFE")};
    article_merge(&article, &source, span_from("text"), -1);
    return article;
}

static struct avro_plan *plan_of(struct span avsc)
{
    struct error error = {0};
    struct avro_plan *plan = avro_plan_new(avsc, &error);
    if (!plan)
        fail_msg("no plan: %s", error.message);
    return plan;
}

/* The record as JSON, after avro-c has read all of it, too. */
static void encode_to_json(struct span avsc, const struct article *article, struct buf *ret_json)
{
    struct error error = {0};
    struct buf payload;
    struct avro_plan *plan = plan_of(avsc);
    buf_init(&payload, OUT_MAX_BYTES);
    if (!avro_encode(plan, article, &payload, &error))
        fail_msg("not encoded: %s", error.message);

    avro_schema_t schema = NULL;
    avro_value_t value;
    assert_int_equal(avro_schema_from_json_length(avsc.data, avsc.len, &schema), 0);
    avro_value_iface_t *iface = avro_generic_class_from_schema(schema);
    assert_int_equal(avro_generic_value_new(iface, &value), 0);
    avro_reader_t reader = avro_reader_memory(payload.data, (int64_t)payload.len);
    assert_int_equal(avro_value_read(reader, &value), 0);
    char rest;
    assert_int_not_equal(avro_read(reader, &rest, 1), 0);
    avro_reader_free(reader);
    avro_value_decref(&value);
    avro_value_iface_decref(iface);
    avro_schema_decref(schema);

    if (!avro_json(plan, buf_span(&payload), ret_json, &error))
        fail_msg("no JSON: %s", error.message);
    buf_finish(&payload);
    avro_plan_free(plan);
}

static void the_default_schema_takes_a_full_article(void **state)
{
    (void)state;
    struct article article = full_article();
    struct buf json;
    buf_init(&json, OUT_MAX_BYTES);
    encode_to_json(default_enriched_schema_span(), &article, &json);
    assert_string_equal(
        json.data,
        "{\"event_id\":\"e1\",\"article_id\":\"a1\",\"source_url\":null,\"final_url\":null,"
        "\"canonical_url\":null,\"amp_url\":null,\"feed_urls\":[],"
        "\"title\":\"Schn\xC3\xA4ppchen\","
        "\"authors\":[{\"name\":\"Vladimir Platov\",\"kind\":\"person\",\"url\":null,"
        "\"orcid\":null},{\"name\":\"New Desk\",\"kind\":\"organization\",\"url\":\"u\","
        "\"orcid\":null}],"
        "\"published\":{\"instant\":null,\"date\":\"2022-01-24\",\"utc_offset_min\":null,"
        "\"precision\":\"day\",\"raw\":\"24.01.2022\"},\"modified\":null,\"publisher\":null,"
        "\"description\":null,\"language\":null,\"image_url\":null,\"section\":null,"
        "\"tags\":[\"a\",\"b\"],\"type\":null,\"free_access\":true,\"license\":null,\"doi\":null,"
        "\"text\":null,\"word_count\":812,\"text_sha256\":\"01fe\",\"provenance\":{"
        "\"event_id\":{\"source\":\"text\",\"path\":\"/x\",\"fetch\":null},"
        "\"article_id\":{\"source\":\"text\",\"path\":\"/x\",\"fetch\":null},"
        "\"title\":{\"source\":\"text\",\"path\":\"/x\",\"fetch\":null},"
        "\"authors\":{\"source\":\"text\",\"path\":\"/x\",\"fetch\":null},"
        "\"published\":{\"source\":\"text\",\"path\":\"/x\",\"fetch\":null},"
        "\"tags\":{\"source\":\"text\",\"path\":\"/x\",\"fetch\":null},"
        "\"free_access\":{\"source\":\"text\",\"path\":\"/x\",\"fetch\":null},"
        "\"word_count\":{\"source\":\"text\",\"path\":\"/x\",\"fetch\":null},"
        "\"text_sha256\":{\"source\":\"text\",\"path\":\"/x\",\"fetch\":null}},"
        "\"status\":\"OK\",\"fetches\":[{\"lookup\":\"page\",\"url\":\"http://example.org/\","
        "\"outcome\":\"ok\",\"http_status\":200,\"attempts\":1,\"duration_ms\":12,"
        "\"from_cache\":false,\"error\":null}],\"enriched_at\":\"2023-11-14T22:13:20.123Z\","
        "\"enricher_version\":\"0.1.0\",\"extra\":{\"rank\":\"7\"}}");
    buf_finish(&json);
}

/* Each schema is one record R with one field of the user's own type. */
static void other_types_are_converted(void **state)
{
    (void)state;
    static const struct {
        const char *field;
        const char *json;
    } cases[] = {
        {"{'name':'title','type':'string'}", "{'title':'Schn\xC3\xA4ppchen'}"},
        {"{'name':'title','type':['string','null']}", "{'title':'Schn\xC3\xA4ppchen'}"},
        {"{'name':'doi','type':['string','null']}", "{'doi':null}"},
        {"{'name':'doi','type':'string','default':'?'}", "{'doi':'?'}"},
        {"{'name':'doi','type':['string','null'],'default':'?'}", "{'doi':'?'}"},
        {"{'name':'feed_urls','type':{'type':'array','items':'string'}}", "{'feed_urls':[]}"},
        {"{'name':'feed_urls','type':['null',{'type':'array','items':'string'}]}",
         "{'feed_urls':null}"},
        {"{'name':'authors','type':{'type':'array','items':'string'}}",
         "{'authors':['Vladimir Platov','New Desk']}"},
        {"{'name':'authors','type':{'type':'array','items':{'type':'record','name':'A','fields':["
         "{'name':'kind','type':{'type':'enum','name':'K','symbols':['UNKNOWN','ORGANIZATION',"
         "'PERSON']}},{'name':'name','type':'string'}]}}}",
         "{'authors':[{'kind':'PERSON','name':'Vladimir Platov'},"
         "{'kind':'ORGANIZATION','name':'New Desk'}]}"},
        {"{'name':'published','type':'string'}", "{'published':'2022-01-24'}"},
        {"{'name':'published','type':{'type':'int','logicalType':'date'}}",
         "{'published':'2022-01-24'}"},
        {"{'name':'published','type':['null',{'type':'long','logicalType':'timestamp-millis'}]}",
         "{'published':null}"},
        {"{'name':'enriched_at','type':'long'}", "{'enriched_at':1700000000123}"},
        {"{'name':'enriched_at','type':{'type':'long','logicalType':'timestamp-micros'}}",
         "{'enriched_at':'2023-11-14T22:13:20.123Z'}"},
        {"{'name':'enriched_at','type':'string'}", "{'enriched_at':'2023-11-14T22:13:20.123Z'}"},
        {"{'name':'status','type':'string'}", "{'status':'OK'}"},
        {"{'name':'status','type':{'type':'enum','name':'S','symbols':['BAD','GOOD'],"
         "'default':'BAD'}}",
         "{'status':'BAD'}"},
        {"{'name':'word_count','type':'long'}", "{'word_count':812}"},
        {"{'name':'word_count','type':['null','string']}", "{'word_count':'812'}"},
        {"{'name':'word_count','type':'double'}", "{'word_count':812}"},
        {"{'name':'free_access','type':'string'}", "{'free_access':'true'}"},
        {"{'name':'text_sha256','type':'string'}", "{'text_sha256':'01fe'}"},
        {"{'name':'text_sha256','type':{'type':'fixed','name':'F','size':2}}",
         "{'text_sha256':'01fe'}"},
        {"{'name':'extra','type':{'type':'map','values':['null','string']}}",
         "{'extra':{'rank':'7'}}"},
        {"{'name':'fetches','type':{'type':'array','items':{'type':'record','name':'F','fields':["
         "{'name':'http_status','type':['null','int']},{'name':'host','type':'string',"
         "'default':'-'}]}}}",
         "{'fetches':[{'http_status':200,'host':'-'}]}"},
        {"{'name':'team','type':'string','default':'web'}", "{'team':'web'}"},
        {"{'name':'team','type':{'type':'record','name':'T','fields':[{'name':'a','type':'int'},"
         "{'name':'b','type':['null','bytes'],'default':null}]},'default':{'a':-3}}",
         "{'team':{'a':-3,'b':null}}"},
        {"{'name':'team','type':{'type':'map','values':{'type':'array','items':'float'}},"
         "'default':{'x':[1.5]}}",
         "{'team':{'x':[1.5]}}"},
        {"{'name':'team','type':'bytes','default':'\\u00ff\\u0001'}", "{'team':'ff01'}"},
    };
    struct article article = full_article();
    struct buf schema, json;
    buf_init(&schema, OUT_MAX_BYTES);
    buf_init(&json, OUT_MAX_BYTES);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        buf_reset(&schema);
        buf_reset(&json);
        (void)buf_format(&schema, "{'type':'record','name':'R','fields':[%s]}", cases[i].field);
        for (char *c = schema.data; *c; c++)
            if (*c == '\'')
                *c = '"';
        encode_to_json(buf_span(&schema), &article, &json);
        for (char *c = json.data; *c; c++)
            if (*c == '"')
                *c = '\'';
        assert_string_equal(json.data, cases[i].json);
    }
    buf_finish(&schema);
    buf_finish(&json);
}

static void what_the_schema_cannot_hold_is_poison(void **state)
{
    (void)state;
    static const struct {
        const char *avsc;
        const char *message;
    } cases[] = {
        {"{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"doi\","
         "\"type\":\"string\"}]}",
         "field doi: required by the schema, but the article has no value for it"},
        {"{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"description\","
         "\"type\":\"string\"}]}",
         "field description: not valid UTF-8"},
        {"{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"title\",\"type\":"
         "{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\"]}}]}",
         "field title: not a symbol of the enum, which has no default"},
        {"{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"text_sha256\","
         "\"type\":{\"type\":\"fixed\",\"name\":\"F\",\"size\":32}}]}",
         "field text_sha256: not of the fixed's size"},
    };
    struct article article = full_article();
    metadata_set_text(&article.metadata, ARTICLE_DESCRIPTION, span_from("caf\xE9"), SPAN_NONE);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error error = {0};
        struct buf out;
        struct avro_plan *plan = plan_of(span_from(cases[i].avsc));
        buf_init(&out, OUT_MAX_BYTES);
        assert_true(buf_add_text(&out, "before"));
        assert_false(avro_encode(plan, &article, &out, &error));
        assert_int_equal(error.kind, ERROR_POISON);
        assert_int_equal(error.error_class, ERROR_CLASS_ENCODE);
        assert_string_equal(error.message, cases[i].message);
        assert_true(span_equals(buf_span(&out), "before"));
        buf_finish(&out);
        avro_plan_free(plan);
    }
}

static void a_record_over_the_maximum_is_too_large(void **state)
{
    (void)state;
    struct article article = full_article();
    struct error error = {0};
    struct buf out;
    struct avro_plan *plan = plan_of(default_enriched_schema_span());
    buf_init(&out, 100);
    assert_false(avro_encode(plan, &article, &out, &error));
    assert_int_equal(error.error_class, ERROR_CLASS_TOO_LARGE);
    assert_int_equal(out.len, 0);
    buf_finish(&out);
    avro_plan_free(plan);
}

static void a_text_goes_through_byte_for_byte(void **state)
{
    (void)state;
    static const struct span text = SPAN_LITERAL("a\0b\r\n");
    struct article article = full_article();
    struct error error = {0};
    struct buf out;
    struct avro_plan *plan =
        plan_of(span_from("{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"text\","
                          "\"type\":\"string\"}]}"));
    metadata_set_text(&article.metadata, ARTICLE_TEXT, text, SPAN_NONE);
    buf_init(&out, OUT_MAX_BYTES);
    assert_true(avro_encode(plan, &article, &out, &error));
    assert_int_equal(out.len, 1 + text.len);
    assert_memory_equal(out.data + 1, text.data, text.len);
    buf_finish(&out);
    avro_plan_free(plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_default_schema_takes_a_full_article),
        cmocka_unit_test(other_types_are_converted),
        cmocka_unit_test(what_the_schema_cannot_hold_is_poison),
        cmocka_unit_test(a_record_over_the_maximum_is_too_large),
        cmocka_unit_test(a_text_goes_through_byte_for_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
