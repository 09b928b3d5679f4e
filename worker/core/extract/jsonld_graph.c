#include "core/extract/jsonld_graph.h"

#include <stdio.h>

#include "core/extract/jsonld.h"
#include "core/extract/jsonld_context.h"
#include "core/extract/jsonld_repair.h"
#include "core/extract/jsonld_type.h"
#include "core/text.h"

enum {
    VALUES_MAX = 16,    /* one after another in a broken block */
    MEMBERS_MAX = 1024, /* a fuller object is read in its own place only, not for each reference */
    TREES_MAX_BYTES = 128 * 1024 * 1024, /* "[1,1,1,..." takes the most: 36 times its text */
};

void jsonld_graph_init(struct jsonld_graph *graph)
{
    *graph = (struct jsonld_graph){.path_len = 0};
    graph->last = &graph->first;
    arena_init(&graph->trees, TREES_MAX_BYTES);
}

void jsonld_graph_finish(struct jsonld_graph *graph)
{
    arena_finish(&graph->trees);
}

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

static void add_to_path(struct jsonld_graph *graph, struct span key)
{
    size_t room = sizeof graph->path - graph->path_len;
    if (room > 0)
        graph->path[graph->path_len++] = '/', room--;
    size_t len = key.len < room ? key.len : room;
    if (len > 0)
        memcpy(graph->path + graph->path_len, key.data, len);
    graph->path_len += len;
}

static void add_index_to_path(struct jsonld_graph *graph, size_t index)
{
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%zu", index);
    add_to_path(graph, span_of(digits, (size_t)len));
}

static void add_node(struct jsonld_graph *graph, const struct json *object, unsigned depth,
                     bool is_part)
{
    size_t *count = &graph->counts[jsonld_rank(object) >= JSONLD_WORK][is_part];
    struct jsonld_node *node =
        *count < JSONLD_MAX_NODES_OF_KIND ? arena_alloc(&graph->trees, sizeof *node) : NULL;
    if (!node)
        return;
    *node = (struct jsonld_node){
        .object = object,
        .id = jsonld_text(jsonld_get(object, "@id")),
        .path = arena_copy(&graph->trees, span_of(graph->path, graph->path_len)),
        .depth = depth,
        .is_part = is_part};
    *graph->last = node;
    graph->last = &node->next;
    ++*count;
}

/* Whether an object has a type or an id, in one look at its members. */
static bool is_node(const struct json *value)
{
    static const struct span names[] = {SPAN_LITERAL("@type"), SPAN_LITERAL("@id"),
                                        SPAN_LITERAL("type"), SPAN_LITERAL("id")};
    const struct json *member = json_is(value, JSON_KIND_OBJECT) ? value->first : NULL;
    for (; member; member = member->next)
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            if (span_equal(member->key, names[i]))
                return true;
    return false;
}

static void collect(struct jsonld_graph *graph, const struct json *value, unsigned depth,
                    bool is_part)
{
    size_t index = 0;
    size_t path_len = graph->path_len;
    if (depth > JSONLD_NODE_DEPTH)
        return;
    if (is_node(value))
        add_node(graph, value, depth, is_part);
    for (const struct json *child = value->first; child; child = child->next, index++) {
        /* What was added to a live blog is never the page's article, whatever its address. */
        if (!json_is_container(child) || span_equals(child->key, "liveBlogUpdate"))
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
const struct json *jsonld_resolve(const struct jsonld_graph *graph, const struct json *object)
{
    struct span id = jsonld_text(jsonld_get(object, "@id"));
    const struct json *best = object;
    for (const struct jsonld_node *node = graph->first; node && id.len > 0; node = node->next)
        if (node->object->count > best->count && node->object->count <= MEMBERS_MAX &&
            span_equal(node->id, id))
            best = node->object;
    return best;
}

/* A block as an HTML editor leaves it: {&quot;@type&quot;: ... */
static struct span unescape(struct span block, struct arena *arena)
{
    return text_find_folded(block, "{&quot;") < block.len ? text_clean_markup(arena, block) : block;
}

/* All objects and arrays of a block that is no JSON text: the first has the path of the block,
 * those behind it are its members. */
static void add_broken(struct jsonld_graph *graph, size_t nth, struct span block)
{
    struct json_error error;
    struct buf repaired;
    size_t count = 0;
    struct span rest = unescape(block, &graph->trees);
    buf_init(&repaired, JSONLD_MAX_BLOCK_BYTES * 2);
    for (int left = VALUES_MAX; left > 0 && rest.len > 0; left--) {
        buf_reset(&repaired);
        if (!jsonld_repair(&rest, &repaired))
            break;
        struct span text = arena_copy(&graph->trees, buf_span(&repaired));
        struct json *root = json_read_start(text, &graph->trees, &error);
        if (!root)
            continue;
        jsonld_context_apply(root);
        graph->path_len = 0;
        add_index_to_path(graph, nth);
        if (count > 0)
            add_index_to_path(graph, count);
        collect(graph, root, 0, false);
        count++;
    }
    buf_finish(&repaired);
}

void jsonld_graph_add(struct jsonld_graph *graph, size_t nth, struct span block)
{
    struct json_error error;
    struct json *root = json_read(block, &graph->trees, &error);
    if (!root) {
        add_broken(graph, nth, block);
        return;
    }
    jsonld_context_apply(root);
    graph->path_len = 0;
    add_index_to_path(graph, nth);
    collect(graph, root, 0, false);
}
