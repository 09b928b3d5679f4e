#include "core/extract/link.h"

#include "core/text.h"

static lxb_url_t *parse(struct link_base *base, struct span text)
{
    text = text_trim(text);
    if (text.len == 0 || text.len > LINK_MAX_BYTES)
        return NULL;
    lxb_url_parser_clean(&base->parser);
    return lxb_url_parse(&base->parser, base->base, (const lxb_char_t *)text.data, text.len);
}

bool link_base_init(struct link_base *base, struct span page, struct span href)
{
    memset(base, 0, sizeof *base);
    if (lxb_url_parser_init(&base->parser, NULL) != LXB_STATUS_OK)
        return false;
    base->ready = true;
    base->base = parse(base, page);
    lxb_url_t *own = parse(base, href);
    /* HTML, "set the frozen base URL": data: and javascript: are none; nothing else than the web
     * is of use here. */
    if (own && (own->scheme.type == LXB_URL_SCHEMEL_TYPE_HTTP ||
                own->scheme.type == LXB_URL_SCHEMEL_TYPE_HTTPS))
        base->base = own;
    return true;
}

void link_base_finish(struct link_base *base)
{
    if (!base->ready)
        return;
    lxb_url_parser_memory_destroy(&base->parser);
    lxb_url_parser_destroy(&base->parser, false);
    base->ready = false;
}

struct serialized {
    char data[LINK_MAX_BYTES * 3];
    size_t len;
};

static lxb_status_t append(const lxb_char_t *data, size_t len, void *context)
{
    struct serialized *out = context;
    if (len > sizeof out->data - out->len)
        return LXB_STATUS_ERROR_OVERFLOW;
    if (len > 0) /* an empty host or query may be NULL */
        memcpy(out->data + out->len, data, len);
    out->len += len;
    return LXB_STATUS_OK;
}

/* Addresses are escaped once too often as other texts are; of all references only these mean
 * anything in one. */
static bool is_escaped(struct span text)
{
    static const char *const ampersands[] = {"&amp;", "&#038;", "&#38;"};
    if (!memchr(text.data, ';', text.len))
        return false;
    for (size_t i = 0; i < sizeof ampersands / sizeof *ampersands; i++)
        if (text_find_folded(text, ampersands[i]) < text.len)
            return true;
    return false;
}

struct span link_resolve(struct link_base *base, struct span text, struct arena *arena)
{
    struct serialized out;
    out.len = 0;
    if (text.len > 0 && is_escaped(text))
        text = text_clean_markup(arena, text);
    lxb_url_t *url = parse(base, text);
    if (!url)
        return SPAN_NONE;
    lxb_status_t status = lxb_url_serialize(url, append, &out, false);
    lxb_url_destroy(url);
    struct span result = span_of(out.data, out.len);
    bool web = span_starts_with(result, "http://") || span_starts_with(result, "https://");
    return status == LXB_STATUS_OK && web ? arena_copy(arena, result) : SPAN_NONE;
}
