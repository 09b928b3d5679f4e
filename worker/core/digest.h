/* digest: SHA-256 (FIPS 180-4) of bytes, for ids that are derived from content. Pure. */
#ifndef BYLINE_CORE_DIGEST_H
#define BYLINE_CORE_DIGEST_H

#include "core/arena.h"
#include "core/span.h"

enum { DIGEST_BYTES = 32 };

void digest_sha256(struct span bytes, unsigned char ret_digest[DIGEST_BYTES]);

/* bytes as lower-case hex digits in the arena; absent without memory. */
struct span digest_hex(struct span bytes, struct arena *arena);

#endif
