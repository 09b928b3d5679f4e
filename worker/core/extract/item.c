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

/* Vocabularies and what the rules call them. */
static const char *name_of_vocabulary(struct span address)
{
    static const struct {
        const char *address, *name;
    } known[] = {{"http://purl.org/dc/elements/1.1/", "dc."},
                 {"http://purl.org/dc/terms/", "dcterms."},
                 {"http://ogp.me/ns#", "og:"},
                 {"https://ogp.me/ns#", "og:"},
                 {"http://ogp.me/ns/article#", "article:"},
                 {"https://ogp.me/ns/article#", "article:"}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (text_equals_folded(address, known[i].address))
            return known[i].name;
    return is_vocabulary(address) ? "" : NULL;
}

static void add_prefix(struct items *items, struct span own, struct span address)
{
    const char *name = name_of_vocabulary(address);
    if (own.len > 1 && name && items->prefix_count < ITEM_PREFIXES_MAX)
        items->prefixes[items->prefix_count++] = (struct item_prefix){own, name};
}

/* prefix="s: https://schema.org/ og: https://ogp.me/ns#" */
static void read_prefixes(struct items *items, struct span declared)
{
    while (declared.len > 0) {
        struct span own = attributes_next_word(&declared);
        add_prefix(items, own, attributes_next_word(&declared));
    }
}

void item_read_namespaces(struct items *items, lxb_dom_node_t *root)
{
    static const char start[] = "xmlns:";
    lxb_dom_attr_t *attr = lxb_dom_interface_element(root)->first_attr;
    for (; attr; attr = attr->next) {
        size_t len = 0;
        const char *name = (const char *)lxb_dom_attr_qualified_name(attr, &len);
        if (!name || !attr->value || !text_starts_folded(span_of(name, len), start))
            continue;
        add_prefix(items,
                   arena_format(items->facts->arena, "%.*s:", (int)(len - strlen(start)),
                                name + strlen(start)),
                   span_of((const char *)attr->value->data, attr->value->length));
    }
}

/* What the rules call the vocabulary of a prefix with its colon, or NULL. */
static const char *name_of_prefix(const struct items *items, struct span prefix)
{
    for (size_t i = 0; i < items->prefix_count; i++)
        if (span_equal(items->prefixes[i].own, prefix))
            return items->prefixes[i].name;
    /* RDFa's initial context */
    return span_equals(prefix, "schema:")    ? ""
           : span_equals(prefix, "dcterms:") ? "dcterms."
           : span_equals(prefix, "dc:")      ? "dc."
                                             : NULL;
}

static bool is_prefix(const struct items *items, struct span prefix)
{
    const char *name = name_of_prefix(items, prefix);
    return name && name[0] == '\0';
}

/* A term by the prefix that the rules know: "dct:title" -> "dcterms.title". */
static struct span term_in_rules(const struct items *items, struct span term)
{
    const char *colon = memchr(term.data, ':', term.len);
    size_t len = colon ? (size_t)(colon - term.data) + 1 : 0;
    const char *name = len > 0 ? name_of_prefix(items, span_of(term.data, len)) : NULL;
    if (!name || name[0] == '\0' || facts_want(items->facts, ORIGIN_META, term))
        return term;
    return arena_format(items->facts->arena, "%s%.*s", name, (int)(term.len - len),
                        term.data + len);
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
    term = term_in_rules(items, term);
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
        struct span term = attributes_next_word(&rest);
        struct span name = schema_name(items, term, false);
        struct span known = term_in_rules(items, term);
        if (name.len > 0)
            (void)facts_add(items->facts, ORIGIN_RDFA, name, attributes->content, flags, position);
        else if (!span_equal(known, term)) /* its own name is read as any meta element's */
            (void)facts_add(items->facts, ORIGIN_META, known, attributes->content, flags, position);
    }
}

void item_visit_type(struct items *items, const struct attributes *attributes, uint32_t flags,
                     uint32_t position)
{
    struct span names = type_of(attributes);
    struct span type = SPAN_NONE;
    enum jsonld_rank rank = jsonld_rank_of_names(names, &type);
    struct span property =
        attributes->itemprop.len > 0 ? attributes->itemprop : attributes->property;
    /* A video or a guide inside an article is a part of it. */
    bool part =
        property.len > 0 && !span_equals_nocase(property, "mainEntity") && rank < JSONLD_ARTICLE;
    if (rank < JSONLD_WORK || part || flags & (FACT_IN_COMMENT | FACT_IN_RELATED))
        return;
    bool micro = attributes->itemtype.len > 0;
    struct fact *fact = facts_add(items->facts, micro ? ORIGIN_ITEMPROP : ORIGIN_RDFA,
                                  span_from(micro ? "itemtype" : "typeof"), type, flags, position);
    if (fact && micro)
        fact->path = span_from("itemtype");
}
