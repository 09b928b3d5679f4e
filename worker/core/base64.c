#include "core/base64.h"

#include <stdint.h>

/* 0 to 63, or -1. */
static int sextet(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == '+')
        return 62;
    return c == '/' ? 63 : -1;
}

static struct span without_padding(struct span text)
{
    for (int i = 0; i < 2 && text.len > 0 && text.data[text.len - 1] == '='; i++)
        text.len--;
    return text;
}

bool base64_decode(struct span text, struct arena *arena, struct span *ret_bytes)
{
    bool padded = text.len > 0 && text.data[text.len - 1] == '=';
    if (padded && text.len % 4 != 0)
        return false;
    text = without_padding(text);
    if (text.len % 4 == 1)
        return false;
    unsigned char *bytes = arena_alloc(arena, text.len / 4 * 3 + 3);
    size_t len = 0;
    uint32_t bits = 0;
    int bit_count = 0;
    for (size_t i = 0; i < text.len; i++) {
        int value = sextet(text.data[i]);
        if (value < 0)
            return false;
        bits = (bits << 6 | (uint32_t)value) & 0xFFFF;
        bit_count += 6;
        if (bit_count >= 8) {
            bit_count -= 8;
            if (bytes)
                bytes[len++] = (unsigned char)(bits >> bit_count & 0xFF);
        }
    }
    *ret_bytes = span_of((const char *)bytes, len);
    return true;
}
