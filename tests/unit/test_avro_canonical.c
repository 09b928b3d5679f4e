#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/avro_canonical.h"
#include "core/default_schema.h"

enum { FORM_MAX_BYTES = 64 * 1024 };

static void the_crc_is_the_specification_s(void **state)
{
    (void)state;
    /* The fingerprints of the primitive types, as other implementations have them. */
    static const struct {
        const char *form;
        uint64_t crc;
    } cases[] = {
        {"", UINT64_C(0xC15D213AA4D7A795)},
        {"\"null\"", UINT64_C(0x63DD24E7CC258F8A)},
        {"\"int\"", UINT64_C(0x7275D51A3F395C8F)},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(avro_canonical_crc(span_from(cases[i].form)), cases[i].crc);
}

static void forms_are_canonical(void **state)
{
    (void)state;
    static const struct {
        const char *avsc;
        const char *form;
    } cases[] = {
        {"{\"type\": \"int\", \"logicalType\": \"date\"}", "\"int\""},
        {"[\"null\", {\"type\": \"string\"}]", "[\"null\",\"string\"]"},
        {"{\"items\": {\"values\": \"long\", \"type\": \"map\"}, \"type\": \"array\"}",
         "{\"type\":\"array\",\"items\":{\"type\":\"map\",\"values\":\"long\"}}"},
        {"{\"size\": 4, \"doc\": \"x\", \"namespace\": \"a.b\", \"name\": \"F\", "
         "\"type\": \"fixed\"}",
         "{\"name\":\"a.b.F\",\"type\":\"fixed\",\"size\":4}"},
        {"{\"type\": \"enum\", \"name\": \"E\", \"symbols\": [\"A\", \"B\"], \"default\": \"A\"}",
         "{\"name\":\"E\",\"type\":\"enum\",\"symbols\":[\"A\",\"B\"]}"},
        {"{\"type\": \"record\", \"name\": \"n.R\", \"aliases\": [\"Q\"], \"fields\": ["
         "{\"name\": \"next\", \"type\": [\"null\", \"R\"], \"default\": null}]}",
         "{\"name\":\"n.R\",\"type\":\"record\",\"fields\":[{\"name\":\"next\","
         "\"type\":[\"null\",\"n.R\"]}]}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error error = {0};
        struct buf form;
        struct avro_schema *schema = avro_schema_parse(span_from(cases[i].avsc), &error);
        assert_non_null(schema);
        buf_init(&form, FORM_MAX_BYTES);
        avro_canonical_form(avro_schema_root(schema), &form);
        assert_string_equal(form.data, cases[i].form);
        assert_int_equal(avro_schema_fingerprint(schema), avro_canonical_crc(buf_span(&form)));
        buf_finish(&form);
        avro_schema_free(schema);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_crc_is_the_specification_s),
        cmocka_unit_test(forms_are_canonical),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
