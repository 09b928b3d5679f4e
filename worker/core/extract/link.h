/* link: addresses that a page names, made absolute.
 *
 * WHATWG URL, through lexbor. Only http and https leave here. Pure; one resolver to a thread. */
#ifndef BYLINE_CORE_EXTRACT_LINK_H
#define BYLINE_CORE_EXTRACT_LINK_H

#include <lexbor/url/url.h>

#include "core/arena.h"
#include "core/span.h"

enum { LINK_MAX_BYTES = 4096 };

struct link_base {
    lxb_url_parser_t parser;
    lxb_url_t *base; /* NULL: relative addresses cannot be resolved */
    bool ready;
};

/* page is the page's address, href the base element's; both may be absent. False without
 * memory. */
bool link_base_init(struct link_base *base, struct span page, struct span href)
    __attribute__((warn_unused_result));
void link_base_finish(struct link_base *base);

/* The absolute address in the arena; absent where text is no address, or not http(s). */
struct span link_resolve(struct link_base *base, struct span text, struct arena *arena);

#endif
