/* status_page: status_page.html, byte for byte. It asks /metrics and /readyz by itself. */
#ifndef BYLINE_IO_STATUS_PAGE_H
#define BYLINE_IO_STATUS_PAGE_H

#include <stddef.h>

extern const char status_page[];
extern const size_t status_page_bytes; /* without the final NUL */

#endif
