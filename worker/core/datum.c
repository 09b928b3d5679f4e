#include "core/datum.h"

#include <assert.h>

/* ---- one constructor a kind; what is absent becomes DATUM_NONE ---- */

static const struct datum none = {.kind = DATUM_NONE};

static struct datum text_or_none(struct span text)
{
    return text.data ? (struct datum){.kind = DATUM_TEXT, .text = text} : none;
}

/* For texts that are always there, if empty. */
static struct datum text(struct span text)
{
    return (struct datum){.kind = DATUM_TEXT, .text = text};
}

static struct datum number(enum datum_kind kind, int64_t value)
{
    return (struct datum){.kind = kind, .number = value};
}

static struct datum whole(enum datum_kind kind, const struct article *article)
{
    return (struct datum){.kind = kind, .article = article};
}

/* ---- article ---- */

static struct datum article_value(const void *from, int field)
{
    const struct article *article = from;
    const struct value *value = &article->metadata.fields[field];
    switch (value->kind) {
    case VALUE_NONE: return none;
    case VALUE_TEXT: return text_or_none(value->text);
    case VALUE_BYTES: return (struct datum){.kind = DATUM_BYTES, .text = value->text};
    case VALUE_BOOL: return number(DATUM_BOOLEAN, value->boolean);
    case VALUE_INT: return number(DATUM_INTEGER, value->integer);
    case VALUE_DATE: return (struct datum){.kind = DATUM_DATE, .date = &value->date};
    case VALUE_TEXTS:
        return (struct datum){.kind = DATUM_TEXTS,
                              .texts = {value->texts.items, value->texts.count}};
    case VALUE_AUTHORS:
        return (struct datum){.kind = DATUM_AUTHORS,
                              .authors = {value->authors.items, value->authors.count}};
    }
    return none;
}

/* What is not metadata, each by its place in the schema. */
static struct datum article_part(const void *from, int field)
{
    const struct article *article = from;
    switch (field) {
    case ARTICLE_PROVENANCE: return whole(DATUM_PROVENANCES, article);
    case ARTICLE_FETCHES: return whole(DATUM_FETCHES, article);
    case ARTICLE_EXTRA: return whole(DATUM_EXTRA, article);
    case ARTICLE_STATUS: return text(span_from(article_status_name(article->status)));
    case ARTICLE_ENRICHED_AT: return number(DATUM_INSTANT, article->enriched_at_ms);
    case ARTICLE_ENRICHER_VERSION: return text(article->enricher_version);
    default: return none;
    }
}

static const char *status_word(int index)
{
    return article_status_name((enum article_status)index);
}

#define VALUE(field, kind, name)                                                                   \
    {                                                                                              \
        name, DATUM_##kind, article_value, ARTICLE_##field, NULL, 0                                \
    }

static const struct datum_member article_members[] = {
    VALUE(EVENT_ID, TEXT, "event_id"),
    VALUE(ARTICLE_ID, TEXT, "article_id"),
    VALUE(SOURCE_URL, TEXT, "source_url"),
    VALUE(FINAL_URL, TEXT, "final_url"),
    VALUE(CANONICAL_URL, TEXT, "canonical_url"),
    VALUE(AMP_URL, TEXT, "amp_url"),
    VALUE(FEED_URLS, TEXTS, "feed_urls"),
    VALUE(TITLE, TEXT, "title"),
    VALUE(AUTHORS, AUTHORS, "authors"),
    VALUE(PUBLISHED, DATE, "published"),
    VALUE(MODIFIED, DATE, "modified"),
    VALUE(PUBLISHER, TEXT, "publisher"),
    VALUE(DESCRIPTION, TEXT, "description"),
    VALUE(LANGUAGE, TEXT, "language"),
    VALUE(IMAGE_URL, TEXT, "image_url"),
    VALUE(SECTION, TEXT, "section"),
    VALUE(TAGS, TEXTS, "tags"),
    VALUE(TYPE, TEXT, "type"),
    VALUE(FREE_ACCESS, BOOLEAN, "free_access"),
    VALUE(LICENSE, TEXT, "license"),
    VALUE(DOI, TEXT, "doi"),
    VALUE(TEXT, TEXT, "text"),
    VALUE(WORD_COUNT, INTEGER, "word_count"),
    VALUE(TEXT_SHA256, BYTES, "text_sha256"),
    {"provenance", DATUM_PROVENANCES, article_part, ARTICLE_PROVENANCE, NULL, 0},
    {"status", DATUM_TEXT, article_part, ARTICLE_STATUS, status_word, STATUS_COUNT},
    {"fetches", DATUM_FETCHES, article_part, ARTICLE_FETCHES, NULL, 0},
    {"enriched_at", DATUM_INSTANT, article_part, ARTICLE_ENRICHED_AT, NULL, 0},
    {"enricher_version", DATUM_TEXT, article_part, ARTICLE_ENRICHER_VERSION, NULL, 0},
    {"extra", DATUM_EXTRA, article_part, ARTICLE_EXTRA, NULL, 0},
};

/* ---- author ---- */

enum author_part { AUTHOR_NAME, AUTHOR_KIND, AUTHOR_URL, AUTHOR_ORCID };

static struct datum author_part(const void *from, int part)
{
    const struct author *author = from;
    switch ((enum author_part)part) {
    case AUTHOR_NAME: return text(author->name);
    case AUTHOR_KIND: return text(span_from(author_kind_name(author->kind)));
    case AUTHOR_URL: return text_or_none(author->url);
    case AUTHOR_ORCID: return text_or_none(author->orcid);
    }
    return none;
}

static const char *author_kind_word(int index)
{
    return author_kind_name((enum author_kind)index);
}

static const struct datum_member author_members[] = {
    {"name", DATUM_TEXT, author_part, AUTHOR_NAME, NULL, 0},
    {"kind", DATUM_TEXT, author_part, AUTHOR_KIND, author_kind_word, AUTHOR_ORGANIZATION + 1},
    {"url", DATUM_TEXT, author_part, AUTHOR_URL, NULL, 0},
    {"orcid", DATUM_TEXT, author_part, AUTHOR_ORCID, NULL, 0},
};

/* ---- date ---- */

enum date_part { DATE_INSTANT, DATE_CALENDAR_DAY, DATE_UTC_OFFSET, DATE_PRECISION, DATE_RAW };

struct datum datum_instant_of(const struct date_value *date)
{
    return date->has_instant ? number(DATUM_INSTANT, date->instant_ms) : none;
}

struct datum datum_day_of(const struct date_value *date)
{
    return date->has_date ? number(DATUM_DAY, date->date) : none;
}

static struct datum date_part(const void *from, int part)
{
    const struct date_value *date = from;
    switch ((enum date_part)part) {
    case DATE_INSTANT: return datum_instant_of(date);
    case DATE_CALENDAR_DAY: return datum_day_of(date);
    case DATE_PRECISION: return text(span_from(date_precision_name(date->precision)));
    case DATE_RAW: return text(date->raw);
    case DATE_UTC_OFFSET:
        return date->has_utc_offset ? number(DATUM_INTEGER, date->utc_offset_min) : none;
    }
    return none;
}

static const char *precision_word(int index)
{
    return date_precision_name((enum date_precision)index);
}

static const struct datum_member date_members[] = {
    {"instant", DATUM_INSTANT, date_part, DATE_INSTANT, NULL, 0},
    {"date", DATUM_DAY, date_part, DATE_CALENDAR_DAY, NULL, 0},
    {"utc_offset_min", DATUM_INTEGER, date_part, DATE_UTC_OFFSET, NULL, 0},
    {"precision", DATUM_TEXT, date_part, DATE_PRECISION, precision_word, DATE_SECOND + 1},
    {"raw", DATUM_TEXT, date_part, DATE_RAW, NULL, 0},
};

/* ---- provenance ---- */

enum provenance_part { PROVENANCE_SOURCE, PROVENANCE_PATH, PROVENANCE_FETCH };

static struct datum provenance_part(const void *from, int part)
{
    const struct datum_provenance *entry = from;
    int fetch = entry->provenance->fetch;
    switch ((enum provenance_part)part) {
    case PROVENANCE_SOURCE: return text(entry->provenance->source);
    case PROVENANCE_PATH: return text(entry->path);
    case PROVENANCE_FETCH: return fetch >= 0 ? number(DATUM_INTEGER, fetch) : none;
    }
    return none;
}

static const struct datum_member provenance_members[] = {
    {"source", DATUM_TEXT, provenance_part, PROVENANCE_SOURCE, NULL, 0},
    {"path", DATUM_TEXT, provenance_part, PROVENANCE_PATH, NULL, 0},
    {"fetch", DATUM_INTEGER, provenance_part, PROVENANCE_FETCH, NULL, 0},
};

/* ---- fetch ---- */

enum fetch_part {
    FETCH_LOOKUP,
    FETCH_URL,
    FETCH_OUTCOME,
    FETCH_HTTP_STATUS,
    FETCH_ATTEMPTS,
    FETCH_DURATION,
    FETCH_FROM_CACHE,
    FETCH_PROBLEM,
};

static struct datum fetch_part(const void *from, int part)
{
    const struct fetch_record *fetch = from;
    switch ((enum fetch_part)part) {
    case FETCH_LOOKUP: return text(fetch->lookup);
    case FETCH_URL: return text(fetch->url);
    case FETCH_OUTCOME: return text(span_from(fetch_outcome_name(fetch->outcome)));
    case FETCH_ATTEMPTS: return number(DATUM_INTEGER, fetch->attempts);
    case FETCH_DURATION: return number(DATUM_INTEGER, fetch->duration_ms);
    case FETCH_FROM_CACHE: return number(DATUM_BOOLEAN, fetch->from_cache);
    case FETCH_PROBLEM: return text_or_none(fetch->error);
    case FETCH_HTTP_STATUS:
        return fetch->http_status > 0 ? number(DATUM_INTEGER, fetch->http_status) : none;
    }
    return none;
}

static const char *outcome_word(int index)
{
    return fetch_outcome_name((enum fetch_outcome)index);
}

static const struct datum_member fetch_members[] = {
    {"lookup", DATUM_TEXT, fetch_part, FETCH_LOOKUP, NULL, 0},
    {"url", DATUM_TEXT, fetch_part, FETCH_URL, NULL, 0},
    {"outcome", DATUM_TEXT, fetch_part, FETCH_OUTCOME, outcome_word, FETCH_OUTCOME_COUNT},
    {"http_status", DATUM_INTEGER, fetch_part, FETCH_HTTP_STATUS, NULL, 0},
    {"attempts", DATUM_INTEGER, fetch_part, FETCH_ATTEMPTS, NULL, 0},
    {"duration_ms", DATUM_INTEGER, fetch_part, FETCH_DURATION, NULL, 0},
    {"from_cache", DATUM_BOOLEAN, fetch_part, FETCH_FROM_CACHE, NULL, 0},
    {"error", DATUM_TEXT, fetch_part, FETCH_PROBLEM, NULL, 0},
};

/* ---- the tables ---- */

#define TABLE(members)                                                                             \
    {                                                                                              \
        (members), sizeof(members) / sizeof *(members)                                             \
    }

struct datum_table datum_article_members(void)
{
    return (struct datum_table)TABLE(article_members);
}

struct datum_table datum_members(enum datum_kind kind)
{
    static const struct datum_table tables[DATUM_KIND_COUNT] = {
        [DATUM_AUTHOR] = TABLE(author_members),
        [DATUM_DATE] = TABLE(date_members),
        [DATUM_PROVENANCE] = TABLE(provenance_members),
        [DATUM_FETCH] = TABLE(fetch_members),
    };
    return tables[kind];
}

const struct datum_member *datum_find(struct datum_table table, const char *name)
{
    for (size_t i = 0; i < table.count; i++)
        if (strcmp(table.members[i].name, name) == 0)
            return &table.members[i];
    return NULL;
}

const void *datum_thing(const struct datum *datum)
{
    switch (datum->kind) {
    case DATUM_AUTHOR: return datum->author;
    case DATUM_DATE: return datum->date;
    case DATUM_PROVENANCE: return &datum->provenance;
    case DATUM_FETCH: return datum->fetch;
    default: assert(false && "a datum without members"); return NULL;
    }
}
