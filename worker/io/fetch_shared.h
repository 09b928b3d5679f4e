/* fetch_shared: what a flight takes from the cache that replicas share, and leaves in it. On the
 * loop's thread. */
#ifndef BYLINE_IO_FETCH_SHARED_H
#define BYLINE_IO_FETCH_SHARED_H

#include "io/fetch_parts.h"

bool shared_open(struct fetch *fetch, struct error *ret_error);

/* False where it is not to be asked; else flight_missed or flight_answer_stored follows. */
bool shared_ask(struct flight *flight);
void shared_keep(struct fetch *fetch, const struct cache_entry *entry);

#endif
