/* admin_client: asks a running worker's admin server; for `health`. Blocks, at most 5 s. */
#ifndef BYLINE_IO_ADMIN_CLIENT_H
#define BYLINE_IO_ADMIN_CLIENT_H

#include <stdbool.h>

#include "core/buf.h"
#include "core/error.h"

/* base is http://HOST:PORT. False when there was no answer. */
bool admin_get(const char *base, const char *path, struct buf *answer, int *ret_status,
               struct error *ret_error) __attribute__((warn_unused_result));

#endif
