#include "core/json_value.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/author.h"
#include "core/date.h"

const char *json_type_name(const json_t *json)
{
    switch (json ? json_typeof(json) : JSON_NULL) {
    case JSON_OBJECT: return "an object";
    case JSON_ARRAY: return "an array";
    case JSON_STRING: return "a string";
    case JSON_INTEGER:
    case JSON_REAL: return "a number";
    case JSON_TRUE:
    case JSON_FALSE: return "a boolean";
    default: return "null";
    }
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

static struct span string_span(const json_t *json)
{
    return span_of(json_string_value(json), json_string_length(json));
}

/* The shortest form that reads back as the same number; whole ones without a fraction. */
static struct span real_text(double real, struct arena *arena)
{
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

static enum json_result compact_text(const json_t *json, struct arena *arena, struct span *ret_text)
{
    const size_t flags = JSON_COMPACT | JSON_ENCODE_ANY;
    size_t len = json_dumpb(json, NULL, 0, flags);
    char *text = arena_alloc(arena, len + 1);
    if (text)
        (void)json_dumpb(json, text, len, flags);
    return result_of(len > 0, span_of(text, text ? len : 0), ret_text);
}

enum json_result json_text_of(const json_t *json, struct arena *arena, struct span *ret_text)
{
    switch (json ? json_typeof(json) : JSON_NULL) {
    case JSON_STRING:
        return result_of(json_string_length(json) > 0, arena_copy(arena, string_span(json)),
                         ret_text);
    case JSON_INTEGER:
        return result_of(
            true, arena_format(arena, "%" JSON_INTEGER_FORMAT, json_integer_value(json)), ret_text);
    case JSON_REAL: return result_of(true, real_text(json_real_value(json), arena), ret_text);
    case JSON_TRUE: return result_of(true, arena_copy(arena, span_from("true")), ret_text);
    case JSON_FALSE: return result_of(true, arena_copy(arena, span_from("false")), ret_text);
    case JSON_ARRAY:
    case JSON_OBJECT: return compact_text(json, arena, ret_text);
    default: return JSON_RESULT_NOTHING;
    }
}

/* The first scalar of an array (Crossref gives titles so), else the scalar itself. */
static const json_t *first_scalar(const json_t *json)
{
    if (json_is_array(json))
        json = json_array_get(json, 0);
    return json_is_array(json) || json_is_object(json) ? NULL : json;
}

static enum json_result read_text(const json_t *json, struct arena *arena, struct value *ret_value)
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

static size_t item_count(const json_t *json)
{
    size_t count = json_is_array(json) ? json_array_size(json) : 1;
    return count < MAX_ITEMS ? count : MAX_ITEMS;
}

static const json_t *item_at(const json_t *json, size_t index)
{
    return json_is_array(json) ? json_array_get(json, index) : json;
}

static enum json_result read_texts(const json_t *json, struct arena *arena, struct value *ret_value)
{
    size_t wanted = item_count(json), count = 0;
    struct span *items = arena_alloc(arena, (wanted + 1) * sizeof *items);
    if (!items)
        return JSON_RESULT_FAILED;
    for (size_t i = 0; i < wanted; i++) {
        const json_t *item = item_at(json, i);
        struct span text;
        if (json_is_object(item) || json_is_array(item))
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

static struct span member_text(const json_t *object, const char *name)
{
    const json_t *member = json_object_get(object, name);
    return json_is_string(member) ? string_span(member) : SPAN_NONE;
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
static struct span printed_name(const json_t *object, struct arena *arena, bool *ret_person)
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

static bool author_from_object(const json_t *object, struct arena *arena, struct author *ret_author)
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

static enum json_result read_author_items(const json_t *json, struct arena *arena,
                                          struct value *ret_value)
{
    size_t wanted = item_count(json), count = 0;
    struct author *items = arena_alloc(arena, (wanted + 1) * sizeof *items);
    if (!items)
        return JSON_RESULT_FAILED;
    for (size_t i = 0; i < wanted; i++) {
        const json_t *item = item_at(json, i);
        struct author *author = &items[count];
        *author = (struct author){0};
        if (json_is_string(item)) {
            struct span name = arena_copy(arena, string_span(item));
            if (!name.data)
                return JSON_RESULT_FAILED;
            author->name = span_trim(name);
        } else if (json_is_object(item) && !author_from_object(item, arena, author)) {
            return JSON_RESULT_FAILED;
        }
        count += author->name.len > 0;
    }
    ret_value->authors.items = items;
    ret_value->authors.count = count;
    return count > 0 ? JSON_RESULT_SET : JSON_RESULT_NOTHING;
}

/* One string may be a whole byline: "By Jane Roe and John Doe". */
static enum json_result read_authors(const json_t *json, struct arena *arena,
                                     struct value *ret_value)
{
    if (!json_is_string(json))
        return read_author_items(json, arena, ret_value);
    struct span byline = arena_copy(arena, string_span(json));
    if (!byline.data ||
        !author_list(byline, arena, &ret_value->authors.items, &ret_value->authors.count))
        return JSON_RESULT_FAILED;
    return ret_value->authors.count > 0 ? JSON_RESULT_SET : JSON_RESULT_NOTHING;
}

/* --- dates ------------------------------------------------------------------------------- */

/* CSL-JSON's date-parts, [[2022, 1, 24]] or its inner array, as ISO 8601. */
static enum json_result date_parts_text(const json_t *parts, struct arena *arena, struct span *ret)
{
    if (json_is_array(json_array_get(parts, 0)))
        parts = json_array_get(parts, 0);
    static const int largest[] = {9999, 12, 31};
    int numbers[3] = {0};
    size_t count = json_array_size(parts);
    count = count < 3 ? count : 3;
    for (size_t i = 0; i < count; i++) {
        json_int_t number = json_integer_value(json_array_get(parts, i));
        if (number < 1 || number > largest[i])
            return JSON_RESULT_NOTHING;
        numbers[i] = (int)number;
    }
    static const char *const formats[] = {"", "%04d", "%04d-%02d", "%04d-%02d-%02d"};
    char text[32];
    (void)snprintf(text, sizeof text, formats[count], numbers[0], numbers[1], numbers[2]);
    return result_of(count > 0, arena_copy(arena, span_from(text)), ret);
}

static enum json_result date_text(const json_t *json, struct arena *arena, struct span *ret)
{
    if (json_is_object(json)) {
        const json_t *instant = json_object_get(json, "date-time");
        if (json_is_string(instant))
            return json_text_of(instant, arena, ret);
        json = json_object_get(json, "date-parts");
    }
    return json_is_array(json) ? date_parts_text(json, arena, ret) : json_text_of(json, arena, ret);
}

static enum json_result read_date(const json_t *json, struct arena *arena, struct value *ret_value)
{
    struct span text;
    enum json_result result = date_text(json, arena, &text);
    if (result == JSON_RESULT_SET && !date_parse(text, &ret_value->date))
        result = JSON_RESULT_NOTHING;
    return result;
}

static enum json_result read_bool(const json_t *json, struct value *ret_value)
{
    struct span text = json_is_string(json) ? string_span(json) : SPAN_NONE;
    bool yes = json_is_true(json) || span_equals_nocase(text, "true");
    if (!yes && !json_is_false(json) && !span_equals_nocase(text, "false"))
        return JSON_RESULT_NOTHING;
    ret_value->boolean = yes;
    return JSON_RESULT_SET;
}

enum json_result json_value_of(const json_t *json, enum value_kind kind, struct arena *arena,
                               struct value *ret_value)
{
    struct value value = {.kind = kind};
    enum json_result result = JSON_RESULT_NOTHING;
    if (!json || json_is_null(json))
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
