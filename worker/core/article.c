#include "core/article.h"

#include <assert.h>

static const struct {
    const char *name;
    enum value_kind kind;
} fields[ARTICLE_FIELD_COUNT] = {
    [ARTICLE_EVENT_ID] = {"event_id", VALUE_TEXT},
    [ARTICLE_ARTICLE_ID] = {"article_id", VALUE_TEXT},
    [ARTICLE_SOURCE_URL] = {"source_url", VALUE_TEXT},
    [ARTICLE_FINAL_URL] = {"final_url", VALUE_TEXT},
    [ARTICLE_CANONICAL_URL] = {"canonical_url", VALUE_TEXT},
    [ARTICLE_AMP_URL] = {"amp_url", VALUE_TEXT},
    [ARTICLE_FEED_URLS] = {"feed_urls", VALUE_TEXTS},
    [ARTICLE_TITLE] = {"title", VALUE_TEXT},
    [ARTICLE_AUTHORS] = {"authors", VALUE_AUTHORS},
    [ARTICLE_PUBLISHED] = {"published", VALUE_DATE},
    [ARTICLE_MODIFIED] = {"modified", VALUE_DATE},
    [ARTICLE_PUBLISHER] = {"publisher", VALUE_TEXT},
    [ARTICLE_DESCRIPTION] = {"description", VALUE_TEXT},
    [ARTICLE_LANGUAGE] = {"language", VALUE_TEXT},
    [ARTICLE_IMAGE_URL] = {"image_url", VALUE_TEXT},
    [ARTICLE_SECTION] = {"section", VALUE_TEXT},
    [ARTICLE_TAGS] = {"tags", VALUE_TEXTS},
    [ARTICLE_TYPE] = {"type", VALUE_TEXT},
    [ARTICLE_FREE_ACCESS] = {"free_access", VALUE_BOOL},
    [ARTICLE_LICENSE] = {"license", VALUE_TEXT},
    [ARTICLE_DOI] = {"doi", VALUE_TEXT},
    [ARTICLE_TEXT] = {"text", VALUE_TEXT},
    [ARTICLE_WORD_COUNT] = {"word_count", VALUE_INT},
    [ARTICLE_TEXT_SHA256] = {"text_sha256", VALUE_BYTES},
    [ARTICLE_PROVENANCE] = {"provenance", VALUE_NONE},
    [ARTICLE_STATUS] = {"status", VALUE_NONE},
    [ARTICLE_FETCHES] = {"fetches", VALUE_NONE},
    [ARTICLE_ENRICHED_AT] = {"enriched_at", VALUE_NONE},
    [ARTICLE_ENRICHER_VERSION] = {"enricher_version", VALUE_NONE},
    [ARTICLE_EXTRA] = {"extra", VALUE_NONE},
};

const char *article_field_name(enum article_field field)
{
    assert(field < ARTICLE_FIELD_COUNT);
    return fields[field].name;
}

enum article_field article_field_find(struct span name)
{
    enum article_field field = ARTICLE_EVENT_ID;
    while (field < ARTICLE_FIELD_COUNT && !span_equals(name, fields[field].name))
        field++;
    return field;
}

enum value_kind article_field_kind(enum article_field field)
{
    assert(field < ARTICLE_FIELD_COUNT);
    return fields[field].kind;
}

const char *fetch_outcome_name(enum fetch_outcome outcome)
{
    static const char *const names[FETCH_OUTCOME_COUNT] = {
        [FETCH_OK] = "ok",           [FETCH_NOT_FOUND] = "not_found", [FETCH_BLOCKED] = "blocked",
        [FETCH_REFUSED] = "refused", [FETCH_TIMEOUT] = "timeout",     [FETCH_ERROR] = "error",
        [FETCH_SKIPPED] = "skipped",
    };
    return names[outcome];
}

const char *article_status_name(enum article_status status)
{
    static const char *const names[STATUS_COUNT] = {
        [STATUS_UNKNOWN] = "UNKNOWN", [STATUS_OK] = "OK",
        [STATUS_PARTIAL] = "PARTIAL", [STATUS_NOT_FOUND] = "NOT_FOUND",
        [STATUS_BLOCKED] = "BLOCKED", [STATUS_FAILED] = "FAILED",
        [STATUS_SKIPPED] = "SKIPPED",
    };
    return names[status];
}

const char *author_kind_name(enum author_kind kind)
{
    static const char *const names[] = {
        [AUTHOR_UNKNOWN] = "unknown",
        [AUTHOR_PERSON] = "person",
        [AUTHOR_ORGANIZATION] = "organization",
    };
    return names[kind];
}

const char *date_precision_name(enum date_precision precision)
{
    static const char *const names[] = {
        [DATE_YEAR] = "year",     [DATE_MONTH] = "month",   [DATE_DAY] = "day",
        [DATE_MINUTE] = "minute", [DATE_SECOND] = "second",
    };
    return names[precision];
}

void metadata_set_text(struct metadata *metadata, enum article_field field, struct span text,
                       struct span path)
{
    assert(fields[field].kind == VALUE_TEXT);
    if (text.len > 0)
        metadata->fields[field] = (struct value){.kind = VALUE_TEXT, .path = path, .text = text};
}

bool metadata_add_extra(struct metadata *metadata, struct arena *arena, struct span key,
                        struct span value)
{
    struct extra *extra = arena_alloc(arena, sizeof *extra);
    if (!extra)
        return false;
    *extra = (struct extra){.next = metadata->extra, .key = key, .value = value};
    metadata->extra = extra;
    return true;
}

static bool has_extra(const struct metadata *metadata, struct span key)
{
    for (const struct extra *extra = metadata->extra; extra; extra = extra->next)
        if (span_equal(extra->key, key))
            return true;
    return false;
}

static void merge_extra(struct metadata *into, struct extra *extra)
{
    while (extra) {
        struct extra *next = extra->next;
        if (!has_extra(into, extra->key)) {
            extra->next = into->extra;
            into->extra = extra;
        }
        extra = next;
    }
}

void article_merge(struct article *article, const struct metadata *source, struct span name,
                   int fetch)
{
    for (enum article_field field = 0; field < ARTICLE_FIELD_COUNT; field++) {
        if (article->metadata.fields[field].kind != VALUE_NONE ||
            source->fields[field].kind == VALUE_NONE)
            continue;
        article->metadata.fields[field] = source->fields[field];
        article->provenance[field] = (struct provenance){.source = name, .fetch = fetch};
    }
    merge_extra(&article->metadata, source->extra);
}
