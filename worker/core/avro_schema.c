#include "core/avro_schema.h"

#include <assert.h>
#include <stdlib.h>

#include "core/arena.h"
#include "core/avro_canonical.h"
#include "core/avro_path.h"

enum { ARENA_BYTES = 8 * 1024 * 1024 };

/* A name's definition, found again by reference. */
struct named {
    struct named *next;
    const struct schema_node *node;
};

struct avro_schema {
    struct arena arena; /* every node and name */
    json_t *json;       /* the defaults point into it */
    const struct schema_node *root;
    uint64_t fingerprint;
};

struct parser {
    struct arena *arena;
    struct named *names;
    size_t node_count;
    struct error *error;
};

/* Where the parser stands: how deep, under which field, and in which namespace. */
struct scope {
    struct avro_path path; /* without a name outside of any field */
    const char *namespace; /* "" is the null namespace */
    int depth;
};

static const struct schema_node *parse_type(struct parser *parser, const json_t *json,
                                            const struct scope *scope);

static const char *const type_names[SCHEMA_TYPE_COUNT] = {
    [SCHEMA_NULL] = "null",   [SCHEMA_BOOLEAN] = "boolean", [SCHEMA_INT] = "int",
    [SCHEMA_LONG] = "long",   [SCHEMA_FLOAT] = "float",     [SCHEMA_DOUBLE] = "double",
    [SCHEMA_BYTES] = "bytes", [SCHEMA_STRING] = "string",   [SCHEMA_RECORD] = "record",
    [SCHEMA_ENUM] = "enum",   [SCHEMA_FIXED] = "fixed",     [SCHEMA_ARRAY] = "array",
    [SCHEMA_MAP] = "map",     [SCHEMA_UNION] = "union",
};

/* A logical type on a type that it is not made for is ignored (Avro specification, "Logical
 * Types"). */
static const struct {
    const char *name;
    enum schema_type type;
    enum schema_logical logical;
} logical_types[] = {
    {"date", SCHEMA_INT, LOGICAL_DATE},
    {"timestamp-millis", SCHEMA_LONG, LOGICAL_TIMESTAMP_MILLIS},
    {"timestamp-micros", SCHEMA_LONG, LOGICAL_TIMESTAMP_MICROS},
    {"timestamp-nanos", SCHEMA_LONG, LOGICAL_TIMESTAMP_NANOS},
};

const char *schema_type_name(enum schema_type type)
{
    assert(type < SCHEMA_TYPE_COUNT);
    return type_names[type];
}

static enum schema_type type_find(const char *name)
{
    enum schema_type type = SCHEMA_NULL;
    while (type < SCHEMA_TYPE_COUNT && strcmp(name, type_names[type]) != 0)
        type++;
    return type;
}

static bool is_primitive(enum schema_type type)
{
    return type <= SCHEMA_STRING;
}

static bool is_named(enum schema_type type)
{
    return type == SCHEMA_RECORD || type == SCHEMA_ENUM || type == SCHEMA_FIXED;
}

int schema_symbol_find(const struct schema_node *node, struct span symbol)
{
    for (size_t i = 0; i < node->count; i++)
        if (span_equals(symbol, node->symbols[i]))
            return (int)i;
    return -1;
}

int schema_symbol_for(const struct schema_node *node, struct span word)
{
    for (size_t i = 0; i < node->count; i++)
        if (span_equals_nocase(word, node->symbols[i]))
            return (int)i;
    return -1;
}

/* ---- errors; each returns NULL so that a parse ends with `return refuse(...)` ---- */

static void *refuse(struct parser *parser, const struct scope *scope, const char *problem,
                    const char *detail)
{
    char place[AVRO_PATH_MAX];
    if (scope->path.name)
        (void)error_set(parser->error, ERROR_USAGE, "schema: field %s: %s%s",
                        avro_path_text(&scope->path, place), problem, detail);
    else
        (void)error_set(parser->error, ERROR_USAGE, "schema: %s%s", problem, detail);
    return NULL;
}

static void *refuse_size(struct parser *parser)
{
    (void)error_set(parser->error, ERROR_USAGE, "schema: larger than byline reads");
    return NULL;
}

static struct schema_node *new_node(struct parser *parser, enum schema_type type)
{
    struct schema_node *node = NULL;
    if (parser->node_count < AVRO_SCHEMA_MAX_NODES)
        node = arena_alloc(parser->arena, sizeof *node);
    if (!node)
        return refuse_size(parser);
    node->id = parser->node_count++;
    node->type = type;
    node->default_symbol = -1;
    return node;
}

/* Room for a list's members, counted against the bounds. */
static void *new_members(struct parser *parser, const json_t *list, size_t member_bytes)
{
    size_t count = json_array_size(list);
    if (count > AVRO_SCHEMA_MAX_MEMBERS || parser->node_count + count > AVRO_SCHEMA_MAX_NODES)
        return refuse_size(parser);
    void *members = arena_alloc(parser->arena, count * member_bytes + 1);
    return members ? members : refuse_size(parser);
}

/* ---- names ---- */

/* [A-Za-z_][A-Za-z0-9_]*, also several with dots between when dotted. */
static bool name_is_valid(const char *name, bool dotted)
{
    bool at_start = true;
    for (const char *c = name; *c; c++) {
        bool letter = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || *c == '_';
        bool digit = *c >= '0' && *c <= '9';
        if (dotted && *c == '.' && !at_start) {
            at_start = true;
            continue;
        }
        if (!letter && !(digit && !at_start))
            return false;
        at_start = false;
    }
    return !at_start;
}

static const char *join_name(struct parser *parser, const char *namespace, const char *name)
{
    struct span full = strchr(name, '.') || !*namespace
                           ? arena_copy(parser->arena, span_from(name))
                           : arena_format(parser->arena, "%s.%s", namespace, name);
    return full.data ? full.data : refuse_size(parser);
}

static const struct schema_node *find_name(const struct parser *parser, const char *fullname)
{
    for (const struct named *named = parser->names; named; named = named->next)
        if (strcmp(named->node->fullname, fullname) == 0)
            return named->node;
    return NULL;
}

static const struct schema_node *resolve_name(struct parser *parser, const char *name,
                                              const struct scope *scope)
{
    const char *fullname = join_name(parser, scope->namespace, name);
    if (!fullname)
        return NULL;
    const struct schema_node *node = find_name(parser, fullname);
    if (!node)
        return refuse(parser, scope, "unknown type ", name);
    return node;
}

/* Gives node its full name and makes it known, before its members are read: they may name it. */
static bool define_name(struct parser *parser, struct schema_node *node, const json_t *json,
                        const struct scope *scope)
{
    const char *name = json_string_value(json_object_get(json, "name"));
    const json_t *namespace = json_object_get(json, "namespace");
    if (!name || !name_is_valid(name, true))
        return refuse(parser, scope, "no valid name for a ", schema_type_name(node->type));
    if (namespace && !json_is_string(namespace))
        return refuse(parser, scope, "namespace is not a string in ", name);
    const char *space = namespace ? json_string_value(namespace) : scope->namespace;
    if (*space && !name_is_valid(space, true))
        return refuse(parser, scope, "not a valid namespace: ", space);
    node->fullname = join_name(parser, space, name);
    if (!node->fullname)
        return false;
    if (find_name(parser, node->fullname))
        return refuse(parser, scope, "defined twice: ", node->fullname);
    struct named *named = arena_alloc(parser->arena, sizeof *named);
    if (!named)
        return refuse_size(parser);
    *named = (struct named){.next = parser->names, .node = node};
    parser->names = named;
    return true;
}

/* The part of a full name before the last dot; members of a type live there. */
static const char *namespace_of(struct parser *parser, const char *fullname)
{
    const char *dot = strrchr(fullname, '.');
    if (!dot)
        return "";
    struct span space = arena_copy(parser->arena, span_of(fullname, (size_t)(dot - fullname)));
    return space.data ? space.data : refuse_size(parser);
}

/* ---- complex types ---- */

static bool parse_field(struct parser *parser, const json_t *json, const struct scope *scope,
                        struct schema_field *fields, size_t index)
{
    const char *name = json_string_value(json_object_get(json, "name"));
    if (!name || !name_is_valid(name, false))
        return refuse(parser, scope, "a field without a valid name", "");
    for (size_t i = 0; i < index; i++)
        if (strcmp(fields[i].name, name) == 0)
            return refuse(parser, scope, "two fields with the name ", name);
    struct scope below = *scope;
    below.path = (struct avro_path){.up = scope->path.name ? &scope->path : NULL, .name = name};
    const json_t *type = json_object_get(json, "type");
    if (!type)
        return refuse(parser, &below, "has no type", "");
    fields[index] = (struct schema_field){
        .name = name,
        .type = parse_type(parser, type, &below),
        .default_value = json_object_get(json, "default"),
    };
    return fields[index].type != NULL;
}

static const struct schema_node *parse_record(struct parser *parser, const json_t *json,
                                              const struct scope *scope)
{
    struct schema_node *node = new_node(parser, SCHEMA_RECORD);
    if (!node || !define_name(parser, node, json, scope))
        return NULL;
    const json_t *list = json_object_get(json, "fields");
    if (!json_is_array(list))
        return refuse(parser, scope, "no list of fields in record ", node->fullname);
    struct schema_field *fields = new_members(parser, list, sizeof *fields);
    struct scope below = *scope;
    below.namespace = namespace_of(parser, node->fullname);
    if (!fields || !below.namespace)
        return NULL;
    for (size_t i = 0; i < json_array_size(list); i++)
        if (!parse_field(parser, json_array_get(list, i), &below, fields, i))
            return NULL;
    node->fields = fields;
    node->count = json_array_size(list);
    return node;
}

static const struct schema_node *parse_enum(struct parser *parser, const json_t *json,
                                            const struct scope *scope)
{
    struct schema_node *node = new_node(parser, SCHEMA_ENUM);
    if (!node || !define_name(parser, node, json, scope))
        return NULL;
    const json_t *list = json_object_get(json, "symbols");
    if (!json_is_array(list) || json_array_size(list) == 0)
        return refuse(parser, scope, "no list of symbols in enum ", node->fullname);
    const char **symbols = new_members(parser, list, sizeof *symbols);
    if (!symbols)
        return NULL;
    node->symbols = symbols;
    parser->node_count += json_array_size(list);
    for (size_t i = 0; i < json_array_size(list); i++) {
        symbols[i] = json_string_value(json_array_get(list, i));
        if (!symbols[i] || !name_is_valid(symbols[i], false))
            return refuse(parser, scope, "not a valid symbol in enum ", node->fullname);
        if (schema_symbol_find(node, span_from(symbols[i])) >= 0)
            return refuse(parser, scope, "a symbol stands twice: ", symbols[i]);
        node->count++;
    }
    const json_t *symbol = json_object_get(json, "default");
    if (symbol) {
        node->default_symbol = schema_symbol_find(node, span_from(json_string_value(symbol)));
        if (node->default_symbol < 0)
            return refuse(parser, scope, "the default is no symbol of enum ", node->fullname);
    }
    return node;
}

static const struct schema_node *parse_fixed(struct parser *parser, const json_t *json,
                                             const struct scope *scope)
{
    struct schema_node *node = new_node(parser, SCHEMA_FIXED);
    if (!node || !define_name(parser, node, json, scope))
        return NULL;
    const json_t *size = json_object_get(json, "size");
    if (!json_is_integer(size) || json_integer_value(size) < 0 ||
        json_integer_value(size) > INT32_MAX)
        return refuse(parser, scope, "no valid size for fixed ", node->fullname);
    node->fixed_bytes = (size_t)json_integer_value(size);
    return node;
}

static const struct schema_node *parse_items(struct parser *parser, const json_t *json,
                                             const struct scope *scope, enum schema_type type)
{
    const char *key = type == SCHEMA_ARRAY ? "items" : "values";
    struct schema_node *node = new_node(parser, type);
    if (!node)
        return NULL;
    const json_t *items = json_object_get(json, key);
    if (!items)
        return refuse(parser, scope, "has no ", key);
    node->items = parse_type(parser, items, scope);
    return node->items ? node : NULL;
}

/* A union may hold several named types, but each other type only once. */
static bool branches_clash(const struct schema_node *a, const struct schema_node *b)
{
    return a->type == b->type && (!is_named(a->type) || strcmp(a->fullname, b->fullname) == 0);
}

static const struct schema_node *parse_union(struct parser *parser, const json_t *list,
                                             const struct scope *scope)
{
    struct schema_node *node = new_node(parser, SCHEMA_UNION);
    const struct schema_node **branches = NULL;
    if (node)
        branches = new_members(parser, list, sizeof(struct schema_node *));
    if (!branches)
        return NULL;
    for (size_t i = 0; i < json_array_size(list); i++) {
        branches[i] = parse_type(parser, json_array_get(list, i), scope);
        if (!branches[i])
            return NULL;
        if (branches[i]->type == SCHEMA_UNION)
            return refuse(parser, scope, "a union inside a union", "");
        for (size_t j = 0; j < i; j++)
            if (branches_clash(branches[i], branches[j]))
                return refuse(parser, scope, "a union with two branches of type ",
                              schema_type_name(branches[i]->type));
    }
    node->branches = branches;
    node->count = json_array_size(list);
    return node->count > 0 ? node : refuse(parser, scope, "a union without branches", "");
}

static enum schema_logical logical_of(enum schema_type type, const json_t *json)
{
    const char *name = json_string_value(json_object_get(json, "logicalType"));
    if (!name)
        return LOGICAL_NONE;
    for (size_t i = 0; i < sizeof logical_types / sizeof *logical_types; i++)
        if (strcmp(name, logical_types[i].name) == 0)
            return type == logical_types[i].type ? logical_types[i].logical : LOGICAL_NONE;
    return LOGICAL_OTHER;
}

static const struct schema_node *parse_primitive(struct parser *parser, enum schema_type type,
                                                 enum schema_logical logical)
{
    struct schema_node *node = new_node(parser, type);
    if (node)
        node->logical = logical;
    return node;
}

/* ---- any type ---- */

static const struct schema_node *parse_object(struct parser *parser, const json_t *json,
                                              const struct scope *scope)
{
    const json_t *inner = json_object_get(json, "type");
    if (!json_is_string(inner))
        return inner ? parse_type(parser, inner, scope) : refuse(parser, scope, "has no type", "");
    const char *name = json_string_value(inner);
    enum schema_type type = type_find(name);
    if (is_primitive(type))
        return parse_primitive(parser, type, logical_of(type, json));
    switch (type) {
    case SCHEMA_RECORD: return parse_record(parser, json, scope);
    case SCHEMA_ENUM: return parse_enum(parser, json, scope);
    case SCHEMA_FIXED: return parse_fixed(parser, json, scope);
    case SCHEMA_ARRAY:
    case SCHEMA_MAP: return parse_items(parser, json, scope, type);
    default: return resolve_name(parser, name, scope);
    }
}

static const struct schema_node *parse_type(struct parser *parser, const json_t *json,
                                            const struct scope *scope)
{
    struct scope below = *scope;
    if (++below.depth > AVRO_SCHEMA_MAX_DEPTH)
        return refuse(parser, scope, "nested too deep", "");
    if (json_is_array(json))
        return parse_union(parser, json, &below);
    if (json_is_object(json))
        return parse_object(parser, json, &below);
    const char *name = json_string_value(json);
    if (!name)
        return refuse(parser, scope, "a type is a name, an object or a list", "");
    enum schema_type type = type_find(name);
    if (is_primitive(type))
        return parse_primitive(parser, type, LOGICAL_NONE);
    return resolve_name(parser, name, &below);
}

struct avro_schema *avro_schema_parse(struct span avsc, struct error *ret_error)
{
    struct avro_schema *schema = calloc(1, sizeof *schema);
    if (!schema) {
        (void)error_set(ret_error, ERROR_FATAL, "schema: out of memory");
        return NULL;
    }
    arena_init(&schema->arena, ARENA_BYTES);
    struct parser parser = {.arena = &schema->arena, .error = ret_error};
    if (avsc.len > AVRO_SCHEMA_MAX_BYTES) {
        (void)refuse_size(&parser);
        goto out;
    }
    json_error_t json_error;
    schema->json = json_loadb(avsc.data ? avsc.data : "", avsc.len,
                              JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &json_error);
    if (!schema->json) {
        (void)error_set(ret_error, ERROR_USAGE, "schema: line %d: %s", json_error.line,
                        json_error.text);
        goto out;
    }
    schema->root = parse_type(&parser, schema->json, &(struct scope){.namespace = ""});
    if (schema->root && avro_canonical_fingerprint(schema->root, &schema->fingerprint, ret_error))
        return schema;
out:
    avro_schema_free(schema);
    return NULL;
}

void avro_schema_free(struct avro_schema *schema)
{
    if (!schema)
        return;
    arena_finish(&schema->arena);
    json_decref(schema->json);
    free(schema);
}

const struct schema_node *avro_schema_root(const struct avro_schema *schema)
{
    return schema->root;
}

uint64_t avro_schema_fingerprint(const struct avro_schema *schema)
{
    return schema->fingerprint;
}
