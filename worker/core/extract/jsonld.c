#include "core/extract/jsonld.h"

#include <jansson.h>

#include "core/extract/jsonld_repair.h"
#include "core/extract/jsonld_type.h"
#include "core/text.h"

enum { PATH_MAX_BYTES = 160, AUTHORS_MAX = 32, LIST_MAX = 64 };

/* An object with a type or an id, and where it stands: /BLOCK/@graph/0/author. */
struct node {
    json_t *object;
    struct span path;
    unsigned depth;
    bool is_part; /* inside a list, a comment or another article */
};

struct graph {
    struct facts *facts;
    struct node nodes[JSONLD_MAX_NODES];
    size_t count;
};

/* --- collecting nodes */

/* Properties whose objects are other things than the page's article. */
static bool leads_away(const char *key)
{
    static const char *const keys[] = {
        "itemListElement", "comment",     "comments", "hasPart",  "isPartOf",    "review",
        "reviews",         "citation",    "about",    "mentions", "relatedLink", "video",
        "isBasedOn",       "workExample", "blogPost", "subjectOf"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcmp(keys[i], key) == 0)
            return true;
    return false;
}

static void collect(struct graph *graph, json_t *value, const char *path, unsigned depth,
                    bool is_part);

static void collect_children(struct graph *graph, json_t *object, const char *path, unsigned depth,
                             bool is_part)
{
    const char *key;
    json_t *child;
    json_object_foreach(object, key, child)
    {
        char child_path[PATH_MAX_BYTES];
        if (!json_is_object(child) && !json_is_array(child))
            continue;
        (void)snprintf(child_path, sizeof child_path, "%s/%s", path, key);
        collect(graph, child, child_path, depth + 1, is_part || leads_away(key));
    }
}

static void collect(struct graph *graph, json_t *value, const char *path, unsigned depth,
                    bool is_part)
{
    if (depth > JSONLD_NODE_DEPTH || graph->count == JSONLD_MAX_NODES)
        return;
    if (json_is_array(value)) {
        size_t index;
        json_t *item;
        json_array_foreach(value, index, item)
        {
            char item_path[PATH_MAX_BYTES];
            if (!json_is_object(item) && !json_is_array(item))
                continue;
            (void)snprintf(item_path, sizeof item_path, "%s/%zu", path, index);
            collect(graph, item, item_path, depth + 1, is_part);
        }
        return;
    }
    if (!json_is_object(value))
        return;
    if (json_object_get(value, "@type") || json_object_get(value, "@id")) {
        struct span copy = arena_copy(graph->facts->arena, span_from(path));
        graph->nodes[graph->count++] =
            (struct node){.object = value, .path = copy, .depth = depth, .is_part = is_part};
    }
    collect_children(graph, value, path, depth, is_part);
}

/* The fullest node with that @id; object itself where it has none or is the fullest. */
static const json_t *resolve(const struct graph *graph, const json_t *object)
{
    struct span id = jsonld_text(json_object_get(object, "@id"));
    const json_t *best = object;
    if (id.len == 0)
        return object;
    for (size_t i = 0; i < graph->count; i++) {
        const json_t *other = graph->nodes[i].object;
        if (json_object_size(other) > json_object_size(best) &&
            span_equal(jsonld_text(json_object_get(other, "@id")), id))
            best = other;
    }
    return best;
}

/* --- values */

static void add_text(struct graph *graph, const struct node *node, enum origin origin,
                     const char *prefix, const char *property, struct span value)
{
    char name[64];
    (void)snprintf(name, sizeof name, "%s%s", prefix, property);
    struct fact *fact = facts_add(graph->facts, origin, span_from(name), value, 0, 0);
    const struct fact *end = graph->facts->items + graph->facts->count;
    for (struct span path = SPAN_NONE; fact && fact < end; fact++) {
        if (path.len == 0)
            path =
                arena_format(graph->facts->arena, "jsonld %.*s/%s", SPAN_ARG(node->path), property);
        fact->path = path;
    }
}

/* The text that stands for an object: its name, its url, its value. */
static struct span label_of(const struct graph *graph, const json_t *object)
{
    static const char *const keys[] = {"name",       "@value", "headline", "url",
                                       "contentUrl", "value",  "@id"};
    const json_t *full = resolve(graph, object);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const json_t *value = json_object_get(full, keys[i]);
        if (json_is_array(value))
            value = json_array_get(value, 0);
        if (json_is_object(value))
            value = json_object_get(value, "@value");
        if (jsonld_text(value).len > 0)
            return jsonld_text(value);
    }
    return SPAN_NONE;
}

/* An image or a page stands for its address, everything else for its name. */
static struct span address_of(const struct graph *graph, const json_t *object)
{
    const json_t *full = resolve(graph, object);
    struct span url = jsonld_text(json_object_get(full, "url"));
    if (url.len == 0)
        url = jsonld_text(json_object_get(full, "contentUrl"));
    return url.len > 0 ? url : jsonld_text(json_object_get(full, "@id"));
}

static void add_value(struct graph *graph, const struct node *node, enum origin origin,
                      const char *prefix, const char *property, const json_t *value, int depth)
{
    if (json_is_string(value)) {
        add_text(graph, node, origin, prefix, property, jsonld_text(value));
    } else if (json_is_boolean(value)) {
        add_text(graph, node, origin, prefix, property,
                 span_from(json_is_true(value) ? "true" : "false"));
    } else if (json_is_integer(value)) {
        add_text(graph, node, origin, prefix, property,
                 arena_format(graph->facts->arena, "%lld", (long long)json_integer_value(value)));
    } else if (json_is_object(value)) {
        bool address = strcmp(property, "image") == 0 ||
                       strcmp(property, "mainEntityOfPage") == 0 ||
                       strcmp(property, "license") == 0;
        add_text(graph, node, origin, prefix, property,
                 address ? address_of(graph, value) : label_of(graph, value));
    } else if (json_is_array(value) && depth < 2) {
        size_t index;
        const json_t *item;
        json_array_foreach(value, index, item)
        {
            if (index < LIST_MAX)
                add_value(graph, node, origin, prefix, property, item, depth + 1);
        }
    }
}

/* --- authors */

static const char orcid_host[] = "orcid.org/";

static struct span orcid_of(const json_t *object)
{
    static const char *const keys[] = {"sameAs", "@id", "identifier", "url"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const json_t *value = json_object_get(object, keys[i]);
        for (size_t k = 0; k < LIST_MAX; k++) {
            const json_t *item = json_is_array(value) ? json_array_get(value, k) : value;
            struct span text = jsonld_text(item);
            if (text.len > 0 && text_find_folded(text, orcid_host) < text.len)
                return text;
            if (!json_is_array(value) || !item)
                break;
        }
    }
    return SPAN_NONE;
}

static void add_author(struct graph *graph, const struct node *node, enum origin origin,
                       const char *property, const json_t *value, int depth)
{
    if (json_is_array(value) && depth < 3) {
        for (size_t i = 0; i < json_array_size(value) && i < AUTHORS_MAX; i++)
            add_author(graph, node, origin, property, json_array_get(value, i), depth + 1);
        return;
    }
    struct span path =
        arena_format(graph->facts->arena, "jsonld %.*s/%s", SPAN_ARG(node->path), property);
    if (json_is_string(value)) {
        struct fact *fact =
            facts_add(graph->facts, origin, span_from(property), jsonld_text(value), 0, 0);
        if (fact)
            fact->path = path;
        return;
    }
    if (!json_is_object(value))
        return;
    const json_t *full = resolve(graph, value);
    const json_t *names = json_object_get(full, "name");
    for (size_t i = 0; i < AUTHORS_MAX; i++) {
        const json_t *name = json_is_array(names) ? json_array_get(names, i) : names;
        if (json_is_object(name))
            name = json_object_get(name, "@value") ? json_object_get(name, "@value")
                                                   : json_object_get(name, "name");
        struct fact *fact =
            facts_add(graph->facts, origin, span_from(property), jsonld_text(name), 0, 0);
        if (fact) {
            fact->path = path;
            fact->url = jsonld_text(json_object_get(full, "url"));
            fact->orcid = orcid_of(full);
            fact->kind = jsonld_has_type(full, "Person") ? AUTHOR_PERSON
                         : jsonld_has_type(full, "Organization") ||
                                 jsonld_has_type(full, "NewsMediaOrganization")
                             ? AUTHOR_ORGANIZATION
                             : AUTHOR_UNKNOWN;
        }
        if (!json_is_array(names) || !name)
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

static bool is_about(const struct graph *graph, const json_t *object, struct span page_url)
{
    static const char *const keys[] = {"mainEntityOfPage", "url", "@id"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const json_t *value = json_object_get(object, keys[i]);
        struct span url = json_is_object(value) ? address_of(graph, value) : jsonld_text(value);
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
    for (size_t i = 0; i < graph->count; i++) {
        const struct node *node = &graph->nodes[i];
        enum jsonld_rank rank = jsonld_rank(node->object);
        if (rank < JSONLD_WORK)
            continue;
        bool about = is_about(graph, node->object, page_url);
        if (node->is_part && !about)
            continue;
        int score = (int)rank * 10 + about * 8 - (int)(node->depth > 9 ? 9 : node->depth) / 2 +
                    (json_object_get(node->object, "headline") != NULL) * 2 +
                    (json_object_get(node->object, "author") != NULL) +
                    (json_object_get(node->object, "datePublished") != NULL) * 2;
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
    const json_t *object = resolve(graph, node->object);
    for (size_t i = 0; i < sizeof properties / sizeof *properties; i++) {
        const json_t *value = json_object_get(object, properties[i]);
        if (value)
            add_value(graph, node, ORIGIN_JSONLD, "", properties[i], value, 0);
    }
    static const char *const people[] = {"author", "creator"};
    for (size_t i = 0; i < sizeof people / sizeof *people; i++) {
        const json_t *value = json_object_get(object, people[i]);
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
    for (size_t i = 0; i < graph->count; i++) {
        const struct node *node = &graph->nodes[i];
        if (node->is_part)
            continue;
        for (size_t k = 0; k < sizeof others / sizeof *others; k++) {
            if (!jsonld_has_type(node->object, others[k].type))
                continue;
            for (const char *const *property = others[k].properties; *property; property++) {
                const json_t *value = json_object_get(node->object, *property);
                if (json_is_string(value) || json_is_boolean(value))
                    add_value(graph, node, ORIGIN_JSONLD_PAGE, others[k].prefix, *property, value,
                              0);
            }
        }
    }
}

/* --- blocks */

static json_t *load(struct span block)
{
    json_error_t error;
    json_t *root = json_loadb(block.data, block.len, JSON_ALLOW_NUL, &error);
    if (root)
        return root;
    struct buf repaired;
    buf_init(&repaired, JSONLD_MAX_BLOCK_BYTES * 2);
    if (jsonld_repair(block, &repaired))
        root = json_loadb(repaired.data ? repaired.data : "", repaired.len,
                          JSON_ALLOW_NUL | JSON_DISABLE_EOF_CHECK, &error);
    buf_finish(&repaired);
    return root;
}

bool jsonld_collect(const struct span *blocks, size_t count, struct span page_url,
                    struct facts *facts)
{
    if (count == 0)
        return true;
    json_t *roots = json_array();
    struct graph *graph = arena_alloc(facts->arena, sizeof *graph);
    bool ok = roots != NULL && graph != NULL;
    if (!ok)
        goto out;
    graph->facts = facts;
    size_t bytes = 0;
    size_t first = facts->count;
    for (size_t i = 0; i < count; i++) {
        bytes += blocks[i].len;
        if (blocks[i].len > JSONLD_MAX_BLOCK_BYTES || bytes > JSONLD_MAX_BYTES)
            continue;
        char path[32];
        json_t *root = load(blocks[i]);
        if (!root)
            continue;
        (void)snprintf(path, sizeof path, "/%zu", i);
        collect(graph, root, path, 0, false);
        ok = json_array_append_new(roots, root) == 0 && ok;
    }
    const struct node *article = find_article(graph, page_url);
    if (article)
        add_article(graph, article);
    add_others(graph);
    ok = facts_own(facts, first) && ok;
out:
    json_decref(roots);
    return ok;
}
