#include "core/extract/decide.h"

#include "core/extract/doi.h"
#include "core/extract/language.h"
#include "core/text.h"

enum { DESCRIPTION_MIN_BYTES = 2, TAGS_MAX = 64, TAG_MAX_BYTES = 200, FEEDS_MAX = 16 };

void decide_text(struct decision *decision, enum article_field field, struct span text,
                 const struct fact *fact)
{
    if (text.len > 0)
        metadata_set_text(decision->metadata, field, text, fact_path(fact, decision->arena));
}

/* --- how a fact's value becomes a field's; absent where it is not usable */

typedef struct span accept_value(struct decision *decision, const struct fact *fact);

static struct span accept_text(struct decision *decision, const struct fact *fact)
{
    struct span text = text_clean_markup(decision->arena, fact->value);
    bool is_url = text_starts_folded(text, "http://") || text_starts_folded(text, "https://");
    return is_url ? SPAN_NONE : text;
}

static struct span accept_any(struct decision *decision, const struct fact *fact)
{
    return text_clean_markup(decision->arena, fact->value);
}

static struct span accept_link(struct decision *decision, const struct fact *fact)
{
    return link_resolve(decision->links, fact->value, decision->arena);
}

/* A site's home page is not the canonical address of one of its articles. */
static struct span accept_canonical(struct decision *decision, const struct fact *fact)
{
    struct span url = accept_link(decision, fact);
    if (url.len == 0)
        return url;
    const char *host = url.data + text_find_folded(url, "://") + 3;
    const char *path = memchr(host, '/', (size_t)(url.data + url.len - host));
    bool is_home = !path || path + 1 == url.data + url.len;
    struct span page = decision->page_url;
    size_t bytes = 0;
    while (bytes < page.len && page.data[bytes] != '?' && page.data[bytes] != '#')
        bytes++;
    bool page_is_home = bytes <= url.len + 1;
    return is_home && !page_is_home ? SPAN_NONE : url;
}

static struct span accept_language(struct decision *decision, const struct fact *fact)
{
    return language_tag(fact->value, decision->arena);
}

/* "NewsArticle" of "https://schema.org/NewsArticle" and "schema:NewsArticle". */
static struct span accept_type(struct decision *decision, const struct fact *fact)
{
    static const char *const starts[] = {"https://schema.org/", "http://schema.org/", "schema:"};
    struct span type = text_clean_markup(decision->arena, fact->value);
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (text_starts_folded(type, starts[i]))
            return span_of(type.data + strlen(starts[i]), type.len - strlen(starts[i]));
    return type;
}

/* An address, made absolute, or words. */
static struct span accept_license(struct decision *decision, const struct fact *fact)
{
    struct span text = text_clean_markup(decision->arena, fact->value);
    bool words = memchr(text.data, ' ', text.len) ||
                 !(memchr(text.data, '/', text.len) || memchr(text.data, ':', text.len));
    return words && rules[fact->rule].origin != ORIGIN_LINK
               ? text
               : link_resolve(decision->links, text, decision->arena);
}

static struct span accept_doi(struct decision *decision, const struct fact *fact)
{
    return doi_find(text_clean_markup(decision->arena, fact->value), decision->arena);
}

static const struct {
    enum article_field field;
    accept_value *accept;
} first_wins[] = {
    {ARTICLE_CANONICAL_URL, accept_canonical},
    {ARTICLE_AMP_URL, accept_link},
    {ARTICLE_LANGUAGE, accept_language},
    {ARTICLE_PUBLISHER, accept_text},
    {ARTICLE_DESCRIPTION, accept_any},
    {ARTICLE_IMAGE_URL, accept_link},
    {ARTICLE_SECTION, accept_text},
    {ARTICLE_TYPE, accept_type},
    {ARTICLE_LICENSE, accept_license},
    {ARTICLE_DOI, accept_doi},
};

static void decide_first(struct decision *decision, enum article_field field, accept_value *accept)
{
    const struct fact *fact = NULL;
    while ((fact = facts_next(decision->facts, field, fact)) != NULL) {
        /* The licence of a picture is said in its caption, that of another work in its teaser. */
        struct span text = fact->flags & (FACT_IN_COMMENT | FACT_IN_RELATED) &&
                                   rules[fact->rule].origin != ORIGIN_META
                               ? SPAN_NONE
                               : accept(decision, fact);
        if (text.len > 0) {
            decide_text(decision, field, text, fact);
            return;
        }
    }
}

static void decide_free_access(struct decision *decision)
{
    static const struct {
        const char *word;
        bool free;
    } words[] = {{"true", true},     {"1", true},     {"yes", true},     {"free", true},
                 {"false", false},   {"0", false},    {"no", false},     {"locked", false},
                 {"metered", false}, {"paid", false}, {"premium", false}};
    const struct fact *fact = NULL;
    while ((fact = facts_next(decision->facts, ARTICLE_FREE_ACCESS, fact)) != NULL) {
        struct span value = text_trim(fact->value);
        for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
            struct span word = value;
            size_t slash = text_find_folded(value, "schema.org/");
            if (slash < value.len)
                word = span_of(value.data + slash + 11, value.len - slash - 11);
            if (!text_equals_folded(word, words[i].word))
                continue;
            decision->metadata->fields[ARTICLE_FREE_ACCESS] =
                (struct value){.kind = VALUE_BOOL,
                               .path = fact_path(fact, decision->arena),
                               .boolean = words[i].free};
            return;
        }
    }
}

/* --- lists */

struct list {
    struct span items[TAGS_MAX];
    size_t count;
};

static void list_add(struct list *list, size_t max, struct span item)
{
    if (item.len == 0 || list->count == max)
        return;
    for (size_t i = 0; i < list->count; i++) {
        struct span known = list->items[i];
        if (known.len != item.len)
            continue;
        struct span a = known, b = item;
        while (a.len > 0 && b.len > 0 && text_lower(text_next(&a)) == text_lower(text_next(&b)))
            if (a.len == 0 && b.len == 0)
                return;
    }
    list->items[list->count++] = item;
}

static void list_set(struct decision *decision, enum article_field field, const struct list *list,
                     const struct fact *fact)
{
    if (list->count == 0)
        return;
    struct span *items = arena_alloc(decision->arena, list->count * sizeof *items);
    if (!items)
        return;
    memcpy(items, list->items, list->count * sizeof *items);
    decision->metadata->fields[field] = (struct value){
        .kind = VALUE_TEXTS,
        .path = fact_path(fact, decision->arena),
        .texts = {items, list->count},
    };
}

static void decide_feeds(struct decision *decision)
{
    struct list list = {.count = 0};
    const struct fact *first = NULL;
    const struct fact *fact = NULL;
    while ((fact = facts_next(decision->facts, ARTICLE_FEED_URLS, fact)) != NULL) {
        list_add(&list, FEEDS_MAX, link_resolve(decision->links, fact->value, decision->arena));
        first = first ? first : fact;
    }
    list_set(decision, ARTICLE_FEED_URLS, &list, first);
}

/* Whether each of a place's values is one tag, commas and all: where it has several, and is none of
 * those that are lists by their specification. */
static bool is_one_tag(const struct decision *decision, const struct fact *fact)
{
    const struct rule *rule = &rules[fact->rule];
    bool list =
        rule->origin == ORIGIN_META && (text_find_folded(rule->name, "keywords") < rule->name.len ||
                                        text_find_folded(rule->name, "tags") < rule->name.len);
    return !list && facts_of_rule(decision->facts, fact->rule)->next != 0;
}

static void add_tags(struct list *list, struct span text, bool whole)
{
    while (text.len > 0) {
        size_t len = whole ? text.len : 0;
        while (len < text.len && text.data[len] != ',' && text.data[len] != ';')
            len++;
        struct span tag = text_trim(span_of(text.data, len));
        if (tag.len <= TAG_MAX_BYTES)
            list_add(list, TAGS_MAX, tag);
        size_t taken = len < text.len ? len + 1 : len;
        text = span_of(text.data + taken, text.len - taken);
    }
}

/* The tags of the most trusted place, all its facts together. */
static void decide_tags(struct decision *decision)
{
    struct list list = {.count = 0};
    const struct fact *first = NULL;
    const struct fact *fact = NULL;
    while ((fact = facts_next(decision->facts, ARTICLE_TAGS, fact)) != NULL) {
        if (first && fact->rule != first->rule && list.count > 0)
            break;
        if (fact->flags & (FACT_IN_COMMENT | FACT_IN_RELATED))
            continue; /* of what another page is about */
        first = fact;
        add_tags(&list, text_clean_markup(decision->arena, fact->value),
                 is_one_tag(decision, fact));
    }
    list_set(decision, ARTICLE_TAGS, &list, first);
}

void decide_fields(struct decision *decision)
{
    for (size_t i = 0; i < sizeof first_wins / sizeof *first_wins; i++)
        decide_first(decision, first_wins[i].field, first_wins[i].accept);
    decide_free_access(decision);
    decide_feeds(decision);
    decide_tags(decision);
}
