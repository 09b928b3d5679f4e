#include "core/json_value.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/author.h"
#include "core/date.h"

const char *json_type_name(const struct json *json)
{
    static const char *const names[] = {
        [JSON_KIND_NULL] = "null",        [JSON_KIND_FALSE] = "a boolean",
        [JSON_KIND_TRUE] = "a boolean",   [JSON_KIND_NUMBER] = "a number",
        [JSON_KIND_STRING] = "a string",  [JSON_KIND_ARRAY] = "an array",
        [JSON_KIND_OBJECT] = "an object",
    };
    return names[json ? json->kind : JSON_KIND_NULL];
}

static enum json_result result_of(bool present, struct span text, struct span *ret_text)
{
    if (!present)
        return JSON_RESULT_NOTHING;
    if (!text.data)
        return JSON_RESULT_FAILED;
    *ret_text = text;
    return JSON_RESULT_SET;
}

/* The shortest form that reads back as the same number; whole ones without a fraction. */
static struct span real_text(struct span written, struct arena *arena)
{
    written = arena_copy(arena, written); /* strtod wants its NUL */
    if (!written.data)
        return SPAN_NONE;
    double real = strtod(written.data, NULL);
    if (isinf(real))
        return written;
    if (real == floor(real) && fabs(real) < 1e21)
        return arena_format(arena, "%.0f", real);
    for (int digits = 15; digits < 17; digits++) {
        char text[40];
        (void)snprintf(text, sizeof text, "%.*g", digits, real);
        if (strtod(text, NULL) == real)
            return arena_copy(arena, span_from(text));
    }
    return arena_format(arena, "%.17g", real);
}

/* An integer as it is written, but for -0. */
static struct span number_text(const struct json *json, struct arena *arena)
{
    int64_t integer;
    if (!json_to_integer(json, &integer))
        return real_text(json->text, arena);
    return arena_copy(arena, integer == 0 ? span_from("0") : json->text);
}

static enum json_result compact_text(const struct json *json, struct arena *arena,
                                     struct span *ret_text)
{
    struct buf compact;
    buf_init(&compact, arena->limit_bytes);
    bool written = json_write(json, &compact);
    struct span text = written ? arena_copy(arena, buf_span(&compact)) : SPAN_NONE;
    buf_finish(&compact);
    return result_of(true, text, ret_text);
}

enum json_result json_text_of(const struct json *json, struct arena *arena, struct span *ret_text)
{
    switch (json ? json->kind : JSON_KIND_NULL) {
    case JSON_KIND_NULL: break;
    case JSON_KIND_STRING:
        return result_of(json->text.len > 0, arena_copy(arena, json->text), ret_text);
    case JSON_KIND_NUMBER: return result_of(true, number_text(json, arena), ret_text);
    case JSON_KIND_TRUE: return result_of(true, arena_copy(arena, span_from("true")), ret_text);
    case JSON_KIND_FALSE: return result_of(true, arena_copy(arena, span_from("false")), ret_text);
    case JSON_KIND_ARRAY:
    case JSON_KIND_OBJECT: return compact_text(json, arena, ret_text);
    }
    return JSON_RESULT_NOTHING;
}

/* The first scalar of an array (Crossref gives titles so), else the scalar itself. */
static const struct json *first_scalar(const struct json *json)
{
    if (json_is(json, JSON_KIND_ARRAY))
        json = json->first;
    return json_is_container(json) ? NULL : json;
}

static enum json_result read_text(const struct json *json, struct arena *arena,
                                  struct value *ret_value)
{
    return json_text_of(first_scalar(json), arena, &ret_value->text);
}

static bool has_text(const struct span *items, size_t count, struct span text)
{
    for (size_t i = 0; i < count; i++)
        if (span_equal(items[i], text))
            return true;
    return false;
}

enum { MAX_ITEMS = 1000 }; /* of an array; more are left out */

/* An array's items, or the value itself as the only one. */
static const struct json *items_of(const struct json *json, size_t *ret_count)
{
    bool is_array = json_is(json, JSON_KIND_ARRAY);
    size_t count = is_array ? json->count : 1;
    *ret_count = count < MAX_ITEMS ? count : MAX_ITEMS;
    return is_array ? json->first : json;
}

static enum json_result read_texts(const struct json *json, struct arena *arena,
                                   struct value *ret_value)
{
    size_t wanted, count = 0;
    const struct json *item = items_of(json, &wanted);
    struct span *items = arena_alloc(arena, (wanted + 1) * sizeof *items);
    if (!items)
        return JSON_RESULT_FAILED;
    for (size_t i = 0; i < wanted; i++, item = item->next) {
        struct span text;
        if (json_is_container(item))
            continue;
        enum json_result result = json_text_of(item, arena, &text);
        if (result == JSON_RESULT_FAILED)
            return result;
        if (result == JSON_RESULT_SET && !has_text(items, count, text))
            items[count++] = text;
    }
    ret_value->texts.items = items;
    ret_value->texts.count = count;
    return count > 0 ? JSON_RESULT_SET : JSON_RESULT_NOTHING;
}

/* --- authors ----------------------------------------------------------------------------- */

static struct span member_text(const struct json *object, const char *name)
{
    const struct json *member = json_get(object, name);
    return json_is(member, JSON_KIND_STRING) ? member->text : SPAN_NONE;
}

/* 0000-0000-0000-000X without the https://orcid.org/ in front of it; absent if it is none. */
static struct span orcid_of(struct span text)
{
    enum { ORCID_BYTES = 19 };
    if (text.len < ORCID_BYTES)
        return SPAN_NONE;
    struct span orcid = span_of(text.data + text.len - ORCID_BYTES, ORCID_BYTES);
    for (size_t i = 0; i < ORCID_BYTES; i++) {
        char c = orcid.data[i];
        bool dash = i % 5 == 4;
        bool digit = (c >= '0' && c <= '9') || (i == ORCID_BYTES - 1 && c == 'X');
        if (dash ? c != '-' : !digit)
            return SPAN_NONE;
    }
    return orcid;
}

/* {name} or {literal}, else Crossref's and CSL-JSON's {given, family}. */
static struct span printed_name(const struct json *object, struct arena *arena, bool *ret_person)
{
    struct span name = member_text(object, "name");
    if (name.len == 0)
        name = member_text(object, "literal");
    if (name.len > 0)
        return arena_copy(arena, name);
    struct span given = member_text(object, "given"), family = member_text(object, "family");
    *ret_person = true;
    return arena_format(arena, "%.*s%s%.*s", SPAN_ARG(given), given.len && family.len ? " " : "",
                        SPAN_ARG(family));
}

static bool author_from_object(const struct json *object, struct arena *arena,
                               struct author *ret_author)
{
    bool person = false;
    struct span type = member_text(object, "type");
    if (type.len == 0)
        type = member_text(object, "@type");
    struct span orcid = member_text(object, "orcid");
    if (orcid.len == 0)
        orcid = member_text(object, "ORCID");
    orcid = orcid_of(orcid);
    struct span name = printed_name(object, arena, &person);
    if (!name.data)
        return false;
    *ret_author = (struct author){.name = span_trim(name),
                                  .url = arena_copy(arena, member_text(object, "url")),
                                  .orcid = arena_copy(arena, orcid)};
    if (person || orcid.data || span_equals_nocase(type, "person"))
        ret_author->kind = AUTHOR_PERSON;
    else if (span_equals_nocase(type, "organization"))
        ret_author->kind = AUTHOR_ORGANIZATION;
    return true;
}

static enum json_result read_author_items(const struct json *json, struct arena *arena,
                                          struct value *ret_value)
{
    size_t wanted, count = 0;
    const struct json *item = items_of(json, &wanted);
    struct author *items = arena_alloc(arena, (wanted + 1) * sizeof *items);
    if (!items)
        return JSON_RESULT_FAILED;
    for (size_t i = 0; i < wanted; i++, item = item->next) {
        struct author *author = &items[count];
        *author = (struct author){0};
        if (json_is(item, JSON_KIND_STRING)) {
            struct span name = arena_copy(arena, item->text);
            if (!name.data)
                return JSON_RESULT_FAILED;
            author->name = span_trim(name);
        } else if (json_is(item, JSON_KIND_OBJECT) && !author_from_object(item, arena, author)) {
            return JSON_RESULT_FAILED;
        }
        count += author->name.len > 0;
    }
    ret_value->authors.items = items;
    ret_value->authors.count = count;
    return count > 0 ? JSON_RESULT_SET : JSON_RESULT_NOTHING;
}

/* One string may be a whole byline: "By Jane Roe and John Doe". */
static enum json_result read_authors(const struct json *json, struct arena *arena,
                                     struct value *ret_value)
{
    if (!json_is(json, JSON_KIND_STRING))
        return read_author_items(json, arena, ret_value);
    struct span byline = arena_copy(arena, json->text);
    if (!byline.data ||
        !author_list_named(byline, arena, &ret_value->authors.items, &ret_value->authors.count))
        return JSON_RESULT_FAILED;
    return ret_value->authors.count > 0 ? JSON_RESULT_SET : JSON_RESULT_NOTHING;
}

/* --- dates ------------------------------------------------------------------------------- */

/* CSL-JSON's date-parts, [[2022, 1, 24]] or its inner array, as ISO 8601. */
static enum json_result date_parts_text(const struct json *parts, struct arena *arena,
                                        struct span *ret)
{
    if (json_is(json_item(parts, 0), JSON_KIND_ARRAY))
        parts = parts->first;
    static const int largest[] = {9999, 12, 31};
    int numbers[3] = {0};
    size_t count = parts->count < 3 ? parts->count : 3;
    for (size_t i = 0; i < count; i++) {
        int64_t number;
        if (!json_to_integer(json_item(parts, i), &number) || number < 1 || number > largest[i])
            return JSON_RESULT_NOTHING;
        numbers[i] = (int)number;
    }
    static const char *const formats[] = {"", "%04d", "%04d-%02d", "%04d-%02d-%02d"};
    char text[32];
    (void)snprintf(text, sizeof text, formats[count], numbers[0], numbers[1], numbers[2]);
    return result_of(count > 0, arena_copy(arena, span_from(text)), ret);
}

static enum json_result date_text(const struct json *json, struct arena *arena, struct span *ret)
{
    if (json_is(json, JSON_KIND_OBJECT)) {
        const struct json *instant = json_get(json, "date-time");
        if (json_is(instant, JSON_KIND_STRING))
            return json_text_of(instant, arena, ret);
        json = json_get(json, "date-parts");
    }
    return json_is(json, JSON_KIND_ARRAY) ? date_parts_text(json, arena, ret)
                                          : json_text_of(json, arena, ret);
}

static enum json_result read_date(const struct json *json, struct arena *arena,
                                  struct value *ret_value)
{
    struct span text;
    enum json_result result = date_text(json, arena, &text);
    if (result == JSON_RESULT_SET && !date_parse(text, &ret_value->date))
        result = JSON_RESULT_NOTHING;
    return result;
}

static enum json_result read_bool(const struct json *json, struct value *ret_value)
{
    struct span text = json_is(json, JSON_KIND_STRING) ? json->text : SPAN_NONE;
    bool yes = json_is(json, JSON_KIND_TRUE) || span_equals_nocase(text, "true");
    if (!yes && !json_is(json, JSON_KIND_FALSE) && !span_equals_nocase(text, "false"))
        return JSON_RESULT_NOTHING;
    ret_value->boolean = yes;
    return JSON_RESULT_SET;
}

enum json_result json_value_of(const struct json *json, enum value_kind kind, struct arena *arena,
                               struct value *ret_value)
{
    struct value value = {.kind = kind};
    enum json_result result = JSON_RESULT_NOTHING;
    if (!json || json_is(json, JSON_KIND_NULL))
        return result;
    switch (kind) {
    case VALUE_TEXT: result = read_text(json, arena, &value); break;
    case VALUE_TEXTS: result = read_texts(json, arena, &value); break;
    case VALUE_AUTHORS: result = read_authors(json, arena, &value); break;
    case VALUE_DATE: result = read_date(json, arena, &value); break;
    case VALUE_BOOL: result = read_bool(json, &value); break;
    default: break;
    }
    if (result == JSON_RESULT_SET)
        *ret_value = value;
    return result;
}
