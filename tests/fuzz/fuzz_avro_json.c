/* Any bytes as a record of a schema, up to the first 0 byte the schema's text: what has a JSON
 * view must be JSON. */
#include <assert.h>
#include <jansson.h>
#include <stdint.h>

#include "core/avro_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { OUT_MAX_BYTES = 1024 * 1024 };

static void print_and_read(const struct avro_schema *schema, struct span payload)
{
    struct error error;
    struct buf out;
    buf_init(&out, OUT_MAX_BYTES);
    if (avro_json_of(schema, payload, NULL, 0, &out, &error)) {
        json_t *json = json_loadb(out.data, out.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
        /* jansson takes no NUL in a key. */
        assert(json || strstr(out.data, "\\u0000"));
        json_decref(json);
    }
    buf_finish(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span whole = span_of((const char *)data, size);
    const char *end = size > 0 ? memchr(whole.data, '\0', size) : NULL;
    struct error error;
    if (!end)
        return 0;
    size_t schema_len = (size_t)(end - whole.data);
    struct avro_schema *schema = avro_schema_parse(span_of(whole.data, schema_len), &error);
    if (schema)
        print_and_read(schema, span_of(end + 1, size - schema_len - 1));
    avro_schema_free(schema);
    return 0;
}
