#include "core/extract/jsonld.h"

#include <stdio.h>

#include "core/extract/jsonld_graph.h"
#include "core/extract/jsonld_type.h"
#include "core/text.h"

enum {
    AUTHORS_MAX = 32,
    LIST_MAX = 64,
    NESTED_MAX = 3,         /* lists and roles in each other */
    ORGANIZATIONS_MAX = 16, /* asked for the publisher: each looks at all nodes */
};

/* What the facts of a page are made from. */
struct source {
    const struct jsonld_graph *graph;
    struct facts *facts;
    enum origin origin_of_people;
    const char *prefix_of_people; /* of the names of their rules: "", "WebPage." */
};

/* --- values */

static void add_text(const struct source *source, const struct jsonld_node *node,
                     enum origin origin, const char *prefix, const char *property,
                     struct span value)
{
    char name[64];
    int len = snprintf(name, sizeof name, "%s%s", prefix, property);
    struct fact *fact = facts_add(source->facts, origin, span_of(name, (size_t)len), value, 0, 0);
    const struct fact *end = source->facts->items + source->facts->count;
    for (struct span path = SPAN_NONE; fact && fact < end; fact++) {
        if (path.len == 0)
            path = arena_format(source->facts->arena, "jsonld %.*s/%s", SPAN_ARG(node->path),
                                property);
        fact->path = path;
    }
}

/* The inside of {"@list": [...]} and {"@set": [...]}, which are their members (JSON-LD 1.1, 4.3).
 */
static const struct json *members_of(const struct json *value)
{
    static const char *const keys[] = {"@list", "@set"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const struct json *members = json_get(value, keys[i]);
        value = members ? members : value;
    }
    return value;
}

/* The text of a value, or of the first of several: a string, or one with its language. */
static struct span text_of(const struct json *value)
{
    value = members_of(value);
    if (json_is(value, JSON_KIND_ARRAY))
        value = json_item(value, 0);
    if (json_is(value, JSON_KIND_OBJECT))
        value = json_get(value, "@value") ? json_get(value, "@value") : jsonld_get(value, "@id");
    return jsonld_text(value);
}

static struct span first_text(const struct json *object, const char *const *keys, size_t count)
{
    struct span text = SPAN_NONE;
    for (size_t i = 0; i < count && text.len == 0; i++)
        text = text_of(jsonld_get(object, keys[i]));
    return text;
}

/* The text that stands for an object. A language's own name is no tag, its other name is one. */
static struct span label_of(const struct source *source, const struct json *object,
                            const char *property)
{
    enum { ADDRESS_COUNT = 4 };
    static const char *const names[] = {"name",       "@value", "headline", "url",
                                        "contentUrl", "value",  "@id"};
    static const char *const addresses[ADDRESS_COUNT] = {"url", "contentUrl", "@id", "name"};
    static const char *const tags[] = {"alternateName", "@value", "name"};
    static const char *const addressed[] = {"image", "thumbnailUrl", "mainEntityOfPage", "license"};
    const struct json *full = jsonld_resolve(source->graph, object);
    if (strcmp(property, "inLanguage") == 0)
        return first_text(full, tags, sizeof tags / sizeof *tags);
    for (size_t i = 0; i < sizeof addressed / sizeof *addressed; i++)
        if (strcmp(property, addressed[i]) == 0)
            return first_text(full, addresses, ADDRESS_COUNT);
    return first_text(full, names, sizeof names / sizeof *names);
}

static bool is_boolean(const struct json *value)
{
    return json_is(value, JSON_KIND_TRUE) || json_is(value, JSON_KIND_FALSE);
}

static void add_value(const struct source *source, const struct jsonld_node *node,
                      enum origin origin, const char *prefix, const char *property,
                      const struct json *value, int depth)
{
    int64_t integer;
    value = members_of(value);
    if (json_is(value, JSON_KIND_STRING)) {
        add_text(source, node, origin, prefix, property, jsonld_text(value));
    } else if (is_boolean(value)) {
        add_text(source, node, origin, prefix, property,
                 span_from(json_is(value, JSON_KIND_TRUE) ? "true" : "false"));
    } else if (json_to_integer(value, &integer)) {
        add_text(source, node, origin, prefix, property, value->text);
    } else if (json_is(value, JSON_KIND_OBJECT)) {
        add_text(source, node, origin, prefix, property, label_of(source, value, property));
    } else if (json_is(value, JSON_KIND_ARRAY) && depth < NESTED_MAX) {
        size_t left = LIST_MAX;
        for (const struct json *item = value->first; item && left > 0; item = item->next, left--)
            add_value(source, node, origin, prefix, property, item, depth + 1);
    }
}

/* --- authors */

/* Whether an object is {"propertyID": "...orcid...", "value": ...} (schema.org, PropertyValue). */
static bool is_orcid_value(const struct json *object)
{
    struct span id = text_of(jsonld_get(object, "propertyID"));
    return id.len > 0 && text_find_folded(id, "orcid") < id.len;
}

static struct span orcid_in(const struct json *value)
{
    static const char host[] = "orcid.org/";
    value = members_of(value);
    const struct json *item = json_is(value, JSON_KIND_ARRAY) ? value->first : value;
    for (size_t left = LIST_MAX; item && left > 0; left--) {
        struct span text = jsonld_text(item);
        if (text.len > 0 && text_find_folded(text, host) < text.len)
            return text;
        if (is_orcid_value(item))
            return text_of(jsonld_get(item, "value"));
        item = json_is(value, JSON_KIND_ARRAY) ? item->next : NULL;
    }
    return SPAN_NONE;
}

static struct span orcid_of(const struct json *person)
{
    static const char *const keys[] = {"sameAs", "@id", "identifier", "url"};
    struct span orcid = SPAN_NONE;
    for (size_t i = 0; i < sizeof keys / sizeof *keys && orcid.len == 0; i++)
        orcid = orcid_in(jsonld_get(person, keys[i]));
    return orcid;
}

/* The person's page; a profile elsewhere where there is none, but no site's home page, which many a
 * system writes there. */
static struct span page_of(const struct json *person)
{
    static const char *const pages[] = {"url", "mainEntityOfPage"};
    struct span url = first_text(person, pages, sizeof pages / sizeof *pages);
    struct span other = url.len > 0 ? SPAN_NONE : text_of(jsonld_get(person, "sameAs"));
    size_t slashes = 0;
    for (size_t i = 0; i + 1 < other.len; i++)
        slashes += other.data[i] == '/';
    return slashes > 2 ? other : url;
}

/* One author; person is the object that tells more, or NULL. */
static void add_name(const struct source *source, const struct jsonld_node *node,
                     const char *property, struct span name, const struct json *person)
{
    char rule[64];
    int len = snprintf(rule, sizeof rule, "%s%s", source->prefix_of_people, property);
    struct fact *fact =
        facts_add(source->facts, source->origin_of_people, span_of(rule, (size_t)len), name, 0, 0);
    if (!fact)
        return;
    fact->path =
        arena_format(source->facts->arena, "jsonld %.*s/%s", SPAN_ARG(node->path), property);
    if (!person)
        return;
    fact->url = page_of(person);
    fact->orcid = orcid_of(person);
    fact->kind = jsonld_author_kind_of(person);
}

/* "Jane A. Roe" of a person whose name comes in parts. */
static struct span join_name(const struct source *source, const struct json *person)
{
    struct span given = text_of(jsonld_get(person, "givenName"));
    struct span more = text_of(jsonld_get(person, "additionalName"));
    struct span family = text_of(jsonld_get(person, "familyName"));
    return arena_format(source->facts->arena, "%.*s %.*s %.*s", SPAN_ARG(given), SPAN_ARG(more),
                        SPAN_ARG(family));
}

static void add_person(const struct source *source, const struct jsonld_node *node,
                       const char *property, const struct json *person)
{
    const struct json *names = members_of(jsonld_get(person, "name"));
    const struct json *name = json_is(names, JSON_KIND_ARRAY) ? names->first : names;
    if (!name)
        add_name(source, node, property, join_name(source, person), person);
    for (size_t left = AUTHORS_MAX; name && left > 0; left--) {
        struct span text =
            json_is(name, JSON_KIND_OBJECT) ? label_of(source, name, "name") : jsonld_text(name);
        add_name(source, node, property, text, person);
        name = json_is(names, JSON_KIND_ARRAY) ? name->next : NULL;
    }
}

/* A list, a name, a person, or a role, which holds the person under the same name
 * (schema.org, Role). */
static void add_author(const struct source *source, const struct jsonld_node *node,
                       const char *property, const struct json *value, int depth)
{
    value = members_of(value);
    if (json_is(value, JSON_KIND_ARRAY) && depth < NESTED_MAX) {
        size_t left = AUTHORS_MAX;
        for (const struct json *item = value->first; item && left > 0; item = item->next, left--)
            add_author(source, node, property, item, depth + 1);
    } else if (json_is(value, JSON_KIND_STRING)) {
        add_name(source, node, property, jsonld_text(value), NULL);
    } else if (json_is(value, JSON_KIND_OBJECT)) {
        const struct json *full = jsonld_resolve(source->graph, value);
        const struct json *inner = jsonld_get(full, property);
        if (json_get(full, "@value"))
            add_name(source, node, property, text_of(full), NULL);
        else if (inner && depth < NESTED_MAX)
            add_author(source, node, property, inner, depth + 1);
        else
            add_person(source, node, property, full);
    }
}

/* --- the article's node */

/* Two addresses that differ in scheme, "www.", query, fragment and last slash only are one. */
static struct span comparable(struct span url)
{
    static const char *const starts[] = {"https:", "http:", "//", "www."};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (text_starts_folded(url, starts[i]))
            url = span_of(url.data + strlen(starts[i]), url.len - strlen(starts[i]));
    size_t len = 0;
    while (len < url.len && url.data[len] != '?' && url.data[len] != '#')
        len++;
    while (len > 0 && url.data[len - 1] == '/')
        len--;
    return span_of(url.data, len);
}

static struct span address_of(const struct jsonld_graph *graph, const struct json *object)
{
    static const char *const keys[] = {"url", "@id"};
    return first_text(jsonld_resolve(graph, object), keys, sizeof keys / sizeof *keys);
}

static bool is_about(const struct jsonld_graph *graph, const struct json *object,
                     struct span page_url)
{
    static const char *const keys[] = {"mainEntityOfPage", "url", "@id"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const struct json *value = jsonld_get(object, keys[i]);
        struct span url =
            json_is(value, JSON_KIND_OBJECT) ? address_of(graph, value) : text_of(value);
        if (url.len > 0 && page_url.len > 0 && span_equal(comparable(url), comparable(page_url)))
            return true;
    }
    return false;
}

/* The node that describes the page's article: by type, then by address, then by place. */
static const struct jsonld_node *find_article(const struct jsonld_graph *graph,
                                              struct span page_url)
{
    const struct jsonld_node *best = NULL;
    int best_score = 0;
    for (const struct jsonld_node *node = graph->first; node; node = node->next) {
        enum jsonld_rank rank = jsonld_rank(node->object);
        if (rank < JSONLD_WORK)
            continue;
        bool about = is_about(graph, node->object, page_url);
        if (node->is_part && !about)
            continue;
        int score = (int)rank * 10 + about * 8 - (int)(node->depth > 9 ? 9 : node->depth) / 2 +
                    (jsonld_get(node->object, "headline") != NULL) * 2 +
                    (jsonld_get(node->object, "author") != NULL) +
                    (jsonld_get(node->object, "datePublished") != NULL) * 2;
        if (score > best_score) {
            best = node;
            best_score = score;
        }
    }
    return best;
}

/* An article whose parts are not free is not free ("paywalled content" of Google Search). */
static void add_paywall(const struct source *source, const struct jsonld_node *node,
                        const struct json *parts)
{
    const struct json *part = json_is(parts, JSON_KIND_ARRAY) ? parts->first : parts;
    for (size_t left = LIST_MAX; part && left > 0; left--) {
        const struct json *free = jsonld_get(part, "isAccessibleForFree");
        struct span word = jsonld_text(free);
        size_t no = word.len > 0 ? text_find_folded(word, "false") : 1;
        if (json_is(free, JSON_KIND_FALSE) || no < word.len)
            add_text(source, node, ORIGIN_JSONLD, "", "isAccessibleForFree", span_from("false"));
        part = json_is(parts, JSON_KIND_ARRAY) ? part->next : NULL;
    }
}

static void add_article(const struct source *source, const struct jsonld_node *node)
{
    static const char *const properties[] = {"headline",
                                             "name",
                                             "datePublished",
                                             "dateCreated",
                                             "uploadDate",
                                             "datePosted",
                                             "dateModified",
                                             "publisher",
                                             "description",
                                             "inLanguage",
                                             "image",
                                             "thumbnailUrl",
                                             "articleSection",
                                             "keywords",
                                             "@type",
                                             "isAccessibleForFree",
                                             "license",
                                             "identifier",
                                             "sameAs",
                                             "@id",
                                             "url",
                                             "mainEntityOfPage"};
    const struct json *object = jsonld_resolve(source->graph, node->object);
    for (size_t i = 0; i < sizeof properties / sizeof *properties; i++) {
        const struct json *value = jsonld_get(object, properties[i]);
        if (value)
            add_value(source, node, ORIGIN_JSONLD, "", properties[i], value, 0);
    }
    if (!jsonld_get(object, "isAccessibleForFree"))
        add_paywall(source, node, jsonld_get(object, "hasPart"));
    static const char *const people[] = {"author", "creator"};
    for (size_t i = 0; i < sizeof people / sizeof *people; i++) {
        const struct json *value = jsonld_get(object, people[i]);
        if (value)
            add_author(source, node, people[i], value, 0);
    }
}

/* Whether a node stands by itself, or as the publisher of another: an organization that is an
 * author, or that an author works for, is not the site. */
static bool is_of_site(struct span path)
{
    static const char *const keys[] = {"@graph", "publisher"};
    while (path.len > 0) {
        struct span rest = span_of(path.data + 1, path.len - 1); /* behind the slash */
        size_t len = 0;
        while (len < rest.len && rest.data[len] != '/')
            len++;
        struct span key = span_of(rest.data, len);
        bool known = key.len > 0 && key.data[0] >= '0' && key.data[0] <= '9';
        for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
            known |= span_equals(key, keys[i]);
        if (!known)
            return false;
        path = span_of(rest.data + len, rest.len - len);
    }
    return true;
}

/* Whether value is a reference to that @id, or a list with one. */
static bool refers_to(const struct json *value, struct span id)
{
    const struct json *item = json_is(value, JSON_KIND_ARRAY) ? value->first : value;
    for (size_t left = LIST_MAX; item && left > 0; left--) {
        if (span_equal(jsonld_text(jsonld_get(item, "@id")), id))
            return true;
        item = json_is(value, JSON_KIND_ARRAY) ? item->next : NULL;
    }
    return false;
}

/* Whether some node has one of the properties with a reference to that @id. */
static bool is_named_by(const struct jsonld_graph *graph, struct span id, const char *const *keys)
{
    for (const struct jsonld_node *node = graph->first; node; node = node->next)
        for (const char *const *key = keys; *key; key++)
            if (refers_to(jsonld_get(node->object, *key), id))
                return true;
    return false;
}

/* Whether the page only tells of an organization that stands by itself in the graph. */
static bool is_only_mentioned(const struct jsonld_graph *graph, const struct jsonld_node *node)
{
    static const char *const mentions[] = {"about",    "mentions", "affiliation", "worksFor",
                                           "memberOf", "sponsor",  "funder",      NULL};
    static const char *const publishes[] = {"publisher", "sourceOrganization", "copyrightHolder",
                                            NULL};
    return node->id.len > 0 && is_named_by(graph, node->id, mentions) &&
           !is_named_by(graph, node->id, publishes);
}

/* Nodes beside the article's that describe the page or the site. */
static void add_others(const struct source *source)
{
    static const struct {
        const char *type, *prefix;
        const char *properties[6];
    } others[] = {
        {"WebPage",
         "WebPage.",
         {"name", "datePublished", "dateModified", "isAccessibleForFree", "inLanguage", NULL}},
        {"MedicalWebPage", "WebPage.", {"name", "datePublished", "dateModified", NULL}},
        {"WebSite", "WebSite.", {"name", NULL}},
        {"Organization", "Organization.", {"name", NULL}},
        {"NewsMediaOrganization", "Organization.", {"name", NULL}},
    };
    const struct source of_page = {source->graph, source->facts, ORIGIN_JSONLD_PAGE, "WebPage."};
    size_t organizations = ORGANIZATIONS_MAX;
    for (const struct jsonld_node *node = source->graph->first; node; node = node->next) {
        if (node->is_part)
            continue;
        for (size_t k = 0; k < sizeof others / sizeof *others; k++) {
            bool is_organization = strcmp(others[k].prefix, "Organization.") == 0;
            if (!jsonld_has_type(node->object, others[k].type) ||
                (is_organization && (!is_of_site(node->path) || organizations == 0)))
                continue;
            if (is_organization && (organizations--, is_only_mentioned(source->graph, node)))
                continue;
            if (strcmp(others[k].prefix, "WebPage.") == 0)
                add_author(&of_page, node, "author", jsonld_get(node->object, "author"), 0);
            for (const char *const *property = others[k].properties; *property; property++) {
                const struct json *value = jsonld_get(node->object, *property);
                if (json_is(value, JSON_KIND_STRING) || is_boolean(value))
                    add_value(source, node, ORIGIN_JSONLD_PAGE, others[k].prefix, *property, value,
                              0);
            }
        }
    }
}

bool jsonld_collect(const struct span *blocks, size_t count, struct span page_url,
                    struct facts *facts)
{
    struct jsonld_graph graph;
    size_t bytes = 0;
    size_t first = facts->count;
    jsonld_graph_init(&graph);
    for (size_t i = 0; i < count; i++) {
        bytes += blocks[i].len;
        if (blocks[i].len <= JSONLD_MAX_BLOCK_BYTES && bytes <= JSONLD_MAX_BYTES)
            jsonld_graph_add(&graph, i, blocks[i]);
    }
    const struct source source = {&graph, facts, ORIGIN_JSONLD, ""};
    const struct jsonld_node *article = find_article(&graph, page_url);
    if (article)
        add_article(&source, article);
    add_others(&source);
    bool ok = facts_own(facts, first);
    jsonld_graph_finish(&graph);
    return ok;
}
