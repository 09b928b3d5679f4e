#include <stddef.h>
#include <stdint.h>

#include "core/offset_map.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct offset_map map;
    if (offset_map_read(span_of((const char *)data, size), 1000, &map))
        for (int64_t offset = 1000; offset < 3000; offset++)
            (void)offset_map_has(&map, offset);
    offset_map_finish(&map);
    return 0;
}
