/* A history of starts, ends, pauses and passing time, a byte each: never more in flight than
 * allowed, and never a wait for an end that cannot come. */
#include <stdint.h>
#include <stdlib.h>

#include "core/host_limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    const struct host_options options = {
        .in_flight = data[0] % 32 + 1,
        .rate = data[1] % 100,
        .failures = data[1] % 5,
        .open_ms = 100,
    };
    struct host_limits limits;
    int64_t now_ms = 1000;
    host_limits_init(&limits, &options, now_ms);
    for (size_t i = 2; i < size; i++) {
        int64_t at_ms = host_limits_ready_at(&limits, now_ms);
        if (at_ms == HOST_WHEN_ONE_ENDS && limits.in_flight == 0)
            abort();
        switch (data[i] % 4) {
        case 0:
            if (at_ms != HOST_WHEN_ONE_ENDS && at_ms <= now_ms)
                host_limits_begin(&limits);
            break;
        case 1:
            if (limits.in_flight > 0)
                host_limits_end(&limits, now_ms, (enum host_verdict)(data[i] / 4 % 5));
            break;
        case 2: host_limits_pause(&limits, now_ms + data[i]); break;
        default: now_ms += data[i]; break;
        }
        if (limits.in_flight > options.in_flight || limits.window < 1)
            abort();
    }
    return 0;
}
