#include "core/extract/walk.h"

#include "core/date.h"
#include "core/extract/attributes.h"
#include "core/extract/brand.h"
#include "core/extract/byline_text.h"
#include "core/extract/card.h"
#include "core/extract/circumstances.h"
#include "core/extract/date_label.h"
#include "core/extract/day_text.h"
#include "core/extract/item.h"
#include "core/extract/node_text.h"
#include "core/extract/parsely.h"
#include "core/extract/related_heading.h"
#include "core/extract/site_name.h"
#include "core/extract/words.h"
#include "core/text.h"

enum {
    DEPTH_MAX = 1024, /* deeper elements know only the circumstances of the one at this depth */
    BYLINE_MAX_BYTES = 400,
    DATE_LINE_MAX_BYTES = 240,
    TEXT_DATE_MAX_BYTES = 160, /* a text node that may be a date line */
    DATELINE_MAX_BYTES = 60,   /* of a longer one that may begin with a date line */
    HEADING_MAX_BYTES = 600,
    CLASS_FACTS_MAX = 160,
    TEXT_FACTS_MAX = 96,
    BYLINE_TRIES_MAX = 4096, /* texts that begin like a byline: each reads its surroundings */
};

struct walk {
    struct facts *facts;
    struct walk_result *result;
    struct words words;
    struct byline_starts byline_starts;
    struct attribute_ids ids;
    struct items items;
    uint32_t flags[DEPTH_MAX];  /* of the open elements, own and inherited */
    uint16_t cards[DEPTH_MAX];  /* the innermost ones around what is in them */
    uint32_t starts[DEPTH_MAX]; /* their positions */
    size_t depth;
    uint32_t position;
    unsigned class_facts, text_facts, byline_tries;
    bool seen_title, in_body;
    struct span texts[2];   /* the last two before here */
    struct span card_label; /* the last of an X card */
    struct {
        lxb_dom_node_t *box; /* NULL: none */
        lxb_tag_id_t level;  /* of its heading: h2 to h6 */
    } related;               /* the last box of teasers that a heading announced */
    size_t cited;            /* index + 1 of the last citation_author, 0: none */
};

static void add(struct walk *walk, enum origin origin, const char *name, struct span value,
                uint32_t flags)
{
    (void)facts_add(walk->facts, origin, span_from(name), value, flags, walk->position);
}

/* X cards carry two labelled values: twitter:label1 "Written by", twitter:data1 "Jane Roe". */
static bool is_other_card_value(struct walk *walk, const struct attributes *attributes)
{
    struct span name = attributes->name.len > 0 ? attributes->name : attributes->property;
    if (text_starts_folded(name, "twitter:label"))
        walk->card_label = attributes->content;
    return text_starts_folded(name, "twitter:data") && !byline_text_is_card_label(walk->card_label);
}

/* A meta name that no specification has, whose words are those of a date of publication. */
static bool says_published(struct walk *walk, struct span name)
{
    uint32_t words = words_read(&walk->words, name);
    return (words & WORD_PUBLISHED) && (words & WORD_DATE) && !(words & WORD_UPDATED);
}

/* Highwire names an author, then what belongs to that one. */
static void note_cited(struct walk *walk, struct span name, const struct fact *fact)
{
    if (span_equals_nocase(name, "citation_author"))
        walk->cited = (size_t)(fact - walk->facts->items) + 1;
}

static bool add_orcid(struct walk *walk, struct span name, struct span orcid)
{
    if (!span_equals_nocase(name, "citation_author_orcid") || walk->cited == 0)
        return false;
    walk->facts->items[walk->cited - 1].orcid = orcid;
    return true;
}

static void visit_meta(struct walk *walk, const struct attributes *attributes, uint32_t flags)
{
    if (is_other_card_value(walk, attributes))
        return;
    item_visit_meta(&walk->items, attributes, flags, walk->position);
    const struct span *names[] = {&attributes->property, &attributes->name, &attributes->itemprop,
                                  &attributes->http_equiv};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct span rest = *names[i];
        while (rest.len > 0) {
            struct span name = attributes_next_word(&rest);
            struct fact *fact = facts_add(walk->facts, ORIGIN_META, name, attributes->content,
                                          flags, walk->position);
            if (fact)
                note_cited(walk, name, fact);
            else if (span_equals_nocase(name, "parsely-page"))
                parsely_page(attributes->content, walk->facts, flags, walk->position);
            else if (!add_orcid(walk, name, attributes->content) && says_published(walk, name))
                add(walk, ORIGIN_META, "*published*date*", attributes->content, flags);
        }
    }
}

static bool is_feed(struct span type)
{
    static const char *const types[] = {"application/rss+xml", "application/atom+xml",
                                        "application/rdf+xml", "application/feed+json"};
    size_t len = 0;
    while (len < type.len && type.data[len] != ';')
        len++;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (span_equals_nocase(span_trim(span_of(type.data, len)), types[i]))
            return true;
    return false;
}

/* Whether the element that comes now is said to hold a reviewer, an editor, ... */
static bool names_other(const struct walk *walk)
{
    return byline_text_names_other(walk->texts[0], walk->texts[1]);
}

static void visit_rel(struct walk *walk, lxb_dom_node_t *node, const struct attributes *attributes,
                      uint32_t flags)
{
    bool is_link = node->local_name == LXB_TAG_LINK;
    struct span rest = attributes->rel;
    while (rest.len > 0) {
        struct span name = attributes_next_word(&rest);
        if (span_equals_nocase(name, "alternate") && !(is_link && is_feed(attributes->type)))
            continue;
        /* HTML has canonical links in the head only, and search engines believe no others. */
        if (is_link && walk->in_body && span_equals_nocase(name, "canonical"))
            name = span_from("canonical-in-body");
        bool is_author = span_equals_nocase(name, "author");
        if (is_author && names_other(walk))
            continue;
        if (!is_link && (is_author || span_equals_nocase(name, "tag"))) {
            struct fact *fact = facts_add(walk->facts, ORIGIN_LINK, name,
                                          node_text(node, BYLINE_MAX_BYTES, walk->facts->arena),
                                          flags, walk->position);
            if (fact)
                fact->url = attributes->href;
        } else if (is_link ? !is_author : span_equals_nocase(name, "license")) {
            (void)facts_add(walk->facts, ORIGIN_LINK, name, attributes->href, flags,
                            walk->position);
        }
    }
}

static void visit_author_link(struct walk *walk, lxb_dom_node_t *node,
                              const struct attributes *attributes, uint32_t flags)
{
    if (!byline_text_is_author_page(attributes->href) || names_other(walk))
        return;
    struct fact *fact =
        facts_add(walk->facts, ORIGIN_LINK, span_from("author-page"),
                  node_text(node, BYLINE_MAX_BYTES, walk->facts->arena), flags, walk->position);
    if (fact)
        fact->url = attributes->href;
}

/* What a label in the element before says of a date: <b>Updated</b> <time>. Only a colon tells
 * "Event:" from a section's name. */
static uint32_t flags_of_label(struct span before)
{
    if (before.len > DATE_LABEL_MAX_BYTES || day_text_may_hold(before))
        return 0;
    enum date_label label = date_label_read(before);
    bool colon = before.len > 0 && before.data[before.len - 1] == ':';
    return label == DATE_LABEL_UPDATED          ? FACT_UPDATED
           : label == DATE_LABEL_PUBLISHED      ? FACT_PUBLISHED
           : label == DATE_LABEL_OTHER && colon ? FACT_OTHER_DAY
                                                : 0;
}

static void visit_class(struct walk *walk, lxb_dom_node_t *node,
                        const struct attributes *attributes, uint32_t words, uint32_t flags)
{
    const uint32_t author = WORD_AUTHOR | WORD_BYLINE;
    const uint32_t date = WORD_DATE | WORD_PUBLISHED | WORD_UPDATED | WORD_META;
    if (!(words & (author | date)) || walk->class_facts >= CLASS_FACTS_MAX ||
        (flags & (FACT_IN_COMMENT | FACT_HIDDEN)))
        return;
    if (node->local_name == LXB_TAG_BODY || node->local_name == LXB_TAG_HTML)
        return;
    struct span text = node_text(node, BYLINE_MAX_BYTES, walk->facts->arena);
    if (text.len == 0)
        return;
    walk->class_facts++;
    if ((words & author) && !(flags & FACT_UNSIGNED) &&
        !(words & (WORD_PERSON_PICTURE | WORD_ABOUT)) && !names_other(walk)) {
        struct fact *fact =
            facts_add(walk->facts, ORIGIN_CLASS, span_from("author"), text, flags, walk->position);
        if (fact && node->local_name == LXB_TAG_A)
            fact->url = attributes->href;
        if (fact && (words & WORD_BYLINE))
            fact->flags |= FACT_IN_BYLINE;
        if (fact && (words & WORD_NAME))
            fact->flags |= FACT_IS_NAME;
    }
    if ((words & (date | author)) && text.len <= DATE_LINE_MAX_BYTES && day_text_holds(text))
        add(walk, ORIGIN_CLASS, "date", text,
            flags | (words & WORD_DATE ? FACT_IN_DATE : 0) | flags_of_label(walk->texts[1]));
}

/* Whether one more text of such circumstances may become a fact. */
static bool takes_text(const struct walk *walk, uint32_t flags)
{
    return walk->text_facts < TEXT_FACTS_MAX && !(flags & (FACT_IN_COMMENT | FACT_HIDDEN));
}

/* The day that an agency prints before its text: "BERLIN, 24 January 2022 (ABC) - The tide ..." */
static void visit_dateline(struct walk *walk, struct span text, uint32_t flags)
{
    struct date_value date;
    struct span place;
    struct span start = span_of(text.data, DATELINE_MAX_BYTES);
    if (!day_text_may_hold(start) || !date_find(start, DATE_ORDER_UNKNOWN, &date, &place) ||
        !date.has_date)
        return;
    size_t end = (size_t)(place.data - text.data) + place.len;
    struct span rest = span_of(text.data + end, text.len - end);
    uint32_t c = ' ';
    while (rest.len > 0 && text_is_space(c))
        c = text_next(&rest);
    if (c == '-' || c == 0x2013 || c == 0x2014 || c == ')' || c == '|' || c == ':' || c == '(') {
        walk->text_facts++;
        add(walk, ORIGIN_TEXT, "date", place, flags);
    }
}

static void visit_date_line(struct walk *walk, struct span text, uint32_t flags)
{
    struct date_value date;
    struct span place;
    if (!date_find(text, DATE_ORDER_DAY_FIRST, &date, &place) || !date.has_date)
        return;
    walk->text_facts++;
    add(walk, ORIGIN_TEXT, "date", text, flags | flags_of_label(walk->texts[0]));
    struct span byline = byline_text_behind_date(text, place);
    if (byline_text_is_parted(text))
        add(walk, ORIGIN_TEXT, "beside-date", text, flags);
    else if (byline.len > 0)
        add(walk, ORIGIN_TEXT, byline_text_opens(byline) ? "by" : "beside-date", byline, flags);
}

static void visit_text(struct walk *walk, lxb_dom_node_t *node, uint32_t flags)
{
    const lexbor_str_t *str = &lxb_dom_interface_text(node)->char_data.data;
    struct span text = text_trim(span_of((const char *)str->data, str->length));
    if (text.len == 0)
        return;
    walk->texts[0] = walk->texts[1];
    walk->texts[1] = text;
    if (text.len < 2 || !takes_text(walk, flags))
        return;
    if (text.len > TEXT_DATE_MAX_BYTES) {
        visit_dateline(walk, text, flags);
        return;
    }
    if (day_text_may_hold(text))
        visit_date_line(walk, text, flags);
    if (!byline_starts_match(&walk->byline_starts, byline_text_start(text)) ||
        flags & FACT_UNSIGNED || walk->byline_tries == BYLINE_TRIES_MAX)
        return;
    walk->byline_tries++;
    struct span byline = byline_text(node, walk->facts->arena);
    if (byline.len > 0) {
        walk->text_facts++;
        add(walk, ORIGIN_TEXT, "by", byline, flags);
    }
}

static void visit_script(struct walk *walk, lxb_dom_node_t *node, struct span type)
{
    struct walk_result *result = walk->result;
    if (!document_is_jsonld(type) || result->jsonld_count == WALK_MAX_JSONLD ||
        !node->first_child || node->first_child->type != LXB_DOM_NODE_TYPE_TEXT)
        return;
    const lexbor_str_t *str = &lxb_dom_interface_text(node->first_child)->char_data.data;
    result->jsonld[result->jsonld_count++] = span_of((const char *)str->data, str->length);
}

/* The first title element of the page, not one of an image (SVG). */
static void visit_title(struct walk *walk, lxb_dom_node_t *node, uint32_t flags)
{
    if (walk->seen_title || node->ns != LXB_NS_HTML)
        return;
    struct span text = node_text_start(node, HEADING_MAX_BYTES, walk->facts->arena);
    add(walk, ORIGIN_ELEMENT, "title", text, flags);
    /* "A Headline | Section | 24.01.2022" */
    size_t bar = text.len;
    while (bar > 0 && text.data[bar - 1] != '|')
        bar--;
    struct span last = text_trim(span_of(text.data + bar, text.len - bar));
    struct date_value date;
    struct span place;
    if (bar > 0 && date_find(last, DATE_ORDER_UNKNOWN, &date, &place) && place.len == last.len)
        add(walk, ORIGIN_ELEMENT, "title-date", last, flags);
    walk->seen_title = true;
}

/* What follows a heading such as "More stories" in its box is about other articles, up to the next
 * heading that is no lesser one. */
static void visit_related(struct walk *walk, lxb_dom_node_t *node, uint32_t flags)
{
    bool may_end = walk->related.box && node->local_name <= walk->related.level;
    bool may_begin = !(flags & FACT_IN_RELATED) && node->local_name != LXB_TAG_H1;
    if (!may_end && !may_begin)
        return;
    size_t levels;
    lxb_dom_node_t *box = related_heading_box(node, &levels);
    if (levels > walk->depth || walk->depth >= DEPTH_MAX)
        return;
    uint32_t *flags_of_box = &walk->flags[walk->depth - levels];
    bool begins = related_heading_is(node_text(node, HEADING_MAX_BYTES, walk->facts->arena));
    if (may_end && !begins && box == walk->related.box) {
        *flags_of_box &= ~(uint32_t)FACT_IN_RELATED;
        walk->related.box = NULL;
    } else if (may_begin && begins) {
        *flags_of_box |= FACT_IN_RELATED;
        walk->related.box = box;
        walk->related.level = node->local_name;
    }
}

/* A heading that is a link makes its box a card: for what stands before it, too. */
static void visit_card(struct walk *walk, lxb_dom_node_t *node, uint32_t flags)
{
    size_t levels;
    if (flags & (FACT_IN_RELATED | FACT_IN_BYLINE | FACT_IN_BIO) || walk->depth >= DEPTH_MAX ||
        !card_box(node, &walk->ids, &levels) || levels > walk->depth)
        return;
    struct facts *facts = walk->facts;
    size_t first = walk->depth - levels;
    uint16_t outer = walk->cards[first];
    uint16_t card = facts_add_card(facts, outer, true);
    for (size_t i = first; i <= walk->depth; i++)
        walk->cards[i] = card;
    for (size_t i = facts->count; i > 0 && facts->items[i - 1].position >= walk->starts[first]; i--)
        if (facts->items[i - 1].card == outer)
            facts->items[i - 1].card = card;
    facts->card = card;
}

static void visit_heading(struct walk *walk, lxb_dom_node_t *node, uint32_t words, uint32_t flags)
{
    const char *name = node->local_name == LXB_TAG_H1   ? "h1"
                       : node->local_name == LXB_TAG_H2 ? "h2"
                                                        : "h3";
    flags |= words & WORD_TITLE ? FACT_IN_META : 0;
    bool outside = !(flags & (FACT_IN_ARTICLE | FACT_IN_MAIN));
    flags |=
        brand_is(node, &walk->ids, outside ? words : 0, walk->items.page_host) ? FACT_IS_BRAND : 0;
    add(walk, ORIGIN_ELEMENT, name, node_heading(node, HEADING_MAX_BYTES, walk->facts->arena),
        flags);
}

static void visit_by_tag(struct walk *walk, lxb_dom_node_t *node,
                         const struct attributes *attributes, uint32_t words, uint32_t flags)
{
    struct arena *arena = walk->facts->arena;
    switch (node->local_name) {
    case LXB_TAG_META: visit_meta(walk, attributes, flags); break;
    case LXB_TAG_SCRIPT: visit_script(walk, node, attributes->type); break;
    case LXB_TAG_HTML:
        add(walk, ORIGIN_ELEMENT, "html", attributes->lang, flags);
        item_read_namespaces(&walk->items, node);
        break;
    case LXB_TAG_BODY: walk->in_body = true; break;
    case LXB_TAG_BASE:
        if (!walk->result->base.data)
            walk->result->base = attributes->href;
        break;
    case LXB_TAG_TITLE: visit_title(walk, node, flags); break;
    case LXB_TAG_H1:
    case LXB_TAG_H2:
    case LXB_TAG_H3:
        visit_related(walk, node, flags);
        visit_card(walk, node, flags);
        visit_heading(walk, node, words, flags);
        break;
    case LXB_TAG_H4:
    case LXB_TAG_H5:
    case LXB_TAG_H6:
        visit_related(walk, node, flags);
        visit_card(walk, node, flags);
        break;
    case LXB_TAG_TIME:
        add(walk, ORIGIN_ELEMENT, "time",
            attributes->datetime.len > 0 ? attributes->datetime
                                         : node_text(node, DATE_LINE_MAX_BYTES, arena),
            flags | flags_of_label(walk->texts[1]));
        break;
    default: break;
    }
}

static void visit_element(struct walk *walk, lxb_dom_node_t *node)
{
    struct attributes attributes;
    attributes_read(&walk->ids, node, &attributes);
    uint32_t words = 0;
    if (attributes.class_names.len > 0)
        words |= words_read(&walk->words, attributes.class_names);
    if (attributes.id.len > 0)
        words |= words_read(&walk->words, attributes.id);
    bool is_root = node->local_name == LXB_TAG_BODY || node->local_name == LXB_TAG_HTML;
    size_t at = walk->depth < DEPTH_MAX ? walk->depth : DEPTH_MAX - 1;
    uint32_t flags = at > 0 ? walk->flags[at - 1] : 0;
    flags = item_flags(&walk->items, &attributes, flags) | circumstances_of_tag(node->local_name);
    if (!is_root)
        flags |= circumstances_of_words(words) | (attributes.hidden ? FACT_UNSIGNED : 0);
    /* An article's own header or footer is no furniture. */
    if (node->local_name == LXB_TAG_ARTICLE && !(flags & (FACT_IN_RELATED | FACT_IN_COMMENT)))
        flags &= ~(uint32_t)FACT_IN_ASIDE;
    walk->flags[at] = flags;
    uint16_t outer = at > 0 ? walk->cards[at - 1] : 0;
    walk->cards[at] =
        node->local_name == LXB_TAG_ARTICLE ? facts_add_card(walk->facts, outer, false) : outer;
    walk->facts->card = walk->cards[at];
    walk->starts[at] = walk->position;

    visit_by_tag(walk, node, &attributes, words, flags);
    if (attributes.rel.len > 0)
        visit_rel(walk, node, &attributes, flags);
    if (node->local_name == LXB_TAG_A && attributes.href.len > 8)
        visit_author_link(walk, node, &attributes, flags);
    if (attributes.itemtype.len + attributes.type_of.len > 0)
        item_visit_type(&walk->items, &attributes, flags, walk->position);
    if (attributes.itemprop.len + attributes.property.len > 0 && node->local_name != LXB_TAG_META)
        item_visit(&walk->items, node, &attributes, flags, walk->position);
    if (words)
        visit_class(walk, node, &attributes, words, flags);
    walk->position++;
}

bool walk_document(lxb_html_document_t *document, struct span page_url, struct facts *facts,
                   struct walk_result *ret_result)
{
    struct walk *walk = arena_alloc(facts->arena, sizeof *walk);
    if (!walk)
        return false;
    *ret_result = (struct walk_result){.jsonld_count = 0};
    walk->facts = facts;
    walk->result = ret_result;
    words_init(&walk->words);
    byline_starts_init(&walk->byline_starts);
    attribute_ids_init(&walk->ids, document);
    walk->items =
        (struct items){.facts = facts, .ids = &walk->ids, .page_host = site_name_host(page_url)};
    lxb_dom_node_t *root = lxb_dom_interface_node(document);
    lxb_dom_node_t *node = root;
    while (node) {
        if (node->type == LXB_DOM_NODE_TYPE_ELEMENT) {
            visit_element(walk, node);
        } else if (node->type == LXB_DOM_NODE_TYPE_TEXT &&
                   node->parent->local_name != LXB_TAG_SCRIPT &&
                   node->parent->local_name != LXB_TAG_STYLE &&
                   node->parent->local_name != LXB_TAG_TITLE) {
            size_t at = walk->depth <= DEPTH_MAX ? walk->depth : DEPTH_MAX;
            facts->card = at > 0 ? walk->cards[at - 1] : 0;
            visit_text(walk, node, at > 0 ? walk->flags[at - 1] : 0);
        }
        if (node->first_child) {
            node = node->first_child;
            walk->depth++;
            continue;
        }
        while (node != root && !node->next) {
            node = node->parent;
            walk->depth--;
        }
        node = node == root ? NULL : node->next;
    }
    facts->card = 0;
    return true;
}
