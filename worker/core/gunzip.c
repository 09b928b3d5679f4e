#include "core/gunzip.h"

#include <limits.h>

enum { GZIP_WINDOW = 15 + 16 /* of 32 KiB; gzip and no other head */, GZIP_MAGIC = 0x1F };

void gunzip_give(struct gunzip *gunzip, struct span input)
{
    gunzip->stream.next_in = (unsigned char *)input.data;
    gunzip->stream.avail_in = (unsigned)input.len; /* libcurl's pieces are small */
}

/* False without memory. */
static bool begin(struct gunzip *gunzip)
{
    if (inflateInit2(&gunzip->stream, GZIP_WINDOW) != Z_OK)
        return false;
    gunzip->state = GUNZIP_WITHIN;
    return true;
}

/* Whether another one begins behind the end. */
static bool goes_on(struct gunzip *gunzip)
{
    if (gunzip->state != GUNZIP_AT_END || gunzip->stream.avail_in == 0)
        return false;
    if (*gunzip->stream.next_in != GZIP_MAGIC) {
        gunzip->state = GUNZIP_PAST_END;
        return false;
    }
    gunzip->state = GUNZIP_WITHIN;
    return inflateReset(&gunzip->stream) == Z_OK;
}

enum gunzip_result gunzip_into(struct gunzip *gunzip, void *room, size_t room_bytes,
                               size_t *ret_len)
{
    z_stream *stream = &gunzip->stream;
    unsigned room_max = room_bytes < UINT_MAX ? (unsigned)room_bytes : UINT_MAX;
    *ret_len = 0;
    if (gunzip->state == GUNZIP_EMPTY && stream->avail_in > 0 && !begin(gunzip))
        return GUNZIP_NO_MEMORY;
    stream->next_out = room;
    stream->avail_out = room_max;
    while (gunzip->state == GUNZIP_WITHIN || goes_on(gunzip)) {
        int status = inflate(stream, Z_NO_FLUSH);
        *ret_len = room_max - stream->avail_out;
        if (status == Z_STREAM_END)
            gunzip->state = GUNZIP_AT_END;
        else if (status == Z_MEM_ERROR)
            return GUNZIP_NO_MEMORY;
        else if (status != Z_OK && status != Z_BUF_ERROR)
            return GUNZIP_BROKEN;
        else if (stream->avail_out == 0)
            return GUNZIP_WANTS_ROOM;
        else
            return GUNZIP_WANTS_INPUT;
    }
    return GUNZIP_WANTS_INPUT;
}

bool gunzip_is_whole(const struct gunzip *gunzip)
{
    return gunzip->state != GUNZIP_WITHIN;
}

void gunzip_finish(struct gunzip *gunzip)
{
    if (gunzip->state != GUNZIP_EMPTY)
        (void)inflateEnd(&gunzip->stream);
    *gunzip = (struct gunzip){0};
}
