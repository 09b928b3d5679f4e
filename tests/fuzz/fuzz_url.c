/* A URL, and the same bytes as a Location behind a base. Whatever is accepted is canonical: parsed
 * again it gives itself, also by a parser that knows nothing of its origin. */
#include <stdint.h>
#include <stdlib.h>

#include "core/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_with(struct url_parser *parser, const struct url *url)
{
    struct url again;
    struct error error;
    if (!url_parse(parser, span_of(url->text, url->len), NULL, &again, &error))
        abort();
    if (!span_equal(span_of(again.text, again.len), span_of(url->text, url->len)) ||
        !url_same_origin(&again, url) || !span_equal(again.authority, url->authority))
        abort();
    url_finish(&again);
}

static void check(struct url_parser *parser, const struct url *url)
{
    static struct url_parser *other;
    struct url elsewhere;
    struct error error;
    if (url->len > URL_MAX_BYTES)
        return;
    if (!other && !(other = url_parser_new()))
        abort();
    check_with(parser, url);
    if (!url_parse(other, span_from("http://elsewhere.example/"), NULL, &elsewhere, &error))
        abort();
    url_finish(&elsewhere);
    check_with(other, url);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct url_parser *parser;
    static struct url base;
    struct url url;
    struct error error;
    if (!parser) {
        parser = url_parser_new();
        if (!parser || !url_parse(parser, span_from("https://a.b:444/c/d?q"), NULL, &base, &error))
            abort();
    }
    struct span text = span_of((const char *)data, size);
    if (url_parse(parser, text, NULL, &url, &error)) {
        check(parser, &url);
        url_finish(&url);
    }
    if (url_parse(parser, text, &base, &url, &error)) {
        check(parser, &url);
        url_finish(&url);
    }
    return 0;
}
