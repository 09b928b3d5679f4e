/* arena: memory that is given back all at once, for everything that lives as long as one event.
 *
 * Blocks are kept over a reset, so the steady state allocates nothing. A limit bounds the bytes
 * handed out; past it every call returns NULL, which callers report as too_large. Pure.
 * Not thread-safe: one owner at a time. */
#ifndef BYLINE_CORE_ARENA_H
#define BYLINE_CORE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

#include "core/span.h"

struct arena_block;

struct arena {
    struct arena_block *first; /* kept over a reset */
    struct arena_block *current;
    size_t used_bytes;            /* handed out since the last reset */
    size_t limit_bytes;           /* maximum of used_bytes */
    struct arena_block *borrowed; /* the first one, where the caller gave it */
};

/* No allocation happens before the first arena_alloc. */
void arena_init(struct arena *arena, size_t limit_bytes);

/* As arena_init, but memory (aligned for any type, more than a block's head) is used up before any
 * is allocated. It outlives the arena. */
void arena_init_on(struct arena *arena, size_t limit_bytes, void *memory, size_t bytes);

void arena_finish(struct arena *arena);

/* Gives everything back; keeps the first block only, so that one large event does not stay. */
void arena_reset(struct arena *arena);

/* What it has from malloc, handed out or not. */
size_t arena_held_bytes(const struct arena *arena);

/* Zeroed memory aligned for any type, or NULL past the limit or without memory. */
void *arena_alloc(struct arena *arena, size_t bytes) __attribute__((warn_unused_result));

/* A copy, with a NUL behind it that len does not count. An absent span stays absent; on failure
 * the result is absent too. */
struct span arena_copy(struct arena *arena, struct span bytes);

/* printf into the arena; absent on failure. */
struct span arena_format(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
