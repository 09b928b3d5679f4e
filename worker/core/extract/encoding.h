/* encoding: a page's bytes as UTF-8, the way a browser would read them.
 *
 *   byte order mark -> header's charset -> meta in the first 1,024 bytes -> XML's declaration
 *   -> meta further on -> sniffing
 *
 * (WHATWG HTML, "determining the character encoding"; Encoding Standard for the decoders.) One
 * step is our own: what is UTF-8, but for a few broken bytes, wins over a page's own word for a
 * legacy encoding, which archives and proxies leave standing when they convert it. Pure. */
#ifndef BYLINE_CORE_EXTRACT_ENCODING_H
#define BYLINE_CORE_EXTRACT_ENCODING_H

#include "core/buf.h"
#include "core/span.h"

/* Bytes that are UTF-8 already are borrowed, without their byte order mark; anything else is
 * decoded into buffer, which the caller has initialised and finishes. False without memory.
 * Broken sequences become U+FFFD. */
bool encoding_to_utf8(struct span bytes, struct span content_type, struct buf *buffer,
                      struct span *ret_text) __attribute__((warn_unused_result));

#endif
