#include "core/extract/jsonld.h"

#include <stdio.h>

#include "core/extract/jsonld_repair.h"
#include "core/extract/jsonld_type.h"
#include "core/text.h"

enum {
    PATH_MAX_BYTES = 160,
    AUTHORS_MAX = 32,
    LIST_MAX = 64,
    MEMBERS_MAX = 1024, /* a fuller object is read in its own place only, not for each reference */
    TREES_MAX_BYTES = 128 * 1024 * 1024, /* "[1,1,1,..." takes the most: 36 times its text */
};

/* An object with a type or an id, and where it stands: /BLOCK/@graph/0/author. */
struct node {
    struct node *next; /* found behind it */
    const struct json *object;
    struct span id, path;
    unsigned depth;
    bool is_part; /* inside a list, a comment or another article */
};

struct graph {
    struct facts *facts;
    struct arena trees; /* JSON, nodes and their paths: facts keep copies */
    struct node *first, **last;
    size_t count;
    char path[PATH_MAX_BYTES]; /* of what is looked at now; a longer one is cut */
    size_t path_len;
};

/* --- collecting nodes */

/* Properties whose objects are other things than the page's article. */
static bool leads_away(struct span key)
{
    static const char *const keys[] = {
        "itemListElement", "comment",     "comments", "hasPart",  "isPartOf",    "review",
        "reviews",         "citation",    "about",    "mentions", "relatedLink", "video",
        "isBasedOn",       "workExample", "blogPost", "subjectOf"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (span_equals(key, keys[i]))
            return true;
    return false;
}

static void add_to_path(struct graph *graph, struct span key)
{
    size_t room = sizeof graph->path - graph->path_len;
    if (room > 0)
        graph->path[graph->path_len++] = '/', room--;
    size_t len = key.len < room ? key.len : room;
    if (len > 0)
        memcpy(graph->path + graph->path_len, key.data, len);
    graph->path_len += len;
}

static void add_index_to_path(struct graph *graph, size_t index)
{
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%zu", index);
    add_to_path(graph, span_of(digits, (size_t)len));
}

static void add_node(struct graph *graph, const struct json *object, unsigned depth, bool is_part)
{
    struct node *node = arena_alloc(&graph->trees, sizeof *node);
    if (!node)
        return;
    *node = (struct node){.object = object,
                          .id = jsonld_text(json_get(object, "@id")),
                          .path = arena_copy(&graph->trees, span_of(graph->path, graph->path_len)),
                          .depth = depth,
                          .is_part = is_part};
    *graph->last = node;
    graph->last = &node->next;
    graph->count++;
}

static void collect(struct graph *graph, const struct json *value, unsigned depth, bool is_part)
{
    size_t index = 0;
    size_t path_len = graph->path_len;
    if (depth > JSONLD_NODE_DEPTH || graph->count == JSONLD_MAX_NODES)
        return;
    if (json_get(value, "@type") || json_get(value, "@id"))
        add_node(graph, value, depth, is_part);
    for (const struct json *child = value->first; child; child = child->next, index++) {
        if (!json_is_container(child))
            continue;
        if (json_is(value, JSON_KIND_OBJECT))
            add_to_path(graph, child->key);
        else
            add_index_to_path(graph, index);
        collect(graph, child, depth + 1, is_part || leads_away(child->key));
        graph->path_len = path_len;
    }
}

/* The fullest node with that @id; object itself where it has none or is the fullest. */
static const struct json *resolve(const struct graph *graph, const struct json *object)
{
    struct span id = jsonld_text(json_get(object, "@id"));
    const struct json *best = object;
    for (const struct node *node = graph->first; node && id.len > 0; node = node->next)
        if (node->object->count > best->count && node->object->count <= MEMBERS_MAX &&
            span_equal(node->id, id))
            best = node->object;
    return best;
}

/* --- values */

static void add_text(struct graph *graph, const struct node *node, enum origin origin,
                     const char *prefix, const char *property, struct span value)
{
    char name[64];
    int len = snprintf(name, sizeof name, "%s%s", prefix, property);
    struct fact *fact = facts_add(graph->facts, origin, span_of(name, (size_t)len), value, 0, 0);
    const struct fact *end = graph->facts->items + graph->facts->count;
    for (struct span path = SPAN_NONE; fact && fact < end; fact++) {
        if (path.len == 0)
            path =
                arena_format(graph->facts->arena, "jsonld %.*s/%s", SPAN_ARG(node->path), property);
        fact->path = path;
    }
}

/* The text that stands for an object: its name, its url, its value. */
static struct span label_of(const struct graph *graph, const struct json *object)
{
    static const char *const keys[] = {"name",       "@value", "headline", "url",
                                       "contentUrl", "value",  "@id"};
    const struct json *full = resolve(graph, object);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const struct json *value = json_get(full, keys[i]);
        if (json_is(value, JSON_KIND_ARRAY))
            value = json_item(value, 0);
        if (json_is(value, JSON_KIND_OBJECT))
            value = json_get(value, "@value");
        if (jsonld_text(value).len > 0)
            return jsonld_text(value);
    }
    return SPAN_NONE;
}

/* An image or a page stands for its address, everything else for its name. */
static struct span address_of(const struct graph *graph, const struct json *object)
{
    const struct json *full = resolve(graph, object);
    struct span url = jsonld_text(json_get(full, "url"));
    if (url.len == 0)
        url = jsonld_text(json_get(full, "contentUrl"));
    return url.len > 0 ? url : jsonld_text(json_get(full, "@id"));
}

static bool is_boolean(const struct json *value)
{
    return json_is(value, JSON_KIND_TRUE) || json_is(value, JSON_KIND_FALSE);
}

static void add_value(struct graph *graph, const struct node *node, enum origin origin,
                      const char *prefix, const char *property, const struct json *value, int depth)
{
    int64_t integer;
    if (json_is(value, JSON_KIND_STRING)) {
        add_text(graph, node, origin, prefix, property, jsonld_text(value));
    } else if (is_boolean(value)) {
        add_text(graph, node, origin, prefix, property,
                 span_from(json_is(value, JSON_KIND_TRUE) ? "true" : "false"));
    } else if (json_to_integer(value, &integer)) {
        add_text(graph, node, origin, prefix, property, value->text);
    } else if (json_is(value, JSON_KIND_OBJECT)) {
        bool address = strcmp(property, "image") == 0 ||
                       strcmp(property, "mainEntityOfPage") == 0 ||
                       strcmp(property, "license") == 0;
        add_text(graph, node, origin, prefix, property,
                 address ? address_of(graph, value) : label_of(graph, value));
    } else if (json_is(value, JSON_KIND_ARRAY) && depth < 2) {
        size_t left = LIST_MAX;
        for (const struct json *item = value->first; item && left > 0; item = item->next, left--)
            add_value(graph, node, origin, prefix, property, item, depth + 1);
    }
}

/* --- authors */

static const char orcid_host[] = "orcid.org/";

static struct span orcid_of(const struct json *object)
{
    static const char *const keys[] = {"sameAs", "@id", "identifier", "url"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const struct json *value = json_get(object, keys[i]);
        for (size_t k = 0; k < LIST_MAX; k++) {
            const struct json *item = json_is(value, JSON_KIND_ARRAY) ? json_item(value, k) : value;
            struct span text = jsonld_text(item);
            if (text.len > 0 && text_find_folded(text, orcid_host) < text.len)
                return text;
            if (!json_is(value, JSON_KIND_ARRAY) || !item)
                break;
        }
    }
    return SPAN_NONE;
}

static void add_author(struct graph *graph, const struct node *node, enum origin origin,
                       const char *property, const struct json *value, int depth)
{
    if (json_is(value, JSON_KIND_ARRAY) && depth < 3) {
        size_t left = AUTHORS_MAX;
        for (const struct json *item = value->first; item && left > 0; item = item->next, left--)
            add_author(graph, node, origin, property, item, depth + 1);
        return;
    }
    struct span path =
        arena_format(graph->facts->arena, "jsonld %.*s/%s", SPAN_ARG(node->path), property);
    if (json_is(value, JSON_KIND_STRING)) {
        struct fact *fact =
            facts_add(graph->facts, origin, span_from(property), jsonld_text(value), 0, 0);
        if (fact)
            fact->path = path;
        return;
    }
    if (!json_is(value, JSON_KIND_OBJECT))
        return;
    const struct json *full = resolve(graph, value);
    const struct json *names = json_get(full, "name");
    for (size_t i = 0; i < AUTHORS_MAX; i++) {
        const struct json *name = json_is(names, JSON_KIND_ARRAY) ? json_item(names, i) : names;
        if (json_is(name, JSON_KIND_OBJECT))
            name = json_get(name, "@value") ? json_get(name, "@value") : json_get(name, "name");
        struct fact *fact =
            facts_add(graph->facts, origin, span_from(property), jsonld_text(name), 0, 0);
        if (fact) {
            fact->path = path;
            fact->url = jsonld_text(json_get(full, "url"));
            fact->orcid = orcid_of(full);
            fact->kind = jsonld_has_type(full, "Person") ? AUTHOR_PERSON
                         : jsonld_has_type(full, "Organization") ||
                                 jsonld_has_type(full, "NewsMediaOrganization")
                             ? AUTHOR_ORGANIZATION
                             : AUTHOR_UNKNOWN;
        }
        if (!json_is(names, JSON_KIND_ARRAY) || !name)
            break;
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

static bool is_about(const struct graph *graph, const struct json *object, struct span page_url)
{
    static const char *const keys[] = {"mainEntityOfPage", "url", "@id"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const struct json *value = json_get(object, keys[i]);
        struct span url =
            json_is(value, JSON_KIND_OBJECT) ? address_of(graph, value) : jsonld_text(value);
        if (url.len > 0 && page_url.len > 0 && span_equal(comparable(url), comparable(page_url)))
            return true;
    }
    return false;
}

/* The node that describes the page's article: by type, then by address, then by place. */
static const struct node *find_article(const struct graph *graph, struct span page_url)
{
    const struct node *best = NULL;
    int best_score = 0;
    for (const struct node *node = graph->first; node; node = node->next) {
        enum jsonld_rank rank = jsonld_rank(node->object);
        if (rank < JSONLD_WORK)
            continue;
        bool about = is_about(graph, node->object, page_url);
        if (node->is_part && !about)
            continue;
        int score = (int)rank * 10 + about * 8 - (int)(node->depth > 9 ? 9 : node->depth) / 2 +
                    (json_get(node->object, "headline") != NULL) * 2 +
                    (json_get(node->object, "author") != NULL) +
                    (json_get(node->object, "datePublished") != NULL) * 2;
        if (score > best_score) {
            best = node;
            best_score = score;
        }
    }
    return best;
}

static void add_article(struct graph *graph, const struct node *node)
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
    const struct json *object = resolve(graph, node->object);
    for (size_t i = 0; i < sizeof properties / sizeof *properties; i++) {
        const struct json *value = json_get(object, properties[i]);
        if (value)
            add_value(graph, node, ORIGIN_JSONLD, "", properties[i], value, 0);
    }
    static const char *const people[] = {"author", "creator"};
    for (size_t i = 0; i < sizeof people / sizeof *people; i++) {
        const struct json *value = json_get(object, people[i]);
        if (value)
            add_author(graph, node, ORIGIN_JSONLD, people[i], value, 0);
    }
}

/* Nodes beside the article's that describe the page or the site. */
static void add_others(struct graph *graph)
{
    static const struct {
        const char *type, *prefix;
        const char *properties[6];
    } others[] = {
        {"WebPage",
         "WebPage.",
         {"name", "datePublished", "dateModified", "isAccessibleForFree", NULL}},
        {"MedicalWebPage", "WebPage.", {"name", "datePublished", "dateModified", NULL}},
        {"WebSite", "WebSite.", {"name", NULL}},
        {"Organization", "Organization.", {"name", NULL}},
        {"NewsMediaOrganization", "Organization.", {"name", NULL}},
    };
    for (const struct node *node = graph->first; node; node = node->next) {
        if (node->is_part)
            continue;
        for (size_t k = 0; k < sizeof others / sizeof *others; k++) {
            if (!jsonld_has_type(node->object, others[k].type))
                continue;
            for (const char *const *property = others[k].properties; *property; property++) {
                const struct json *value = json_get(node->object, *property);
                if (json_is(value, JSON_KIND_STRING) || is_boolean(value))
                    add_value(graph, node, ORIGIN_JSONLD_PAGE, others[k].prefix, *property, value,
                              0);
            }
        }
    }
}

/* --- blocks */

/* NULL where it is no JSON even when repaired, or without memory. */
static const struct json *load(struct span block, struct arena *arena)
{
    struct json_error error;
    struct buf repaired;
    const struct json *root = json_read(block, arena, &error);
    if (root)
        return root;
    buf_init(&repaired, JSONLD_MAX_BLOCK_BYTES * 2);
    if (jsonld_repair(block, &repaired))
        root = json_read_start(arena_copy(arena, buf_span(&repaired)), arena, &error);
    buf_finish(&repaired);
    return root;
}

bool jsonld_collect(const struct span *blocks, size_t count, struct span page_url,
                    struct facts *facts)
{
    struct graph graph = {.facts = facts, .last = &graph.first};
    size_t bytes = 0;
    size_t first = facts->count;
    arena_init(&graph.trees, TREES_MAX_BYTES);
    for (size_t i = 0; i < count; i++) {
        bytes += blocks[i].len;
        if (blocks[i].len > JSONLD_MAX_BLOCK_BYTES || bytes > JSONLD_MAX_BYTES)
            continue;
        const struct json *root = load(blocks[i], &graph.trees);
        if (!root)
            continue;
        graph.path_len = 0;
        add_index_to_path(&graph, i);
        collect(&graph, root, 0, false);
    }
    const struct node *article = find_article(&graph, page_url);
    if (article)
        add_article(&graph, article);
    add_others(&graph);
    bool ok = facts_own(facts, first);
    arena_finish(&graph.trees);
    return ok;
}
