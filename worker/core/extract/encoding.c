#include "core/extract/encoding.h"

#include <lexbor/encoding/encoding.h>
#include <lexbor/html/encoding.h>

enum { PRESCAN_BYTES = 1024, CHUNK_CODE_POINTS = 2048, CHUNK_BYTES = CHUNK_CODE_POINTS * 4 };

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

static lxb_encoding_t of_meta(struct span bytes)
{
    lxb_html_encoding_t scan;
    lxb_encoding_t encoding = LXB_ENCODING_DEFAULT;
    memset(&scan, 0, sizeof scan);
    if (lxb_html_encoding_init(&scan) == LXB_STATUS_OK) {
        size_t len = bytes.len < PRESCAN_BYTES ? bytes.len : PRESCAN_BYTES;
        size_t name_len = 0;
        const lxb_char_t *name =
            lxb_html_encoding_prescan(&scan, start_of(bytes), start_of(bytes) + len, &name_len);
        if (name)
            encoding = lxb_encoding_prescan_validate(name, name_len);
    }
    lxb_html_encoding_destroy(&scan, false);
    return encoding;
}

/* Archives and proxies turn pages into UTF-8 and leave the old declaration inside. Text of a legacy
 * encoding is practically never well-formed UTF-8, so the bytes win over a meta element; the
 * header, which the sender wrote, wins over the bytes. */
static lxb_encoding_t of_meta_or_bytes(struct span bytes)
{
    lxb_encoding_t declared = of_meta(bytes);
    if (declared == LXB_ENCODING_DEFAULT || declared == LXB_ENCODING_AUTO ||
        declared == LXB_ENCODING_UNDEFINED)
        return span_is_utf8(bytes) ? LXB_ENCODING_UTF_8 : LXB_ENCODING_WINDOWS_1252;
    bool escapes = declared == LXB_ENCODING_ISO_2022_JP; /* ASCII bytes that are not ASCII */
    return declared != LXB_ENCODING_UTF_8 && !escapes && span_is_utf8(bytes) ? LXB_ENCODING_UTF_8
                                                                             : declared;
}

static lxb_encoding_t determine(struct span bytes, struct span content_type)
{
    lxb_encoding_t encoding = lxb_encoding_bom_sniff(start_of(bytes), bytes.len);
    if (encoding == LXB_ENCODING_DEFAULT || encoding == LXB_ENCODING_AUTO)
        encoding = of_header(content_type);
    if (encoding == LXB_ENCODING_DEFAULT || encoding == LXB_ENCODING_AUTO)
        encoding = of_meta_or_bytes(bytes);
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
