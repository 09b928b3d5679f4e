/* site_name: titles without the name of the site behind or before them.
 *
 *   "A Headline | Sports - The Paper"  ->  "A Headline"
 *
 * Pure. */
#ifndef BYLINE_CORE_EXTRACT_SITE_NAME_H
#define BYLINE_CORE_EXTRACT_SITE_NAME_H

#include "core/span.h"

/* What the page says of its site; each may be absent. */
struct site {
    struct span publisher;
    struct span host;  /* of the page's address */
    struct span brand; /* the heading that leads to the home page */
};

/* True where text is the site's own name: equal to the publisher, or to the host's name. */
bool site_name_is(const struct site *site, struct span text);

/* A part of title: without the pieces that name the site, and what stands behind them. */
struct span site_name_strip(const struct site *site, struct span title);

/* What a title element has before a separator and the headline: a blog's name before its post's,
 * "Coast Blog: Tide Rises". Absent where it is another title. */
struct span site_name_before(struct span title, struct span headline);

/* The host of an http(s) address, without "www." and port. */
struct span site_name_host(struct span url);

#endif
