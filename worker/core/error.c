#include "core/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/span.h"

const char *error_class_name(enum error_class error_class)
{
    static const char *const names[ERROR_CLASS_COUNT] = {
        [ERROR_CLASS_DECODE] = "decode",       [ERROR_CLASS_SCHEMA] = "schema",
        [ERROR_CLASS_LOOKUP] = "lookup",       [ERROR_CLASS_REFUSED] = "refused",
        [ERROR_CLASS_TOO_LARGE] = "too_large", [ERROR_CLASS_ENCODE] = "encode",
    };
    return names[error_class];
}

/* Messages carry pieces of untrusted input; they end in logs and headers, so no control characters
 * and no broken UTF-8 may pass. */
static void make_printable(char *text)
{
    size_t len = strlen(text);
    while (len > 0 && !span_is_utf8(span_of(text, len)) && ((unsigned char)text[len - 1] & 0x80))
        text[--len] = '\0'; /* at most a sequence cut in two */
    bool broken = !span_is_utf8(span_of(text, len));
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        bool c1_control = c == 0xC2 && (unsigned char)text[i + 1] < 0xA0;
        if (c < 0x20 || c == 0x7F || (broken && c >= 0x80) || c1_control)
            text[i] = '?';
        if (c1_control)
            text[i + 1] = '?';
    }
}

static void set(struct error *ret_error, enum error_kind kind, const char *format, va_list args)
{
    ret_error->kind = kind;
    ret_error->error_class = ERROR_CLASS_DECODE;
    (void)vsnprintf(ret_error->message, sizeof ret_error->message, format, args);
    make_printable(ret_error->message);
}

bool error_set(struct error *ret_error, enum error_kind kind, const char *format, ...)
{
    if (ret_error) {
        va_list args;
        va_start(args, format);
        set(ret_error, kind, format, args);
        va_end(args);
    }
    return false;
}

bool error_poison(struct error *ret_error, enum error_class error_class, const char *format, ...)
{
    if (ret_error) {
        va_list args;
        va_start(args, format);
        set(ret_error, ERROR_POISON, format, args);
        va_end(args);
        ret_error->error_class = error_class;
    }
    return false;
}
