#include "core/url.h"

#include <stdlib.h>

#include <lexbor/url/url.h>

#include "core/buf.h"

enum { MAX_ORIGIN_BYTES = 300 };

struct url_parser {
    lexbor_mraw_t *memory;
    lxb_url_parser_t *lexbor;
    /* Of the last URL, in canonical form: the next one is mostly of the same host. */
    char origin[MAX_ORIGIN_BYTES];
    struct url last; /* its spans lie in origin; no text of its own */
};

struct url_parser *url_parser_new(void)
{
    struct url_parser *parser = calloc(1, sizeof *parser);
    if (!parser)
        return NULL;
    parser->memory = lexbor_mraw_create();
    parser->lexbor = lxb_url_parser_create();
    if (!parser->memory || !parser->lexbor ||
        lexbor_mraw_init(parser->memory, (size_t)4 * URL_MAX_BYTES) != LXB_STATUS_OK ||
        lxb_url_parser_init(parser->lexbor, parser->memory) != LXB_STATUS_OK) {
        url_parser_free(parser);
        return NULL;
    }
    return parser;
}

void url_parser_free(struct url_parser *parser)
{
    if (!parser)
        return;
    (void)lxb_url_parser_destroy(parser->lexbor, true);
    (void)lexbor_mraw_destroy(parser->memory, true);
    free(parser);
}

static bool refuse(struct error *ret_error, const char *why)
{
    return error_poison(ret_error, ERROR_CLASS_REFUSED, "URL refused: %s", why);
}

/* The standard drops tabs and line breaks and encodes spaces; in an event they are a mistake or an
 * attempt to write a second header, so they are refused before anything is repaired. */
static bool check_bytes(struct span text, struct error *ret_error)
{
    if (span_is_empty(text))
        return refuse(ret_error, "it is empty");
    if (text.len > URL_MAX_BYTES)
        return error_poison(ret_error, ERROR_CLASS_REFUSED,
                            "URL refused: it has %zu bytes, more than %d", text.len, URL_MAX_BYTES);
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c == ' ')
            return refuse(ret_error, "it has a space");
        if (c < 0x20 || c == 0x7F)
            return refuse(ret_error, "it has a control character");
    }
    if (!span_is_utf8(text))
        return refuse(ret_error, "it is not valid UTF-8");
    return true;
}

static bool check_parts(const lxb_url_t *parsed, struct error *ret_error)
{
    if (parsed->scheme.type != LXB_URL_SCHEMEL_TYPE_HTTP &&
        parsed->scheme.type != LXB_URL_SCHEMEL_TYPE_HTTPS)
        return refuse(ret_error, "its scheme is not http or https");
    if (parsed->username.length > 0 || parsed->password.length > 0)
        return refuse(ret_error, "it carries a user name or password");
    if (parsed->host.type == LXB_URL_HOST_TYPE_EMPTY ||
        parsed->host.type == LXB_URL_HOST_TYPE__UNDEF)
        return refuse(ret_error, "it has no host");
    return true;
}

static lxb_status_t add_part(const lxb_char_t *data, size_t len, void *context)
{
    return buf_append(context, data, len) ? LXB_STATUS_OK : LXB_STATUS_ERROR_MEMORY_ALLOCATION;
}

/* Finds the parts again in the canonical text: scheme "://" authority ["/" ...]. */
static void find_parts(struct url *url, const lxb_url_t *parsed)
{
    url->https = parsed->scheme.type == LXB_URL_SCHEMEL_TYPE_HTTPS;
    url->port = parsed->has_port ? parsed->port : url->https ? 443 : 80;
    const char *start = strstr(url->text, "://") + 3;
    size_t len = strcspn(start, "/?");
    url->authority = span_of(start, len);
    if (*start == '[')
        url->host = span_of(start + 1, strcspn(start, "]") - 1);
    else
        url->host = span_of(start, strcspn(start, ":/?"));
}

static bool canonical(const lxb_url_t *parsed, struct url *ret_url, struct error *ret_error)
{
    struct buf text;
    buf_init(&text, (size_t)4 * URL_MAX_BYTES); /* percent-encoding makes one byte three */
    if (lxb_url_serialize(parsed, add_part, &text, true) != LXB_STATUS_OK || text.len == 0) {
        buf_finish(&text);
        return refuse(ret_error, "it cannot be written in canonical form");
    }
    *ret_url = (struct url){.text = text.data, .len = text.len};
    find_parts(ret_url, parsed);
    return true;
}

/* What DNS allows (RFC 1035, section 2.3.4): a longer name can never be found. */
static bool check_host(struct url *url, struct error *ret_error)
{
    enum { NAME_MAX_BYTES = 253, LABEL_MAX_BYTES = 63 };
    size_t label = 0;
    /* lexbor (seen: 3.1.0) does not fold the case of letters that were percent-encoded. */
    for (size_t i = 0; i < url->host.len; i++) {
        if (url->host.data[i] >= 'A' && url->host.data[i] <= 'Z') {
            url_finish(url);
            return refuse(ret_error, "its host has percent-encoded letters");
        }
    }
    bool fits = url->host.len <= NAME_MAX_BYTES + 1;
    for (size_t i = 0; fits && i < url->host.len; i++) {
        label = url->host.data[i] == '.' ? 0 : label + 1;
        fits = label <= LABEL_MAX_BYTES;
    }
    if (fits)
        return true;
    url_finish(url);
    return refuse(ret_error, "its host is longer than a name can be");
}

/* ---- another path of the last origin ---- */

/* scheme "://" authority, in front of the path. */
static size_t origin_bytes(const struct url *url)
{
    return (size_t)(url->authority.data + url->authority.len - url->text);
}

/* url's span, in the same place of another text with its origin. */
static struct span moved(struct span span, const char *from, char *to)
{
    return span_of(to + (span.data - from), span.len);
}

static void remember(struct url_parser *parser, const struct url *url)
{
    size_t len = origin_bytes(url);
    if (len > sizeof parser->origin)
        return;
    memcpy(parser->origin, url->text, len);
    parser->last = (struct url){
        .len = len,
        .host = moved(url->host, url->text, parser->origin),
        .authority = moved(url->authority, url->text, parser->origin),
        .port = url->port,
        .https = url->https,
    };
}

/* Whether canonical form leaves path and query as they are: no byte that is encoded, no segment of
 * dots, no fragment. False where it might not. */
static bool is_plain(struct span rest)
{
    static const bool plain[256] = {
        ['a' ... 'z'] = true, ['A' ... 'Z'] = true, ['0' ... '9'] = true, ['-'] = true,
        ['_'] = true,         ['~'] = true,         ['!'] = true,         ['$'] = true,
        ['&'] = true,         ['('] = true,         [')'] = true,         ['*'] = true,
        ['+'] = true,         [','] = true,         [';'] = true,         ['='] = true,
        [':'] = true,         ['@'] = true,         ['/'] = true,         ['?'] = true,
    };
    for (size_t i = 0; i < rest.len; i++)
        if (!plain[(unsigned char)rest.data[i]] &&
            !(rest.data[i] == '.' && rest.data[i - 1] != '/'))
            return false;
    return true;
}

/* False where the whole URL has to be looked at. */
static bool parse_as_last(const struct url_parser *parser, struct span text, struct url *ret_url)
{
    const struct url *last = &parser->last;
    if (last->len == 0 || text.len <= last->len || text.len > URL_MAX_BYTES ||
        memcmp(text.data, parser->origin, last->len) != 0 || text.data[last->len] != '/' ||
        !is_plain(span_of(text.data + last->len, text.len - last->len)))
        return false;
    char *copy = strndup(text.data, text.len);
    if (!copy)
        return false;
    *ret_url = (struct url){
        .text = copy,
        .len = text.len,
        .host = moved(last->host, parser->origin, copy),
        .authority = moved(last->authority, parser->origin, copy),
        .port = last->port,
        .https = last->https,
    };
    return true;
}

bool url_parse(struct url_parser *parser, struct span text, const struct url *base,
               struct url *ret_url, struct error *ret_error)
{
    if (!base && parse_as_last(parser, text, ret_url))
        return true;
    if (!check_bytes(text, ret_error))
        return false;
    bool parsed = false;
    const lxb_url_t *lexbor_base = NULL;
    lexbor_mraw_clean(parser->memory);
    lxb_url_parser_clean(parser->lexbor);
    if (base) {
        lexbor_base =
            lxb_url_parse(parser->lexbor, NULL, (const lxb_char_t *)base->text, base->len);
        lxb_url_parser_clean(parser->lexbor);
    }
    const lxb_url_t *found =
        lxb_url_parse(parser->lexbor, lexbor_base, (const lxb_char_t *)text.data, text.len);
    if (!found)
        refuse(ret_error, "it is not a valid web address");
    else
        parsed = check_parts(found, ret_error) && canonical(found, ret_url, ret_error) &&
                 check_host(ret_url, ret_error);
    if (parsed)
        remember(parser, ret_url);
    return parsed;
}

void url_finish(struct url *url)
{
    if (!url)
        return;
    free(url->text);
    *url = (struct url){0};
}

bool url_same_origin(const struct url *a, const struct url *b)
{
    return a->https == b->https && a->port == b->port && span_equal(a->host, b->host);
}

bool url_is_upgrade(const struct url *from, const struct url *to)
{
    return !from->https && to->https && from->port == 80 && to->port == 443 &&
           span_equal(from->host, to->host);
}

struct span url_path(const struct url *url)
{
    const char *start = url->authority.data + url->authority.len;
    return span_of(start, url->len - (size_t)(start - url->text));
}
