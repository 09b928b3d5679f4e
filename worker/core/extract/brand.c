#include "core/extract/brand.h"

#include "core/extract/node_text.h"
#include "core/extract/words.h"
#include "core/text.h"

/* "/" or "https://www.coast.example/" */
static bool is_home(struct span href)
{
    size_t scheme = text_find_folded(href, "://");
    if (scheme >= href.len)
        return href.len == 1 && href.data[0] == '/';
    struct span host = span_of(href.data + scheme + 3, href.len - scheme - 3);
    const char *slash = host.len > 0 ? memchr(host.data, '/', host.len) : NULL;
    return host.len > 0 && (!slash || slash + 1 == host.data + host.len);
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
