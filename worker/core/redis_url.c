#include "core/redis_url.h"

#include <string.h>

#include "core/hex.h"
#include "core/span.h"

/* Percent-decoded into a text of REDIS_URL_MAX_PART bytes; false where it does not fit, for a
 * broken escape, and for a NUL. */
static bool decode(struct span from, char *ret_text)
{
    size_t len = 0;
    for (size_t i = 0; i < from.len; i++) {
        int c = (unsigned char)from.data[i];
        if (c == '%') {
            if (from.len - i < 3 || hex_value(from.data[i + 1]) < 0 ||
                hex_value(from.data[i + 2]) < 0)
                return false;
            c = hex_value(from.data[i + 1]) * 16 + hex_value(from.data[i + 2]);
            i += 2;
        }
        if (c == '\0' || len + 1 >= REDIS_URL_MAX_PART)
            return false;
        ret_text[len++] = (char)c;
    }
    ret_text[len] = '\0';
    return true;
}

static bool parse_credentials(struct span text, struct redis_url *url)
{
    const char *colon = memchr(text.data, ':', text.len);
    if (!colon)
        return false;
    size_t user_len = (size_t)(colon - text.data);
    return decode(span_of(text.data, user_len), url->user) &&
           decode(span_of(colon + 1, text.len - user_len - 1), url->password) && *url->password;
}

static bool parse_port(struct span text, uint16_t *ret_port)
{
    unsigned long port = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9' || i >= 5)
            return false;
        port = port * 10 + (unsigned long)(text.data[i] - '0');
    }
    *ret_port = (uint16_t)port;
    return port > 0 && port <= UINT16_MAX;
}

static bool copy_host(struct span host, struct redis_url *url)
{
    static const char not_in_a_name[] = "/?#@[]% \t\r\n\"<>";
    if (host.len == 0 || host.len >= sizeof url->host)
        return false;
    memcpy(url->host, host.data, host.len);
    url->host[host.len] = '\0';
    return strcspn(url->host, not_in_a_name) == host.len;
}

static bool parse_address(struct span text, struct redis_url *url)
{
    struct span host = text, port = SPAN_NONE;
    bool bracketed = text.len > 0 && text.data[0] == '[';
    const char *end = text.data + text.len;
    const char *closing = bracketed ? memchr(text.data, ']', text.len) : NULL;
    if (bracketed && !closing)
        return false;
    const char *after = bracketed ? closing + 1 : memchr(text.data, ':', text.len);
    if (bracketed)
        host = span_of(text.data + 1, (size_t)(closing - text.data) - 1);
    else if (after)
        host = span_of(text.data, (size_t)(after - text.data));
    if (after && after < end) {
        if (*after != ':')
            return false;
        port = span_of(after + 1, (size_t)(end - after) - 1);
    }
    url->port = REDIS_DEFAULT_PORT;
    return copy_host(host, url) && (!port.data || parse_port(port, &url->port));
}

bool redis_url_parse(const char *text, struct redis_url *ret_url, struct error *ret_error)
{
    static const char scheme[] = "redis://";
    struct redis_url url = {0};
    struct span rest = span_from(text);
    bool ok = span_starts_with(rest, scheme);
    if (ok) {
        rest = span_of(rest.data + sizeof scheme - 1, rest.len - (sizeof scheme - 1));
        if (rest.len > 0 && rest.data[rest.len - 1] == '/')
            rest.len--;
        const char *at = rest.len > 0 ? strrchr(rest.data, '@') : NULL;
        if (at) {
            struct span credentials = span_of(rest.data, (size_t)(at - rest.data));
            ok = parse_credentials(credentials, &url);
            rest = span_of(at + 1, rest.len - credentials.len - 1);
        }
        ok = ok && parse_address(rest, &url);
    }
    if (!ok)
        return error_set(ret_error, ERROR_USAGE,
                         "cache.redis must be redis://[[USER]:PASSWORD@]HOST[:PORT]");
    *ret_url = url;
    return true;
}
