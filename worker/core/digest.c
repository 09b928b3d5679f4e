#include "core/digest.h"

/* The functions that OpenSSL 3 would rather not have used: its own way of asking for SHA-256 looks
 * the algorithm up under locks for every digest, which takes two and a half times the instructions.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

void digest_sha256(struct span bytes, unsigned char ret_digest[DIGEST_BYTES])
{
    SHA256_CTX sha;
    (void)SHA256_Init(&sha);
    (void)SHA256_Update(&sha, bytes.data ? bytes.data : "", bytes.len);
    (void)SHA256_Final(ret_digest, &sha);
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
