#include "core/extract/node_text.h"

#include <lexbor/html/html.h>

#include "core/text.h"

enum {
    VISITS_MAX = 256, /* nodes looked at for one text */
    SCRATCH_BYTES = 1024,
};

lxb_dom_node_t *node_after(lxb_dom_node_t *node, const lxb_dom_node_t *root, bool skip)
{
    if (node->first_child && !skip)
        return node->first_child;
    while (node != root && !node->next)
        node = node->parent;
    return node == root ? NULL : node->next;
}

static bool is_unseen(const lxb_dom_node_t *node)
{
    switch (node->local_name) {
    case LXB_TAG_SCRIPT:
    case LXB_TAG_STYLE:
    case LXB_TAG_NOSCRIPT:
    case LXB_TAG_TEMPLATE:
    case LXB_TAG_BUTTON:
    case LXB_TAG_RT: /* how a word is read */
    case LXB_TAG_RP:
    case LXB_TAG_SVG: return true;
    default: return false;
    }
}

/* <span class="x">Jane Roe</span> <span class="x">John Doe</span>: items of a list, where the first
 * is more than a word. */
static bool follows_its_like(const lxb_dom_node_t *node)
{
    const lxb_dom_node_t *space = node->prev;
    const lxb_dom_node_t *like = space ? space->prev : NULL;
    if (!like || space->type != LXB_DOM_NODE_TYPE_TEXT || like->local_name != LXB_TAG_SPAN)
        return false;
    const lxb_dom_attr_t *own = lxb_dom_interface_element(node)->attr_class;
    const lxb_dom_attr_t *other = lxb_dom_interface_element(like)->attr_class;
    const lxb_dom_node_t *text = like->first_child;
    if (!own || !other || !own->value || !other->value || !text ||
        text->type != LXB_DOM_NODE_TYPE_TEXT ||
        !lexbor_str_data_cmp(own->value->data, other->value->data))
        return false;
    const lexbor_str_t *gap = &lxb_dom_interface_text(space)->char_data.data;
    const lexbor_str_t *str = &lxb_dom_interface_text(text)->char_data.data;
    return text_trim(span_of((const char *)gap->data, gap->length)).len == 0 &&
           text_count_words(span_of((const char *)str->data, str->length)) > 1;
}

bool node_text_is_parted_by(lxb_tag_id_t tag)
{
    switch (tag) {
    case LXB_TAG_P:
    case LXB_TAG_DIV:
    case LXB_TAG_LI:
    case LXB_TAG_UL:
    case LXB_TAG_BR:
    case LXB_TAG_SECTION:
    case LXB_TAG_HEADER:
    case LXB_TAG_FOOTER:
    case LXB_TAG_TIME:
    case LXB_TAG_H1:
    case LXB_TAG_H2:
    case LXB_TAG_H3:
    case LXB_TAG_H4:
    case LXB_TAG_H5:
    case LXB_TAG_H6:
    case LXB_TAG_DD:
    case LXB_TAG_DT:
    case LXB_TAG_TD:
    case LXB_TAG_TR: return true;
    default: return false;
    }
}

static bool parts_text(const lxb_dom_node_t *node)
{
    switch (node->local_name) {
    case LXB_TAG_SPAN: return follows_its_like(node);
    case LXB_TAG_A: return node->prev && node->prev->local_name == LXB_TAG_A;
    default: return node_text_is_parted_by(node->local_name);
    }
}

struct out {
    char *data;
    size_t len, max;
    const char *separator;
    bool parted, full;
};

static void add(struct out *out, struct span text)
{
    if (text_trim(text).len == 0) {
        if (out->len > 0 && out->data[out->len - 1] != ' ' && out->len < out->max)
            out->data[out->len++] = ' ';
        return;
    }
    if (out->parted && out->len > 0) {
        text = text_trim(text);
        while (out->len > 0 && out->data[out->len - 1] == ' ')
            out->len--;
        size_t len = strlen(out->separator);
        if (out->len + len <= out->max)
            memcpy(out->data + out->len, out->separator, len), out->len += len;
    }
    out->parted = false;
    if (text.len > out->max - out->len) {
        out->full = true;
        text.len = out->max - out->len;
        while (text.len > 0 && ((unsigned char)text.data[text.len] & 0xC0) == 0x80)
            text.len--;
    }
    memcpy(out->data + out->len, text.data, text.len);
    out->len += text.len;
}

static bool gather(lxb_dom_node_t *root, struct out *out)
{
    lxb_dom_node_t *node = root;
    bool skip = false;
    for (int visits = VISITS_MAX; visits > 0; visits--) {
        const lxb_dom_node_t *before = node;
        node = node_after(node, root, skip);
        if (!node)
            return true;
        if (node->parent != before && parts_text(before))
            out->parted = true;
        skip = false;
        if (node->type == LXB_DOM_NODE_TYPE_TEXT) {
            const lexbor_str_t *str = &lxb_dom_interface_text(node)->char_data.data;
            add(out, span_of((const char *)str->data, str->length));
        } else if (node->type == LXB_DOM_NODE_TYPE_ELEMENT) {
            skip = is_unseen(node);
            if (parts_text(node))
                out->parted = true;
        } else {
            skip = true;
        }
        /* Leaving a block parts as well: its next neighbour starts a new piece. */
        if (node->prev && parts_text(node->prev))
            out->parted = true;
        if (out->full)
            return false;
    }
    return false;
}

static struct out out_of(char *scratch, size_t max_bytes, const char *separator)
{
    size_t max = max_bytes < SCRATCH_BYTES ? max_bytes : SCRATCH_BYTES;
    return (struct out){.data = scratch, .max = max, .separator = separator};
}

/* The text of node; absent where there is more, unless it may be cut. */
static struct span text_of(lxb_dom_node_t *node, size_t max_bytes, const char *separator,
                           bool may_cut, struct arena *arena)
{
    char scratch[SCRATCH_BYTES];
    struct out out = out_of(scratch, max_bytes, separator);
    if (!gather(node, &out) && !may_cut)
        return SPAN_NONE;
    return arena_copy(arena, text_trim(span_of(out.data, out.len)));
}

struct span node_text_start(lxb_dom_node_t *node, size_t max_bytes, struct arena *arena)
{
    return text_of(node, max_bytes, " ", true, arena);
}

struct span node_text_cut(lxb_dom_node_t *node, size_t max_bytes, struct arena *arena)
{
    return text_of(node, max_bytes, " | ", true, arena);
}

struct span node_text(lxb_dom_node_t *node, size_t max_bytes, struct arena *arena)
{
    return text_of(node, max_bytes, " | ", false, arena);
}

struct span node_heading(lxb_dom_node_t *node, size_t max_bytes, struct arena *arena)
{
    return text_of(node, max_bytes, " ", false, arena);
}
