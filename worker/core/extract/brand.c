#include "core/extract/brand.h"

#include "core/extract/node_text.h"
#include "core/extract/words.h"
#include "core/text.h"

/* "/" or "https://www.coast.example/" */
static bool is_home(struct span href)
{
    const char *host = href.data;
    size_t scheme = text_find_folded(href, "://");
    if (scheme < href.len)
        host = href.data + scheme + 3;
    struct span rest = span_of(host, (size_t)(href.data + href.len - host));
    const char *slash = rest.len > 0 ? memchr(rest.data, '/', rest.len) : NULL;
    return slash ? slash + 1 == rest.data + rest.len && (scheme < href.len || rest.len == 1)
                 : scheme < href.len && rest.len > 0;
}

bool brand_is(lxb_dom_node_t *element, const struct attribute_ids *ids, uint32_t words)
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
        return span_equals_nocase(attributes.rel, "home") || is_home(attributes.href);
    }
    return false;
}
