/* avro_binary: Avro's binary encoding of primitive values, written to a buf and read from a cursor
 * (Avro specification, "Binary Encoding").
 *
 *   int, long   zigzag, then 7 bits a byte, least significant first, top bit: more follow
 *                 0 -> 00   -1 -> 01   1 -> 02   64 -> 80 01
 *   bytes       long length, then the bytes      string: the same, in UTF-8
 *   array, map  blocks of: long count (negative: -count, then long size in bytes), items
 *               ... up to a block with count 0
 *   union       long index of the branch, then its value
 *
 * Readers never read past the end and change nothing on failure. Pure. */
#ifndef BYLINE_CORE_AVRO_BINARY_H
#define BYLINE_CORE_AVRO_BINARY_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/span.h"

/* Writers append; what does not fit is seen by buf_failed. */
void avro_put_boolean(struct buf *out, bool value);
void avro_put_long(struct buf *out, int64_t value);
void avro_put_float(struct buf *out, float value);
void avro_put_double(struct buf *out, double value);
void avro_put_bytes(struct buf *out, struct span bytes);

struct avro_cursor {
    const unsigned char *at;
    const unsigned char *end;
};

static inline struct avro_cursor avro_cursor_of(struct span bytes)
{
    const unsigned char *at = (const unsigned char *)bytes.data;
    return (struct avro_cursor){at, at ? at + bytes.len : at};
}

static inline size_t avro_cursor_left(const struct avro_cursor *cursor)
{
    return (size_t)(cursor->end - cursor->at);
}

/* False for what is truncated, a long of more than 64 bits, a boolean other than 0 and 1, a
 * negative length. */
bool avro_take_boolean(struct avro_cursor *cursor, bool *ret_value);
bool avro_take_long(struct avro_cursor *cursor, int64_t *ret_value);
bool avro_take_float(struct avro_cursor *cursor, float *ret_value);
bool avro_take_double(struct avro_cursor *cursor, double *ret_value);
bool avro_take_bytes(struct avro_cursor *cursor, struct span *ret_bytes);

/* len bytes as they are: a fixed. */
bool avro_take_fixed(struct avro_cursor *cursor, size_t len, struct span *ret_bytes);

/* The header of an array's or a map's next block. *ret_count is 0 behind the last one;
 * *ret_size_bytes is -1 where the block does not tell its size. False as well for a count or size
 * that no block can have. */
bool avro_take_block(struct avro_cursor *cursor, int64_t *ret_count, int64_t *ret_size_bytes);

#endif
