/* fetch_names: the names of hosts, kept for their TTL, and the exchanges that wait for them.
 *
 *   libcurl wants a connection --> exchange leaves its shard --> known?
 *                                                             no |  | yes
 *                                      one look-up for all <-----+  |
 *                                              |                    v
 *                                              +----> exchange goes back with the addresses;
 *                                                     each is judged where it is connected to
 *
 * libcurl asks for a name only where no connection is there to be used again, so a request on one
 * costs nothing here. It looks up nothing itself. On the loop's thread. */
#ifndef BYLINE_IO_FETCH_NAMES_H
#define BYLINE_IO_FETCH_NAMES_H

#include "io/fetch_parts.h"

/* For libcurl; context is the exchange. Ends the transfer where the host is a name that libcurl has
 * not been given yet. */
int names_before_resolving(void *resolver, void *reserved, void *context);

/* The transfer has ended with that: goes on with the name's addresses, now or when they are known,
 * or ends the exchange. */
void names_ask(struct exchange *exchange);

/* The exchange ends, or begins: it waits for no name, and libcurl has none of it. */
void names_leave(struct exchange *exchange);

void names_close(struct fetch *fetch);

#endif
