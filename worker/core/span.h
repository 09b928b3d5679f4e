/* span: borrowed bytes, not NUL-terminated; whoever made them outlives the span.
 *
 * {NULL, 0} means "absent", which is not the same as an empty text. Pure. */
#ifndef BYLINE_CORE_SPAN_H
#define BYLINE_CORE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct span {
    const char *data;
    size_t len;
};

#define SPAN_NONE ((struct span){NULL, 0})

/* For printf: printf("%.*s", SPAN_ARG(span)). */
#define SPAN_ARG(s) (int)(s).len, (s).data ? (s).data : ""

/* A string literal as a span, also in static tables. */
#define SPAN_LITERAL(text)                                                                         \
    {                                                                                              \
        (text), sizeof(text) - 1                                                                   \
    }

static inline struct span span_of(const char *data, size_t len)
{
    return (struct span){data, len};
}

/* NULL gives the absent span. */
static inline struct span span_from(const char *text)
{
    return (struct span){text, text ? strlen(text) : 0};
}

static inline bool span_is_empty(struct span s)
{
    return s.len == 0;
}

static inline bool span_equal(struct span a, struct span b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

static inline bool span_equals(struct span s, const char *text)
{
    return span_equal(s, span_from(text));
}

/* ASCII case folding only: header names, schemes, hosts, HTML names. */
bool span_equals_nocase(struct span s, const char *text);

bool span_starts_with(struct span s, const char *prefix);

/* Without leading and trailing ASCII white space (HTML's five characters). */
struct span span_trim(struct span s);

/* An ASCII one: a line break, a tab, a NUL, DEL. */
bool span_has_control(struct span s);

/* True for well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms). */
bool span_is_utf8(struct span s);

/* Bytes of the longest well-formed UTF-8 that s starts with: where it is broken, if it is. */
size_t span_utf8_len(struct span s);

#endif
