#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/avro_schema.h"
#include "core/default_schema.h"

/* The cases write ' for ". */
static struct avro_schema *parse(const char *text, struct error *ret_error)
{
    struct buf avsc;
    buf_init(&avsc, AVRO_SCHEMA_MAX_BYTES);
    assert_true(buf_add_text(&avsc, text));
    for (size_t i = 0; i < avsc.len; i++)
        if (avsc.data[i] == '\'')
            avsc.data[i] = '"';
    struct avro_schema *schema = avro_schema_parse(buf_span(&avsc), ret_error);
    buf_finish(&avsc);
    return schema;
}

static const struct schema_field *field(const struct schema_node *record, const char *name)
{
    for (size_t i = 0; i < record->count; i++)
        if (strcmp(record->fields[i].name, name) == 0)
            return &record->fields[i];
    fail_msg("no field %s", name);
    return NULL;
}

static void references_are_the_same_node(void **state)
{
    (void)state;
    struct error error = {0};
    struct avro_schema *schema = avro_schema_parse(default_enriched_schema_span(), &error);
    assert_non_null(schema);
    const struct schema_node *root = avro_schema_root(schema);
    const struct schema_node *published = field(root, "published")->type;
    const struct schema_node *modified = field(root, "modified")->type;
    assert_int_equal(published->type, SCHEMA_UNION);
    assert_ptr_equal(published->branches[1], modified->branches[1]);
    assert_string_equal(published->branches[1]->fullname, "io.byline.v1.DateValue");
    avro_schema_free(schema);
}

static void logical_types_and_defaults_are_kept(void **state)
{
    (void)state;
    struct error error = {0};
    struct avro_schema *schema = avro_schema_parse(default_enriched_schema_span(), &error);
    assert_non_null(schema);
    const struct schema_node *root = avro_schema_root(schema);
    const struct schema_node *status = field(root, "status")->type;
    assert_int_equal(field(root, "enriched_at")->type->logical, LOGICAL_TIMESTAMP_MILLIS);
    assert_null(field(root, "enriched_at")->default_value);
    assert_true(json_is_null(field(root, "title")->default_value));
    assert_int_equal(status->default_symbol, schema_symbol_find(status, span_from("UNKNOWN")));
    avro_schema_free(schema);
}

static void logical_types_count_on_their_own_type_only(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum schema_logical logical;
    } cases[] = {
        {"{'type':'int','logicalType':'date'}", LOGICAL_DATE},
        {"{'type':'long','logicalType':'date'}", LOGICAL_NONE},
        {"{'type':'long','logicalType':'timestamp-micros'}", LOGICAL_TIMESTAMP_MICROS},
        {"{'type':'long','logicalType':'timestamp-nanos'}", LOGICAL_TIMESTAMP_NANOS},
        {"{'type':'long','logicalType':'local-timestamp-millis'}", LOGICAL_OTHER},
        {"{'type':'string','logicalType':7}", LOGICAL_NONE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error error = {0};
        struct avro_schema *schema = parse(cases[i].text, &error);
        assert_non_null(schema);
        assert_int_equal(avro_schema_root(schema)->logical, cases[i].logical);
        avro_schema_free(schema);
    }
}

static void names_are_resolved_in_their_namespace(void **state)
{
    (void)state;
    static const char *const good[] = {
        "{'type':'record','name':'a.R','fields':[{'name':'f','type':['null','R']}]}",
        "{'type':'record','name':'R','namespace':'a','fields':[{'name':'f','type':['null','a.R']}]"
        "}",
        "{'type':'record','name':'R','namespace':'a','fields':[{'name':'e','type':{'type':'enum',"
        "'name':'E','namespace':'b','symbols':['X']}},{'name':'f','type':'b.E'}]}",
        "{'type':'record','name':'R','fields':[{'name':'e','type':{'type':'fixed','name':'F',"
        "'size':3}},{'name':'f','type':{'type':'F'}}]}",
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct error error = {0};
        struct avro_schema *schema = parse(good[i], &error);
        if (!schema)
            fail_msg("%s: %s", good[i], error.message);
        avro_schema_free(schema);
    }
}

static void what_is_wrong_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *message;
    } cases[] = {
        {"", "schema: line 1: '[' or '{' expected near end of file"},
        {"7", "schema: a type is a name, an object or a list"},
        {"'text'", "schema: unknown type text"},
        {"{}", "schema: has no type"},
        {"[]", "schema: a union without branches"},
        {"['null','null']", "schema: a union with two branches of type null"},
        {"['null',['int']]", "schema: a union inside a union"},
        {"{'type':'array'}", "schema: has no items"},
        {"{'type':'record','name':'1R','fields':[]}", "schema: no valid name for a record"},
        {"{'type':'record','name':'R'}", "schema: no list of fields in record R"},
        {"{'type':'record','name':'R','fields':[{'type':'int'}]}",
         "schema: a field without a valid name"},
        {"{'type':'record','name':'R','fields':[{'name':'published','type':'Dat'}]}",
         "schema: field published: unknown type Dat"},
        {"{'type':'record','name':'R','fields':[{'name':'a','type':{'type':'record','name':'S',"
         "'fields':[{'name':'b','type':{'type':'map'}}]}}]}",
         "schema: field a.b: has no values"},
        {"{'type':'record','name':'R','fields':[{'name':'a','type':'int'},{'name':'a','type':"
         "'int'}]}",
         "schema: two fields with the name a"},
        {"{'type':'record','name':'R','fields':[{'name':'a','type':{'type':'fixed','name':'R',"
         "'size':1}}]}",
         "schema: field a: defined twice: R"},
        {"{'type':'enum','name':'E','symbols':[]}", "schema: no list of symbols in enum E"},
        {"{'type':'enum','name':'E','symbols':['A','A']}", "schema: a symbol stands twice: A"},
        {"{'type':'enum','name':'E','symbols':['A'],'default':'B'}",
         "schema: the default is no symbol of enum E"},
        {"{'type':'fixed','name':'F','size':-1}", "schema: no valid size for fixed F"},
        {"{'type':'int','type':'int'}", "schema: line 1: duplicate object key near '\"type\"'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error error = {0};
        assert_null(parse(cases[i].text, &error));
        assert_int_equal(error.kind, ERROR_USAGE);
        if (i > 0 && strncmp(error.message, "schema: line", 12) != 0)
            assert_string_equal(error.message, cases[i].message);
    }
}

static void depth_and_size_are_bounded(void **state)
{
    (void)state;
    struct error error = {0};
    struct buf text;
    buf_init(&text, AVRO_SCHEMA_MAX_BYTES);
    for (int i = 0; i < AVRO_SCHEMA_MAX_DEPTH; i++)
        (void)buf_add_text(&text, "{'type':'array','items':");
    (void)buf_add_text(&text, "'int'");
    for (int i = 0; i < AVRO_SCHEMA_MAX_DEPTH; i++)
        (void)buf_add_char(&text, '}');
    assert_null(parse(text.data, &error));
    assert_string_equal(error.message, "schema: nested too deep");

    buf_reset(&text);
    (void)buf_add_text(&text, "{'type':'enum','name':'E','symbols':['A0'");
    for (int i = 1; i <= AVRO_SCHEMA_MAX_MEMBERS; i++)
        (void)buf_format(&text, ",'A%d'", i);
    (void)buf_add_text(&text, "]}");
    assert_null(parse(text.data, &error));
    assert_string_equal(error.message, "schema: larger than byline reads");
    buf_finish(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(references_are_the_same_node),
        cmocka_unit_test(logical_types_and_defaults_are_kept),
        cmocka_unit_test(logical_types_count_on_their_own_type_only),
        cmocka_unit_test(names_are_resolved_in_their_namespace),
        cmocka_unit_test(what_is_wrong_is_named),
        cmocka_unit_test(depth_and_size_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
