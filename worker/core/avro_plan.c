#include "core/avro_plan.h"

#include <avro.h>
#include <stdlib.h>

#include "core/arena.h"
#include "core/avro_default.h"
#include "core/avro_path.h"
#include "core/buf.h"

enum { ARENA_BYTES = 4 * 1024 * 1024, DEFAULT_MAX_BYTES = 64 * 1024 };

struct avro_plan {
    struct arena arena;
    struct avro_schema *schema;
    const struct avro_writer *root;
};

struct planner {
    struct arena *arena;
    struct error *error;
};

#define LOGICAL(name) (1U << LOGICAL_##name)

enum { ANY_LOGICAL = ~0, NO_LOGICAL = LOGICAL(NONE) };

/* What may become what. The first row that fits a union's branch wins, branches in their order. */
static const struct conversion {
    enum datum_kind from;
    enum schema_type to;
    unsigned logicals; /* allowed on that type */
    enum avro_form form;
    enum datum_kind takes;
} conversions[] = {
    {DATUM_TEXT, SCHEMA_STRING, (unsigned)ANY_LOGICAL, FORM_TEXT, DATUM_TEXT},
    {DATUM_TEXT, SCHEMA_ENUM, (unsigned)ANY_LOGICAL, FORM_SYMBOL, DATUM_TEXT},
    {DATUM_TEXT, SCHEMA_BYTES, NO_LOGICAL, FORM_BYTES, DATUM_TEXT},

    {DATUM_BOOLEAN, SCHEMA_BOOLEAN, NO_LOGICAL, FORM_BOOLEAN, DATUM_BOOLEAN},
    {DATUM_BOOLEAN, SCHEMA_STRING, NO_LOGICAL, FORM_TEXT, DATUM_BOOLEAN},

    {DATUM_INTEGER, SCHEMA_INT, NO_LOGICAL, FORM_INT, DATUM_INTEGER},
    {DATUM_INTEGER, SCHEMA_LONG, NO_LOGICAL, FORM_LONG, DATUM_INTEGER},
    {DATUM_INTEGER, SCHEMA_DOUBLE, NO_LOGICAL, FORM_DOUBLE, DATUM_INTEGER},
    {DATUM_INTEGER, SCHEMA_STRING, NO_LOGICAL, FORM_TEXT, DATUM_INTEGER},

    {DATUM_BYTES, SCHEMA_BYTES, NO_LOGICAL, FORM_BYTES, DATUM_BYTES},
    {DATUM_BYTES, SCHEMA_FIXED, NO_LOGICAL, FORM_FIXED, DATUM_BYTES},
    {DATUM_BYTES, SCHEMA_STRING, NO_LOGICAL, FORM_HEX, DATUM_BYTES},

    {DATUM_INSTANT, SCHEMA_LONG, LOGICAL(NONE) | LOGICAL(TIMESTAMP_MILLIS), FORM_LONG,
     DATUM_INSTANT},
    {DATUM_INSTANT, SCHEMA_LONG, LOGICAL(TIMESTAMP_MICROS), FORM_MICROS, DATUM_INSTANT},
    {DATUM_INSTANT, SCHEMA_LONG, LOGICAL(TIMESTAMP_NANOS), FORM_NANOS, DATUM_INSTANT},
    {DATUM_INSTANT, SCHEMA_STRING, NO_LOGICAL, FORM_TEXT, DATUM_INSTANT},

    {DATUM_DAY, SCHEMA_INT, LOGICAL(NONE) | LOGICAL(DATE), FORM_INT, DATUM_DAY},
    {DATUM_DAY, SCHEMA_STRING, NO_LOGICAL, FORM_TEXT, DATUM_DAY},

    {DATUM_DATE, SCHEMA_RECORD, (unsigned)ANY_LOGICAL, FORM_RECORD, DATUM_DATE},
    {DATUM_DATE, SCHEMA_STRING, NO_LOGICAL, FORM_TEXT, DATUM_DATE},
    {DATUM_DATE, SCHEMA_LONG, LOGICAL(NONE) | LOGICAL(TIMESTAMP_MILLIS), FORM_LONG, DATUM_INSTANT},
    {DATUM_DATE, SCHEMA_LONG, LOGICAL(TIMESTAMP_MICROS), FORM_MICROS, DATUM_INSTANT},
    {DATUM_DATE, SCHEMA_LONG, LOGICAL(TIMESTAMP_NANOS), FORM_NANOS, DATUM_INSTANT},
    {DATUM_DATE, SCHEMA_INT, LOGICAL(DATE), FORM_INT, DATUM_DAY},

    {DATUM_TEXTS, SCHEMA_ARRAY, (unsigned)ANY_LOGICAL, FORM_ARRAY, DATUM_TEXTS},
    {DATUM_AUTHORS, SCHEMA_ARRAY, (unsigned)ANY_LOGICAL, FORM_ARRAY, DATUM_AUTHORS},
    {DATUM_AUTHOR, SCHEMA_RECORD, (unsigned)ANY_LOGICAL, FORM_RECORD, DATUM_AUTHOR},
    {DATUM_AUTHOR, SCHEMA_STRING, NO_LOGICAL, FORM_TEXT, DATUM_AUTHOR},
    {DATUM_PROVENANCES, SCHEMA_MAP, (unsigned)ANY_LOGICAL, FORM_MAP, DATUM_PROVENANCES},
    {DATUM_PROVENANCE, SCHEMA_RECORD, (unsigned)ANY_LOGICAL, FORM_RECORD, DATUM_PROVENANCE},
    {DATUM_PROVENANCE, SCHEMA_STRING, NO_LOGICAL, FORM_TEXT, DATUM_PROVENANCE},
    {DATUM_FETCHES, SCHEMA_ARRAY, (unsigned)ANY_LOGICAL, FORM_ARRAY, DATUM_FETCHES},
    {DATUM_FETCH, SCHEMA_RECORD, (unsigned)ANY_LOGICAL, FORM_RECORD, DATUM_FETCH},
    {DATUM_EXTRA, SCHEMA_MAP, (unsigned)ANY_LOGICAL, FORM_MAP, DATUM_EXTRA},
};

/* For messages: what byline has, what it may become; and what the items of a list are. */
static const struct {
    const char *name;
    const char *accepted;
    enum datum_kind items;
} kinds[DATUM_KIND_COUNT] = {
    [DATUM_TEXT] = {"a text", "string, enum or bytes", DATUM_NONE},
    [DATUM_BOOLEAN] = {"a boolean", "boolean or string", DATUM_NONE},
    [DATUM_INTEGER] = {"an integer", "int, long, double or string", DATUM_NONE},
    [DATUM_BYTES] = {"bytes", "bytes, fixed or string", DATUM_NONE},
    [DATUM_INSTANT] = {"an instant", "long (timestamp-millis, -micros, -nanos) or string",
                       DATUM_NONE},
    [DATUM_DAY] = {"a day", "int (date) or string", DATUM_NONE},
    [DATUM_DATE] = {"a date",
                    "a record such as DateValue, string, int (date) or long (timestamp-millis, "
                    "-micros, -nanos)",
                    DATUM_NONE},
    [DATUM_TEXTS] = {"a list of texts", "an array of string", DATUM_TEXT},
    [DATUM_AUTHORS] = {"a list of authors", "an array of string or of a record such as Author",
                       DATUM_AUTHOR},
    [DATUM_AUTHOR] = {"an author", "string or a record such as Author", DATUM_NONE},
    [DATUM_PROVENANCES] = {"a map", "a map of string or of a record such as Provenance",
                           DATUM_PROVENANCE},
    [DATUM_PROVENANCE] = {"a provenance", "string or a record such as Provenance", DATUM_NONE},
    [DATUM_FETCHES] = {"a list of fetches", "an array of a record such as Fetch", DATUM_FETCH},
    [DATUM_FETCH] = {"a fetch", "a record such as Fetch", DATUM_NONE},
    [DATUM_EXTRA] = {"a map of texts", "a map of string", DATUM_TEXT},
};

static bool plan_record(struct planner *planner, struct datum_table members,
                        struct avro_writer *writer, const struct avro_path *path);

static bool refuse(struct planner *planner, const struct avro_path *path, const char *problem,
                   const char *detail)
{
    char place[AVRO_PATH_MAX];
    return error_set(planner->error, ERROR_USAGE, "schema: field %s: %s%s",
                     avro_path_text(path, place), problem, detail);
}

static bool refuse_kind(struct planner *planner, const struct avro_path *path, enum datum_kind kind,
                        const struct schema_node *node)
{
    char place[AVRO_PATH_MAX];
    return error_set(planner->error, ERROR_USAGE,
                     "schema: field %s: byline has %s here, which cannot become this %s; it can "
                     "become %s",
                     avro_path_text(path, place), kinds[kind].name, schema_type_name(node->type),
                     kinds[kind].accepted);
}

static bool refuse_memory(struct planner *planner)
{
    return error_set(planner->error, ERROR_USAGE, "schema: larger than byline reads");
}

static const struct conversion *find_conversion(enum datum_kind kind,
                                                const struct schema_node *node)
{
    for (size_t i = 0; i < sizeof conversions / sizeof *conversions; i++)
        if (conversions[i].from == kind && conversions[i].to == node->type &&
            (conversions[i].logicals & (1U << node->logical)))
            return &conversions[i];
    return NULL;
}

/* Takes the union apart: where null is, and the first branch that this kind can become. */
static const struct conversion *choose_branch(enum datum_kind kind, const struct schema_node *node,
                                              struct avro_writer *writer)
{
    writer->null_branch = -1;
    writer->value_branch = -1;
    writer->node = node;
    if (node->type != SCHEMA_UNION)
        return find_conversion(kind, node);
    const struct conversion *chosen = NULL;
    for (size_t i = 0; i < node->count; i++) {
        const struct schema_node *branch = node->branches[i];
        if (branch->type == SCHEMA_NULL)
            writer->null_branch = (int)i;
        if (chosen || branch->type == SCHEMA_NULL)
            continue;
        chosen = find_conversion(kind, branch);
        writer->value_branch = (int)i;
        writer->node = branch;
    }
    return chosen;
}

static struct avro_writer *plan_writer(struct planner *planner, enum datum_kind kind,
                                       const struct schema_node *node, const struct avro_path *path)
{
    struct avro_writer *writer = arena_alloc(planner->arena, sizeof *writer);
    if (!writer) {
        (void)refuse_memory(planner);
        return NULL;
    }
    const struct conversion *conversion = choose_branch(kind, node, writer);
    if (!conversion) {
        (void)refuse_kind(planner, path, kind, writer->node);
        return NULL;
    }
    writer->form = conversion->form;
    writer->takes = conversion->takes;
    if (kinds[kind].items != DATUM_NONE) {
        writer->items = plan_writer(planner, kinds[kind].items, writer->node->items, path);
        return writer->items ? writer : NULL;
    }
    if (writer->form == FORM_RECORD && !plan_record(planner, datum_members(kind), writer, path))
        return NULL;
    return writer;
}

/* An enum for a text with few values must know all of them, or have a default. */
static bool check_vocabulary(struct planner *planner, const struct datum_member *member,
                             const struct avro_writer *writer, const struct avro_path *path)
{
    if (writer->form != FORM_SYMBOL || writer->node->default_symbol >= 0)
        return true;
    for (int i = 0; i < member->vocabulary_count; i++)
        if (schema_symbol_for(writer->node, span_from(member->vocabulary(i))) < 0)
            return refuse(planner, path, "the enum has no default and no symbol ",
                          member->vocabulary(i));
    return true;
}

static bool plan_default(struct planner *planner, const struct schema_field *field,
                         const struct avro_path *path, struct avro_slot *slot)
{
    if (!field->default_value)
        return true;
    struct buf bytes;
    buf_init(&bytes, DEFAULT_MAX_BYTES);
    bool planned =
        avro_default_encode(field->type, field->default_value, path, &bytes, planner->error);
    if (planned) {
        slot->default_bytes = arena_copy(planner->arena, buf_span(&bytes));
        planned = (slot->default_bytes.data && !buf_failed(&bytes)) || refuse_memory(planner);
    }
    buf_finish(&bytes);
    return planned;
}

static bool plan_slot(struct planner *planner, struct datum_table members,
                      const struct schema_field *field, const struct avro_path *up,
                      struct avro_slot *slot)
{
    struct avro_path path = {.up = up, .name = field->name};
    slot->name = field->name;
    slot->member = datum_find(members, field->name);
    if (!plan_default(planner, field, &path, slot))
        return false;
    if (!slot->member)
        return slot->default_bytes.data ||
               refuse(planner, &path, "byline has nothing of this name, so it needs a default", "");
    slot->writer = plan_writer(planner, slot->member->kind, field->type, &path);
    return slot->writer && check_vocabulary(planner, slot->member, slot->writer, &path);
}

static bool plan_record(struct planner *planner, struct datum_table members,
                        struct avro_writer *writer, const struct avro_path *path)
{
    const struct schema_node *node = writer->node;
    struct avro_slot *slots = arena_alloc(planner->arena, node->count * sizeof *slots + 1);
    if (!slots)
        return refuse_memory(planner);
    for (size_t i = 0; i < node->count; i++)
        if (!plan_slot(planner, members, &node->fields[i], path, &slots[i]))
            return false;
    writer->slots = slots;
    writer->slot_count = node->count;
    return true;
}

/* What avro-c cannot read, other people's readers in C cannot either. */
static bool accepted_by_avro_c(struct span avsc, struct error *ret_error)
{
    avro_schema_t schema = NULL;
    if (avro_schema_from_json_length(avsc.data, avsc.len, &schema) != 0)
        return error_set(ret_error, ERROR_USAGE, "schema: %s", avro_strerror());
    (void)avro_schema_decref(schema);
    return true;
}

static const struct avro_writer *plan_root(struct planner *planner,
                                           const struct avro_schema *schema)
{
    const struct schema_node *node = avro_schema_root(schema);
    if (node->type != SCHEMA_RECORD) {
        (void)error_set(planner->error, ERROR_USAGE,
                        "schema: the output schema is a record, not this %s",
                        schema_type_name(node->type));
        return NULL;
    }
    struct avro_writer *root = arena_alloc(planner->arena, sizeof *root);
    if (!root) {
        (void)refuse_memory(planner);
        return NULL;
    }
    *root = (struct avro_writer){
        .form = FORM_RECORD, .value_branch = -1, .null_branch = -1, .node = node};
    return plan_record(planner, datum_article_members(), root, NULL) ? root : NULL;
}

struct avro_plan *avro_plan_new(struct span avsc, struct error *ret_error)
{
    struct avro_plan *plan = calloc(1, sizeof *plan);
    if (!plan) {
        (void)error_set(ret_error, ERROR_FATAL, "schema: out of memory");
        return NULL;
    }
    arena_init(&plan->arena, ARENA_BYTES);
    struct planner planner = {.arena = &plan->arena, .error = ret_error};
    plan->schema = avro_schema_parse(avsc, ret_error);
    if (plan->schema && accepted_by_avro_c(avsc, ret_error))
        plan->root = plan_root(&planner, plan->schema);
    if (plan->root)
        return plan;
    avro_plan_free(plan);
    return NULL;
}

void avro_plan_free(struct avro_plan *plan)
{
    if (!plan)
        return;
    avro_schema_free(plan->schema);
    arena_finish(&plan->arena);
    free(plan);
}

const struct avro_schema *avro_plan_schema(const struct avro_plan *plan)
{
    return plan->schema;
}

const char *avro_plan_record(const struct avro_plan *plan)
{
    return avro_schema_root(plan->schema)->fullname;
}

const struct avro_writer *avro_plan_root(const struct avro_plan *plan)
{
    return plan->root;
}
