/* Fuzzes JSON as templates break it. What is JSON already must keep its value, and every call moves
 * on. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "core/extract/jsonld_repair.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span bytes = span_of((const char *)data, size);
    struct buf out;
    buf_init(&out, 1 << 22);
    struct span rest = bytes;
    if (jsonld_repair(&rest, &out)) {
        assert(rest.len < size || size == 0);
        json_t *before = json_loadb(bytes.data, bytes.len, 0, NULL);
        json_t *after = json_loadb(out.data, out.len, 0, NULL);
        assert(!before || json_equal(before, after));
        json_decref(before);
        json_decref(after);
    }
    buf_finish(&out);
    return 0;
}
