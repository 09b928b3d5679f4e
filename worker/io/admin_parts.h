/* admin_parts: status_page.html as it is embedded. The page asks /metrics and /readyz by itself. */
#ifndef BYLINE_IO_ADMIN_PARTS_H
#define BYLINE_IO_ADMIN_PARTS_H

#include <stddef.h>

extern const char status_page[];
extern const size_t status_page_bytes; /* without the final NUL */

#endif
