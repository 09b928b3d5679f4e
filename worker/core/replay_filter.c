#include "core/replay_filter.h"

#include <stdio.h>

#include "core/decode.h"

#define OWN_PREFIX      "byline."
#define ATTEMPTS_HEADER "byline.replay.attempts"

enum { MAX_DIGITS = 9, COUNTER_BYTES = 16 };

/* The last one: what byline wrote stands behind what came with the input. */
static struct span header(const struct replay_letter *letter, const char *name)
{
    for (size_t i = letter->header_count; i-- > 0;)
        if (span_equals(letter->headers[i].name, name))
            return letter->headers[i].value;
    return SPAN_NONE;
}

/* A whole number of at most nine digits; otherwise what is given for it. */
static int32_t number(struct span text, int32_t otherwise)
{
    int32_t value = 0;
    if (text.len == 0 || text.len > MAX_DIGITS)
        return otherwise;
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return otherwise;
        value = value * 10 + (text.data[i] - '0');
    }
    return value;
}

/* ---- the host ---- */

static struct span host_of_url(struct span text, struct url_parser *parser, struct arena *arena)
{
    struct url url;
    if (!url_parse(parser, text, NULL, &url, NULL))
        return SPAN_NONE;
    struct span host = arena_copy(arena, url.host);
    url_finish(&url);
    return host;
}

/* Messages end with "(URL)"; a long one may have been cut, so that the bracket is missing. */
static struct span last_url(struct span message)
{
    for (size_t i = message.len; i-- > 0;) {
        struct span rest = span_of(message.data + i, message.len - i);
        if (!span_starts_with(rest, "http://") && !span_starts_with(rest, "https://"))
            continue;
        size_t len = 0;
        while (len < rest.len && (unsigned char)rest.data[len] > ' ' && rest.data[len] != ')' &&
               rest.data[len] != '"')
            len++;
        return span_of(rest.data, len);
    }
    return SPAN_NONE;
}

static struct span host_of_event(struct span value, struct url_parser *parser, struct arena *arena)
{
    struct event event = {0};
    if (!value.data || decode_detect(value) != EVENT_JSON ||
        !decode_event(EVENT_JSON, value, arena, &event, NULL))
        return SPAN_NONE;
    const struct value *url = &event.metadata.fields[ARTICLE_SOURCE_URL];
    return url->kind == VALUE_TEXT ? host_of_url(url->text, parser, arena) : SPAN_NONE;
}

static struct span find_host(const struct replay_letter *letter, struct url_parser *parser,
                             struct arena *arena)
{
    struct span named = last_url(header(letter, "byline.error.message"));
    struct span host = named.data ? host_of_url(named, parser, arena) : SPAN_NONE;
    return host.data ? host : host_of_event(letter->value, parser, arena);
}

/* ---- the letter ---- */

struct replay_facts replay_read(const struct replay_letter *letter, struct url_parser *parser,
                                struct arena *arena)
{
    return (struct replay_facts){
        .error_class = header(letter, "byline.error.class"),
        .source_topic = header(letter, "byline.source.topic"),
        .source_partition = number(header(letter, "byline.source.partition"), -1),
        .attempts = number(header(letter, ATTEMPTS_HEADER), 0),
        .host = find_host(letter, parser, arena),
        .timestamp_ms = letter->timestamp_ms,
    };
}

static bool is_ours(const struct replay_filter *filter, struct span topic)
{
    for (size_t i = 0; i < filter->topic_count; i++)
        if (topic.data && span_equals(topic, filter->topics[i]))
            return true;
    return false;
}

static bool passes(const struct replay_filter *filter, const struct replay_facts *facts)
{
    if (filter->error_class && !span_equals(facts->error_class, filter->error_class))
        return false;
    if (filter->host && !span_equals_nocase(facts->host, filter->host))
        return false;
    return facts->timestamp_ms >= filter->since_ms && facts->timestamp_ms < filter->until_ms;
}

enum replay_fate replay_judge(const struct replay_filter *filter, const struct replay_facts *facts)
{
    if (!facts->error_class.data || !is_ours(filter, facts->source_topic) || !passes(filter, facts))
        return REPLAY_SKIP;
    return facts->attempts >= REPLAY_MAX_ATTEMPTS ? REPLAY_PARK : REPLAY_SEND;
}

size_t replay_rewrite(const struct replay_letter *letter, const struct replay_facts *facts,
                      char counter_text[16], struct replay_header *ret_headers)
{
    size_t count = 0;
    for (size_t i = 0; i < letter->header_count; i++)
        if (!span_starts_with(letter->headers[i].name, OWN_PREFIX))
            ret_headers[count++] = letter->headers[i];
    int len = snprintf(counter_text, COUNTER_BYTES, "%d", facts->attempts + 1);
    ret_headers[count++] =
        (struct replay_header){span_from(ATTEMPTS_HEADER), span_of(counter_text, (size_t)len)};
    return count;
}
