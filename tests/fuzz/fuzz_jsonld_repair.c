/* Fuzzes JSON as templates break it. */
#include <stddef.h>
#include <stdint.h>

#include "core/extract/jsonld_repair.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span bytes = span_of((const char *)data, size);
    struct buf out;
    buf_init(&out, 1 << 22);
    (void)!jsonld_repair(bytes, &out);
    buf_finish(&out);
    return 0;
}
