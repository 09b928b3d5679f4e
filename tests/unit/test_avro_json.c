#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/avro_json.h"

#define BYTES(text) SPAN_LITERAL(text)

static const char avsc[] =
    "{\"type\":\"record\",\"name\":\"R\",\"fields\":["
    "{\"name\":\"id\",\"type\":\"string\"},"
    "{\"name\":\"at\",\"type\":[\"null\",{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}]}"
    ","
    "{\"name\":\"day\",\"type\":{\"type\":\"int\",\"logicalType\":\"date\"}},"
    "{\"name\":\"hash\",\"type\":\"bytes\"},"
    "{\"name\":\"rate\",\"type\":\"double\"},"
    "{\"name\":\"on\",\"type\":\"boolean\"},"
    "{\"name\":\"kind\",\"type\":{\"type\":\"enum\",\"name\":\"K\",\"symbols\":[\"A\",\"B\"]}},"
    "{\"name\":\"tags\",\"type\":{\"type\":\"array\",\"items\":\"string\"}},"
    "{\"name\":\"more\",\"type\":{\"type\":\"map\",\"values\":\"int\"}}]}";

static const struct span payload = BYTES("\x06"
                                         "a\"\n"
                                         "\x02\x80\x89\x81\x82\x83\x89\x85\x06"
                                         "\x01"
                                         "\x04\x00\xFF"
                                         "\0\0\0\0\0\0\xF8\x7F"
                                         "\x01\x02"
                                         "\x04\x02x\x02y\x00"
                                         "\x02\x02k\x05\x00");

static void values_read_as_people_write_them(void **state)
{
    (void)state;
    static const char *const all[] = {"id", "at",   "day",  "hash", "rate",
                                      "on", "kind", "tags", "more"};
    static const char *const some[] = {"more", "id", "unknown"};
    static const struct {
        const char *const *names;
        size_t name_count;
        const char *json;
    } cases[] = {
        {NULL, 0,
         "{\"id\":\"a\\\"\\n\",\"at\":\"2023-11-14T22:13:20.123Z\",\"day\":\"1969-12-31\","
         "\"hash\":\"00ff\",\"rate\":null,\"on\":true,\"kind\":\"B\",\"tags\":[\"x\",\"y\"],"
         "\"more\":{\"k\":-3}}"},
        {all, 9, NULL}, /* as the first */
        {some, 3, "{\"id\":\"a\\\"\\n\",\"more\":{\"k\":-3}}"},
        {some, 0, "{}"},
    };
    struct error error = {0};
    struct avro_schema *schema = avro_schema_parse(span_from(avsc), &error);
    assert_non_null(schema);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf out;
        buf_init(&out, 4096);
        if (!avro_json_of(schema, payload, cases[i].names, cases[i].name_count, &out, &error))
            fail_msg("%s", error.message);
        assert_string_equal(out.data, cases[i].json ? cases[i].json : cases[0].json);
        buf_finish(&out);
    }
    avro_schema_free(schema);
}

static void what_is_not_the_record_leaves_the_output_alone(void **state)
{
    (void)state;
    struct error error = {0};
    struct buf out;
    struct avro_schema *schema = avro_schema_parse(span_from(avsc), &error);
    assert_non_null(schema);
    buf_init(&out, 40);
    assert_true(buf_add_text(&out, "before"));
    assert_false(
        avro_json_of(schema, span_of(payload.data, payload.len - 1), NULL, 0, &out, &error));
    assert_int_equal(error.error_class, ERROR_CLASS_DECODE);
    assert_false(avro_json_of(schema, payload, NULL, 0, &out, &error));
    assert_int_equal(error.error_class, ERROR_CLASS_TOO_LARGE);
    assert_true(span_equals(buf_span(&out), "before"));
    assert_false(buf_failed(&out));
    buf_finish(&out);
    avro_schema_free(schema);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_read_as_people_write_them),
        cmocka_unit_test(what_is_not_the_record_leaves_the_output_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
