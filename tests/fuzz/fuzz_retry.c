/* A Retry-After header: whatever it says, the wait is within the cap. */
#include <stdint.h>
#include <stdlib.h>

#include "core/retry.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { CAP_MS = 30000 };
    int64_t wait_ms;
    struct span value = span_of((const char *)data, size);
    if (retry_after_ms(value, INT64_C(1764000000000), CAP_MS, &wait_ms) &&
        (wait_ms < 0 || wait_ms > CAP_MS))
        abort();
    return 0;
}
