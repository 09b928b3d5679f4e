/* Lines of the input are Cache-Control, Expires, Date, Age and Vary: whatever they say, times never
 * run backwards and freshness stays within the operator's bound. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/cache_policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { TTL_MS = 600000, NOW_MS = 1000 };
    struct cache_headers headers = {0};
    struct cache_lifetime lifetime;
    struct span *values[] = {&headers.cache_control, &headers.expires, &headers.date, &headers.age,
                             &headers.vary};
    const char *text = (const char *)data;
    for (size_t i = 0; i < sizeof values / sizeof *values && size > 0; i++) {
        const char *end = memchr(text, '\n', size);
        size_t len = end ? (size_t)(end - text) : size;
        *values[i] = span_of(text, len);
        text += len + (end ? 1 : 0);
        size -= len + (end ? 1 : 0);
    }
    const struct cache_bounds bounds = {.ttl_ms = TTL_MS, .negative_ttl_ms = TTL_MS};
    if (cache_judge(200, &headers, &bounds, INT64_C(1764000000000), NOW_MS, &lifetime) &&
        (lifetime.fresh_until_ms < NOW_MS || lifetime.fresh_until_ms > NOW_MS + TTL_MS ||
         lifetime.while_revalidate_until_ms < lifetime.fresh_until_ms ||
         lifetime.if_error_until_ms < lifetime.while_revalidate_until_ms))
        abort();
    return 0;
}
