/* fetch_robots: robots.txt before each hop to a page. On the loop's thread. */
#ifndef BYLINE_IO_FETCH_ROBOTS_H
#define BYLINE_IO_FETCH_ROBOTS_H

#include "io/fetch_parts.h"

/* Whether the flights of such a request ask robots.txt. */
bool robots_apply(const struct fetch *fetch, const struct fetch_spec *spec);

/* True where the flight's hop has to wait for the rules of its host: flight_begin follows, or the
 * answer that it may not be made. */
bool robots_hold(struct flight *flight);

#endif
