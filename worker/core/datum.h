/* datum: everything an output field can be filled from, found by name.
 *
 *   ARTICLE      event_id, title, authors, published, ..., provenance, fetches, extra
 *   AUTHOR       name, kind, url, orcid
 *   DATE         instant, date, utc_offset_min, precision, raw
 *   PROVENANCE   source, path, fetch
 *   FETCH        lookup, url, outcome, http_status, attempts, ...
 *
 * The names are those of schemas/enriched-article.avsc. A table gives each its kind and the
 * function that reads it; avro_plan matches them with a schema's fields. Pure. */
#ifndef BYLINE_CORE_DATUM_H
#define BYLINE_CORE_DATUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/article.h"
#include "core/span.h"

enum datum_kind {
    DATUM_NONE = 0, /* no value */
    DATUM_TEXT,
    DATUM_BOOLEAN,
    DATUM_INTEGER,
    DATUM_BYTES,
    DATUM_INSTANT, /* number: ms since the epoch */
    DATUM_DAY,     /* number: days since 1970-01-01 */
    DATUM_DATE,    /* a struct date_value */
    DATUM_TEXTS,
    DATUM_AUTHORS,
    DATUM_AUTHOR,
    DATUM_PROVENANCES, /* map by field name */
    DATUM_PROVENANCE,
    DATUM_FETCHES,
    DATUM_FETCH,
    DATUM_EXTRA, /* map of texts */
    DATUM_KIND_COUNT,
};

/* One field's provenance with its value's path. */
struct datum_provenance {
    const struct provenance *provenance;
    struct span path;
};

struct datum {
    enum datum_kind kind;
    union {
        struct span text; /* TEXT, BYTES */
        int64_t number;   /* BOOLEAN, INTEGER, INSTANT, DAY */
        struct {
            const struct span *items;
            size_t count;
        } texts;
        struct {
            const struct author *items;
            size_t count;
        } authors;
        const struct author *author;
        const struct date_value *date;
        struct datum_provenance provenance;
        const struct fetch_record *fetch;
        const struct article *article; /* PROVENANCES, FETCHES, EXTRA */
    };
};

/* A named part of a thing. */
struct datum_member {
    const char *name;
    enum datum_kind kind;

    /* The value, or DATUM_NONE. from is what the table is about: a struct article, author,
     * date_value, datum_provenance or fetch_record. */
    struct datum (*get)(const void *from, int part);
    int part; /* which one, as get counts them */

    /* All that a text with few values can be, NULL for a free text. */
    const char *(*vocabulary)(int index);
    int vocabulary_count;
};

struct datum_table {
    const struct datum_member *members;
    size_t count;
};

/* The members of an article, or of what a DATUM_AUTHOR, _DATE, _PROVENANCE or _FETCH points to;
 * empty for other kinds. */
struct datum_table datum_article_members(void);
struct datum_table datum_members(enum datum_kind kind);

const struct datum_member *datum_find(struct datum_table table, const char *name);

/* What a datum of a kind with members hands to their get. */
const void *datum_thing(const struct datum *datum);

/* A date as what an output without DateValue has room for: DATUM_INSTANT, DATUM_DAY, or
 * DATUM_NONE where the source did not give that much. */
struct datum datum_instant_of(const struct date_value *date);
struct datum datum_day_of(const struct date_value *date);

#endif
