#include "core/digest.h"

#include <openssl/sha.h>

void digest_sha256(struct span bytes, unsigned char ret_digest[DIGEST_BYTES])
{
    (void)SHA256((const unsigned char *)(bytes.data ? bytes.data : ""), bytes.len, ret_digest);
}

struct span digest_hex(struct span bytes, struct arena *arena)
{
    static const char digits[] = "0123456789abcdef";
    char *hex = arena_alloc(arena, bytes.len * 2 + 1);
    if (!hex)
        return SPAN_NONE;
    for (size_t i = 0; i < bytes.len; i++) {
        unsigned char byte = (unsigned char)bytes.data[i];
        hex[2 * i] = digits[byte >> 4];
        hex[2 * i + 1] = digits[byte & 15];
    }
    return span_of(hex, bytes.len * 2);
}
