#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/avro_binary.h"

#define BYTES(text) SPAN_LITERAL(text)

static void longs_are_zigzag_varints(void **state)
{
    (void)state;
    static const struct {
        int64_t value;
        struct span bytes;
    } cases[] = {
        {0, BYTES("\x00")},
        {-1, BYTES("\x01")},
        {1, BYTES("\x02")},
        {-64, BYTES("\x7F")},
        {64, BYTES("\x80\x01")},
        {INT64_MAX, BYTES("\xFE\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01")},
        {INT64_MIN, BYTES("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01")},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf out;
        buf_init(&out, 16);
        avro_put_long(&out, cases[i].value);
        assert_true(span_equal(buf_span(&out), cases[i].bytes));
        buf_finish(&out);
        struct avro_cursor cursor = avro_cursor_of(cases[i].bytes);
        int64_t value = 0;
        assert_true(avro_take_long(&cursor, &value));
        assert_int_equal(value, cases[i].value);
        assert_int_equal(avro_cursor_left(&cursor), 0);
    }
}

static void longs_that_cannot_be_are_refused(void **state)
{
    (void)state;
    static const struct span cases[] = {
        BYTES(""),
        BYTES("\x80"),
        BYTES("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x02"), /* 65 bits */
        BYTES("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"),
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct avro_cursor cursor = avro_cursor_of(cases[i]);
        int64_t value = 42;
        assert_false(avro_take_long(&cursor, &value));
        assert_int_equal(value, 42);
        assert_int_equal(avro_cursor_left(&cursor), cases[i].len);
    }
}

static void bytes_end_inside_the_message(void **state)
{
    (void)state;
    static const struct {
        struct span message;
        bool taken;
    } cases[] = {
        {BYTES("\x00"), true},
        {BYTES("\x04hi"), true},
        {BYTES("\x06hi"), false},
        {BYTES("\x01"), false}, /* length -1 */
        {BYTES("\xFE\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01hi"), false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct avro_cursor cursor = avro_cursor_of(cases[i].message);
        struct span bytes;
        assert_int_equal(avro_take_bytes(&cursor, &bytes), cases[i].taken);
    }
}

static void blocks_may_tell_their_size(void **state)
{
    (void)state;
    static const struct {
        struct span message;
        bool taken;
        int64_t count;
        int64_t size_bytes;
    } cases[] = {
        {BYTES("\x00"), true, 0, -1},
        {BYTES("\x06"), true, 3, -1},
        {BYTES("\x05\x04xx"), true, 3, 2},
        {BYTES("\x05\x06xx"), false, 0, 0}, /* larger than what is left */
        {BYTES("\x05\x01xx"), false, 0, 0}, /* size -1 */
        {BYTES("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01\x00"), false, 0, 0}, /* INT64_MIN */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct avro_cursor cursor = avro_cursor_of(cases[i].message);
        int64_t count = 0;
        int64_t size_bytes = 0;
        assert_int_equal(avro_take_block(&cursor, &count, &size_bytes), cases[i].taken);
        assert_int_equal(count, cases[i].count);
        assert_int_equal(size_bytes, cases[i].size_bytes);
    }
}

static void floats_and_doubles_are_little_endian(void **state)
{
    (void)state;
    struct buf out;
    buf_init(&out, 16);
    avro_put_float(&out, 1.5F);
    avro_put_double(&out, -2.0);
    avro_put_boolean(&out, true);
    static const struct span expected = BYTES("\0\0\xC0\x3F\0\0\0\0\0\0\0\xC0\x01");
    assert_true(span_equal(buf_span(&out), expected));
    struct avro_cursor cursor = avro_cursor_of(buf_span(&out));
    float small = 0;
    double large = 0;
    bool flag = false;
    assert_true(avro_take_float(&cursor, &small) && avro_take_double(&cursor, &large) &&
                avro_take_boolean(&cursor, &flag));
    assert_true(small == 1.5F && large == -2.0 && flag);
    assert_false(avro_take_boolean(&cursor, &flag));
    buf_finish(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(longs_are_zigzag_varints),
        cmocka_unit_test(longs_that_cannot_be_are_refused),
        cmocka_unit_test(bytes_end_inside_the_message),
        cmocka_unit_test(blocks_may_tell_their_size),
        cmocka_unit_test(floats_and_doubles_are_little_endian),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
