/* gunzip: decodes a gzip body (RFC 1952) piece by piece, as it comes and into whatever room there
 * is, by zlib. It knows whether the body came to its end. Input is untrusted; what is decoded at a
 * time is bounded by the room. Pure. */
#ifndef BYLINE_CORE_GUNZIP_H
#define BYLINE_CORE_GUNZIP_H

#include <stdbool.h>
#include <stddef.h>
#include <zlib.h>

#include "core/span.h"

/* All zero is one that has seen nothing. */
struct gunzip {
    z_stream stream;
    enum { GUNZIP_EMPTY, GUNZIP_WITHIN, GUNZIP_AT_END, GUNZIP_PAST_END } state;
};

enum gunzip_result {
    GUNZIP_WANTS_INPUT,
    GUNZIP_WANTS_ROOM, /* maybe: the room is full */
    GUNZIP_BROKEN,     /* no gzip */
    GUNZIP_NO_MEMORY,
};

/* The next input, borrowed until gunzip_into has returned GUNZIP_WANTS_INPUT. */
void gunzip_give(struct gunzip *gunzip, struct span input);

/* Decodes into room until it is full or the input is used up. One gzip after another is one body;
 * anything else behind the end is ignored. */
enum gunzip_result gunzip_into(struct gunzip *gunzip, void *room, size_t room_bytes,
                               size_t *ret_len);

/* Not cut short: nothing came, or all did. */
bool gunzip_is_whole(const struct gunzip *gunzip);

/* Frees what it holds; it is as new then. */
void gunzip_finish(struct gunzip *gunzip);

#endif
