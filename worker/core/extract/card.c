#include "core/extract/card.h"

#include <lexbor/dom/interfaces/text.h>

#include "core/extract/byline_text.h"
#include "core/extract/node_text.h"
#include "core/text.h"

enum {
    LEVELS_MAX = 4,     /* from the heading to its card */
    CARD_NODES_MAX = 48 /* in a card: what holds more is no teaser */
};

static bool is_blank(const lxb_dom_node_t *node)
{
    if (node->type != LXB_DOM_NODE_TYPE_TEXT)
        return node->type == LXB_DOM_NODE_TYPE_COMMENT;
    const lexbor_str_t *str = &lxb_dom_interface_text(node)->char_data.data;
    return text_trim(span_of((const char *)str->data, str->length)).len == 0;
}

/* The link that is all of the heading, or around it. */
static lxb_dom_node_t *link_of(lxb_dom_node_t *heading)
{
    lxb_dom_node_t *only = NULL;
    for (lxb_dom_node_t *node = heading->first_child; node; node = node->next) {
        if (is_blank(node))
            continue;
        if (only)
            return NULL;
        only = node;
    }
    if (only && only->local_name == LXB_TAG_A)
        return only;
    return heading->parent->local_name == LXB_TAG_A ? heading->parent : NULL;
}

static bool is_heading(const lxb_dom_node_t *node)
{
    return node->local_name >= LXB_TAG_H1 && node->local_name <= LXB_TAG_H6;
}

static bool is_small_with_one_heading(lxb_dom_node_t *box)
{
    int headings = 0;
    int left = CARD_NODES_MAX;
    for (lxb_dom_node_t *node = node_after(box, box, false); node;
         node = node_after(node, box, false))
        if (--left < 0 || (is_heading(node) && ++headings > 1))
            return false;
    return true;
}

lxb_dom_node_t *card_box(lxb_dom_node_t *heading, const struct attribute_ids *ids,
                         size_t *ret_levels)
{
    lxb_dom_node_t *link = link_of(heading);
    if (!link)
        return NULL;
    struct attributes attributes;
    attributes_read(ids, link, &attributes);
    if (attributes.href.len < 2 || attributes.href.data[0] == '#' ||
        byline_text_is_author_page(attributes.href))
        return NULL;
    lxb_dom_node_t *node = heading;
    size_t levels = 0;
    while (levels < LEVELS_MAX && node->parent && node->local_name != LXB_TAG_ARTICLE &&
           node->parent->local_name != LXB_TAG_BODY && node->parent->local_name != LXB_TAG_MAIN &&
           is_small_with_one_heading(node->parent)) {
        node = node->parent;
        levels++;
    }
    *ret_levels = levels;
    return levels > 0 ? node : NULL;
}
