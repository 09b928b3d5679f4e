#include "core/extract/brand.h"

#include "core/extract/node_text.h"
#include "core/extract/words.h"
#include "core/text.h"

static struct span without_www(struct span host)
{
    return text_starts_folded(host, "www.") ? span_of(host.data + 4, host.len - 4) : host;
}

static bool same_letters(struct span a, struct span b)
{
    while (a.len > 0 && b.len > 0)
        if (text_lower(text_next(&a)) != text_lower(text_next(&b)))
            return false;
    return a.len == b.len;
}

/* Whether one host is the other or a part of it: blog.coast.example of coast.example. */
static bool is_related(struct span a, struct span b)
{
    a = without_www(a);
    b = without_www(b);
    struct span longer = a.len > b.len ? a : b, shorter = a.len > b.len ? b : a;
    size_t more = longer.len - shorter.len;
    return shorter.len > 0 && (more == 0 || longer.data[more - 1] == '.') &&
           same_letters(span_of(longer.data + more, shorter.len), shorter);
}

/* "/" or "https://www.coast.example/" of a page at coast.example; what leads to another site's home
 * is the headline of a link. */
static bool is_home(struct span href, struct span page_host)
{
    size_t scheme = text_find_folded(href, "://");
    if (scheme >= href.len)
        return href.len == 1 && href.data[0] == '/';
    struct span host = span_of(href.data + scheme + 3, href.len - scheme - 3);
    const char *slash = host.len > 0 ? memchr(host.data, '/', host.len) : NULL;
    bool root = host.len > 0 && (!slash || slash + 1 == host.data + host.len);
    host.len = slash ? (size_t)(slash - host.data) : host.len;
    return root && (page_host.len == 0 || is_related(host, page_host));
}

bool brand_is(lxb_dom_node_t *element, const struct attribute_ids *ids, uint32_t words,
              struct span page_host)
{
    enum { BRAND_NODES = 4 };
    if ((words & WORD_SITE) && (words & WORD_TITLE))
        return true;
    lxb_dom_node_t *node = element;
    for (int visits = BRAND_NODES; visits > 0 && node; visits--) {
        node = node_after(node, element, false);
        if (!node || node->type != LXB_DOM_NODE_TYPE_ELEMENT || node->local_name != LXB_TAG_A)
            continue;
        struct attributes attributes;
        attributes_read(ids, node, &attributes);
        return span_equals_nocase(attributes.rel, "home") || is_home(attributes.href, page_host);
    }
    return false;
}
