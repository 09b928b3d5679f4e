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

static struct datum article_whole(const void *from, int field)
{
    static const enum datum_kind kinds[ARTICLE_FIELD_COUNT] = {
        [ARTICLE_PROVENANCE] = DATUM_PROVENANCES,
        [ARTICLE_FETCHES] = DATUM_FETCHES,
        [ARTICLE_EXTRA] = DATUM_EXTRA,
    };
    return (struct datum){.kind = kinds[field], .article = from};
}

static struct datum article_status(const void *from, int field)
{
    (void)field;
    const struct article *article = from;
    return text(span_from(article_status_name(article->status)));
}

static struct datum article_enriched_at(const void *from, int field)
{
    (void)field;
    return number(DATUM_INSTANT, ((const struct article *)from)->enriched_at_ms);
}

static struct datum article_version(const void *from, int field)
{
    (void)field;
    return text(((const struct article *)from)->enricher_version);
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
    {"provenance", DATUM_PROVENANCES, article_whole, ARTICLE_PROVENANCE, NULL, 0},
    {"status", DATUM_TEXT, article_status, 0, status_word, STATUS_COUNT},
    {"fetches", DATUM_FETCHES, article_whole, ARTICLE_FETCHES, NULL, 0},
    {"enriched_at", DATUM_INSTANT, article_enriched_at, 0, NULL, 0},
    {"enricher_version", DATUM_TEXT, article_version, 0, NULL, 0},
    {"extra", DATUM_EXTRA, article_whole, ARTICLE_EXTRA, NULL, 0},
};

/* ---- author ---- */

static struct datum author_name(const void *from, int field)
{
    (void)field;
    return text(((const struct author *)from)->name);
}

static struct datum author_kind(const void *from, int field)
{
    (void)field;
    return text(span_from(author_kind_name(((const struct author *)from)->kind)));
}

static struct datum author_url(const void *from, int field)
{
    (void)field;
    return text_or_none(((const struct author *)from)->url);
}

static struct datum author_orcid(const void *from, int field)
{
    (void)field;
    return text_or_none(((const struct author *)from)->orcid);
}

static const char *author_kind_word(int index)
{
    return author_kind_name((enum author_kind)index);
}

static const struct datum_member author_members[] = {
    {"name", DATUM_TEXT, author_name, 0, NULL, 0},
    {"kind", DATUM_TEXT, author_kind, 0, author_kind_word, AUTHOR_ORGANIZATION + 1},
    {"url", DATUM_TEXT, author_url, 0, NULL, 0},
    {"orcid", DATUM_TEXT, author_orcid, 0, NULL, 0},
};

/* ---- date ---- */

struct datum datum_instant_of(const struct date_value *date)
{
    return date->has_instant ? number(DATUM_INSTANT, date->instant_ms) : none;
}

struct datum datum_day_of(const struct date_value *date)
{
    return date->has_date ? number(DATUM_DAY, date->date) : none;
}

static struct datum date_instant(const void *from, int field)
{
    (void)field;
    return datum_instant_of(from);
}

static struct datum date_day(const void *from, int field)
{
    (void)field;
    return datum_day_of(from);
}

static struct datum date_utc_offset(const void *from, int field)
{
    (void)field;
    const struct date_value *date = from;
    return date->has_utc_offset ? number(DATUM_INTEGER, date->utc_offset_min) : none;
}

static struct datum date_precision(const void *from, int field)
{
    (void)field;
    return text(span_from(date_precision_name(((const struct date_value *)from)->precision)));
}

static struct datum date_raw(const void *from, int field)
{
    (void)field;
    return text(((const struct date_value *)from)->raw);
}

static const char *precision_word(int index)
{
    return date_precision_name((enum date_precision)index);
}

static const struct datum_member date_members[] = {
    {"instant", DATUM_INSTANT, date_instant, 0, NULL, 0},
    {"date", DATUM_DAY, date_day, 0, NULL, 0},
    {"utc_offset_min", DATUM_INTEGER, date_utc_offset, 0, NULL, 0},
    {"precision", DATUM_TEXT, date_precision, 0, precision_word, DATE_SECOND + 1},
    {"raw", DATUM_TEXT, date_raw, 0, NULL, 0},
};

/* ---- provenance ---- */

static struct datum provenance_source(const void *from, int field)
{
    (void)field;
    return text(((const struct datum_provenance *)from)->provenance->source);
}

static struct datum provenance_path(const void *from, int field)
{
    (void)field;
    return text(((const struct datum_provenance *)from)->path);
}

static struct datum provenance_fetch(const void *from, int field)
{
    (void)field;
    int fetch = ((const struct datum_provenance *)from)->provenance->fetch;
    return fetch >= 0 ? number(DATUM_INTEGER, fetch) : none;
}

static const struct datum_member provenance_members[] = {
    {"source", DATUM_TEXT, provenance_source, 0, NULL, 0},
    {"path", DATUM_TEXT, provenance_path, 0, NULL, 0},
    {"fetch", DATUM_INTEGER, provenance_fetch, 0, NULL, 0},
};

/* ---- fetch ---- */

static struct datum fetch_lookup(const void *from, int field)
{
    (void)field;
    return text(((const struct fetch_record *)from)->lookup);
}

static struct datum fetch_url(const void *from, int field)
{
    (void)field;
    return text(((const struct fetch_record *)from)->url);
}

static struct datum fetch_outcome(const void *from, int field)
{
    (void)field;
    return text(span_from(fetch_outcome_name(((const struct fetch_record *)from)->outcome)));
}

static struct datum fetch_http_status(const void *from, int field)
{
    (void)field;
    int status = ((const struct fetch_record *)from)->http_status;
    return status > 0 ? number(DATUM_INTEGER, status) : none;
}

static struct datum fetch_attempts(const void *from, int field)
{
    (void)field;
    return number(DATUM_INTEGER, ((const struct fetch_record *)from)->attempts);
}

static struct datum fetch_duration(const void *from, int field)
{
    (void)field;
    return number(DATUM_INTEGER, ((const struct fetch_record *)from)->duration_ms);
}

static struct datum fetch_from_cache(const void *from, int field)
{
    (void)field;
    return number(DATUM_BOOLEAN, ((const struct fetch_record *)from)->from_cache);
}

static struct datum fetch_error(const void *from, int field)
{
    (void)field;
    return text_or_none(((const struct fetch_record *)from)->error);
}

static const char *outcome_word(int index)
{
    return fetch_outcome_name((enum fetch_outcome)index);
}

static const struct datum_member fetch_members[] = {
    {"lookup", DATUM_TEXT, fetch_lookup, 0, NULL, 0},
    {"url", DATUM_TEXT, fetch_url, 0, NULL, 0},
    {"outcome", DATUM_TEXT, fetch_outcome, 0, outcome_word, FETCH_OUTCOME_COUNT},
    {"http_status", DATUM_INTEGER, fetch_http_status, 0, NULL, 0},
    {"attempts", DATUM_INTEGER, fetch_attempts, 0, NULL, 0},
    {"duration_ms", DATUM_INTEGER, fetch_duration, 0, NULL, 0},
    {"from_cache", DATUM_BOOLEAN, fetch_from_cache, 0, NULL, 0},
    {"error", DATUM_TEXT, fetch_error, 0, NULL, 0},
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
    default: assert(!"a datum without members"); return NULL;
    }
}
