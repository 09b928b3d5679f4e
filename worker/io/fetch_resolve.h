/* fetch_resolve: the addresses of one name, asked on the loop by c-ares: of /etc/hosts, then of the
 * name servers and search domains of /etc/resolv.conf.
 *
 * Every look-up is a c-ares channel of its own: it reads these files as they are now, its questions
 * leave from a port that no other has, and it ends with those who wait for it. On the loop's
 * thread. */
#ifndef BYLINE_IO_FETCH_RESOLVE_H
#define BYLINE_IO_FETCH_RESOLVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"

struct fetch;
struct resolve;

enum resolve_end {
    RESOLVE_FOUND,
    RESOLVE_NONE, /* there is no such name, or it has no address */
    RESOLVE_FAILED,
    RESOLVE_TIMEOUT,
    RESOLVE_NO_ROOM, /* no descriptor left */
};

struct resolved {
    enum resolve_end end;
    int64_t ttl_ms;
    struct buf addresses; /* text, with commas; IPv4 first, IPv6 in brackets */
    const char *why;      /* static; NULL where it is found */
};

/* Never called from within resolve_start. */
typedef void resolve_done(void *context, const struct resolved *resolved);

/* NULL without memory. It ends by itself with done, or with resolve_cancel. */
struct resolve *resolve_start(struct fetch *fetch, const char *name, resolve_done *done,
                              void *context);
void resolve_cancel(struct resolve *resolve);

#endif
