#include "core/extract/encoding.h"

#include <lexbor/encoding/encoding.h>
#include <lexbor/html/encoding.h>

#include "core/text.h"

enum {
    PRESCAN_BYTES = 1024,
    LATE_PRESCAN_BYTES = 256 * 1024,
    CHUNK_CODE_POINTS = 2048,
    CHUNK_BYTES = CHUNK_CODE_POINTS * 4,
};

static const lxb_char_t *start_of(struct span bytes)
{
    return (const lxb_char_t *)bytes.data;
}

static lxb_encoding_t of_header(struct span content_type)
{
    if (content_type.len == 0)
        return LXB_ENCODING_DEFAULT;
    const lxb_char_t *end = NULL;
    const lxb_char_t *name = lxb_html_encoding_content(
        start_of(content_type), start_of(content_type) + content_type.len, &end);
    if (!name || end <= name)
        return LXB_ENCODING_DEFAULT;
    const lxb_encoding_data_t *data = lxb_encoding_data_by_pre_name(name, (size_t)(end - name));
    return data ? data->encoding : LXB_ENCODING_DEFAULT;
}

/* A declared UTF-16 is none, because the declaration was read as ASCII. */
static lxb_encoding_t of_declared_name(struct span name)
{
    return lxb_encoding_prescan_validate(start_of(name), name.len);
}

/* <?xml version="1.0" encoding="..."?> at the start (HTML, "get an XML encoding"). */
static lxb_encoding_t of_xml(struct span bytes)
{
    const char *end = bytes.len > 0 && span_starts_with(bytes, "<?xml")
                          ? memchr(bytes.data, '>', bytes.len)
                          : NULL;
    struct span rest = span_of(bytes.data, end ? (size_t)(end - bytes.data) : 0);
    size_t at = text_find_folded(rest, "encoding");
    if (rest.len == 0 || at >= rest.len)
        return LXB_ENCODING_DEFAULT;
    rest = span_trim(span_of(rest.data + at + 8, rest.len - at - 8));
    if (rest.len == 0 || rest.data[0] != '=')
        return LXB_ENCODING_DEFAULT;
    rest = span_trim(span_of(rest.data + 1, rest.len - 1));
    if (rest.len == 0 || (rest.data[0] != '"' && rest.data[0] != '\''))
        return LXB_ENCODING_DEFAULT;
    const char *name = rest.data + 1;
    const char *quote = memchr(name, rest.data[0], rest.len - 1);
    return quote ? of_declared_name(span_of(name, (size_t)(quote - name))) : LXB_ENCODING_DEFAULT;
}

static bool is_known(lxb_encoding_t encoding)
{
    return encoding != LXB_ENCODING_DEFAULT && encoding != LXB_ENCODING_AUTO &&
           encoding != LXB_ENCODING_UNDEFINED;
}

static lxb_encoding_t of_meta(struct span bytes, size_t max_bytes)
{
    lxb_html_encoding_t scan;
    lxb_encoding_t encoding = LXB_ENCODING_DEFAULT;
    memset(&scan, 0, sizeof scan);
    if (lxb_html_encoding_init(&scan) == LXB_STATUS_OK) {
        size_t len = bytes.len < max_bytes ? bytes.len : max_bytes;
        size_t name_len = 0;
        const lxb_char_t *name =
            lxb_html_encoding_prescan(&scan, start_of(bytes), start_of(bytes) + len, &name_len);
        if (name)
            encoding = of_declared_name(span_of((const char *)name, name_len));
    }
    lxb_html_encoding_destroy(&scan, false);
    return encoding;
}

/* Whether bytes are UTF-8 but for a few that some program cut or pasted in: text of a legacy
 * encoding is practically never well-formed over two characters beyond ASCII. */
static bool is_mostly_utf8(struct span bytes)
{
    enum { PER_BROKEN = 2 };
    size_t whole = 0, broken = 0;
    while (bytes.len > 0) {
        size_t valid = span_utf8_len(bytes);
        for (size_t i = 0; i < valid; i++)
            whole += (unsigned char)bytes.data[i] >= 0xC0;
        broken += valid < bytes.len;
        valid += valid < bytes.len;
        bytes = span_of(bytes.data + valid, bytes.len - valid);
    }
    return broken == 0 || whole >= broken * PER_BROKEN;
}

/* What a page says of itself: XML's declaration counts behind HTML's, but for a page that is XML.
 */
static lxb_encoding_t of_page(struct span bytes, bool is_xml)
{
    lxb_encoding_t first = is_xml ? of_xml(bytes) : of_meta(bytes, PRESCAN_BYTES);
    if (is_known(first))
        return first;
    return is_xml ? of_meta(bytes, PRESCAN_BYTES) : of_xml(bytes);
}

/* Archives and proxies turn pages into UTF-8 and leave the old declaration inside, so the bytes win
 * over what a page says of itself; the header, which the sender wrote, wins over the bytes. */
static lxb_encoding_t of_page_or_bytes(struct span bytes, bool is_xml)
{
    lxb_encoding_t declared = of_page(bytes, is_xml);
    bool escapes = declared == LXB_ENCODING_ISO_2022_JP; /* ASCII bytes that are not ASCII */
    if (declared == LXB_ENCODING_UTF_8 || escapes)
        return declared;
    if (is_mostly_utf8(bytes))
        return LXB_ENCODING_UTF_8;
    if (is_known(declared))
        return declared;
    /* A browser that meets a meta element later on starts again with it. */
    declared = of_meta(bytes, LATE_PRESCAN_BYTES);
    return is_known(declared) ? declared : LXB_ENCODING_WINDOWS_1252;
}

static lxb_encoding_t determine(struct span bytes, struct span content_type)
{
    lxb_encoding_t encoding = lxb_encoding_bom_sniff(start_of(bytes), bytes.len);
    bool is_xml = text_find_folded(content_type, "xml") < content_type.len;
    if (!is_known(encoding))
        encoding = of_header(content_type);
    if (!is_known(encoding))
        encoding = of_page_or_bytes(bytes, is_xml);
    return encoding;
}

static struct span without_bom(struct span bytes, lxb_encoding_t encoding)
{
    const lxb_char_t *data = start_of(bytes);
    size_t len = bytes.len;
    if (encoding == LXB_ENCODING_UTF_8)
        lxb_encoding_utf_8_skip_bom(&data, &len);
    else if (encoding == LXB_ENCODING_UTF_16BE)
        lxb_encoding_utf_16be_skip_bom(&data, &len);
    else if (encoding == LXB_ENCODING_UTF_16LE)
        lxb_encoding_utf_16le_skip_bom(&data, &len);
    return span_of((const char *)data, len);
}

/* Appends code points as UTF-8; false without memory. */
static bool append(struct buf *buffer, const lxb_codepoint_t *points, size_t count)
{
    lxb_encoding_encode_t encode;
    lxb_char_t out[CHUNK_BYTES];
    const lxb_encoding_data_t *utf_8 = lxb_encoding_data(LXB_ENCODING_UTF_8);
    if (lxb_encoding_encode_init(&encode, utf_8, out, sizeof out) != LXB_STATUS_OK ||
        lxb_encoding_encode_replace_set(&encode, LXB_ENCODING_REPLACEMENT_BYTES,
                                        LXB_ENCODING_REPLACEMENT_SIZE) != LXB_STATUS_OK)
        return false;
    const lxb_codepoint_t *end = points + count;
    while (points < end) {
        lxb_encoding_encode_buf_used_set(&encode, 0);
        lxb_status_t status = utf_8->encode(&encode, &points, end);
        if (status != LXB_STATUS_OK && status != LXB_STATUS_SMALL_BUFFER)
            return false;
        if (!buf_append(buffer, out, lxb_encoding_encode_buf_used(&encode)))
            return false;
    }
    return true;
}

static bool decode(struct span bytes, lxb_encoding_t encoding, struct buf *buffer)
{
    /* lexbor's own LXB_ENCODING_REPLACEMENT_BUFFER is a literal that ends with its statement. */
    static const lxb_codepoint_t replacement = LXB_ENCODING_REPLACEMENT_CODEPOINT;
    lxb_encoding_decode_t decoder;
    lxb_codepoint_t points[CHUNK_CODE_POINTS];
    const lxb_encoding_data_t *data = lxb_encoding_data(encoding);
    if (!data ||
        lxb_encoding_decode_init(&decoder, data, points, CHUNK_CODE_POINTS) != LXB_STATUS_OK)
        return false;
    if (lxb_encoding_decode_replace_set(&decoder, &replacement, 1) != LXB_STATUS_OK)
        return false;
    const lxb_char_t *at = start_of(bytes);
    const lxb_char_t *end = at + bytes.len;
    lxb_status_t status;
    do {
        lxb_encoding_decode_buf_used_set(&decoder, 0);
        status = data->decode(&decoder, &at, end);
        if (!append(buffer, points, lxb_encoding_decode_buf_used(&decoder)))
            return false;
    } while (status == LXB_STATUS_SMALL_BUFFER);
    lxb_encoding_decode_buf_used_set(&decoder, 0);
    (void)lxb_encoding_decode_finish(&decoder);
    return append(buffer, points, lxb_encoding_decode_buf_used(&decoder));
}

bool encoding_to_utf8(struct span bytes, struct span content_type, struct buf *buffer,
                      struct span *ret_text)
{
    lxb_encoding_t encoding = determine(bytes, content_type);
    struct span rest = without_bom(bytes, encoding);
    if (encoding == LXB_ENCODING_UTF_8 && span_is_utf8(rest)) {
        *ret_text = rest;
        return true;
    }
    if (!decode(rest, encoding, buffer))
        return false;
    *ret_text = buf_span(buffer);
    return true;
}
