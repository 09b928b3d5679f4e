#include "record.h"

#include <time.h>

#include "core/article_complete.h"
#include "core/avro_encode.h"
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

static enum event_format format_of(const struct config *config, struct span value)
{
    switch (config->input.format) {
    case FORMAT_JSON: return EVENT_JSON;
    case FORMAT_TEXT: return EVENT_TEXT;
    case FORMAT_AVRO: return EVENT_AVRO;
    case FORMAT_AUTO: break;
    }
    return decode_detect(value);
}

bool record_decode(const struct config *config, struct span value, struct arena *arena,
                   struct event **ret_event, struct article **ret_article, struct error *ret_error)
{
    if (value.len > RECORD_MAX_EVENT_BYTES)
        return error_poison(ret_error, ERROR_CLASS_TOO_LARGE,
                            "the event has %zu bytes, more than %d", value.len,
                            RECORD_MAX_EVENT_BYTES);
    struct event *event = arena_alloc(arena, sizeof *event);
    struct article *article = arena_alloc(arena, sizeof *article);
    if (!event || !article)
        return error_set(ret_error, ERROR_FATAL, "out of memory");
    enum event_format format = format_of(config, value);
    if (!decode_event(format, value, arena, event, ret_error) || !check_url(event, ret_error))
        return false;
    article_merge(article, &event->metadata, span_from(format == EVENT_TEXT ? "text" : "event"),
                  -1);
    *ret_event = event;
    *ret_article = article;
    return true;
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
