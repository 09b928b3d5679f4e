/* substitute: ${NAME}, ${NAME:-default} and ${file:PATH} in a value of the configuration.
 *
 * $${ stands for a literal ${. A default is taken where the variable is unset or empty, as in a
 * shell. A file gives its content without one trailing newline. */
#ifndef BYLINE_CONFIG_SUBSTITUTE_H
#define BYLINE_CONFIG_SUBSTITUTE_H

#include "config/config.h"
#include "core/error.h"
#include "core/span.h"

/* A new NUL-terminated text that the caller frees, or NULL. folder is what a relative PATH starts
 * from. The message says what was meant, without the content of anything. */
char *substitute(struct span value, const char *folder, bool *ret_substituted,
                 struct error *ret_error) __attribute__((warn_unused_result));

/* Adds what each ${...} behind the host of a URL gave, where that is long enough to be a secret. */
bool substitute_secrets(struct span url, const char *folder, struct config_list *secrets)
    __attribute__((warn_unused_result));

/* The whole of a regular file, NUL-terminated, for the caller to free; NULL where it cannot be
 * read or holds more than max_bytes. A relative path starts from folder. */
char *substitute_read_file(const char *folder, const char *path, size_t max_bytes, size_t *ret_len,
                           struct error *ret_error) __attribute__((warn_unused_result));

/* folder/path, or path where it is absolute; for the caller to free. */
char *substitute_join(const char *folder, const char *path) __attribute__((warn_unused_result));

#endif
