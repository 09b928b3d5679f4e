#include "core/text.h"

#include <lexbor/unicode/unicode.h>

#include <stdint.h>

uint32_t text_next(struct span *rest)
{
    const unsigned char *p = (const unsigned char *)rest->data;
    size_t len = 1;
    uint32_t code_point = p[0];
    if (code_point < 0x80) {
        rest->data++;
        rest->len--;
        return code_point;
    }
    if (p[0] >= 0xF0)
        len = 4, code_point = p[0] & 0x07u;
    else if (p[0] >= 0xE0)
        len = 3, code_point = p[0] & 0x0Fu;
    else if (p[0] >= 0xC0)
        len = 2, code_point = p[0] & 0x1Fu;
    else if (p[0] >= 0x80)
        code_point = 0xFFFD;
    if (len > rest->len)
        len = 1, code_point = 0xFFFD;
    for (size_t i = 1; i < len; i++) {
        if ((p[i] & 0xC0) != 0x80) {
            len = i;
            code_point = 0xFFFD;
            break;
        }
        code_point = code_point << 6 | (p[i] & 0x3Fu);
    }
    rest->data += len;
    rest->len -= len;
    return code_point > 0x10FFFF ? 0xFFFD : code_point;
}

uint32_t text_lower(uint32_t c)
{
    if (c < 0x80)
        return c >= 'A' && c <= 'Z' ? c + 32 : c;
    if (c >= 0xC0 && c <= 0xDE && c != 0xD7)
        return c + 32;
    if (c == 0x130) /* the Turkish dotted I */
        return 'i';
    if (c == 0x178)
        return 0xFF;
    if ((c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E))
        return c % 2 ? c + 1 : c;
    if (c >= 0x100 && c <= 0x177 && c != 0x131 && c != 0x138 && c != 0x149)
        return c % 2 ? c : c + 1;
    if (c == 0x218 || c == 0x21A)
        return c + 1;
    if (c >= 0x391 && c <= 0x3A9)
        return c + 32;
    if (c == 0x386)
        return 0x3AC;
    if (c >= 0x388 && c <= 0x38A)
        return c + 37;
    if (c == 0x38C)
        return 0x3CC;
    if (c >= 0x410 && c <= 0x42F)
        return c + 32;
    if (c >= 0x400 && c <= 0x40F)
        return c + 80;
    if (c == 0x490)
        return 0x491;
    if (c >= 0x1E00 && c <= 0x1EFF)
        return c % 2 || (c >= 0x1E95 && c <= 0x1E9F) ? c : c + 1;
    return c;
}

bool text_is_upper(uint32_t c)
{
    return text_lower(c) != c;
}

bool text_is_letter(uint32_t c)
{
    if (c < 0x80)
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (c < 0xC0)
        return c == 0xAA || c == 0xB5 || c == 0xBA;
    if (c == 0xD7 || c == 0xF7 || c == 0xFFFD)
        return false;
    if (c >= 0x2000 && c <= 0x2BFF) /* punctuation, arrows, symbols; keeps letterlike apart */
        return false;
    if (c >= 0x3000 && c <= 0x3020)
        return false;
    if (c >= 0xFF00 && c <= 0xFF20)
        return false;
    if ((c >= 0x660 && c <= 0x669) || (c >= 0x6F0 && c <= 0x6F9) || c == 0x60C || c == 0x61B)
        return false;
    return c < 0xE000 || (c >= 0xF900 && c < 0x1F000) || c >= 0x20000;
}

bool text_is_space(uint32_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r') || c == 0x85 || c == 0xA0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
           c == 0x205F || c == 0x3000;
}

size_t text_put(char *at, uint32_t c)
{
    unsigned char *p = (unsigned char *)at;
    if (c < 0x80) {
        p[0] = (unsigned char)c;
        return 1;
    }
    if (c < 0x800) {
        p[0] = (unsigned char)(0xC0 | c >> 6);
        p[1] = (unsigned char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        p[0] = (unsigned char)(0xE0 | c >> 12);
        p[1] = (unsigned char)(0x80 | (c >> 6 & 0x3F));
        p[2] = (unsigned char)(0x80 | (c & 0x3F));
        return 3;
    }
    p[0] = (unsigned char)(0xF0 | c >> 18);
    p[1] = (unsigned char)(0x80 | (c >> 12 & 0x3F));
    p[2] = (unsigned char)(0x80 | (c >> 6 & 0x3F));
    p[3] = (unsigned char)(0x80 | (c & 0x3F));
    return 4;
}

static unsigned char lower_byte(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
}

size_t text_match_folded(struct span a, const char *b)
{
    struct span rest = a;
    while (*b != '\0') {
        if (rest.len == 0)
            return 0;
        if (((rest.data[0] | *b) & 0x80) == 0) { /* both are ASCII */
            if (lower_byte(rest.data[0]) != (unsigned char)*b)
                return 0;
            rest = span_of(rest.data + 1, rest.len - 1);
            b++;
            continue;
        }
        struct span want = span_of(b, strlen(b));
        if (text_lower(text_next(&rest)) != text_next(&want))
            return 0;
        b = want.data;
    }
    return a.len - rest.len;
}

size_t text_find_folded(struct span a, const char *b)
{
    for (size_t i = 0; i < a.len; i++) {
        bool starts_character = ((unsigned char)a.data[i] & 0xC0) != 0x80;
        if (starts_character && text_starts_folded(span_of(a.data + i, a.len - i), b))
            return i;
    }
    return a.len + 1;
}

static bool is_plain_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct span text_trim(struct span s)
{
    while (s.len > 0 && is_plain_space(s.data[0]))
        s = span_of(s.data + 1, s.len - 1);
    while (s.len > 0 && is_plain_space(s.data[s.len - 1]))
        s.len--;
    if (s.len == 0 || ((s.data[0] | s.data[s.len - 1]) & 0x80) == 0)
        return s; /* both ends are ASCII, as most are */
    while (s.len > 0) {
        struct span rest = s;
        if (!text_is_space(text_next(&rest)))
            break;
        s = rest;
    }
    while (s.len > 0) {
        size_t start = s.len - 1;
        while (start > 0 && ((unsigned char)s.data[start] & 0xC0) == 0x80)
            start--;
        struct span last = span_of(s.data + start, s.len - start);
        if (!text_is_space(text_next(&last)) || last.len > 0)
            break;
        s.len = start;
    }
    return s;
}

size_t text_count_words(struct span s)
{
    size_t words = 0;
    bool inside = false;
    while (s.len > 0) {
        bool space = text_is_space(text_next(&s));
        words += !space && !inside;
        inside = !space;
    }
    return words;
}

size_t text_count_characters(struct span s)
{
    size_t count = 0;
    for (size_t i = 0; i < s.len; i++)
        count += ((unsigned char)s.data[i] & 0xC0) != 0x80;
    return count;
}

/* Characters that no value may carry: C0 and C1 controls, bidirectional overrides, zero-width
 * space, byte order mark, soft hyphen, the replacement character's non-character neighbours.
 * Zero-width joiners stay: scripts need them. */
static bool is_invisible(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xAD || c == 0x200B || c == 0x200E ||
           c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) ||
           c == 0xFEFF || (c >= 0xFFF0 && c <= 0xFFFC) || (c & 0xFFFE) == 0xFFFE;
}

static lxb_status_t append_normalized(const lxb_char_t *data, size_t len, void *context)
{
    struct span *out = context;
    memcpy((char *)(uintptr_t)out->data + out->len, data, len);
    out->len += len;
    return LXB_STATUS_OK;
}

/* NFC makes no text longer than three times its bytes in UTF-8 (UAX #15, table 8). */
enum { NFC_GROWTH = 3 };

static struct span normalize(struct arena *arena, struct span text)
{
    lxb_unicode_normalizer_t normalizer;
    memset(&normalizer, 0, sizeof normalizer);
    if (lxb_unicode_normalizer_init(&normalizer, LXB_UNICODE_NFC) != LXB_STATUS_OK)
        return SPAN_NONE;
    struct span result = text;
    const lxb_char_t *bytes = (const lxb_char_t *)text.data;
    if (lxb_unicode_quick_check(&normalizer, bytes, text.len, true)) {
        lxb_unicode_normalizer_clean(&normalizer);
        result = span_of(arena_alloc(arena, text.len * NFC_GROWTH + 1), 0);
        if (result.data && lxb_unicode_normalize(&normalizer, bytes, text.len, append_normalized,
                                                 &result, true) != LXB_STATUS_OK)
            result = SPAN_NONE;
    }
    lxb_unicode_normalizer_destroy(&normalizer, false);
    return result;
}

/* Past the rest of a terminal's control sequence, ESC [ parameters letter (ECMA-48, 5.4). */
static void skip_control_sequence(struct span *rest)
{
    if (rest->len == 0 || rest->data[0] != '[')
        return;
    size_t i = 1;
    while (i < rest->len && rest->data[i] >= 0x20 && rest->data[i] < 0x40)
        i++;
    if (i < rest->len && rest->data[i] >= 0x40 && rest->data[i] < 0x7F)
        *rest = span_of(rest->data + i + 1, rest->len - i - 1);
}

/* The character behind lead whose UTF-8 was taken for Latin-1 and encoded again, or 0. A control of
 * C1 is the proof: no text has any. */
static uint32_t read_twice_encoded(uint32_t lead, struct span *rest)
{
    enum { LATIN1_MAX = 0xFF, C1_MAX = 0x9F, LONGEST = 4 };
    if (lead < 0xC2 || lead > 0xF4)
        return 0;
    char bytes[LONGEST] = {(char)lead};
    size_t wanted = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    bool control = false;
    struct span behind = *rest;
    for (size_t i = 1; i < wanted; i++) {
        uint32_t c = behind.len > 0 ? text_next(&behind) : 0;
        if (c > LATIN1_MAX || (c & 0xC0) != 0x80)
            return 0;
        control |= c <= C1_MAX;
        bytes[i] = (char)c;
    }
    struct span once = span_of(bytes, wanted);
    if (!control || !span_is_utf8(once))
        return 0;
    *rest = behind;
    return text_next(&once);
}

struct span text_clean(struct arena *arena, struct span raw)
{
    /* U+FFFD takes three bytes where a broken byte took one. */
    size_t capacity = span_is_utf8(raw) ? raw.len : raw.len * 3;
    char *out = arena_alloc(arena, capacity + 1);
    if (!out)
        return SPAN_NONE;
    size_t len = 0;
    bool ascii = true;
    bool space = false;
    while (raw.len > 0) {
        uint32_t c = text_next(&raw);
        uint32_t meant = c < 0x80 ? 0 : read_twice_encoded(c, &raw);
        c = meant ? meant : c;
        if (text_is_space(c)) {
            space = len > 0;
            continue;
        }
        if (is_invisible(c)) {
            if (c == 0x1B)
                skip_control_sequence(&raw);
            continue;
        }
        if (space)
            out[len++] = ' ';
        space = false;
        ascii = ascii && c < 0x80;
        len += text_put(out + len, c);
    }
    struct span cleaned = span_of(out, len);
    return ascii ? cleaned : normalize(arena, cleaned);
}
