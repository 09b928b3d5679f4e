#include "core/extract/item.h"

#include "core/extract/brand.h"
#include "core/extract/document.h"
#include "core/extract/jsonld_type.h"
#include "core/extract/node_text.h"
#include "core/text.h"

enum { VALUE_MAX_BYTES = 400, VISITS_MAX = 64 /* nodes of an item that are looked at */ };

static const char *const vocabularies[] = {"http://schema.org/", "https://schema.org/"};
enum { VOCABULARY_COUNT = sizeof vocabularies / sizeof *vocabularies };

/* Bytes of schema.org's address at the start of text, or 0. */
static size_t vocabulary_bytes(struct span text)
{
    for (size_t i = 0; i < VOCABULARY_COUNT; i++)
        if (text_starts_folded(text, vocabularies[i]))
            return strlen(vocabularies[i]);
    return 0;
}

/* The whole of it, with or without the slash. */
static bool is_vocabulary(struct span text)
{
    return vocabulary_bytes(text) == text.len || text_equals_folded(text, "http://schema.org") ||
           text_equals_folded(text, "https://schema.org");
}

/* prefix="s: https://schema.org/ og: https://ogp.me/ns#" */
static void read_prefixes(struct items *items, struct span declared)
{
    while (declared.len > 0) {
        struct span prefix = attributes_next_word(&declared);
        struct span address = attributes_next_word(&declared);
        if (prefix.len > 1 && is_vocabulary(address) && items->prefix_count < ITEM_PREFIXES_MAX)
            items->prefixes[items->prefix_count++] = prefix;
    }
}

static bool is_prefix(const struct items *items, struct span prefix)
{
    for (size_t i = 0; i < items->prefix_count; i++)
        if (span_equal(items->prefixes[i], prefix))
            return true;
    return span_equals(prefix, "schema:"); /* RDFa's initial context */
}

/* "headline" of "schema:headline", of the whole address, and of itself where a name alone is one of
 * schema.org; absent for a term of another vocabulary. */
static struct span schema_name(const struct items *items, struct span term, bool alone)
{
    size_t taken = vocabulary_bytes(term);
    const char *colon = memchr(term.data, ':', term.len);
    size_t prefix = colon ? (size_t)(colon - term.data) + 1 : 0;
    if (taken == 0 && prefix > 0 && is_prefix(items, span_of(term.data, prefix)))
        taken = prefix;
    if (taken == 0 && (prefix > 0 || !alone))
        return SPAN_NONE;
    return span_of(term.data + taken, term.len - taken);
}

/* --- circumstances */

static struct span type_of(const struct attributes *attributes)
{
    return attributes->itemtype.len > 0 ? attributes->itemtype : attributes->type_of;
}

/* Items whose properties are not the article's. */
static uint32_t flags_of_type(struct span type)
{
    static const char *const others[] = {"comment", "review",  "event",
                                         "rating",  "product", "offer"};
    if (type.len == 0 || text_find_folded(type, "article") < type.len)
        return 0;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (text_find_folded(type, others[i]) < type.len)
            return FACT_IN_COMMENT;
    return 0;
}

uint32_t item_flags(struct items *items, const struct attributes *attributes, uint32_t around)
{
    if (attributes->prefix.len > 0)
        read_prefixes(items, attributes->prefix);
    if (attributes->vocab.len > 0)
        around = is_vocabulary(text_trim(attributes->vocab)) ? around & ~(uint32_t)FACT_OTHER_VOCAB
                                                             : around | FACT_OTHER_VOCAB;
    return around | flags_of_type(type_of(attributes));
}

/* --- values */

static bool is_address(struct span name)
{
    static const char *const names[] = {"url",        "sameAs",       "image",
                                        "license",    "thumbnailUrl", "mainEntityOfPage",
                                        "contentUrl", "identifier"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (span_equals_nocase(name, names[i]))
            return true;
    return false;
}

/* Properties that hold nothing but an address: words there are a caption. */
static bool is_web_address(struct span name)
{
    return is_address(name) && !span_equals_nocase(name, "identifier") &&
           !span_equals_nocase(name, "license");
}

static bool looks_like_address(struct span text)
{
    return text_starts_folded(text, "http://") || text_starts_folded(text, "https://") ||
           (text.len > 0 && text.data[0] == '/');
}

/* The address that an element has by itself (HTML, "values"). */
static struct span own_address(lxb_dom_node_t *node)
{
    switch (node->local_name) {
    case LXB_TAG_AUDIO:
    case LXB_TAG_EMBED:
    case LXB_TAG_IFRAME:
    case LXB_TAG_IMG:
    case LXB_TAG_SOURCE:
    case LXB_TAG_TRACK:
    case LXB_TAG_VIDEO: return document_attribute(lxb_dom_interface_element(node), "src");
    case LXB_TAG_OBJECT: return document_attribute(lxb_dom_interface_element(node), "data");
    default: return SPAN_NONE;
    }
}

/* Of <figure itemprop="image"><img src=...>: the property stands a level too high. */
static struct span address_of_picture(lxb_dom_node_t *root)
{
    lxb_dom_node_t *node = root;
    for (int left = VISITS_MAX; left > 0 && (node = node_after(node, root, false)); left--)
        if (node->type == LXB_DOM_NODE_TYPE_ELEMENT && node->local_name == LXB_TAG_IMG)
            return own_address(node);
    return SPAN_NONE;
}

/* The value of a property (HTML, "values"): an attribute for some elements, text for the others.
 * What a link leads to is meant only where an address is asked for. */
static struct span value_of(const struct items *items, lxb_dom_node_t *node,
                            const struct attributes *attributes, struct span name)
{
    if (attributes->content.len > 0)
        return attributes->content;
    if (attributes->datetime.len > 0)
        return attributes->datetime;
    bool link = node->local_name == LXB_TAG_A || node->local_name == LXB_TAG_AREA;
    if (node->local_name == LXB_TAG_LINK || (link && is_address(name) && attributes->href.len > 0))
        return attributes->href;
    struct span own = own_address(node);
    if (own.len > 0 || node->local_name == LXB_TAG_IMG)
        return own;
    if (span_equals_nocase(name, "image") || span_equals_nocase(name, "thumbnailUrl"))
        own = address_of_picture(node);
    if (own.len > 0)
        return own;
    struct span text = node_text(node, VALUE_MAX_BYTES, items->facts->arena);
    bool words = is_web_address(name) && !looks_like_address(text);
    return words ? SPAN_NONE : text;
}

/* --- items inside the page's */

/* What the first property of each name says. */
struct item {
    struct span name, given, family, url, same_as, orcid;
};

static void read_property(const struct items *items, lxb_dom_node_t *node,
                          const struct attributes *attributes, struct span name, struct item *item)
{
    static const char orcid_host[] = "orcid.org/";
    const struct {
        const char *name;
        struct span *slot;
    } slots[] = {{"name", &item->name},         {"givenName", &item->given},
                 {"familyName", &item->family}, {"url", &item->url},
                 {"contentUrl", &item->url},    {"sameAs", &item->same_as},
                 {"identifier", &item->orcid}};
    for (size_t i = 0; i < sizeof slots / sizeof *slots; i++) {
        if (!span_equals_nocase(name, slots[i].name))
            continue;
        struct span value = value_of(items, node, attributes, name);
        bool orcid = value.len > 0 && text_find_folded(value, orcid_host) < value.len;
        struct span *slot = orcid ? &item->orcid : slots[i].slot;
        if (slot->len == 0)
            *slot = value;
        return;
    }
}

/* The properties of the item that root begins, without those of items inside it. */
static void read_item(const struct items *items, lxb_dom_node_t *root, bool alone,
                      struct item *ret_item)
{
    lxb_dom_node_t *node = root;
    bool skip = false;
    *ret_item = (struct item){.name = SPAN_NONE};
    for (int left = VISITS_MAX; left > 0 && (node = node_after(node, root, skip)) != NULL; left--) {
        struct attributes attributes;
        skip = false;
        if (node->type != LXB_DOM_NODE_TYPE_ELEMENT)
            continue;
        attributes_read(items->ids, node, &attributes);
        skip = type_of(&attributes).len > 0;
        struct span rest = skip ? SPAN_NONE : attributes.itemprop;
        while (rest.len > 0)
            read_property(items, node, &attributes, attributes_next_word(&rest), ret_item);
        rest = skip ? SPAN_NONE : attributes.property;
        while (rest.len > 0) {
            struct span name = schema_name(items, attributes_next_word(&rest), alone);
            if (name.len > 0)
                read_property(items, node, &attributes, name, ret_item);
        }
    }
}

static struct span name_of(const struct items *items, const struct item *item)
{
    if (item->name.len > 0 || item->given.len + item->family.len == 0)
        return item->name;
    return arena_format(items->facts->arena, "%.*s %.*s", SPAN_ARG(item->given),
                        SPAN_ARG(item->family));
}

/* --- facts */

static void add(const struct items *items, enum origin origin, struct span name,
                lxb_dom_node_t *node, const struct attributes *attributes, uint32_t flags,
                uint32_t position)
{
    struct span type = type_of(attributes);
    struct item item = {.name = SPAN_NONE};
    struct span value = SPAN_NONE;
    if (flags & FACT_IN_COMMENT || !facts_want(items->facts, origin, name))
        return;
    if (span_equals(name, "headline") && brand_is(node, items->ids, 0, items->page_host))
        return;
    if (type.len > 0) {
        read_item(items, node, !(flags & FACT_OTHER_VOCAB), &item);
        value = is_address(name) ? item.url : name_of(items, &item);
    }
    if (value.len == 0)
        value = value_of(items, node, attributes, name);
    struct fact *fact = facts_add(items->facts, origin, name, value, flags, position);
    if (!fact)
        return;
    fact->url = node->local_name == LXB_TAG_A ? attributes->href
                : item.url.len > 0            ? item.url
                                              : item.same_as;
    fact->orcid = item.orcid;
    fact->kind = jsonld_author_kind(type);
}

/* A term of another vocabulary, which has its rule among those of meta elements: dc:title. */
static void add_term(const struct items *items, struct span term, lxb_dom_node_t *node,
                     const struct attributes *attributes, uint32_t flags, uint32_t position)
{
    struct facts *facts = items->facts;
    if (!facts_want(facts, ORIGIN_META, term))
        return;
    struct fact *fact = facts_add(facts, ORIGIN_META, term, value_of(items, node, attributes, term),
                                  flags, position);
    if (fact)
        fact->path = arena_format(facts->arena, "rdfa[%.*s]", SPAN_ARG(term));
}

void item_visit(struct items *items, lxb_dom_node_t *node, const struct attributes *attributes,
                uint32_t flags, uint32_t position)
{
    struct span rest = attributes->itemprop;
    while (rest.len > 0)
        add(items, ORIGIN_ITEMPROP, attributes_next_word(&rest), node, attributes, flags, position);
    rest = attributes->property;
    while (rest.len > 0) {
        struct span term = attributes_next_word(&rest);
        struct span name = schema_name(items, term, !(flags & FACT_OTHER_VOCAB));
        if (name.len > 0)
            add(items, ORIGIN_RDFA, name, node, attributes, flags, position);
        else if (memchr(term.data, ':', term.len))
            add_term(items, term, node, attributes, flags, position);
    }
}

void item_visit_meta(struct items *items, const struct attributes *attributes, uint32_t flags,
                     uint32_t position)
{
    struct span rest = flags & FACT_IN_COMMENT ? SPAN_NONE : attributes->itemprop;
    while (rest.len > 0) {
        struct span name = attributes_next_word(&rest);
        if (!facts_want(items->facts, ORIGIN_META, name))
            (void)facts_add(items->facts, ORIGIN_ITEMPROP, name, attributes->content, flags,
                            position);
    }
    rest = attributes->property;
    while (rest.len > 0) {
        struct span name = schema_name(items, attributes_next_word(&rest), false);
        if (name.len > 0)
            (void)facts_add(items->facts, ORIGIN_RDFA, name, attributes->content, flags, position);
    }
}
