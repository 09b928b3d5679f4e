#include "record.h"

#include <time.h>

#include "core/article_complete.h"
#include "core/avro_encode.h"
#include "core/decode_avro.h"
#include "schemas.h"
#include "version.h"

enum { MAX_URL_BYTES = 8192 };

static struct span beginning(struct span text)
{
    enum { SHOWN_BYTES = 120 };
    return span_of(text.data, text.len < SHOWN_BYTES ? text.len : SHOWN_BYTES);
}

/* What no lookup could ever ask for: refused here, before it gets near a request. */
static bool check_url(const struct event *event, struct error *ret_error)
{
    const struct value *url = &event->metadata.fields[ARTICLE_SOURCE_URL];
    if (url->kind != VALUE_TEXT)
        return true;
    if (url->text.len > MAX_URL_BYTES)
        return error_poison(ret_error, ERROR_CLASS_REFUSED,
                            "the event's url has %zu bytes, more than %d", url->text.len,
                            MAX_URL_BYTES);
    for (size_t i = 0; i < url->text.len; i++) {
        unsigned char c = (unsigned char)url->text.data[i];
        if (c <= ' ' || c == 0x7F)
            return error_poison(ret_error, ERROR_CLASS_REFUSED,
                                "the event's url has a space or a control character at byte %zu: "
                                "\"%.*s\"",
                                i, SPAN_ARG(beginning(url->text)));
    }
    return true;
}

static enum event_format format_of(const struct config *config, const struct record_input *input)
{
    switch (config->input.format) {
    case FORMAT_JSON: return EVENT_JSON;
    case FORMAT_TEXT: return EVENT_TEXT;
    case FORMAT_AVRO: return EVENT_AVRO;
    case FORMAT_AUTO: break;
    }
    return input->schema_header.data ? EVENT_AVRO : decode_detect(input->value);
}

/* A value with what it takes to read it. */
struct readable {
    enum event_format format;
    struct span bytes;                /* of Avro the payload */
    const struct avro_schema *schema; /* of Avro */
};

static enum record_result find_schema(struct schemas *schemas, const struct record_input *input,
                                      struct readable *readable, struct wire_schema *ret_schema,
                                      struct error *ret_error)
{
    if (span_is_empty(input->value) && !input->schema_header.data) {
        (void)error_poison(ret_error, ERROR_CLASS_DECODE, "the value is empty");
        return RECORD_FAILED;
    }
    switch (schemas_find(schemas, input->value, input->schema_header, &readable->schema,
                         &readable->bytes, ret_schema, ret_error)) {
    case SCHEMA_CACHE_MISS: return RECORD_UNREADABLE;
    case SCHEMA_CACHE_NEGATIVE: return RECORD_FAILED;
    case SCHEMA_CACHE_HIT: break;
    }
    return RECORD_DECODED;
}

static bool read_event(const struct readable *readable, struct arena *arena,
                       struct event *ret_event, struct error *ret_error)
{
    if (readable->format == EVENT_AVRO)
        return decode_avro(readable->schema, readable->bytes, arena, ret_event, ret_error);
    return decode_event(readable->format, readable->bytes, arena, ret_event, ret_error);
}

static bool start_article(const struct readable *readable, struct arena *arena,
                          struct record_decoded *ret_decoded, struct error *ret_error)
{
    struct event event;
    struct article *article = arena_alloc(arena, sizeof *article);
    if (!article)
        return error_set(ret_error, ERROR_FATAL, "out of memory");
    if (!read_event(readable, arena, &event, ret_error) || !check_url(&event, ret_error))
        return false;
    article_merge(article, &event.metadata,
                  span_from(readable->format == EVENT_TEXT ? "text" : "event"), -1);
    article->content = event.content;
    article->content_type = event.content_type;
    ret_decoded->article = article;
    return true;
}

enum record_result record_decode(const struct config *config, struct schemas *schemas,
                                 const struct record_input *input, struct arena *arena,
                                 struct record_decoded *ret_decoded, struct error *ret_error)
{
    struct readable readable = {.format = format_of(config, input), .bytes = input->value};
    enum record_result result = RECORD_DECODED;
    if (input->value.len > RECORD_MAX_EVENT_BYTES) {
        (void)error_poison(ret_error, ERROR_CLASS_TOO_LARGE,
                           "the event has %zu bytes, more than %d", input->value.len,
                           RECORD_MAX_EVENT_BYTES);
        return RECORD_FAILED;
    }
    if (readable.format == EVENT_AVRO)
        result = find_schema(schemas, input, &readable, &ret_decoded->schema, ret_error);
    if (result == RECORD_DECODED && !start_article(&readable, arena, ret_decoded, ret_error))
        result = RECORD_FAILED;
    return result;
}

static int64_t wall_clock_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool record_encode(const struct config *config, const struct avro_plan *plan,
                   struct article *article, struct arena *arena, struct buf *out,
                   struct error *ret_error)
{
    if (!article_complete(article, arena))
        return error_poison(ret_error, ERROR_CLASS_TOO_LARGE, "the event's metadata is too large");
    if (!config->output.include_text)
        article->metadata.fields[ARTICLE_TEXT] = (struct value){0};
    article->enriched_at_ms = wall_clock_ms();
    article->enricher_version = span_from(BYLINE_VERSION);
    return avro_encode(plan, article, out, ret_error);
}
