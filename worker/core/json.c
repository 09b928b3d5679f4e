#include "core/json.h"

#include <stdlib.h>
#include <string.h>

#include "core/hex.h"

struct reader {
    const char *start, *at, *end;
    struct arena *arena;
    const char *reason; /* of the failure, at `at` */
    bool no_memory;
};

static bool fail(struct reader *reader, const char *reason)
{
    reader->reason = reader->at == reader->end ? "premature end of input" : reason;
    return false;
}

static bool fail_memory(struct reader *reader)
{
    reader->reason = "out of memory";
    reader->no_memory = true;
    return false;
}

static void skip_space(struct reader *reader)
{
    while (reader->at < reader->end && (*reader->at == ' ' || *reader->at == '\n' ||
                                        *reader->at == '\r' || *reader->at == '\t'))
        reader->at++;
}

static bool take(struct reader *reader, char c)
{
    if (reader->at == reader->end || *reader->at != c)
        return false;
    reader->at++;
    return true;
}

/* ---- strings ---- */

/* Four hexadecimal digits behind \u. */
static bool read_unit(struct reader *reader, uint32_t *ret_unit)
{
    uint32_t unit = 0;
    for (int i = 0; i < 4; i++) {
        int digit = reader->at < reader->end ? hex_value(*reader->at) : -1;
        if (digit < 0)
            return fail(reader, "\\u wants four hexadecimal digits");
        unit = unit << 4 | (uint32_t)digit;
        reader->at++;
    }
    *ret_unit = unit;
    return true;
}

static char *put_utf8(char *to, uint32_t point)
{
    if (point < 0x80) {
        *to++ = (char)point;
        return to;
    }
    if (point < 0x800) {
        *to++ = (char)(0xC0 | point >> 6);
    } else {
        if (point < 0x10000) {
            *to++ = (char)(0xE0 | point >> 12);
        } else {
            *to++ = (char)(0xF0 | point >> 18);
            *to++ = (char)(0x80 | (point >> 12 & 0x3F));
        }
        *to++ = (char)(0x80 | (point >> 6 & 0x3F));
    }
    *to++ = (char)(0x80 | (point & 0x3F));
    return to;
}

static bool read_code_point(struct reader *reader, char **to)
{
    uint32_t point, low;
    if (!read_unit(reader, &point))
        return false;
    if (point >= 0xD800 && point <= 0xDFFF) {
        if (point >= 0xDC00 || !take(reader, '\\') || !take(reader, 'u'))
            return fail(reader, "half of a surrogate pair");
        if (!read_unit(reader, &low))
            return false;
        if (low < 0xDC00 || low > 0xDFFF)
            return fail(reader, "half of a surrogate pair");
        point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
    }
    *to = put_utf8(*to, point);
    return true;
}

static bool read_escape(struct reader *reader, char **to)
{
    static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
    if (take(reader, 'u'))
        return read_code_point(reader, to);
    const char *name =
        reader->at < reader->end ? memchr(names, *reader->at, sizeof names - 1) : NULL;
    if (!name)
        return fail(reader, "unknown escape");
    *(*to)++ = values[name - names];
    reader->at++;
    return true;
}

/* Whether none of eight bytes ends a run of plain text. A subtraction borrows only where a byte
 * below has already said no (the "determine if a word has a byte less than n" of the bit tricks).
 */
static bool is_plain(const char *eight)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t word;
    memcpy(&word, eight, sizeof word);
    uint64_t quotes = word ^ (ones * '"'), escapes = word ^ (ones * '\\');
    return (((word - ones * 0x20) | (quotes - ones) | (escapes - ones)) & ~word & (ones * 0x80)) ==
           0;
}

/* Up to the quote, the escape or what may not stand there. */
static void skip_plain(struct reader *reader)
{
    const char *at = reader->at, *end = reader->end;
    while (end - at >= (ptrdiff_t)sizeof(uint64_t) && is_plain(at))
        at += sizeof(uint64_t);
    while (at < end && *at != '"' && *at != '\\' && (unsigned char)*at >= 0x20)
        at++;
    reader->at = at;
}

/* From the first escape on. What an escape stands for is never longer than the escape. */
static bool read_escaped(struct reader *reader, const char *start, struct span *ret_text)
{
    const char *quote = reader->at;
    while (quote < reader->end && *quote != '"')
        quote += *quote == '\\' && quote + 1 < reader->end ? 2 : 1;
    char *text = arena_alloc(reader->arena, (size_t)(quote - start) + 1), *to = text;
    if (!text)
        return fail_memory(reader);
    const char *plain = start;
    for (;;) {
        skip_plain(reader);
        memcpy(to, plain, (size_t)(reader->at - plain));
        to += reader->at - plain;
        if (!take(reader, '\\'))
            break;
        if (!read_escape(reader, &to))
            return false;
        plain = reader->at;
    }
    *ret_text = span_of(text, (size_t)(to - text));
    return take(reader, '"') || fail(reader, "control character in a string");
}

/* Behind the opening quote. */
static bool read_string(struct reader *reader, struct span *ret_text)
{
    const char *start = reader->at;
    skip_plain(reader);
    if (reader->at < reader->end && *reader->at == '\\')
        return read_escaped(reader, start, ret_text);
    *ret_text = span_of(start, (size_t)(reader->at - start));
    return take(reader, '"') || fail(reader, "control character in a string");
}

/* ---- numbers and names ---- */

static bool skip_digits(struct reader *reader)
{
    const char *start = reader->at;
    while (reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9')
        reader->at++;
    return reader->at > start || fail(reader, "a digit is missing");
}

static bool read_number(struct reader *reader, struct json *json)
{
    const char *start = reader->at;
    json->kind = JSON_KIND_NUMBER;
    (void)take(reader, '-');
    if (!take(reader, '0') && !skip_digits(reader))
        return false;
    if (take(reader, '.') && !skip_digits(reader))
        return false;
    if (take(reader, 'e') || take(reader, 'E')) {
        if (!take(reader, '-'))
            (void)take(reader, '+');
        if (!skip_digits(reader))
            return false;
    }
    json->text = span_of(start, (size_t)(reader->at - start));
    return true;
}

static bool read_name(struct reader *reader, struct json *json)
{
    static const struct {
        struct span name;
        enum json_kind kind;
    } names[] = {
        {SPAN_LITERAL("null"), JSON_KIND_NULL},
        {SPAN_LITERAL("true"), JSON_KIND_TRUE},
        {SPAN_LITERAL("false"), JSON_KIND_FALSE},
    };
    size_t left = (size_t)(reader->end - reader->at);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct span name = names[i].name;
        if (left >= name.len && memcmp(reader->at, name.data, name.len) == 0) {
            json->kind = names[i].kind;
            reader->at += name.len;
            return true;
        }
    }
    return fail(reader, "a value is missing");
}

/* ---- values ---- */

static bool read_value(struct reader *reader, int depth, struct json *json);

static bool read_key(struct reader *reader, struct span *ret_key)
{
    if (!take(reader, '"'))
        return fail(reader, "a key in quotes is missing");
    if (!read_string(reader, ret_key))
        return false;
    skip_space(reader);
    return take(reader, ':') || fail(reader, "a colon is missing");
}

/* Behind the opening bracket; close is what ends it. */
static bool read_members(struct reader *reader, int depth, struct json *json, char close)
{
    struct json **next = &json->first;
    if (depth == JSON_MAX_DEPTH)
        return fail(reader, "arrays and objects beyond the maximum depth");
    skip_space(reader);
    if (take(reader, close))
        return true;
    do {
        struct json *member = arena_alloc(reader->arena, sizeof *member);
        if (!member)
            return fail_memory(reader);
        skip_space(reader);
        if (json->kind == JSON_KIND_OBJECT && !read_key(reader, &member->key))
            return false;
        if (!read_value(reader, depth + 1, member))
            return false;
        *next = member;
        next = &member->next;
        json->count++;
        skip_space(reader);
    } while (take(reader, ','));
    return take(reader, close) || fail(reader, "a comma or the closing bracket is missing");
}

static bool read_value(struct reader *reader, int depth, struct json *json)
{
    skip_space(reader);
    char c = reader->at < reader->end ? *reader->at : '\0';
    if (c == '-' || (c >= '0' && c <= '9'))
        return read_number(reader, json);
    switch (c) {
    case '"':
        reader->at++;
        json->kind = JSON_KIND_STRING;
        return read_string(reader, &json->text);
    case '{':
        reader->at++;
        json->kind = JSON_KIND_OBJECT;
        return read_members(reader, depth, json, '}');
    case '[':
        reader->at++;
        json->kind = JSON_KIND_ARRAY;
        return read_members(reader, depth, json, ']');
    default: return read_name(reader, json);
    }
}

static void describe(const struct reader *reader, struct json_error *ret_error)
{
    *ret_error = (struct json_error){
        .line = 1, .column = 1, .reason = reader->reason, .no_memory = reader->no_memory};
    for (const char *at = reader->start; at < reader->at; at++) {
        ret_error->column++;
        if (*at == '\n') {
            ret_error->line++;
            ret_error->column = 1;
        }
    }
}

static struct json *read_text(struct span text, struct arena *arena, bool whole,
                              struct json_error *ret_error)
{
    const char *start = text.data ? text.data : "";
    struct reader reader = {.start = start, .at = start, .end = start + text.len, .arena = arena};
    size_t valid = span_utf8_len(text);
    if (valid < text.len) {
        reader.at += valid;
        (void)fail(&reader, "not UTF-8");
        describe(&reader, ret_error);
        return NULL;
    }
    struct json *root = arena_alloc(arena, sizeof *root);
    bool ok = root ? read_value(&reader, 0, root) : fail_memory(&reader);
    if (ok && whole) {
        skip_space(&reader);
        ok = reader.at == reader.end || fail(&reader, "something follows the value");
    }
    if (!ok)
        describe(&reader, ret_error);
    return ok ? root : NULL;
}

struct json *json_read(struct span text, struct arena *arena, struct json_error *ret_error)
{
    return read_text(text, arena, true, ret_error);
}

struct json *json_read_start(struct span text, struct arena *arena, struct json_error *ret_error)
{
    return read_text(text, arena, false, ret_error);
}

/* ---- looking ---- */

bool json_is(const struct json *json, enum json_kind kind)
{
    return json && json->kind == kind;
}

bool json_is_container(const struct json *json)
{
    return json_is(json, JSON_KIND_ARRAY) || json_is(json, JSON_KIND_OBJECT);
}

const struct json *json_member(const struct json *object, struct span key)
{
    const struct json *found = NULL;
    if (!json_is(object, JSON_KIND_OBJECT))
        return NULL;
    for (const struct json *member = object->first; member; member = member->next)
        if (span_equal(member->key, key))
            found = member;
    return found;
}

const struct json *json_get(const struct json *object, const char *key)
{
    return json_member(object, span_from(key));
}

const struct json *json_item(const struct json *array, size_t index)
{
    if (!json_is(array, JSON_KIND_ARRAY) || index >= array->count)
        return NULL;
    const struct json *item = array->first;
    while (index-- > 0)
        item = item->next;
    return item;
}

bool json_to_integer(const struct json *json, int64_t *ret_integer)
{
    if (!json_is(json, JSON_KIND_NUMBER))
        return false;
    struct span text = json->text;
    bool negative = text.data[0] == '-';
    int64_t integer = 0;
    for (size_t i = negative; i < text.len; i++) {
        int digit = text.data[i] - '0';
        if (digit < 0 || digit > 9 || __builtin_mul_overflow(integer, 10, &integer) ||
            __builtin_sub_overflow(integer, digit, &integer))
            return false;
    }
    /* Counted below zero, where there is one number more. */
    if (!negative && __builtin_mul_overflow(integer, -1, &integer))
        return false;
    *ret_integer = integer;
    return true;
}

static int compare_keys(const void *a, const void *b)
{
    const struct span *left = a, *right = b;
    size_t shorter = left->len < right->len ? left->len : right->len;
    int order = shorter ? memcmp(left->data, right->data, shorter) : 0;
    return order ? order : (left->len > right->len) - (left->len < right->len);
}

/* Sorted, for an object may have very many members. */
static struct span duplicate_among(const struct json *object, struct arena *arena)
{
    size_t count = 0;
    struct span *keys = arena_alloc(arena, (object->count + 1) * sizeof *keys);
    if (!keys)
        return SPAN_NONE;
    for (const struct json *member = object->first; member; member = member->next)
        keys[count++] = member->key;
    qsort(keys, count, sizeof *keys, compare_keys);
    for (size_t i = 1; i < count; i++)
        if (span_equal(keys[i - 1], keys[i]))
            return keys[i];
    return SPAN_NONE;
}

struct span json_duplicate_key(const struct json *json, struct arena *arena)
{
    struct span found = SPAN_NONE;
    if (json_is(json, JSON_KIND_OBJECT) && json->count > 1)
        found = duplicate_among(json, arena);
    if (!json_is_container(json))
        return SPAN_NONE;
    for (const struct json *member = json->first; member && !found.data; member = member->next)
        found = json_duplicate_key(member, arena);
    return found;
}

/* ---- writing ---- */

static bool write_members(const struct json *json, struct buf *out)
{
    bool is_object = json->kind == JSON_KIND_OBJECT;
    (void)buf_add_char(out, is_object ? '{' : '[');
    for (const struct json *member = json->first; member; member = member->next) {
        if (member != json->first)
            (void)buf_add_char(out, ',');
        if (is_object && (!buf_add_json_string(out, member->key) || !buf_add_char(out, ':')))
            return false;
        if (!json_write(member, out))
            return false;
    }
    return buf_add_char(out, is_object ? '}' : ']');
}

bool json_write(const struct json *json, struct buf *out)
{
    switch (json->kind) {
    case JSON_KIND_NULL: return buf_add_text(out, "null");
    case JSON_KIND_FALSE: return buf_add_text(out, "false");
    case JSON_KIND_TRUE: return buf_add_text(out, "true");
    case JSON_KIND_NUMBER: return buf_add(out, json->text);
    case JSON_KIND_STRING: return buf_add_json_string(out, json->text);
    case JSON_KIND_ARRAY:
    case JSON_KIND_OBJECT: break;
    }
    return write_members(json, out);
}
