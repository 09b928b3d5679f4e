/* fetch_reuse: what a flight takes from the cache and leaves in it. On the loop's thread. */
#ifndef BYLINE_IO_FETCH_REUSE_H
#define BYLINE_IO_FETCH_REUSE_H

#include "io/fetch_parts.h"

/* What has to be equal for two requests to share an answer: a digest stands for the headers, so
 * that no secret lies in the table. Absent for a POST, without a cache, or without memory; the
 * caller frees it. */
struct span reuse_key(const struct fetch *fetch, const struct fetch_spec *spec,
                      const struct url *url);

/* Headers that ask for the answer only if it differs from what the cache has, put in front of the
 * flight's own; none where there is nothing to ask so. reuse_free_conditions frees only them. */
void reuse_set_conditions(const struct flight *flight, struct exchange *exchange);
void reuse_free_conditions(struct exchange *exchange);

/* 304: the entry holds on; the flight answers from it. */
void reuse_confirmed(struct flight *flight, const struct exchange *exchange);

/* Keeps a final answer where that is allowed. */
void reuse_store(struct flight *flight, const struct exchange *exchange);

/* There is an entry that may be served where the origin fails (RFC 5861, section 4). */
bool reuse_may_stand_in(const struct flight *flight);

/* The origin has failed: the stale entry stands in, and says why. Only where it may. */
void reuse_stand_in(struct flight *flight, const struct error *why);

/* The same for the flight's answer, where it may. */
void reuse_stale(struct flight *flight);

#endif
