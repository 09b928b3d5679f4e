#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/wire_format.h"

#define BYTES(text) SPAN_LITERAL(text)

static void frames_are_read_back(void **state)
{
    (void)state;
    static const struct {
        struct wire_schema schema;
        struct span prefix;
    } cases[] = {
        {{.framing = WIRE_CONFLUENT, .id = 42}, BYTES("\0\0\0\0\x2A")},
        {{.framing = WIRE_CONFLUENT, .id = INT32_MAX}, BYTES("\0\x7F\xFF\xFF\xFF")},
        {{.framing = WIRE_SINGLE_OBJECT, .fingerprint = UINT64_C(0x0102030405060708)},
         BYTES("\xC3\x01\x08\x07\x06\x05\x04\x03\x02\x01")},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned char value[WIRE_PREFIX_MAX + 2] = {0};
        size_t len = wire_frame(&cases[i].schema, value);
        assert_true(span_equal(span_of((char *)value, len), cases[i].prefix));
        memcpy(value + len, "hi", 2);
        struct wire_schema schema;
        struct span payload;
        struct error error = {0};
        assert_true(
            wire_parse(span_of((char *)value, len + 2), SPAN_NONE, &schema, &payload, &error));
        assert_memory_equal(&schema, &cases[i].schema, sizeof schema);
        assert_true(span_equals(payload, "hi"));
    }
}

static void a_guid_goes_into_the_record_header(void **state)
{
    (void)state;
    struct wire_schema schema = {.framing = WIRE_NONE};
    struct wire_schema parsed;
    struct span payload;
    struct error error = {0};
    unsigned char header[WIRE_HEADER_BYTES];
    unsigned char prefix[WIRE_PREFIX_MAX];
    assert_true(wire_guid_parse(span_from("89791B76-2a14-4c01-955b-2e3a4b708d0f"), &schema));
    assert_int_equal(wire_frame(&schema, prefix), 0);
    wire_header(&schema, header);
    assert_memory_equal(header,
                        "\x01\x89\x79\x1B\x76\x2A\x14\x4C\x01\x95\x5B\x2E\x3A\x4B\x70\x8D\x0F", 17);
    assert_true(wire_parse(span_from("payload"), span_of((char *)header, sizeof header), &parsed,
                           &payload, &error));
    assert_int_equal(parsed.framing, WIRE_CONFLUENT_HEADER);
    assert_memory_equal(parsed.guid, schema.guid, WIRE_GUID_BYTES);
    assert_true(span_equals(payload, "payload"));
}

static void guids_of_another_shape_are_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        "89791b76-2a14-4c01-955b-2e3a4b708d0",
        "89791b76-2a14-4c01-955b-2e3a4b708d0ff",
        "89791b76-2a14-4c01-955b-2e3a4b708d0g",
        "89791b76+2a14-4c01-955b-2e3a4b708d0f",
        "89791b7602a14-4c01-955b-2e3a4b708d0f",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct wire_schema schema = {.framing = WIRE_NONE};
        assert_false(wire_guid_parse(span_from(cases[i]), &schema));
        assert_int_equal(schema.framing, WIRE_NONE);
    }
}

static void values_without_a_schema_are_refused(void **state)
{
    (void)state;
    static const struct {
        struct span value;
        struct span header;
    } cases[] = {
        {BYTES(""), {NULL, 0}},
        {BYTES("\0\0\0\x01"), {NULL, 0}},                   /* an id of 3 bytes */
        {BYTES("\x01\0\0\0\x01xx"), {NULL, 0}},             /* another magic */
        {BYTES("\xC3\x01\x01\x02\x03\x04\x05"), {NULL, 0}}, /* a cut fingerprint */
        {BYTES("{\"event_id\":1}"), {NULL, 0}},
        {BYTES("xx"), BYTES("\x01short")},
        {BYTES("xx"), BYTES("\x02"
                            "0123456789abcdef")},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct wire_schema schema;
        struct span payload;
        struct error error = {0};
        assert_false(wire_parse(cases[i].value, cases[i].header, &schema, &payload, &error));
        assert_int_equal(error.kind, ERROR_POISON);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_are_read_back),
        cmocka_unit_test(a_guid_goes_into_the_record_header),
        cmocka_unit_test(guids_of_another_shape_are_refused),
        cmocka_unit_test(values_without_a_schema_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
