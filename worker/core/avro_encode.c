#include "core/avro_encode.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#include "core/avro_binary.h"
#include "core/avro_path.h"
#include "core/time_text.h"

enum { MICROS_A_MILLI = 1000, NANOS_A_MILLI = 1000000 };

struct encoder {
    struct buf *out;
    struct error *error;
};

static bool write_value(struct encoder *encoder, const struct avro_writer *writer,
                        const struct datum *datum, const struct avro_path *path);
static bool write_record(struct encoder *encoder, const struct avro_writer *writer,
                         const void *thing, const struct avro_path *path);

static bool refuse(struct encoder *encoder, const struct avro_path *path, const char *problem)
{
    char place[AVRO_PATH_MAX];
    return error_poison(encoder->error, ERROR_CLASS_ENCODE, "field %s: %s",
                        avro_path_text(path, place), problem);
}

/* ---- scalars ---- */

static bool write_string(struct encoder *encoder, struct span text, const struct avro_path *path)
{
    if (!span_is_utf8(text))
        return refuse(encoder, path, "not valid UTF-8");
    avro_put_bytes(encoder->out, text);
    return true;
}

/* As exact as its source was: the instant, else the day, else the source's own words. */
static struct span date_text(const struct date_value *date, char scratch[TIME_TEXT_MAX])
{
    if (date->has_instant)
        return time_text_instant(date->instant_ms, scratch);
    if (date->has_date)
        return time_text_day(date->date, scratch);
    return date->raw;
}

static struct span text_of(const struct datum *datum, char scratch[TIME_TEXT_MAX])
{
    switch (datum->kind) {
    case DATUM_TEXT: return datum->text;
    case DATUM_BOOLEAN: return span_from(datum->number ? "true" : "false");
    case DATUM_INSTANT: return time_text_instant(datum->number, scratch);
    case DATUM_DAY: return time_text_day(datum->number, scratch);
    case DATUM_DATE: return date_text(datum->date, scratch);
    case DATUM_AUTHOR: return datum->author->name;
    case DATUM_PROVENANCE: return datum->provenance.provenance->source;
    case DATUM_INTEGER:
        (void)snprintf(scratch, TIME_TEXT_MAX, "%" PRId64, datum->number);
        return span_from(scratch);
    default: assert(false && "no text for this kind"); return SPAN_NONE;
    }
}

static void write_hex(struct encoder *encoder, struct span bytes)
{
    static const char digits[] = "0123456789abcdef";
    avro_put_long(encoder->out, (int64_t)bytes.len * 2);
    for (size_t i = 0; i < bytes.len; i++) {
        unsigned char byte = (unsigned char)bytes.data[i];
        (void)buf_add_char(encoder->out, digits[byte >> 4]);
        (void)buf_add_char(encoder->out, digits[byte & 15]);
    }
}

static bool write_symbol(struct encoder *encoder, const struct schema_node *node, struct span word,
                         const struct avro_path *path)
{
    int symbol = schema_symbol_for(node, word);
    if (symbol < 0)
        symbol = node->default_symbol;
    if (symbol < 0)
        return refuse(encoder, path, "not a symbol of the enum, which has no default");
    avro_put_long(encoder->out, symbol);
    return true;
}

static bool write_fixed(struct encoder *encoder, const struct schema_node *node, struct span bytes,
                        const struct avro_path *path)
{
    if (bytes.len != node->fixed_bytes)
        return refuse(encoder, path, "not of the fixed's size");
    (void)buf_add(encoder->out, bytes);
    return true;
}

static bool write_scaled(struct encoder *encoder, int64_t number, int64_t factor,
                         const struct avro_path *path)
{
    int64_t scaled;
    if (__builtin_mul_overflow(number, factor, &scaled))
        return refuse(encoder, path, "an instant too far away for this precision");
    avro_put_long(encoder->out, scaled);
    return true;
}

static int64_t to_32_bits(int64_t number)
{
    if (number > INT32_MAX)
        return INT32_MAX;
    return number < INT32_MIN ? INT32_MIN : number;
}

/* ---- lists and maps; each is one block, then the empty one that ends it ---- */

static size_t list_size(const struct datum *datum)
{
    switch (datum->kind) {
    case DATUM_TEXTS: return datum->texts.count;
    case DATUM_AUTHORS: return datum->authors.count;
    case DATUM_FETCHES: return datum->article->fetch_count;
    default: assert(false && "not a list"); return 0;
    }
}

static struct datum list_item(const struct datum *datum, size_t i)
{
    switch (datum->kind) {
    case DATUM_TEXTS: return (struct datum){.kind = DATUM_TEXT, .text = datum->texts.items[i]};
    case DATUM_AUTHORS:
        return (struct datum){.kind = DATUM_AUTHOR, .author = &datum->authors.items[i]};
    case DATUM_FETCHES:
        return (struct datum){.kind = DATUM_FETCH, .fetch = &datum->article->fetches[i]};
    default: assert(false && "not a list"); return (struct datum){0};
    }
}

static bool write_array(struct encoder *encoder, const struct avro_writer *writer,
                        const struct datum *datum, const struct avro_path *path)
{
    size_t count = list_size(datum);
    if (count > 0)
        avro_put_long(encoder->out, (int64_t)count);
    for (size_t i = 0; i < count; i++) {
        struct avro_path below = {.up = path, .index = i};
        struct datum item = list_item(datum, i);
        if (!write_value(encoder, writer->items, &item, &below))
            return false;
    }
    avro_put_long(encoder->out, 0);
    return true;
}

static bool write_extra(struct encoder *encoder, const struct avro_writer *writer,
                        const struct extra *extra, const struct avro_path *path)
{
    int64_t count = 0;
    for (const struct extra *one = extra; one; one = one->next)
        count++;
    if (count > 0)
        avro_put_long(encoder->out, count);
    for (const struct extra *one = extra; one; one = one->next) {
        struct datum item = {.kind = DATUM_TEXT, .text = one->value};
        if (!write_string(encoder, one->key, path) ||
            !write_value(encoder, writer->items, &item, path))
            return false;
    }
    avro_put_long(encoder->out, 0);
    return true;
}

static bool has_provenance(const struct article *article, int field)
{
    return article->metadata.fields[field].kind != VALUE_NONE &&
           article->provenance[field].source.data;
}

static bool write_provenances(struct encoder *encoder, const struct avro_writer *writer,
                              const struct article *article, const struct avro_path *path)
{
    int64_t count = 0;
    for (int field = 0; field < ARTICLE_FIELD_COUNT; field++)
        count += has_provenance(article, field);
    if (count > 0)
        avro_put_long(encoder->out, count);
    for (int field = 0; field < ARTICLE_FIELD_COUNT; field++) {
        if (!has_provenance(article, field))
            continue;
        const char *name = article_field_name((enum article_field)field);
        struct avro_path below = {.up = path, .name = name};
        struct datum item = {
            .kind = DATUM_PROVENANCE,
            .provenance = {&article->provenance[field], article->metadata.fields[field].path},
        };
        avro_put_bytes(encoder->out, span_from(name));
        if (!write_value(encoder, writer->items, &item, &below))
            return false;
    }
    avro_put_long(encoder->out, 0);
    return true;
}

static bool write_map(struct encoder *encoder, const struct avro_writer *writer,
                      const struct datum *datum, const struct avro_path *path)
{
    if (datum->kind == DATUM_EXTRA)
        return write_extra(encoder, writer, datum->article->metadata.extra, path);
    assert(datum->kind == DATUM_PROVENANCES);
    return write_provenances(encoder, writer, datum->article, path);
}

/* ---- values and records ---- */

static bool write_value(struct encoder *encoder, const struct avro_writer *writer,
                        const struct datum *datum, const struct avro_path *path)
{
    struct buf *out = encoder->out;
    char scratch[TIME_TEXT_MAX];
    if (writer->value_branch >= 0)
        avro_put_long(out, writer->value_branch);
    switch (writer->form) {
    case FORM_TEXT: return write_string(encoder, text_of(datum, scratch), path);
    case FORM_SYMBOL: return write_symbol(encoder, writer->node, datum->text, path);
    case FORM_FIXED: return write_fixed(encoder, writer->node, datum->text, path);
    case FORM_MICROS: return write_scaled(encoder, datum->number, MICROS_A_MILLI, path);
    case FORM_NANOS: return write_scaled(encoder, datum->number, NANOS_A_MILLI, path);
    case FORM_RECORD: return write_record(encoder, writer, datum_thing(datum), path);
    case FORM_ARRAY: return write_array(encoder, writer, datum, path);
    case FORM_MAP: return write_map(encoder, writer, datum, path);
    case FORM_HEX: write_hex(encoder, datum->text); break;
    case FORM_BYTES: avro_put_bytes(out, datum->text); break;
    case FORM_BOOLEAN: avro_put_boolean(out, datum->number != 0); break;
    case FORM_INT: avro_put_long(out, to_32_bits(datum->number)); break;
    case FORM_LONG: avro_put_long(out, datum->number); break;
    case FORM_DOUBLE: avro_put_double(out, (double)datum->number); break;
    }
    return true;
}

static bool write_absent(struct encoder *encoder, const struct avro_slot *slot,
                         const struct avro_path *path)
{
    const struct avro_writer *writer = slot->writer;
    if (slot->default_bytes.data) {
        (void)buf_add(encoder->out, slot->default_bytes);
        return true;
    }
    if (writer->null_branch >= 0) {
        avro_put_long(encoder->out, writer->null_branch);
        return true;
    }
    if (writer->form != FORM_ARRAY && writer->form != FORM_MAP)
        return refuse(encoder, path, "required by the schema, but the article has no value for it");
    if (writer->value_branch >= 0)
        avro_put_long(encoder->out, writer->value_branch);
    avro_put_long(encoder->out, 0);
    return true;
}

static struct datum narrow(struct datum datum, enum datum_kind takes)
{
    if (datum.kind != DATUM_DATE || takes == DATUM_DATE)
        return datum;
    return takes == DATUM_INSTANT ? datum_instant_of(datum.date) : datum_day_of(datum.date);
}

static bool write_slot(struct encoder *encoder, const struct avro_slot *slot, const void *thing,
                       const struct avro_path *path)
{
    struct datum datum = {.kind = DATUM_NONE};
    if (slot->member)
        datum = narrow(slot->member->get(thing, slot->member->part), slot->writer->takes);
    if (datum.kind == DATUM_NONE)
        return write_absent(encoder, slot, path);
    return write_value(encoder, slot->writer, &datum, path);
}

static bool write_record(struct encoder *encoder, const struct avro_writer *writer,
                         const void *thing, const struct avro_path *path)
{
    for (size_t i = 0; i < writer->slot_count; i++) {
        struct avro_path below = {.up = path, .name = writer->slots[i].name};
        if (!write_slot(encoder, &writer->slots[i], thing, &below))
            return false;
    }
    return true;
}

bool avro_encode(const struct avro_plan *plan, const struct article *article, struct buf *out,
                 struct error *ret_error)
{
    size_t start = out->len;
    assert(!buf_failed(out));
    struct encoder encoder = {.out = out, .error = ret_error};
    bool written = write_record(&encoder, avro_plan_root(plan), article, NULL);
    if (written && out->no_memory)
        written = error_set(ret_error, ERROR_FATAL, "out of memory");
    else if (written && buf_failed(out))
        written = error_poison(ret_error, ERROR_CLASS_TOO_LARGE,
                               "the encoded record is larger than %zu bytes", out->max_bytes);
    if (!written) {
        out->len = start;
        out->failed = out->no_memory = false;
    }
    return written;
}
