#include "core/extract/doi.h"

#include "core/hex.h"
#include "core/text.h"

enum { PREFIX_MIN_BYTES = 7 /* 10.1000 */, PREFIX_MAX_BYTES = 20 };

/* Bytes of "10.1000/" at the start of text, or 0. */
static size_t prefix_bytes(struct span text)
{
    size_t i = 3;
    while (i < text.len && ((text.data[i] >= '0' && text.data[i] <= '9') || text.data[i] == '.'))
        i++;
    bool ok = i < text.len && text.data[i] == '/' && i >= PREFIX_MIN_BYTES && i <= PREFIX_MAX_BYTES;
    return ok ? i + 1 : 0;
}

/* The text with %28 as "(", where it is UTF-8 afterwards. */
static struct span unescape(struct span text, struct arena *arena)
{
    char *out = arena_alloc(arena, text.len);
    size_t len = 0;
    if (!out)
        return SPAN_NONE;
    for (size_t i = 0; i < text.len; i++) {
        int high = i + 2 < text.len && text.data[i] == '%' ? hex_value(text.data[i + 1]) : -1;
        int low = high >= 0 ? hex_value(text.data[i + 2]) : -1;
        bool printable = low >= 0 && high * 16 + low > ' ' && high * 16 + low != 0x7F;
        out[len++] = printable ? (char)(high * 16 + low) : text.data[i];
        i += printable ? 2 : 0;
    }
    struct span plain = span_of(out, len);
    return span_is_utf8(plain) ? plain : text;
}

static size_t count(struct span text, char c)
{
    size_t times = 0;
    for (size_t i = 0; i < text.len; i++)
        times += text.data[i] == c;
    return times;
}

/* Without what a sentence sets behind it: full stops, quotation marks, a bracket that it closes. */
static struct span without_end(struct span doi)
{
    while (doi.len > 0) {
        char last = doi.data[doi.len - 1];
        bool closes = (last == ')' && count(doi, '(') < count(doi, ')')) ||
                      (last == ']' && count(doi, '[') < count(doi, ']')) ||
                      (last == '>' && count(doi, '<') < count(doi, '>'));
        if (!closes && !strchr(".,;:\"'", last))
            break;
        doi.len--;
    }
    return doi;
}

struct span doi_find(struct span text, struct arena *arena)
{
    size_t at = text_find_folded(text, "10.");
    size_t escaped_at = text_find_folded(text, "10%2e");
    at = escaped_at < at ? escaped_at : at;
    bool marked = text_find_folded(text, "doi") < text.len;
    if (at >= text.len || (at > 0 && !marked))
        return SPAN_NONE;
    bool in_url = text_find_folded(text, "://") < at;
    bool in_query = in_url && memchr(text.data, '?', at);
    struct span doi = span_of(text.data + at, text.len - at);
    size_t len = 0;
    while (len < doi.len && doi.data[len] != ' ' && !(in_url && strchr("?#", doi.data[len])) &&
           !(in_query && doi.data[len] == '&'))
        len++;
    doi.len = len;
    if (in_url || text_find_folded(doi, "%2f") < doi.len)
        doi = unescape(doi, arena);
    doi = without_end(doi);
    size_t prefix = prefix_bytes(doi);
    return prefix > 0 && doi.len > prefix ? doi : SPAN_NONE;
}
