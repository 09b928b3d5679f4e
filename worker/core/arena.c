#include "core/arena.h"

#include <assert.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct arena_block {
    struct arena_block *next;
    size_t size;
    size_t used;
    alignas(max_align_t) char bytes[];
};

/* With their heads they fill what malloc has for them. */
enum {
    FIRST_BLOCK_BYTES = 6 * 1024 - sizeof(struct arena_block),
    MAX_BLOCK_BYTES = 1024 * 1024 - sizeof(struct arena_block),
};

void arena_init(struct arena *arena, size_t limit_bytes)
{
    *arena = (struct arena){.limit_bytes = limit_bytes};
}

void arena_init_on(struct arena *arena, size_t limit_bytes, void *memory, size_t bytes)
{
    struct arena_block *block = memory;
    assert(bytes > sizeof *block);
    *block = (struct arena_block){.size = bytes - sizeof *block};
    *arena = (struct arena){
        .limit_bytes = limit_bytes, .first = block, .current = block, .borrowed = block};
}

static void free_blocks(struct arena_block *block)
{
    while (block) {
        struct arena_block *next = block->next;
        free(block);
        block = next;
    }
}

void arena_finish(struct arena *arena)
{
    if (!arena)
        return;
    free_blocks(arena->borrowed ? arena->borrowed->next : arena->first);
    *arena = (struct arena){0};
}

size_t arena_held_bytes(const struct arena *arena)
{
    size_t bytes = 0;
    for (const struct arena_block *block = arena->first; block; block = block->next)
        bytes += block == arena->borrowed ? 0 : sizeof *block + block->size;
    return bytes;
}

void arena_reset(struct arena *arena)
{
    if (arena->first) {
        free_blocks(arena->first->next);
        arena->first->next = NULL;
        arena->first->used = 0;
    }
    arena->current = arena->first;
    arena->used_bytes = 0;
}

static struct arena_block *add_block(struct arena *arena, size_t bytes)
{
    size_t size = arena->current ? arena->current->size * 2 : FIRST_BLOCK_BYTES;
    if (size > MAX_BLOCK_BYTES)
        size = MAX_BLOCK_BYTES;
    if (size < bytes)
        size = arena->current ? bytes : bytes + FIRST_BLOCK_BYTES;
    struct arena_block *block = malloc(sizeof *block + size);
    if (!block)
        return NULL;
    block->next = NULL;
    block->size = size;
    block->used = 0;
    if (arena->current)
        arena->current->next = block;
    else
        arena->first = block;
    arena->current = block;
    return block;
}

/* Not zeroed. */
static void *take(struct arena *arena, size_t bytes)
{
    if (bytes > arena->limit_bytes || arena->used_bytes > arena->limit_bytes - bytes)
        return NULL;
    size_t rounded = (bytes + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
    struct arena_block *block = arena->current;
    if (!block || block->size - block->used < rounded) {
        block = add_block(arena, rounded);
        if (!block)
            return NULL;
    }
    void *memory = block->bytes + block->used;
    block->used += rounded;
    arena->used_bytes += bytes;
    return memory;
}

void *arena_alloc(struct arena *arena, size_t bytes)
{
    void *memory = take(arena, bytes);
    if (memory)
        memset(memory, 0, bytes);
    return memory;
}

struct span arena_copy(struct arena *arena, struct span bytes)
{
    if (!bytes.data)
        return SPAN_NONE;
    char *copy = take(arena, bytes.len + 1);
    if (!copy)
        return SPAN_NONE;
    if (bytes.len)
        memcpy(copy, bytes.data, bytes.len);
    copy[bytes.len] = '\0';
    return span_of(copy, bytes.len);
}

struct span arena_format(struct arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0)
        return SPAN_NONE;
    char *text = take(arena, (size_t)len + 1);
    if (!text)
        return SPAN_NONE;
    va_start(args, format);
    (void)vsnprintf(text, (size_t)len + 1, format, args);
    va_end(args);
    return span_of(text, (size_t)len);
}
