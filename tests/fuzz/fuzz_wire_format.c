/* Any value with any header: what has a framing is framed again to the same bytes. */
#include <assert.h>
#include <stdint.h>

#include "core/wire_format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span value = span_of((const char *)data, size);
    struct span header = size > WIRE_HEADER_BYTES && data[0] & 1
                             ? span_of(value.data, WIRE_HEADER_BYTES)
                             : SPAN_NONE;
    struct wire_schema schema;
    struct span payload;
    struct error error;
    (void)wire_guid_parse(value, &schema);
    if (!wire_parse(value, header, &schema, &payload, &error))
        return 0;
    unsigned char prefix[WIRE_PREFIX_MAX];
    size_t len = wire_frame(&schema, prefix);
    assert(len + payload.len == size);
    assert(len == 0 || memcmp(prefix, data, len) == 0);
    return 0;
}
