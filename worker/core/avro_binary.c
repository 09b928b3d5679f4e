#include "core/avro_binary.h"

enum { LONG_MAX_BYTES = 10 };

void avro_put_boolean(struct buf *out, bool value)
{
    (void)buf_add_char(out, value ? 1 : 0);
}

void avro_put_long(struct buf *out, int64_t value)
{
    unsigned char bytes[LONG_MAX_BYTES];
    size_t len = 0;
    uint64_t rest = ((uint64_t)value << 1) ^ (uint64_t)(value >> 63);
    if (rest < 0x80) {
        (void)buf_add_char(out, (char)rest);
        return;
    }
    while (rest >= 0x80) {
        bytes[len++] = (unsigned char)(rest | 0x80);
        rest >>= 7;
    }
    bytes[len++] = (unsigned char)rest;
    (void)buf_append(out, bytes, len);
}

static void put_little_endian(struct buf *out, uint64_t bits, size_t len)
{
    unsigned char bytes[8];
    for (size_t i = 0; i < len; i++)
        bytes[i] = (unsigned char)(bits >> (8 * i));
    (void)buf_append(out, bytes, len);
}

void avro_put_float(struct buf *out, float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    put_little_endian(out, bits, sizeof bits);
}

void avro_put_double(struct buf *out, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    put_little_endian(out, bits, sizeof bits);
}

void avro_put_bytes(struct buf *out, struct span bytes)
{
    avro_put_long(out, (int64_t)bytes.len);
    (void)buf_add(out, bytes);
}

bool avro_take_boolean(struct avro_cursor *cursor, bool *ret_value)
{
    if (cursor->at == cursor->end || *cursor->at > 1)
        return false;
    *ret_value = *cursor->at++ == 1;
    return true;
}

bool avro_take_long(struct avro_cursor *cursor, int64_t *ret_value)
{
    const unsigned char *at = cursor->at;
    uint64_t bits = 0;
    for (unsigned shift = 0; at < cursor->end && shift < 64; shift += 7) {
        unsigned char byte = *at++;
        if (shift == 63 && byte > 1)
            return false;
        bits |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80) {
            *ret_value = (int64_t)(bits >> 1) ^ -(int64_t)(bits & 1);
            cursor->at = at;
            return true;
        }
    }
    return false;
}

static bool take_little_endian(struct avro_cursor *cursor, size_t len, uint64_t *ret_bits)
{
    if (avro_cursor_left(cursor) < len)
        return false;
    uint64_t bits = 0;
    for (size_t i = 0; i < len; i++)
        bits |= (uint64_t)cursor->at[i] << (8 * i);
    cursor->at += len;
    *ret_bits = bits;
    return true;
}

bool avro_take_float(struct avro_cursor *cursor, float *ret_value)
{
    uint64_t bits;
    if (!take_little_endian(cursor, 4, &bits))
        return false;
    uint32_t low = (uint32_t)bits;
    memcpy(ret_value, &low, sizeof low);
    return true;
}

bool avro_take_double(struct avro_cursor *cursor, double *ret_value)
{
    uint64_t bits;
    if (!take_little_endian(cursor, 8, &bits))
        return false;
    memcpy(ret_value, &bits, sizeof bits);
    return true;
}

bool avro_take_fixed(struct avro_cursor *cursor, size_t len, struct span *ret_bytes)
{
    if (avro_cursor_left(cursor) < len)
        return false;
    *ret_bytes = span_of((const char *)cursor->at, len);
    cursor->at += len;
    return true;
}

bool avro_take_bytes(struct avro_cursor *cursor, struct span *ret_bytes)
{
    struct avro_cursor after = *cursor;
    int64_t len;
    if (!avro_take_long(&after, &len) || len < 0 || (uint64_t)len > avro_cursor_left(&after))
        return false;
    (void)avro_take_fixed(&after, (size_t)len, ret_bytes);
    *cursor = after;
    return true;
}

bool avro_take_block(struct avro_cursor *cursor, int64_t *ret_count, int64_t *ret_size_bytes)
{
    struct avro_cursor after = *cursor;
    int64_t count;
    int64_t size_bytes = -1;
    if (!avro_take_long(&after, &count) || count == INT64_MIN)
        return false;
    if (count < 0) {
        count = -count;
        if (!avro_take_long(&after, &size_bytes) || size_bytes < 0 ||
            (uint64_t)size_bytes > avro_cursor_left(&after))
            return false;
    }
    *ret_count = count;
    *ret_size_bytes = size_bytes;
    *cursor = after;
    return true;
}
