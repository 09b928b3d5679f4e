/* avro_plan: how each field of an output schema is filled, resolved once.
 *
 *   schema's field            datum of that name       the plan's slot
 *   title: null | string      text                     branch 1, then FORM_TEXT
 *   published: long (millis)  date                     its instant, FORM_MILLIS
 *   team: string = "web"      none                     the default's bytes
 *
 * The output schema may be the user's own: it names the fields that it wants, in its own order,
 * and may ask for other types where a conversion exists (the table in avro_plan.c). A field that
 * byline does not know needs a default. Read-only once made. Pure.
 *
 * The structs are for avro_encode, which walks them; others use the functions. */
#ifndef BYLINE_CORE_AVRO_PLAN_H
#define BYLINE_CORE_AVRO_PLAN_H

#include <stddef.h>

#include "core/avro_schema.h"
#include "core/datum.h"
#include "core/error.h"
#include "core/span.h"

enum avro_form {
    FORM_TEXT,   /* string: of a text, number, date, author ... */
    FORM_HEX,    /* string: of bytes */
    FORM_SYMBOL, /* enum */
    FORM_BYTES,
    FORM_FIXED,
    FORM_BOOLEAN,
    FORM_INT,  /* what 32 bits do not hold becomes their limit */
    FORM_LONG, /* also an instant in milliseconds */
    FORM_MICROS,
    FORM_NANOS,
    FORM_DOUBLE,
    FORM_RECORD,
    FORM_ARRAY,
    FORM_MAP,
};

struct avro_slot;

struct avro_writer {
    enum avro_form form;
    enum datum_kind takes; /* a date is first narrowed to this: an instant, a day */
    int value_branch;      /* of the union around the type; -1: no union */
    int null_branch;       /* -1: null is not possible */
    const struct schema_node *node;
    const struct avro_writer *items; /* of FORM_ARRAY, FORM_MAP */
    const struct avro_slot *slots;   /* of FORM_RECORD, in the schema's order */
    size_t slot_count;
};

struct avro_slot {
    const char *name;
    const struct datum_member *member; /* NULL: always the default */
    const struct avro_writer *writer;  /* NULL without a member */
    struct span default_bytes;         /* absent: none */
};

struct avro_plan;

/* ERROR_USAGE names the field that cannot be filled and the types that could. The text is copied.
 */
struct avro_plan *avro_plan_new(struct span avsc, struct error *ret_error)
    __attribute__((warn_unused_result));
void avro_plan_free(struct avro_plan *plan);

const struct avro_schema *avro_plan_schema(const struct avro_plan *plan);

/* The record's full name, "io.byline.v1.EnrichedArticle". */
const char *avro_plan_record(const struct avro_plan *plan);

/* Of FORM_RECORD, over an article. */
const struct avro_writer *avro_plan_root(const struct avro_plan *plan);

#endif
