#include "core/span.h"

#include <stdint.h>

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

bool span_equals_nocase(struct span s, const char *text)
{
    size_t i = 0;
    for (; i < s.len && text[i]; i++)
        if (lower(s.data[i]) != lower(text[i]))
            return false;
    return i == s.len && text[i] == '\0';
}

bool span_starts_with(struct span s, const char *prefix)
{
    size_t len = strlen(prefix);
    return s.len >= len && memcmp(s.data, prefix, len) == 0;
}

bool span_has_control(struct span s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.data[i] < ' ' || s.data[i] == 0x7F)
            return true;
    return false;
}

struct span span_trim(struct span s)
{
    while (s.len > 0 && is_space(s.data[0])) {
        s.data++;
        s.len--;
    }
    while (s.len > 0 && is_space(s.data[s.len - 1]))
        s.len--;
    return s;
}

/* Bytes of the sequence that starts at p, or 0 where it is not well-formed (RFC 3629, section 4).
 */
static size_t utf8_sequence(const unsigned char *p, size_t left)
{
    if (p[0] < 0x80)
        return 1;
    if (p[0] >= 0xC2 && p[0] <= 0xDF)
        return left >= 2 && (p[1] & 0xC0) == 0x80 ? 2 : 0;
    if (p[0] >= 0xE0 && p[0] <= 0xEF) {
        if (left < 3 || (p[1] & 0xC0) != 0x80 || (p[2] & 0xC0) != 0x80)
            return 0;
        if ((p[0] == 0xE0 && p[1] < 0xA0) || (p[0] == 0xED && p[1] > 0x9F))
            return 0;
        return 3;
    }
    if (p[0] >= 0xF0 && p[0] <= 0xF4) {
        if (left < 4 || (p[1] & 0xC0) != 0x80 || (p[2] & 0xC0) != 0x80 || (p[3] & 0xC0) != 0x80)
            return 0;
        if ((p[0] == 0xF0 && p[1] < 0x90) || (p[0] == 0xF4 && p[1] > 0x8F))
            return 0;
        return 4;
    }
    return 0;
}

size_t span_utf8_len(struct span s)
{
    const unsigned char *p = (const unsigned char *)s.data;
    size_t i = 0;
    const uint64_t high = UINT64_C(0x8080808080808080);
    uint64_t words[4];
    while (i < s.len) {
        if (s.len - i >= sizeof words) {
            memcpy(words, p + i, sizeof words);
            if (((words[0] | words[1] | words[2] | words[3]) & high) == 0) {
                i += sizeof words;
                continue;
            }
        }
        uint64_t eight;
        if (s.len - i >= sizeof eight) {
            memcpy(&eight, p + i, sizeof eight);
            if ((eight & high) == 0) {
                i += sizeof eight;
                continue;
            }
        }
        size_t len = utf8_sequence(p + i, s.len - i);
        if (len == 0)
            break;
        i += len;
    }
    return i;
}

bool span_is_utf8(struct span s)
{
    return span_utf8_len(s) == s.len;
}
