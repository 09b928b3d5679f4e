#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/avro_skip.h"

static void every_type_is_passed_to_its_end(void **state)
{
    (void)state;
    static const struct {
        const char *avsc;
        struct span bytes;
    } cases[] = {
        {"\"null\"", SPAN_LITERAL("")},
        {"\"boolean\"", SPAN_LITERAL("\x01")},
        {"\"long\"", SPAN_LITERAL("\x80\x01")},
        {"\"float\"", SPAN_LITERAL("1234")},
        {"\"double\"", SPAN_LITERAL("12345678")},
        {"\"string\"", SPAN_LITERAL("\x04hi")},
        {"{\"type\":\"fixed\",\"name\":\"F\",\"size\":3}", SPAN_LITERAL("abc")},
        {"{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\"]}", SPAN_LITERAL("\x00")},
        {"[\"null\",\"string\"]", SPAN_LITERAL("\x02\x02x")},
        {"{\"type\":\"array\",\"items\":\"int\"}",
         SPAN_LITERAL("\x04\x02\x04\x03\x04\x06\x08\x00")},
        {"{\"type\":\"map\",\"values\":\"int\"}", SPAN_LITERAL("\x02\x02k\x04\x00")},
        {"{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"a\",\"type\":\"int\"},"
         "{\"name\":\"b\",\"type\":\"string\"}]}",
         SPAN_LITERAL("\x02\x02x")},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error error;
        struct avro_schema *schema = avro_schema_parse(span_from(cases[i].avsc), &error);
        assert_non_null(schema);
        struct avro_cursor cursor = avro_cursor_of(cases[i].bytes);
        avro_skip(&cursor, avro_schema_root(schema));
        assert_int_equal(avro_cursor_left(&cursor), 0);
        avro_schema_free(schema);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_is_passed_to_its_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
