#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config/config.h"
#include "config/keys.h"
#include "config/scalar.h"
#include "core/buf.h"

enum { MAX_DOCUMENT_BYTES = 256 * 1024 };

static const char *const type_names[] = {
    [KEY_STRING] = "text",
    [KEY_PATH] = "path",
    [KEY_BOOL] = "true or false",
    [KEY_INT] = "whole number",
    [KEY_NUMBER] = "number",
    [KEY_DURATION] = "duration",
    [KEY_SIZE] = "size",
    [KEY_ENUM] = "one of",
    [KEY_LIST] = "list",
    [KEY_MAP] = "map",
    [KEY_LOOKUPS] = "list of lookups",
};

static void add_bounds(struct buf *row, const struct config_key *key)
{
    char min[32], max[32];
    for (size_t i = 0; key->choices && key->choices[i]; i++)
        buf_format(row, "%s`%s`", i ? ", " : "", key->choices[i]);
    if (key->max == 0)
        return;
    scalar_print(key->type, key->min, min, sizeof min);
    scalar_print(key->type, key->max, max, sizeof max);
    buf_format(row, "%s to %s", min, max);
}

/* The key's line in the tables of docs/configuration.md, with its newline. */
static void print_row(struct buf *row, const struct config_key *key)
{
    const char *text = key->default_text;
    buf_format(row, "| `%s` | %s | ", key->path, type_names[key->type]);
    if (key->type == KEY_LIST)
        buf_format(row, "`[%s]` | ", text);
    else if (key->type == KEY_MAP)
        buf_add_text(row, "`{}` | ");
    else if (key->type == KEY_LOOKUPS)
        buf_add_text(row, "`[]` | ");
    else
        buf_format(row, "%s%s%s | ", *text ? "`" : "", *text ? text : "empty", *text ? "`" : "");
    add_bounds(row, key);
    buf_format(row, " | %s |\n", key->meaning);
}

static void assert_documented(const char *document, const struct config_key *keys, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct buf row;
        buf_init(&row, 4096);
        print_row(&row, &keys[i]);
        buf_add_char(&row, '\0');
        if (!strstr(document, row.data))
            fail_msg("docs/configuration.md must hold this line:\n%s", row.data);
        buf_finish(&row);
    }
}

/* docs/configuration.md, for the caller to free. */
static char *read_document(void)
{
    FILE *file = fopen(BYLINE_SOURCE_DIR "/docs/configuration.md", "r");
    assert_non_null(file);
    char *document = calloc(1, MAX_DOCUMENT_BYTES);
    assert_non_null(document);
    assert_true(fread(document, 1, MAX_DOCUMENT_BYTES - 1, file) > 0);
    (void)fclose(file);
    return document;
}

static void the_example_of_the_document_is_valid(void **state)
{
    (void)state;
    static const char fence[] = "```yaml\n";
    char *document = read_document();
    char *example = strstr(document, fence);
    assert_non_null(example);
    example += sizeof fence - 1;
    char *end = strstr(example, "```");
    assert_non_null(end);
    *end = '\0';
    struct error error;
    struct config *config = config_parse(example, "example", &error);
    if (!config)
        fail_msg("%s", error.message);
    config_free(config);
    free(document);
}

static void the_document_tells_every_key_as_the_table_does(void **state)
{
    (void)state;
    char *document = read_document();
    assert_documented(document, config_keys, config_key_count);
    assert_documented(document, config_lookup_keys, config_lookup_key_count);
    free(document);
}

static void sizes_and_durations_print_as_they_are_written(void **state)
{
    (void)state;
    static const struct {
        enum key_type type;
        int64_t value;
        const char *text;
    } cases[] = {
        {KEY_DURATION, 1, "1ms"},           {KEY_DURATION, 1500, "1500ms"},
        {KEY_DURATION, 90000, "90s"},       {KEY_DURATION, 120000, "2m"},
        {KEY_DURATION, 0, "0ms"},           {KEY_SIZE, 1048576, "1MiB"},
        {KEY_SIZE, 1000, "1000"},           {KEY_SIZE, 0, "0"},
        {KEY_SIZE, 1536 * 1024, "1536KiB"}, {KEY_INT, 7, "7"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[32];
        scalar_print(cases[i].type, cases[i].value, text, sizeof text);
        assert_string_equal(text, cases[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_document_tells_every_key_as_the_table_does),
        cmocka_unit_test(the_example_of_the_document_is_valid),
        cmocka_unit_test(sizes_and_durations_print_as_they_are_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
