/* registry_driver: one call to the registry, for the tests in pytest.
 *
 *   registry_driver [KEY=VALUE...] register SUBJECT SCHEMA_FILE
 *   registry_driver [KEY=VALUE...] id NUMBER
 *   registry_driver [KEY=VALUE...] guid GUID
 *
 * Keys: url, username, password, bearer, ca_file, look_up=1, header=1 (framing confluent_header).
 * Prints one JSON object: {"id", "guid"}, {"schema"} or {"kind", "message"}. */
#include <curl/curl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/registry.h"

enum { SCHEMA_MAX_BYTES = 1 << 20 };

static char nothing[] = "";

static struct config config = {
    .output = {.framing = FRAMING_CONFLUENT},
    .registry = {.url = nothing,
                 .register_schema = true,
                 .username = nothing,
                 .password = nothing,
                 .bearer = nothing,
                 .ca_file = nothing},
};

static void set_key(char *setting)
{
    static const struct {
        const char *name;
        char **text;
    } keys[] = {
        {"url", &config.registry.url},           {"username", &config.registry.username},
        {"password", &config.registry.password}, {"bearer", &config.registry.bearer},
        {"ca_file", &config.registry.ca_file},
    };
    char *value = strchr(setting, '=') + 1;
    size_t name_len = (size_t)(value - setting) - 1;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strlen(keys[i].name) == name_len && strncmp(setting, keys[i].name, name_len) == 0)
            *keys[i].text = value;
    if (strcmp(setting, "look_up=1") == 0)
        config.registry.register_schema = false;
    if (strcmp(setting, "header=1") == 0)
        config.output.framing = FRAMING_CONFLUENT_HEADER;
}

static bool read_file(const char *path, struct buf *out)
{
    char chunk[4096];
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    for (size_t len; (len = fread(chunk, 1, sizeof chunk, file)) > 0;)
        (void)buf_append(out, chunk, len);
    (void)fclose(file);
    return !buf_failed(out);
}

static bool run(char **arguments, json_t *answer, struct error *error)
{
    char guid[REGISTRY_GUID_MAX] = "";
    int32_t id = 0;
    struct buf schema;
    buf_init(&schema, SCHEMA_MAX_BYTES);
    bool registers = strcmp(arguments[0], "register") == 0;
    bool done;
    if (registers)
        done = read_file(arguments[2], &schema) &&
               registry_register(&config, arguments[1], buf_span(&schema), &id, guid, error);
    else if (strcmp(arguments[0], "id") == 0)
        done =
            registry_schema_by_id(&config, (int32_t)strtol(arguments[1], NULL, 10), &schema, error);
    else
        done = registry_schema_by_guid(&config, arguments[1], &schema, error);
    if (done && registers) {
        (void)json_object_set_new(answer, "id", json_integer(id));
        (void)json_object_set_new(answer, "guid", json_string(guid));
    } else if (done) {
        (void)json_object_set_new(answer, "schema", json_stringn(schema.data, schema.len));
    }
    buf_finish(&schema);
    return done;
}

int main(int argc, char **argv)
{
    static const char *const kinds[] = {
        [ERROR_NONE] = "none",   [ERROR_RETRY] = "retry", [ERROR_POISON] = "poison",
        [ERROR_FATAL] = "fatal", [ERROR_USAGE] = "usage",
    };
    struct error error = {0};
    int first = 1;
    while (first < argc && strchr(argv[first], '='))
        set_key(argv[first++]);
    if (argc - first < 2)
        return 2;
    (void)curl_global_init(CURL_GLOBAL_DEFAULT);
    json_t *answer = json_object();
    if (!run(argv + first, answer, &error)) {
        (void)json_object_set_new(answer, "kind", json_string(kinds[error.kind]));
        (void)json_object_set_new(answer, "message", json_string(error.message));
    }
    (void)json_dumpf(answer, stdout, JSON_COMPACT);
    json_decref(answer);
    curl_global_cleanup();
    return 0;
}
