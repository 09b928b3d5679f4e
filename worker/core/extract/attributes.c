#include "core/extract/attributes.h"

static lxb_dom_attr_id_t id_of(lxb_html_document_t *document, const char *name)
{
    const lxb_dom_attr_data_t *data = lxb_dom_attr_data_by_local_name(
        document->dom_document.attrs, (const lxb_char_t *)name, strlen(name));
    return data ? data->attr_id : LXB_DOM_ATTR__UNDEF;
}

bool attributes_are_read(const lxb_dom_attr_data_t *name)
{
    /* What attribute_ids and item.c look up, and what the tree builder asks for itself. */
    static const struct span others[] = {
        SPAN_LITERAL("itemprop"), SPAN_LITERAL("property"), SPAN_LITERAL("datetime"),
        SPAN_LITERAL("itemtype"), SPAN_LITERAL("encoding"), SPAN_LITERAL("name"),
        SPAN_LITERAL("typeof"),   SPAN_LITERAL("vocab"),    SPAN_LITERAL("prefix"),
        SPAN_LITERAL("xml:lang"), SPAN_LITERAL("data"),     SPAN_LITERAL("hidden")};
    switch (name->attr_id) {
    case LXB_DOM_ATTR_CLASS:
    case LXB_DOM_ATTR_ID:
    case LXB_DOM_ATTR_CONTENT:
    case LXB_DOM_ATTR_REL:
    case LXB_DOM_ATTR_HREF:
    case LXB_DOM_ATTR_TYPE:
    case LXB_DOM_ATTR_HTTP_EQUIV:
    case LXB_DOM_ATTR_LANG:
    case LXB_DOM_ATTR_SRC:
    case LXB_DOM_ATTR_COLOR:
    case LXB_DOM_ATTR_FACE:
    case LXB_DOM_ATTR_SIZE: return true;
    default: break;
    }
    if (name->attr_id < LXB_DOM_ATTR__LAST_ENTRY)
        return false;
    struct span text =
        span_of((const char *)lexbor_hash_entry_str(&name->entry), name->entry.length);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (span_equal(text, others[i]))
            return true;
    return span_starts_with(text, "xmlns:"); /* prefixes of RDFa 1.0 */
}

static struct span *slot_of(const struct attribute_ids *ids, struct attributes *attributes,
                            lxb_dom_attr_id_t id)
{
    switch (id) {
    case LXB_DOM_ATTR__UNDEF: return NULL;
    case LXB_DOM_ATTR_CLASS: return &attributes->class_names;
    case LXB_DOM_ATTR_ID: return &attributes->id;
    case LXB_DOM_ATTR_CONTENT: return &attributes->content;
    case LXB_DOM_ATTR_REL: return &attributes->rel;
    case LXB_DOM_ATTR_HREF: return &attributes->href;
    case LXB_DOM_ATTR_TYPE: return &attributes->type;
    case LXB_DOM_ATTR_HTTP_EQUIV: return &attributes->http_equiv;
    case LXB_DOM_ATTR_LANG: return &attributes->lang;
    default: break;
    }
    if (id == ids->name)
        return &attributes->name;
    if (id == ids->itemprop)
        return &attributes->itemprop;
    if (id == ids->property)
        return &attributes->property;
    if (id == ids->datetime)
        return &attributes->datetime;
    if (id == ids->itemtype)
        return &attributes->itemtype;
    if (id == ids->type_of)
        return &attributes->type_of;
    if (id == ids->vocab)
        return &attributes->vocab;
    if (id == ids->prefix)
        return &attributes->prefix;
    if (id == ids->xml_lang && attributes->lang.len == 0)
        return &attributes->lang;
    return NULL;
}

void attribute_ids_init(struct attribute_ids *ids, lxb_html_document_t *document)
{
    *ids = (struct attribute_ids){
        .name = id_of(document, "name"),
        .itemprop = id_of(document, "itemprop"),
        .property = id_of(document, "property"),
        .datetime = id_of(document, "datetime"),
        .itemtype = id_of(document, "itemtype"),
        .type_of = id_of(document, "typeof"),
        .vocab = id_of(document, "vocab"),
        .prefix = id_of(document, "prefix"),
        .xml_lang = id_of(document, "xml:lang"),
        .hidden = id_of(document, "hidden"),
    };
}

/* One by one: compilers set the whole struct with an instruction that is slow to start. */
static void clear(struct attributes *attributes)
{
    attributes->class_names = SPAN_NONE;
    attributes->id = SPAN_NONE;
    attributes->itemprop = SPAN_NONE;
    attributes->property = SPAN_NONE;
    attributes->name = SPAN_NONE;
    attributes->content = SPAN_NONE;
    attributes->rel = SPAN_NONE;
    attributes->href = SPAN_NONE;
    attributes->datetime = SPAN_NONE;
    attributes->type = SPAN_NONE;
    attributes->itemtype = SPAN_NONE;
    attributes->http_equiv = SPAN_NONE;
    attributes->lang = SPAN_NONE;
    attributes->type_of = SPAN_NONE;
    attributes->vocab = SPAN_NONE;
    attributes->prefix = SPAN_NONE;
    attributes->hidden = false;
}

void attributes_read(const struct attribute_ids *ids, lxb_dom_node_t *element,
                     struct attributes *ret_attributes)
{
    clear(ret_attributes);
    lxb_dom_attr_t *attr = lxb_dom_interface_element(element)->first_attr;
    for (; attr; attr = attr->next) {
        struct span *slot = slot_of(ids, ret_attributes, attr->node.local_name);
        if (slot && attr->value)
            *slot = span_of((const char *)attr->value->data, attr->value->length);
        ret_attributes->hidden |= attr->node.local_name == ids->hidden;
    }
}

/* ASCII white space (WHATWG Infra). */
static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

struct span attributes_next_word(struct span *words)
{
    *words = span_trim(*words);
    size_t len = 0;
    while (len < words->len && !is_space(words->data[len]))
        len++;
    struct span word = span_of(words->data, len);
    *words = span_of(words->data + len, words->len - len);
    return word;
}
