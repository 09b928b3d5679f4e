/* Character references and tags that a template left inside a value. */
#include "core/hex.h"
#include "core/text.h"

/* The references that titles and names meet; HTML has 2,231 of them. */
static const struct {
    const char *name;
    uint32_t code_point;
} references[] = {
    {"amp", '&'},      {"lt", '<'},        {"gt", '>'},       {"quot", '"'},     {"apos", '\''},
    {"nbsp", ' '},     {"ndash", 0x2013},  {"mdash", 0x2014}, {"lsquo", 0x2018}, {"rsquo", 0x2019},
    {"sbquo", 0x201A}, {"ldquo", 0x201C},  {"rdquo", 0x201D}, {"bdquo", 0x201E}, {"laquo", 0xAB},
    {"raquo", 0xBB},   {"hellip", 0x2026}, {"bull", 0x2022},  {"middot", 0xB7},  {"shy", 0xAD},
    {"euro", 0x20AC},  {"pound", 0xA3},    {"copy", 0xA9},    {"reg", 0xAE},     {"trade", 0x2122},
    {"deg", 0xB0},     {"times", 0xD7},    {"frac12", 0xBD},  {"auml", 0xE4},    {"ouml", 0xF6},
    {"uuml", 0xFC},    {"Auml", 0xC4},     {"Ouml", 0xD6},    {"Uuml", 0xDC},    {"szlig", 0xDF},
    {"eacute", 0xE9},  {"Eacute", 0xC9},   {"egrave", 0xE8},  {"agrave", 0xE0},  {"aacute", 0xE1},
    {"iacute", 0xED},  {"oacute", 0xF3},   {"uacute", 0xFA},  {"ntilde", 0xF1},  {"ccedil", 0xE7},
    {"ecirc", 0xEA},   {"acirc", 0xE2},    {"icirc", 0xEE},   {"ocirc", 0xF4},   {"ucirc", 0xFB},
    {"euml", 0xEB},    {"iuml", 0xEF},     {"igrave", 0xEC},  {"ograve", 0xF2},  {"ugrave", 0xF9},
    {"atilde", 0xE3},  {"otilde", 0xF5},   {"aring", 0xE5},   {"Aring", 0xC5},   {"oslash", 0xF8},
    {"Oslash", 0xD8},  {"aelig", 0xE6},    {"AElig", 0xC6},   {"iquest", 0xBF},  {"iexcl", 0xA1},
    {"ordm", 0xBA},    {"prime", 0x2032},  {"Aacute", 0xC1},
};

enum { REFERENCE_MAX_BYTES = 12, TAG_MAX_BYTES = 200 };

static uint32_t numeric(struct span digits)
{
    bool hex = digits.len > 0 && (digits.data[0] | 0x20) == 'x';
    int base = hex ? 16 : 10;
    uint32_t value = 0;
    size_t i = hex ? 1 : 0;
    if (i == digits.len)
        return 0;
    for (; i < digits.len; i++) {
        int digit = hex_value(digits.data[i]);
        if (digit < 0 || digit >= base)
            return 0;
        value = value * (uint32_t)base + (uint32_t)digit;
        if (value > 0x10FFFF)
            return 0;
    }
    return value >= 0xD800 && value <= 0xDFFF ? 0 : value;
}

/* The code point of the reference at the start of text ("&...;") and its bytes, or 0. */
static uint32_t read_reference(struct span text, size_t *ret_bytes)
{
    size_t end = 1;
    while (end < text.len && end < REFERENCE_MAX_BYTES && text.data[end] != ';')
        end++;
    if (end >= text.len || text.data[end] != ';' || end < 2)
        return 0;
    *ret_bytes = end + 1;
    struct span name = span_of(text.data + 1, end - 1);
    if (name.data[0] == '#')
        return numeric(span_of(name.data + 1, name.len - 1));
    for (size_t i = 0; i < sizeof references / sizeof *references; i++)
        if (span_equals(name, references[i].name))
            return references[i].code_point;
    return 0;
}

/* Bytes of the tag at the start of text ("<b>", "</i>", "<br/>"), or 0. */
static size_t tag_bytes(struct span text)
{
    size_t i = 1;
    if (i < text.len && text.data[i] == '/')
        i++;
    if (i >= text.len || (text.data[i] | 0x20) < 'a' || (text.data[i] | 0x20) > 'z')
        return 0;
    while (i < text.len && i < TAG_MAX_BYTES && text.data[i] != '>' && text.data[i] != '<')
        i++;
    return i < text.len && text.data[i] == '>' ? i + 1 : 0;
}

/* References only ever get shorter as UTF-8: "&lt;" is four bytes for one. */
static struct span without_references(struct arena *arena, struct span raw)
{
    char *out = arena_alloc(arena, raw.len + 1);
    if (!out)
        return SPAN_NONE;
    size_t len = 0;
    for (size_t i = 0; i < raw.len;) {
        size_t bytes = 0;
        uint32_t c =
            raw.data[i] == '&' ? read_reference(span_of(raw.data + i, raw.len - i), &bytes) : 0;
        if (c != 0) {
            len += text_put(out + len, c);
            i += bytes;
        } else {
            out[len++] = raw.data[i++];
        }
    }
    return span_of(out, len);
}

static struct span without_tags(struct arena *arena, struct span raw)
{
    char *out = arena_alloc(arena, raw.len + 1);
    if (!out)
        return SPAN_NONE;
    size_t len = 0;
    for (size_t i = 0; i < raw.len;) {
        size_t bytes = raw.data[i] == '<' ? tag_bytes(span_of(raw.data + i, raw.len - i)) : 0;
        if (bytes > 0)
            i += bytes;
        else
            out[len++] = raw.data[i++];
    }
    return span_of(out, len);
}

struct span text_clean_markup(struct arena *arena, struct span raw)
{
    struct span text = raw;
    /* Twice: "&amp;#8217;" is met in the wild. */
    for (int rounds = 2; rounds > 0 && text.len > 0 && memchr(text.data, '&', text.len); rounds--)
        text = without_references(arena, text);
    if (text.len > 0 && memchr(text.data, '<', text.len))
        text = without_tags(arena, text);
    return text.data ? text_clean(arena, text) : SPAN_NONE;
}
