/* origin: a small web server on loopback for the demo, in a thread of its own. */
#ifndef BYLINE_IO_ORIGIN_H
#define BYLINE_IO_ORIGIN_H

#include <stddef.h>

#include "core/error.h"

struct origin;

struct origin_page {
    const char *path;         /* NULL ends a table */
    int status;               /* 200, or 301 with a location */
    const char *content_type; /* NULL: none */
    const char *location;     /* NULL: none */
    const char *body;
};

/* Serves the table; any other path is a 404. The table is borrowed. */
struct origin *origin_new(const struct origin_page *pages, struct error *ret_error)
    __attribute__((warn_unused_result));
int origin_port(const struct origin *origin);
void origin_free(struct origin *origin);

#endif
