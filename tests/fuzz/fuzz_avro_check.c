/* Any bytes as a record of a schema that has every type; what avro_check accepts, avro-c reads. */
#include <assert.h>
#include <avro.h>
#include <stdint.h>

#include "core/avro_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char avsc[] =
    "{\"type\":\"record\",\"name\":\"R\",\"fields\":["
    "{\"name\":\"n\",\"type\":\"null\"},{\"name\":\"b\",\"type\":\"boolean\"},"
    "{\"name\":\"i\",\"type\":\"int\"},{\"name\":\"l\",\"type\":\"long\"},"
    "{\"name\":\"f\",\"type\":\"float\"},{\"name\":\"d\",\"type\":\"double\"},"
    "{\"name\":\"y\",\"type\":\"bytes\"},{\"name\":\"s\",\"type\":\"string\"},"
    "{\"name\":\"e\",\"type\":{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\",\"B\"]}},"
    "{\"name\":\"x\",\"type\":{\"type\":\"fixed\",\"name\":\"F\",\"size\":2}},"
    "{\"name\":\"a\",\"type\":{\"type\":\"array\",\"items\":\"string\"}},"
    "{\"name\":\"m\",\"type\":{\"type\":\"map\",\"values\":\"int\"}},"
    "{\"name\":\"r\",\"type\":[\"null\",\"R\"]}]}";

static void read_with_avro_c(const uint8_t *data, size_t size)
{
    avro_schema_t schema = NULL;
    avro_value_t value;
    int failed = avro_schema_from_json_length(avsc, sizeof avsc - 1, &schema);
    assert(!failed);
    avro_value_iface_t *iface = avro_generic_class_from_schema(schema);
    failed = avro_generic_value_new(iface, &value);
    assert(!failed);
    avro_reader_t reader = avro_reader_memory((const char *)data, (int64_t)size);
    failed = avro_value_read(reader, &value);
    assert(!failed);
    avro_reader_free(reader);
    avro_value_decref(&value);
    avro_value_iface_decref(iface);
    avro_schema_decref(schema);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error error;
    struct avro_schema *schema = avro_schema_parse(span_of(avsc, sizeof avsc - 1), &error);
    assert(schema);
    if (avro_check(schema, span_of((const char *)data, size), &error))
        read_with_avro_c(data, size);
    avro_schema_free(schema);
    return 0;
}
