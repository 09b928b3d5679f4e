/* The first line is the path, the rest a robots.txt. */
#include <stdint.h>
#include <string.h>

#include "core/robots.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data, *end = size > 0 ? memchr(text, '\n', size) : NULL;
    if (!end)
        return 0;
    size_t len = (size_t)(end - text);
    struct buf rules;
    if (robots_read(span_of(end + 1, size - len - 1), "byline", &rules))
        (void)robots_allows(buf_span(&rules), span_of(text, len));
    buf_finish(&rules);
    return 0;
}
