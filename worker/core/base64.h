/* base64: RFC 4648, section 4 (the standard alphabet), padding optional. Pure. */
#ifndef BYLINE_CORE_BASE64_H
#define BYLINE_CORE_BASE64_H

#include "core/arena.h"
#include "core/span.h"

/* Into the arena. False for text that is not base64; *ret_bytes is absent where the arena is full.
 */
bool base64_decode(struct span text, struct arena *arena, struct span *ret_bytes)
    __attribute__((warn_unused_result));

#endif
