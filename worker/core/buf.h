/* buf: bytes that grow up to a maximum given at the start.
 *
 * Past the maximum, or without memory, an append changes nothing and marks the buffer as failed;
 * a writer appends freely and asks buf_failed once at the end. Pure. Not thread-safe. */
#ifndef BYLINE_CORE_BUF_H
#define BYLINE_CORE_BUF_H

#include <stdbool.h>
#include <stddef.h>

#include "core/span.h"

struct buf {
    char *data;
    size_t len;
    size_t capacity;
    size_t max_bytes;
    bool failed;
    bool no_memory; /* it failed for want of memory, not of room */
};

void buf_init(struct buf *buf, size_t max_bytes);
/* On memory of the caller's, which it never outgrows; needs no buf_finish. */
void buf_init_on(struct buf *buf, char *memory, size_t bytes);
void buf_finish(struct buf *buf);

/* Empties it and keeps its memory. */
void buf_reset(struct buf *buf);

/* True once any append did not fit. */
static inline bool buf_failed(const struct buf *buf)
{
    return buf->failed;
}

static inline struct span buf_span(const struct buf *buf)
{
    return span_of(buf->data ? buf->data : "", buf->len);
}

/* Each returns false when it did not fit. */
bool buf_append(struct buf *buf, const void *bytes, size_t len);
bool buf_add(struct buf *buf, struct span bytes);
bool buf_add_text(struct buf *buf, const char *text);
static inline bool buf_add_char(struct buf *buf, char c)
{
    if (buf->failed || buf->capacity - buf->len < 2)
        return buf_append(buf, &c, 1);
    buf->data[buf->len++] = c;
    buf->data[buf->len] = '\0';
    return true;
}
bool buf_format(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* text as the inside of a JSON string (RFC 8259), without the quotes. Bytes that are not UTF-8
 * become U+FFFD. */
bool buf_add_json_escaped(struct buf *buf, struct span text);
/* With the quotes. */
bool buf_add_json_string(struct buf *buf, struct span text);

#endif
