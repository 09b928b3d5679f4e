/* schemas_driver: the schemas of consumed values, for the tests in pytest.
 *
 *   schemas_driver URL ID...
 *
 * Every id is looked for at once, then one line each: "ID hit" or "ID" and why there is none. */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../worker/schemas.h"

struct question {
    struct schemas *schemas;
    int32_t id;
};

static char nothing[] = "";

static struct config config = {
    .registry = {.username = nothing, .password = nothing, .bearer = nothing, .ca_file = nothing}};
static int open_questions;

static void find_or_wait(void *context)
{
    struct question *question = context;
    unsigned char value[WIRE_PREFIX_MAX];
    struct wire_schema key = {.framing = WIRE_CONFLUENT, .id = question->id};
    size_t len = wire_frame(&key, value);
    const struct avro_schema *schema;
    struct span payload;
    struct error error;
    switch (schemas_find(question->schemas, span_of((char *)value, len), SPAN_NONE, &schema,
                         &payload, &key, &error)) {
    case SCHEMA_CACHE_HIT: printf("%d hit\n", (int)question->id); break;
    case SCHEMA_CACHE_NEGATIVE: printf("%d %s\n", (int)question->id, error.message); break;
    case SCHEMA_CACHE_MISS:
        if (schemas_wait(question->schemas, &key, find_or_wait, question))
            return;
    }
    if (--open_questions == 0)
        schemas_free(question->schemas);
}

int main(int argc, char **argv)
{
    enum { MAX_QUESTIONS = 16 };
    struct question questions[MAX_QUESTIONS];
    struct error error;
    if (argc < 3 || argc - 2 > MAX_QUESTIONS)
        return 2;
    (void)curl_global_init(CURL_GLOBAL_DEFAULT);
    config.registry.url = argv[1];
    struct schemas *schemas = schemas_new(uv_default_loop(), &config, &error);
    if (!schemas)
        return 1;
    open_questions = argc - 2;
    for (int i = 0; i < argc - 2; i++) {
        questions[i] = (struct question){schemas, (int32_t)strtol(argv[i + 2], NULL, 10)};
        find_or_wait(&questions[i]);
    }
    (void)uv_run(uv_default_loop(), UV_RUN_DEFAULT);
    (void)uv_loop_close(uv_default_loop());
    curl_global_cleanup();
    return 0;
}
