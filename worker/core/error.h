/* error: what went wrong, in words for a person, and what may be done about it.
 *
 * A plain value on the caller's memory; functions that can fail take a `struct error *ret_error`
 * last and return false (or NULL). It is filled only on failure. Pure. */
#ifndef BYLINE_CORE_ERROR_H
#define BYLINE_CORE_ERROR_H

#include <stdbool.h>

enum error_kind {
    ERROR_NONE = 0,
    ERROR_RETRY,  /* the neighbour's fault and passing: try again later */
    ERROR_POISON, /* this input will never work: a dead letter */
    ERROR_FATAL,  /* the process cannot go on: say so and end */
    ERROR_USAGE,  /* the command line or the configuration: exit status 2 */
};

/* Why a record became a dead letter: the header byline.error.class and the label of
 * byline_dead_letters_total. */
enum error_class {
    ERROR_CLASS_DECODE = 0,
    ERROR_CLASS_SCHEMA,
    ERROR_CLASS_LOOKUP,
    ERROR_CLASS_REFUSED,
    ERROR_CLASS_TOO_LARGE,
    ERROR_CLASS_ENCODE,
    ERROR_CLASS_COUNT,
};

struct error {
    enum error_kind kind;
    enum error_class error_class; /* of ERROR_POISON only */
    char message[512];            /* NUL-terminated, valid UTF-8, no control characters */
};

/* "decode", "schema", ... */
const char *error_class_name(enum error_class error_class);

/* Sets kind and message; returns false so that a failing function can end with
 * `return error_set(...)`. Control characters that came with the arguments become '?', a message
 * too long is cut at a character boundary. ret_error may be NULL. */
bool error_set(struct error *ret_error, enum error_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* As error_set with ERROR_POISON and its class. */
bool error_poison(struct error *ret_error, enum error_class error_class, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
