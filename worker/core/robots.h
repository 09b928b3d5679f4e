/* robots: what a site's robots.txt allows (RFC 9309).
 *
 *   User-agent: byline      <- our group; without one, the group of "*"
 *   Disallow: /private/
 *   Allow: /private/press$  <- the longest rule that matches wins, Allow where two are as long
 *
 * Pure. */
#ifndef BYLINE_CORE_ROBOTS_H
#define BYLINE_CORE_ROBOTS_H

#include <stdbool.h>

#include "core/span.h"

/* What is read of a file; rules behind it do not count (RFC 9309 asks for at least 500 KiB). */
enum { ROBOTS_MAX_BYTES = 512 * 1024 };

/* product is our token in User-agent lines, compared without case; path is the URL's path with its
 * query, percent-encoded. /robots.txt itself is always allowed. */
bool robots_allows(struct span text, const char *product, struct span path);

#endif
