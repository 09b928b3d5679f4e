/* url: web addresses in one canonical form, so that what is checked is what is connected to.
 *
 *   HTTP://ExAmple.com:80/a b?q#f      refused (space)
 *   HTTP://ExAmple.com:80/a?q#f   ->   http://example.com/a?q
 *   http://0x7f.1/                ->   http://127.0.0.1/
 *
 * Parsed by lexbor after the WHATWG URL standard: decimal, octal and hexadecimal IPv4 forms become
 * dotted, host names lower case and Punycode, the fragment goes. Only http and https, no user name
 * or password, no control character or space, at most URL_MAX_BYTES.
 *
 * Pure; a parser is working memory and belongs to one thread at a time. */
#ifndef BYLINE_CORE_URL_H
#define BYLINE_CORE_URL_H

#include <stdbool.h>
#include <stdint.h>

#include "core/error.h"
#include "core/span.h"

enum { URL_MAX_BYTES = 8192 };

struct url_parser;

/* On the heap; url_finish gives text back. A zeroed one is "no URL". */
struct url {
    char *text; /* canonical, without fragment; NUL-terminated */
    size_t len;
    struct span host;      /* inside text; an IPv6 address without its brackets */
    struct span authority; /* host and port, inside text; the port only where not the default */
    uint16_t port;         /* also where it is the default: 80, 443 */
    bool https;
};

/* NULL without memory. */
struct url_parser *url_parser_new(void) __attribute__((warn_unused_result));
void url_parser_free(struct url_parser *parser);

/* base may be NULL; with it text may be relative (a Location header). ret_error is ERROR_POISON of
 * class refused, or ERROR_FATAL without memory. */
bool url_parse(struct url_parser *parser, struct span text, const struct url *base,
               struct url *ret_url, struct error *ret_error) __attribute__((warn_unused_result));
void url_finish(struct url *url);

/* Same scheme, host and port (RFC 6454, section 5). */
bool url_same_origin(const struct url *a, const struct url *b);

/* From http to https of one host, both on their default ports. */
bool url_is_upgrade(const struct url *from, const struct url *to);

/* text after the last byte of the authority: "/path?query". */
struct span url_path(const struct url *url);

#endif
