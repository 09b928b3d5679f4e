#include "core/metadata_json.h"

#include <inttypes.h>

#include "core/time_text.h"

static void put_text(struct buf *out, struct span text)
{
    if (!text.data) {
        buf_add_text(out, "null");
        return;
    }
    buf_add_json_string(out, text);
}

static void put_day(struct buf *out, int32_t days)
{
    char text[TIME_TEXT_MAX];
    put_text(out, time_text_day(days, text));
}

static void put_instant(struct buf *out, int64_t ms)
{
    char text[TIME_TEXT_MAX];
    put_text(out, time_text_instant(ms, text));
}

static void put_date(struct buf *out, const struct date_value *date)
{
    buf_add_text(out, "{\"instant\":");
    if (date->has_instant)
        put_instant(out, date->instant_ms);
    else
        buf_add_text(out, "null");
    buf_add_text(out, ",\"date\":");
    if (date->has_date)
        put_day(out, date->date);
    else
        buf_add_text(out, "null");
    if (date->has_utc_offset)
        buf_format(out, ",\"utc_offset_min\":%" PRId32, date->utc_offset_min);
    else
        buf_add_text(out, ",\"utc_offset_min\":null");
    buf_format(out, ",\"precision\":\"%s\",\"raw\":", date_precision_name(date->precision));
    put_text(out, date->raw);
    buf_add_char(out, '}');
}

static void put_author(struct buf *out, const struct author *author)
{
    buf_add_text(out, "{\"name\":");
    put_text(out, author->name);
    buf_format(out, ",\"kind\":\"%s\",\"url\":", author_kind_name(author->kind));
    put_text(out, author->url);
    buf_add_text(out, ",\"orcid\":");
    put_text(out, author->orcid);
    buf_add_char(out, '}');
}

static void put_bytes(struct buf *out, struct span bytes)
{
    buf_add_char(out, '"');
    for (size_t i = 0; i < bytes.len; i++)
        buf_format(out, "%02x", (unsigned char)bytes.data[i]);
    buf_add_char(out, '"');
}

static void put_value(struct buf *out, const struct value *value)
{
    switch (value->kind) {
    case VALUE_NONE: buf_add_text(out, "null"); break;
    case VALUE_TEXT: put_text(out, value->text); break;
    case VALUE_DATE: put_date(out, &value->date); break;
    case VALUE_BOOL: buf_add_text(out, value->boolean ? "true" : "false"); break;
    case VALUE_INT: buf_format(out, "%" PRId32, value->integer); break;
    case VALUE_BYTES: put_bytes(out, value->text); break;
    case VALUE_TEXTS:
        buf_add_char(out, '[');
        for (size_t i = 0; i < value->texts.count; i++) {
            buf_add_text(out, i > 0 ? "," : "");
            put_text(out, value->texts.items[i]);
        }
        buf_add_char(out, ']');
        break;
    case VALUE_AUTHORS:
        buf_add_char(out, '[');
        for (size_t i = 0; i < value->authors.count; i++) {
            buf_add_text(out, i > 0 ? "," : "");
            put_author(out, &value->authors.items[i]);
        }
        buf_add_char(out, ']');
        break;
    }
}

static bool always_stands(enum article_field field)
{
    return field == ARTICLE_TITLE || field == ARTICLE_AUTHORS || field == ARTICLE_PUBLISHED;
}

bool metadata_json(const struct metadata *metadata, const char *source, struct buf *out)
{
    bool first = true;
    buf_add_char(out, '{');
    for (enum article_field field = 0; field < ARTICLE_FIELD_COUNT; field++) {
        const struct value *value = &metadata->fields[field];
        if (value->kind == VALUE_NONE && !always_stands(field))
            continue;
        buf_format(out, "%s\"%s\":", first ? "" : ",", article_field_name(field));
        first = false;
        if (value->kind == VALUE_NONE && field == ARTICLE_AUTHORS)
            buf_add_text(out, "[]");
        else
            put_value(out, value);
    }
    buf_format(out, "%s\"provenance\":{", first ? "" : ",");
    first = true;
    for (enum article_field field = 0; field < ARTICLE_FIELD_COUNT; field++) {
        const struct value *value = &metadata->fields[field];
        if (value->kind == VALUE_NONE)
            continue;
        buf_format(out, "%s\"%s\":{\"source\":\"%s\",\"path\":", first ? "" : ",",
                   article_field_name(field), source);
        put_text(out, value->path);
        buf_add_char(out, '}');
        first = false;
    }
    buf_add_text(out, "}}");
    return !buf_failed(out);
}
