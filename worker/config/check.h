/* check: what no single key can show: values that cannot be together, names that mean nothing.
 *
 * yaml only tells the lines for messages. */
#ifndef BYLINE_CONFIG_CHECK_H
#define BYLINE_CONFIG_CHECK_H

#include "config/config.h"
#include "config/yaml.h"

bool config_check(const struct config *config, const struct yaml *yaml, struct error *ret_error)
    __attribute__((warn_unused_result));

/* The part about `enrich`. */
bool config_check_lookups(const struct config *config, const struct yaml *yaml,
                          struct error *ret_error) __attribute__((warn_unused_result));

/* Fails with NAME:LINE of path ("http/retry/backoff"), then the message. */
bool config_complain(const struct yaml *yaml, const char *path, struct error *ret_error,
                     const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
