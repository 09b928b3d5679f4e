/* avro_driver: core's Avro alone, for the tests in pytest.
 *
 *   avro_driver encode SCHEMA_FILE [COUNT]      an article of its own, encoded COUNT times
 *   avro_driver json SCHEMA_FILE < payload      the JSON view of a payload
 *   avro_driver event SCHEMA_FILE < payload     the metadata of an event's payload
 *   avro_driver fingerprint SCHEMA_FILE         as 16 hexadecimal digits
 *
 * Exit status 1 and the reason on standard error where it cannot be done. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/avro_encode.h"
#include "core/avro_json.h"
#include "core/decode_avro.h"
#include "core/metadata_json.h"

enum { MAX_BYTES = 64 << 20 };

static struct author authors[] = {
    {.name = SPAN_LITERAL("Mira Halvorsen"), .kind = AUTHOR_PERSON},
    {.name = SPAN_LITERAL("J\xC3\xB8rn"), .url = SPAN_LITERAL("https://example.org/j")},
};
static struct span tags[] = {SPAN_LITERAL("harbour"), SPAN_LITERAL("")};
static struct fetch_record fetches[] = {
    {.lookup = SPAN_LITERAL("page"),
     .url = SPAN_LITERAL("https://example.org/a"),
     .outcome = FETCH_OK,
     .http_status = 200,
     .attempts = 2,
     .duration_ms = 31},
    {.lookup = SPAN_LITERAL("catalog"),
     .url = SPAN_LITERAL("http://127.0.0.1/x"),
     .outcome = FETCH_TIMEOUT,
     .attempts = 4,
     .duration_ms = 120000,
     .error = SPAN_LITERAL("no answer within 2 minutes")},
};
static struct extra rank = {.key = SPAN_LITERAL("rank"), .value = SPAN_LITERAL("7")};

static void fill(struct article *article, struct metadata *event)
{
    struct span path = span_from("/title");
    *article = (struct article){.fetches = fetches,
                                .fetch_count = 2,
                                .status = STATUS_PARTIAL,
                                .enriched_at_ms = 1700000000123,
                                .enricher_version = SPAN_LITERAL("0.1.0")};
    metadata_set_text(event, ARTICLE_EVENT_ID, span_from("event-1"), span_from("/event_id"));
    metadata_set_text(event, ARTICLE_ARTICLE_ID, span_from("00ff"), SPAN_NONE);
    metadata_set_text(event, ARTICLE_TITLE, span_from("Ch\xC3\xA2teaux \xF0\x9F\x8F\xB0"), path);
    static const struct span text = SPAN_LITERAL("a\0b\r\nc");
    metadata_set_text(event, ARTICLE_TEXT, text, path);
    event->fields[ARTICLE_AUTHORS] =
        (struct value){.kind = VALUE_AUTHORS, .path = path, .authors = {authors, 2}};
    event->fields[ARTICLE_TAGS] =
        (struct value){.kind = VALUE_TEXTS, .path = path, .texts = {tags, 2}};
    event->fields[ARTICLE_PUBLISHED] =
        (struct value){.kind = VALUE_DATE,
                       .path = path,
                       .date = {.has_instant = true,
                                .instant_ms = -1,
                                .has_date = true,
                                .date = 0,
                                .has_utc_offset = true,
                                .utc_offset_min = 60,
                                .precision = DATE_SECOND,
                                .raw = SPAN_LITERAL("1970-01-01T00:59:59.999+01:00")}};
    event->fields[ARTICLE_FREE_ACCESS] = (struct value){.kind = VALUE_BOOL, .path = path};
    event->fields[ARTICLE_WORD_COUNT] =
        (struct value){.kind = VALUE_INT, .path = path, .integer = INT32_MAX};
    event->fields[ARTICLE_TEXT_SHA256] =
        (struct value){.kind = VALUE_BYTES, .path = path, .text = SPAN_LITERAL("\0\x01\xFF")};
    event->extra = &rank;
    article_merge(article, event, span_from("event"), -1);
    struct metadata page = {0};
    metadata_set_text(&page, ARTICLE_LANGUAGE, span_from("en"), span_from("html/lang"));
    article_merge(article, &page, span_from("page"), 0);
}

static bool encode(const struct avro_plan *plan, long count, struct error *error)
{
    struct article article;
    struct metadata event = {0};
    struct buf out;
    bool encoded = true;
    fill(&article, &event);
    buf_init(&out, MAX_BYTES);
    for (long i = 0; i < count && encoded; i++) {
        buf_reset(&out);
        encoded = avro_encode(plan, &article, &out, error);
    }
    if (encoded)
        (void)fwrite(out.data, 1, out.len, stdout);
    buf_finish(&out);
    return encoded;
}

static void read_all(FILE *file, struct buf *out)
{
    char chunk[4096];
    for (size_t len; (len = fread(chunk, 1, sizeof chunk, file)) > 0;)
        (void)buf_append(out, chunk, len);
}

static bool event_json(const struct avro_schema *schema, struct span payload, struct buf *out,
                       struct error *error)
{
    struct arena arena;
    struct event event;
    arena_init(&arena, MAX_BYTES);
    bool printed = decode_avro(schema, payload, &arena, &event, error) &&
                   metadata_json(&event.metadata, "event", out);
    arena_finish(&arena);
    return printed;
}

static bool print_json(const struct avro_schema *schema, bool as_event, struct error *error)
{
    struct buf payload, json;
    buf_init(&payload, MAX_BYTES);
    buf_init(&json, MAX_BYTES);
    read_all(stdin, &payload);
    bool printed = as_event ? event_json(schema, buf_span(&payload), &json, error)
                            : avro_json_of(schema, buf_span(&payload), NULL, 0, &json, error);
    if (printed)
        puts(json.data);
    buf_finish(&payload);
    buf_finish(&json);
    return printed;
}

static bool run(const char *command, struct span avsc, long count, struct error *error)
{
    if (strcmp(command, "encode") == 0) {
        struct avro_plan *plan = avro_plan_new(avsc, error);
        bool encoded = plan && encode(plan, count, error);
        avro_plan_free(plan);
        return encoded;
    }
    struct avro_schema *schema = avro_schema_parse(avsc, error);
    bool done = schema != NULL;
    bool as_event = strcmp(command, "event") == 0;
    if (done && (as_event || strcmp(command, "json") == 0))
        done = print_json(schema, as_event, error);
    else if (done)
        printf("%016" PRIx64 "\n", avro_schema_fingerprint(schema));
    avro_schema_free(schema);
    return done;
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    struct error error = {0};
    struct buf avsc;
    buf_init(&avsc, MAX_BYTES);
    FILE *file = fopen(argv[2], "rb");
    if (!file)
        return 2;
    read_all(file, &avsc);
    (void)fclose(file);
    bool done = run(argv[1], buf_span(&avsc), argc > 3 ? strtol(argv[3], NULL, 10) : 1, &error);
    if (!done)
        fprintf(stderr, "%s\n", error.message);
    buf_finish(&avsc);
    return done ? 0 : 1;
}
