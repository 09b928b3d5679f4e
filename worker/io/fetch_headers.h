/* fetch_headers: the header lines of a flight's requests. On the loop's thread. */
#ifndef BYLINE_IO_FETCH_HEADERS_H
#define BYLINE_IO_FETCH_HEADERS_H

#include "io/fetch_parts.h"

/* User-Agent, and the encodings that curl can decode. */
bool headers_open(struct fetch *fetch);

/* False for a line break, or without memory. */
bool flight_set_headers(struct flight *flight, const struct fetch_spec *spec);

/* What the operator gave for one host goes to no other. */
bool flight_drop_headers(struct flight *flight);

#endif
