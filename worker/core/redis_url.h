/* redis_url: redis://[[USER]:PASSWORD@]HOST[:PORT], as cache.redis holds it.
 *
 * User and password may be percent-encoded (RFC 3986, section 2.1); an IPv6 address stands in
 * brackets. Pure. */
#ifndef BYLINE_CORE_REDIS_URL_H
#define BYLINE_CORE_REDIS_URL_H

#include <stdbool.h>
#include <stdint.h>

#include "core/error.h"

enum { REDIS_URL_MAX_PART = 256, REDIS_DEFAULT_PORT = 6379 };

struct redis_url {
    char host[REDIS_URL_MAX_PART]; /* without brackets */
    uint16_t port;
    char user[REDIS_URL_MAX_PART], password[REDIS_URL_MAX_PART]; /* "" where absent */
};

/* ERROR_USAGE on failure; the message shows nothing of the URL, which may hold a password. */
bool redis_url_parse(const char *text, struct redis_url *ret_url, struct error *ret_error)
    __attribute__((warn_unused_result));

#endif
