#include "core/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_BYTES = 64 };

void buf_init(struct buf *buf, size_t max_bytes)
{
    *buf = (struct buf){.max_bytes = max_bytes};
}

void buf_init_on(struct buf *buf, char *memory, size_t bytes)
{
    *buf = (struct buf){.data = memory, .capacity = bytes, .max_bytes = bytes - 1};
}

void buf_finish(struct buf *buf)
{
    if (!buf)
        return;
    free(buf->data);
    *buf = (struct buf){0};
}

void buf_reset(struct buf *buf)
{
    buf->len = 0;
    buf->failed = buf->no_memory = false;
}

/* Room for `more` bytes and a NUL behind them. */
static bool reserve(struct buf *buf, size_t more)
{
    if (!buf->failed && more < buf->capacity - buf->len)
        return true; /* within max_bytes too, for capacity is */
    if (buf->failed || more > buf->max_bytes || buf->len > buf->max_bytes - more) {
        buf->failed = true;
        return false;
    }
    size_t need = buf->len + more + 1;
    size_t capacity = buf->capacity ? buf->capacity : FIRST_BYTES;
    while (capacity < need)
        capacity *= 2;
    if (capacity > buf->max_bytes + 1)
        capacity = buf->max_bytes + 1;
    char *data = realloc(buf->data, capacity);
    if (!data) {
        buf->failed = buf->no_memory = true;
        return false;
    }
    buf->data = data;
    buf->capacity = capacity;
    return true;
}

bool buf_append(struct buf *buf, const void *bytes, size_t len)
{
    if (!reserve(buf, len))
        return false;
    if (len)
        memcpy(buf->data + buf->len, bytes, len);
    buf->len += len;
    buf->data[buf->len] = '\0';
    return true;
}

bool buf_add(struct buf *buf, struct span bytes)
{
    return buf_append(buf, bytes.data, bytes.len);
}

bool buf_add_text(struct buf *buf, const char *text)
{
    return buf_append(buf, text, strlen(text));
}

bool buf_format(struct buf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0 || !reserve(buf, (size_t)len)) {
        buf->failed = true;
        return false;
    }
    va_start(args, format);
    (void)vsnprintf(buf->data + buf->len, (size_t)len + 1, format, args);
    va_end(args);
    buf->len += (size_t)len;
    return true;
}

/* Length of the well-formed UTF-8 sequence at the start of s, 0 where there is none. */
static size_t sequence_length(struct span s)
{
    for (size_t len = 1; len <= 4 && len <= s.len; len++)
        if (span_is_utf8(span_of(s.data, len)))
            return len;
    return 0;
}

bool buf_add_json_escaped(struct buf *buf, struct span text)
{
    bool valid = span_is_utf8(text);
    size_t start = 0; /* of the run that needs no escape */
    for (size_t i = 0; i < text.len;) {
        unsigned char c = (unsigned char)text.data[i];
        size_t sequence = 1;
        if (c >= 0x80 && !valid) {
            sequence = sequence_length(span_of(text.data + i, text.len - i));
            if (sequence > 0) {
                i += sequence;
                continue;
            }
        } else if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7F) {
            i++;
            continue;
        }
        (void)buf_append(buf, text.data + start, i - start);
        switch (c) {
        case '"': (void)buf_add_text(buf, "\\\""); break;
        case '\\': (void)buf_add_text(buf, "\\\\"); break;
        case '\n': (void)buf_add_text(buf, "\\n"); break;
        case '\r': (void)buf_add_text(buf, "\\r"); break;
        case '\t': (void)buf_add_text(buf, "\\t"); break;
        default:
            if (c >= 0x80)
                (void)buf_add_text(buf, "\xEF\xBF\xBD");
            else
                (void)buf_format(buf, "\\u%04x", c);
        }
        start = ++i;
    }
    return buf_append(buf, text.data + start, text.len - start);
}

bool buf_add_json_string(struct buf *buf, struct span text)
{
    return buf_add_char(buf, '"') && buf_add_json_escaped(buf, text) && buf_add_char(buf, '"');
}
