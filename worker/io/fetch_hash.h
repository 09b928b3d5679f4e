/* fetch_hash: the hash of the engine's tables. Keys come from outside, so it is seeded with bytes
 * that the kernel gave this process (AT_RANDOM): nobody can write URLs that all fall into one
 * bucket. Include before uthash.h. */
#ifndef BYLINE_IO_FETCH_HASH_H
#define BYLINE_IO_FETCH_HASH_H

#include <stdint.h>
#include <string.h>
#include <sys/auxv.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

static inline unsigned fetch_hash(const void *key, size_t len)
{
    static uint64_t seed; /* getauxval costs more than the hash */
    if (seed == 0)
        memcpy(&seed, (const void *)getauxval(AT_RANDOM), sizeof seed);
    return (unsigned)XXH3_64bits_withSeed(key, len, seed);
}

/* Callers see it by hh.tbl, which stays NULL. */
#define HASH_NONFATAL_OOM               1
#define HASH_FUNCTION(key, len, result) (result) = fetch_hash((key), (len))

#endif
