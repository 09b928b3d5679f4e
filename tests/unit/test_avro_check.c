#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/avro_check.h"
#include "core/buf.h"

#define BYTES(text) SPAN_LITERAL(text)
#define RECORD(type)                                                                               \
    "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"f\",\"type\":" type "}]}"
#define LONG_MIN_VARINT  "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"
#define TWO_TO_40_VARINT "\x80\x80\x80\x80\x80\x80\x01"
#define ARRAY_OF(type)   "{\"type\":\"array\",\"items\":" type "}"
#define MAP_OF(type)     "{\"type\":\"map\",\"values\":" type "}"

static const struct {
    const char *name;
    const char *avsc;
    struct span bytes;
    const char *message; /* behind "not Avro of this schema: "; NULL: accepted */
} cases[] = {
    {"a string", RECORD("\"string\""), BYTES("\x04hi"), NULL},
    {"nothing at all", RECORD("\"string\""), BYTES(""), "f: truncated, or a length that is none"},
    {"a cut string", RECORD("\"string\""), BYTES("\x06hi"),
     "f: truncated, or a length that is none"},
    {"a negative length", RECORD("\"bytes\""), BYTES("\x03xx"),
     "f: truncated, or a length that is none"},
    {"a string of Latin-1", RECORD("\"string\""), BYTES("\x02\xE4"), "f: not valid UTF-8"},
    {"bytes of Latin-1", RECORD("\"bytes\""), BYTES("\x02\xE4"), NULL},
    {"more behind it", RECORD("\"int\""), BYTES("\x02\x02"), "1 bytes behind the record"},
    {"an int of 33 bits", RECORD("\"int\""), BYTES("\x80\x80\x80\x80\x20"),
     "f: an int of more than 32 bits"},
    {"a long of 33 bits", RECORD("\"long\""), BYTES("\x80\x80\x80\x80\x20"), NULL},
    {"a boolean of 2", RECORD("\"boolean\""), BYTES("\x02"),
     "f: truncated, or neither true nor false"},
    {"a cut double", RECORD("\"double\""), BYTES("\0\0\0\0\0\0\0"), "f: truncated"},
    {"a cut fixed", RECORD("{\"type\":\"fixed\",\"name\":\"F\",\"size\":2000000000}"), BYTES("x"),
     "f: truncated"},
    {"a union's branch 2 of 2", RECORD("[\"null\",\"int\"]"), BYTES("\x04\x02"),
     "f: no such branch of the union"},
    {"a union's branch -1", RECORD("[\"null\",\"int\"]"), BYTES("\x01\x02"),
     "f: no such branch of the union"},
    {"a symbol out of range", RECORD("{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\"]}"),
     BYTES("\x02"), "f: no such symbol of the enum"},
    {"two blocks", RECORD(ARRAY_OF("\"int\"")), BYTES("\x02\x02\x02\x04\x00"), NULL},
    {"a block with its size", RECORD(ARRAY_OF("\"int\"")), BYTES("\x03\x04\x02\x04\x00"), NULL},
    {"a block of another size", RECORD(ARRAY_OF("\"int\"")), BYTES("\x03\x02\x02\x04\x00"),
     "f: a block of another size than it tells"},
    {"block count INT64_MIN", RECORD(ARRAY_OF("\"int\"")), BYTES(LONG_MIN_VARINT "\x00\x00"),
     "f: truncated, or a block that cannot be"},
    {"2^40 nulls", RECORD(ARRAY_OF("\"null\"")), BYTES(TWO_TO_40_VARINT "\x00"),
     "f: too many items"},
    {"2^40 nulls in a map", RECORD(MAP_OF("\"null\"")), BYTES(TWO_TO_40_VARINT "\x00"),
     "f: too many items"},
    {"a bad item is named", RECORD(ARRAY_OF("\"string\"")), BYTES("\x04\x02x\x02\xFF\x00"),
     "f[1]: not valid UTF-8"},
    {"a bad key", RECORD(MAP_OF("\"int\"")), BYTES("\x02\x02\xFF\x02\x00"),
     "f[0]: not valid UTF-8"},
    {"no end of the array", RECORD(ARRAY_OF("\"int\"")), BYTES("\x02\x02"),
     "f: truncated, or a block that cannot be"},
};

static void every_fault_is_found_and_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error error = {0};
        struct avro_schema *schema = avro_schema_parse(span_from(cases[i].avsc), &error);
        assert_non_null(schema);
        bool accepted = avro_check(schema, cases[i].bytes, &error);
        if (accepted != (cases[i].message == NULL))
            fail_msg("%s: %s", cases[i].name, error.message);
        if (!accepted) {
            assert_int_equal(error.kind, ERROR_POISON);
            assert_int_equal(error.error_class, ERROR_CLASS_DECODE);
            assert_string_equal(error.message + strlen("not Avro of this schema: "),
                                cases[i].message);
        }
        avro_schema_free(schema);
    }
}

static void recursion_ends(void **state)
{
    (void)state;
    struct error error = {0};
    struct buf bytes;
    struct avro_schema *schema = avro_schema_parse(span_from(RECORD("[\"null\",\"R\"]")), &error);
    assert_non_null(schema);
    buf_init(&bytes, 1000);
    for (int i = 0; i < 1000; i++)
        (void)buf_add_char(&bytes, 2);
    assert_false(avro_check(schema, buf_span(&bytes), &error));
    assert_non_null(strstr(error.message, "nested too deep"));
    bytes.data[20] = 0;
    assert_true(avro_check(schema, span_of(bytes.data, 21), &error));
    buf_finish(&bytes);
    avro_schema_free(schema);

    /* A record that holds itself and no byte. */
    schema = avro_schema_parse(span_from(RECORD("\"R\"")), &error);
    assert_non_null(schema);
    assert_false(avro_check(schema, span_from(""), &error));
    avro_schema_free(schema);
}

static void items_of_no_bytes_are_counted_together(void **state)
{
    (void)state;
    struct error error = {0};
    struct buf bytes;
    struct avro_schema *schema =
        avro_schema_parse(span_from(RECORD(ARRAY_OF(ARRAY_OF("\"null\"")))), &error);
    assert_non_null(schema);
    buf_init(&bytes, 1000);
    (void)buf_add_char(&bytes, 40); /* 20 arrays of 100,000 nulls each */
    for (int i = 0; i < 20; i++)
        (void)buf_append(&bytes, "\xC0\x9A\x0C\x00", 4);
    (void)buf_add_char(&bytes, 0);
    assert_false(avro_check(schema, buf_span(&bytes), &error));
    assert_non_null(strstr(error.message, "too many values"));
    buf_finish(&bytes);
    avro_schema_free(schema);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_fault_is_found_and_named),
        cmocka_unit_test(recursion_ends),
        cmocka_unit_test(items_of_no_bytes_are_counted_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
