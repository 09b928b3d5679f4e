/* Fuzzes dates: a day that is found exists, and its text stands in what was read. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "core/date.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(struct span text, enum date_order order)
{
    struct date_value value;
    struct span place;
    if (!date_find(text, order, &value, &place))
        return;
    assert(place.data >= text.data && place.data + place.len <= text.data + text.len);
    if (value.has_date) {
        int year, month, day;
        int32_t days;
        date_to_civil(value.date, &year, &month, &day);
        assert(date_from_civil(year, month, day, &days) && days == value.date);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span text = span_of((const char *)data, size);
    check(text, DATE_ORDER_UNKNOWN);
    check(text, DATE_ORDER_DAY_FIRST);
    check(text, DATE_ORDER_MONTH_FIRST);
    return 0;
}
