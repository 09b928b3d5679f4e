/* Every sample of any text, and a label of each. */
#include <stdint.h>

#include "core/metrics_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span text = span_of((const char *)data, size);
    struct metrics_sample sample;
    while (metrics_read(&text, &sample))
        (void)metrics_label_of(&sample, "le");
    return 0;
}
