/* Any text as a schema; what parses has a fingerprint and may have a plan. */
#include <stdint.h>

#include "core/avro_plan.h"
#include "core/avro_schema.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span avsc = span_of((const char *)data, size);
    struct error error;
    struct avro_schema *schema = avro_schema_parse(avsc, &error);
    if (schema) {
        (void)avro_schema_fingerprint(schema);
        avro_plan_free(avro_plan_new(avsc, &error));
    }
    avro_schema_free(schema);
    return 0;
}
