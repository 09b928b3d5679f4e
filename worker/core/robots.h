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

#include "core/buf.h"
#include "core/span.h"

/* What is read of a file; rules behind it do not count (RFC 9309 asks for at least 500 KiB). */
enum { ROBOTS_MAX_BYTES = 512 * 1024 };

/* The token in User-agent lines that is ours: "AcmeBot" of "AcmeBot/1.0 (+https://acme.test)".
 * NULL without memory; the caller frees it. */
char *robots_product(const char *user_agent);

/* The rules of a file that are for product (its case does not matter), or else for everybody, ready
 * to be asked often. False without memory; the caller finishes ret_rules in both cases. */
bool robots_read(struct span text, const char *product, struct buf *ret_rules);

/* rules are those of robots_read; path is the URL's path with its query, percent-encoded.
 * /robots.txt itself is always allowed. */
bool robots_allows(struct span rules, struct span path);

#endif
