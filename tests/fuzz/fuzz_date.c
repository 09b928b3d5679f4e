/* Fuzzes dates. */
#include <stddef.h>
#include <stdint.h>

#include "core/date.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span bytes = span_of((const char *)data, size);
    struct date_value value;
    (void)date_parse(bytes, &value);
    (void)date_parse_ordered(bytes, DATE_ORDER_MONTH_FIRST, &value);
    return 0;
}
