/* article: what is known of one article, and where each part of it came from.
 *
 *   event ----+
 *   text -----+-- merge, first one wins --> struct article --> avro_encode
 *   page -----+        (provenance)
 *   lookups --+
 *
 * Every source (the event itself, a text article, a page, a JSON lookup) gives a
 * `struct metadata`; merging takes a field from the first source that has it. All spans are
 * borrowed from the event's bytes or from the event's arena. Pure. */
#ifndef BYLINE_CORE_ARTICLE_H
#define BYLINE_CORE_ARTICLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/span.h"

/* The fields of schemas/enriched-article.avsc, in its order. */
enum article_field {
    ARTICLE_EVENT_ID,
    ARTICLE_ARTICLE_ID,
    ARTICLE_SOURCE_URL,
    ARTICLE_FINAL_URL,
    ARTICLE_CANONICAL_URL,
    ARTICLE_AMP_URL,
    ARTICLE_FEED_URLS,
    ARTICLE_TITLE,
    ARTICLE_AUTHORS,
    ARTICLE_PUBLISHED,
    ARTICLE_MODIFIED,
    ARTICLE_PUBLISHER,
    ARTICLE_DESCRIPTION,
    ARTICLE_LANGUAGE,
    ARTICLE_IMAGE_URL,
    ARTICLE_SECTION,
    ARTICLE_TAGS,
    ARTICLE_TYPE,
    ARTICLE_FREE_ACCESS,
    ARTICLE_LICENSE,
    ARTICLE_DOI,
    ARTICLE_TEXT,
    ARTICLE_WORD_COUNT,
    ARTICLE_TEXT_SHA256,
    ARTICLE_PROVENANCE,
    ARTICLE_STATUS,
    ARTICLE_FETCHES,
    ARTICLE_ENRICHED_AT,
    ARTICLE_ENRICHER_VERSION,
    ARTICLE_EXTRA,
    ARTICLE_FIELD_COUNT,
};

enum value_kind {
    VALUE_NONE = 0, /* the source does not give this field */
    VALUE_TEXT,
    VALUE_TEXTS,
    VALUE_AUTHORS,
    VALUE_DATE,
    VALUE_BOOL,
    VALUE_INT,
    VALUE_BYTES,
};

enum author_kind { AUTHOR_UNKNOWN = 0, AUTHOR_PERSON, AUTHOR_ORGANIZATION };

struct author {
    struct span name;
    enum author_kind kind;
    struct span url;   /* profile page, may be absent */
    struct span orcid; /* 0000-0000-0000-0000, may be absent */
};

enum date_precision {
    DATE_YEAR = 0,
    DATE_MONTH,
    DATE_DAY,
    DATE_MINUTE,
    DATE_SECOND,
};

/* A date that claims no more than its source said. */
struct date_value {
    int64_t instant_ms;
    struct span raw; /* the text that it was read from */
    int32_t date;    /* days since 1970-01-01 in the source's own offset */
    int32_t utc_offset_min;
    enum date_precision precision;
    bool has_instant; /* the source gave time and offset */
    bool has_date;    /* the source gave at least year, month and day */
    bool has_utc_offset;
};

struct value {
    enum value_kind kind;
    struct span path; /* where in the source: JSON Pointer, meta name, element */
    union {
        struct span text; /* VALUE_TEXT, VALUE_BYTES */
        struct {
            const struct span *items;
            size_t count;
        } texts;
        struct {
            const struct author *items;
            size_t count;
        } authors;
        struct date_value date;
        bool boolean;
        int32_t integer;
    };
};

/* A field without a place of its own, into the output's `extra`. */
struct extra {
    struct extra *next;
    struct span key;
    struct span value;
};

/* What one source says. Zeroed is "nothing". */
struct metadata {
    struct value fields[ARTICLE_FIELD_COUNT];
    struct extra *extra;
};

enum fetch_outcome {
    FETCH_OK,
    FETCH_NOT_FOUND,
    FETCH_BLOCKED,
    FETCH_REFUSED,
    FETCH_TIMEOUT,
    FETCH_ERROR,
    FETCH_SKIPPED,
    FETCH_OUTCOME_COUNT,
};

/* One lookup of the event as the output's `fetches` tells it. */
struct fetch_record {
    struct span lookup;
    struct span url; /* secrets removed */
    enum fetch_outcome outcome;
    int http_status; /* 0: none received */
    int attempts;
    int64_t duration_ms;
    bool from_cache;
    struct span error; /* absent where nothing went wrong */
};

enum article_status {
    STATUS_UNKNOWN,
    STATUS_OK,
    STATUS_PARTIAL,
    STATUS_NOT_FOUND,
    STATUS_BLOCKED,
    STATUS_FAILED,
    STATUS_SKIPPED,
    STATUS_COUNT,
};

struct provenance {
    struct span source; /* absent: no source set this field */
    int fetch;          /* index into fetches, -1: none */
};

/* The enriched article. The path of a field's provenance is its value's path. */
struct article {
    struct metadata metadata;
    struct provenance provenance[ARTICLE_FIELD_COUNT];
    struct fetch_record *fetches;
    size_t fetch_count;
    enum article_status status;
    int64_t enriched_at_ms; /* since the epoch, UTC */
    struct span enricher_version;
    struct span content; /* the page as the event's producer fetched it, may be absent */
    struct span content_type;
};

/* The name in the schema: "event_id", ... */
const char *article_field_name(enum article_field field);

/* The field with that name, or ARTICLE_FIELD_COUNT. */
enum article_field article_field_find(struct span name);

/* What a field holds; VALUE_NONE for those that are not metadata (provenance, status, fetches,
 * enriched_at, enricher_version, extra). */
enum value_kind article_field_kind(enum article_field field);

const char *fetch_outcome_name(enum fetch_outcome outcome);
const char *article_status_name(enum article_status status);
const char *author_kind_name(enum author_kind kind);
const char *date_precision_name(enum date_precision precision);

/* Setters for sources; text and path are borrowed. An absent or empty text sets nothing. */
void metadata_set_text(struct metadata *metadata, enum article_field field, struct span text,
                       struct span path);
/* False without memory. */
bool metadata_add_extra(struct metadata *metadata, struct arena *arena, struct span key,
                        struct span value);

/* Takes from source every field and extra that the article does not have yet. fetch is the index
 * into fetches or -1. */
void article_merge(struct article *article, const struct metadata *source, struct span name,
                   int fetch);

#endif
