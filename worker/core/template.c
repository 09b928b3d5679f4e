#include "core/template.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/date.h"
#include "core/suggest.h"

enum { MAX_TEMPLATE_BYTES = 64 * 1024, MAX_PARTS = 256 };

enum part_kind { PART_LITERAL, PART_FIELD, PART_EXTRA };

struct part {
    enum part_kind kind;
    enum article_field field; /* of PART_FIELD */
    struct span text;         /* literal; name in braces; of PART_EXTRA the key */
};

struct template
{
    char *text; /* what the parts borrow from */
    size_t part_count;
    struct part parts[];
};

static const char name_characters[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";

/* --- parsing ----------------------------------------------------------------------------- */

/* Whether a source can give the field before the article is complete, and as one text. */
static bool is_usable(enum article_field field)
{
    switch (article_field_kind(field)) {
    case VALUE_TEXT: return field != ARTICLE_ARTICLE_ID; /* known only at the end */
    case VALUE_TEXTS:
    case VALUE_AUTHORS:
    case VALUE_DATE: return true;
    default: return false;
    }
}

enum article_field template_field_find(struct span name)
{
    if (span_equals(name, "url"))
        return ARTICLE_SOURCE_URL;
    enum article_field field = article_field_find(name);
    return field < ARTICLE_FIELD_COUNT && is_usable(field) ? field : ARTICLE_FIELD_COUNT;
}

static bool fail_unknown(struct span name, struct error *ret_error)
{
    struct suggest suggest;
    suggest_init(&suggest, name);
    suggest_offer(&suggest, span_from("url"));
    for (enum article_field field = 0; field < ARTICLE_FIELD_COUNT; field++)
        if (is_usable(field))
            suggest_offer(&suggest, span_from(article_field_name(field)));
    if (article_field_find(name) < ARTICLE_FIELD_COUNT)
        return error_set(ret_error, ERROR_USAGE, "{%.*s} cannot be used in a template",
                         SPAN_ARG(name));
    if (suggest.best.data)
        return error_set(ret_error, ERROR_USAGE, "{%.*s} is no field; did you mean {%.*s}?",
                         SPAN_ARG(name), SPAN_ARG(suggest.best));
    return error_set(ret_error, ERROR_USAGE, "{%.*s} is no field; extra.NAME is an attribute",
                     SPAN_ARG(name));
}

/* The name of a placeholder that starts at text, or an empty span where a brace is only a brace. */
static struct span placeholder_name(const char *text)
{
    size_t len = strspn(text + 1, name_characters);
    bool starts_well = len > 0 && !strchr("0123456789.-", text[1]);
    return starts_well && text[1 + len] == '}' ? span_of(text + 1, len) : SPAN_NONE;
}

static bool read_placeholder(struct span name, struct part *ret_part, struct error *ret_error)
{
    static const char extra[] = "extra.";
    if (span_starts_with(name, extra) && name.len > sizeof extra - 1) {
        *ret_part = (struct part){
            .kind = PART_EXTRA,
            .text = span_of(name.data + sizeof extra - 1, name.len - (sizeof extra - 1)),
        };
        return true;
    }
    enum article_field field = template_field_find(name);
    if (field == ARTICLE_FIELD_COUNT)
        return fail_unknown(name, ret_error);
    *ret_part = (struct part){.kind = PART_FIELD, .field = field, .text = name};
    return true;
}

/* The next part of text; returns its bytes, or 0 after a message. */
static size_t read_part(const char *text, struct part *ret_part, struct error *ret_error)
{
    struct span name = *text == '{' ? placeholder_name(text) : SPAN_NONE;
    if (name.len > 0)
        return read_placeholder(name, ret_part, ret_error) ? name.len + 2 : 0;
    size_t len = 1;
    while (text[len] && !(text[len] == '{' && placeholder_name(text + len).len > 0))
        len++;
    *ret_part = (struct part){.kind = PART_LITERAL, .text = span_of(text, len)};
    return len;
}

struct template *template_new(const char *text, struct error *ret_error)
{
    struct template *template = NULL;
    if (strlen(text) > MAX_TEMPLATE_BYTES) {
        (void)error_set(ret_error, ERROR_USAGE, "a template of more than 64 KiB");
        return NULL;
    }
    template = calloc(1, sizeof *template + MAX_PARTS * sizeof template->parts[0]);
    if (!template || !(template->text = strdup(text))) {
        (void)error_set(ret_error, ERROR_FATAL, "out of memory");
        goto fail;
    }
    for (const char *rest = template->text; *rest;) {
        if (template->part_count == MAX_PARTS) {
            (void)error_set(ret_error, ERROR_USAGE, "a template of more than %d parts",
                            (int)MAX_PARTS);
            goto fail;
        }
        size_t len = read_part(rest, &template->parts[template->part_count], ret_error);
        if (len == 0)
            goto fail;
        template->part_count++;
        rest += len;
    }
    return template;
fail:
    template_free(template);
    return NULL;
}

void template_free(struct template *template)
{
    if (!template)
        return;
    free(template->text);
    free(template);
}

/* --- checks ------------------------------------------------------------------------------ */

static bool is_whole(const struct template *template)
{
    return template->part_count == 1 && template->parts[0].kind != PART_LITERAL;
}

bool template_host_is_fixed(const struct template *template)
{
    return template->part_count > 0 && !is_whole(template);
}

/* RFC 3986, section 2: what may stand in a URL; '#' is left out, as no server sees it. */
static const char url_characters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                     "0123456789-._~:/?[]@!$&'()*+,;=%";

static bool check_authority(const struct template *template, struct error *ret_error)
{
    struct span start = template->parts[0].text;
    if (template->parts[0].kind != PART_LITERAL ||
        (!span_starts_with(start, "http://") && !span_starts_with(start, "https://")))
        return error_set(ret_error, ERROR_USAGE,
                         "a URL starts with http:// or https://, or is one {FIELD} alone");
    const char *host = strstr(template->text, "://") + 3;
    size_t len = strcspn(host, "/?{");
    if (memchr(host, '@', len))
        return error_set(ret_error, ERROR_USAGE,
                         "a URL must not hold credentials: put them into headers");
    if (host[len] == '{')
        return error_set(ret_error, ERROR_USAGE,
                         "the host must be written out: {FIELD} may stand in path and query");
    if (len == 0)
        return error_set(ret_error, ERROR_USAGE, "a URL needs a host");
    return true;
}

bool template_check_url(const struct template *template, struct error *ret_error)
{
    if (template->part_count == 0)
        return error_set(ret_error, ERROR_USAGE, "the URL is empty");
    if (is_whole(template))
        return true;
    for (size_t i = 0; i < template->part_count; i++) {
        const struct part *part = &template->parts[i];
        for (size_t k = 0; part->kind == PART_LITERAL && k < part->text.len; k++) {
            if (strchr(url_characters, part->text.data[k]))
                continue;
            return error_set(ret_error, ERROR_USAGE,
                             "a URL cannot hold the character \"%c\" as it is", part->text.data[k]);
        }
    }
    return check_authority(template, ret_error);
}

bool template_check_json(const struct template *template, struct error *ret_error)
{
    static const struct article nothing;
    struct arena arena;
    struct span text, missing;
    bool ok = false;
    arena_init(&arena, 2 * MAX_TEMPLATE_BYTES);
    if (template_expand_json(template, &nothing, &arena, &text, &missing) != TEMPLATE_OK) {
        (void)error_set(ret_error, ERROR_USAGE, "out of memory");
        goto out;
    }
    json_error_t error;
    json_t *json = json_loadb(text.data, text.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
    ok = json != NULL;
    json_decref(json);
    if (!ok)
        (void)error_set(ret_error, ERROR_USAGE, "the body does not become JSON: line %d, column %d",
                        error.line, error.column);
out:
    arena_finish(&arena);
    return ok;
}

/* --- expanding --------------------------------------------------------------------------- */

static struct span date_text(const struct date_value *date, struct arena *arena)
{
    if (!date->has_date)
        return date->raw;
    int year, month, day;
    date_to_civil(date->date, &year, &month, &day);
    return arena_format(arena, "%04d-%02d-%02d", year, month, day);
}

/* Empty where the article does not have it. */
static struct span value_of(const struct part *part, const struct article *article,
                            struct arena *arena)
{
    if (part->kind == PART_EXTRA) {
        const struct extra *extra = article->metadata.extra;
        while (extra && !span_equal(extra->key, part->text))
            extra = extra->next;
        return extra ? extra->value : SPAN_NONE;
    }
    const struct value *value = &article->metadata.fields[part->field];
    switch (value->kind) {
    case VALUE_TEXT: return value->text;
    case VALUE_TEXTS: return value->texts.count > 0 ? value->texts.items[0] : SPAN_NONE;
    case VALUE_AUTHORS: return value->authors.count > 0 ? value->authors.items[0].name : SPAN_NONE;
    case VALUE_DATE: return date_text(&value->date, arena);
    default: return SPAN_NONE;
    }
}

/* All but the unreserved characters of RFC 3986, section 2.3: right for a path segment as for a
 * query's value. */
static void add_percent_encoded(struct buf *out, struct span value)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)value.data[i];
        bool unreserved = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                          (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
        if (unreserved) {
            (void)buf_add_char(out, (char)c);
        } else {
            const char encoded[] = {'%', digits[c >> 4], digits[c & 15]};
            (void)buf_append(out, encoded, sizeof encoded);
        }
    }
}

static enum template_result finish(struct buf *out, struct arena *arena, struct span *ret)
{
    struct span text = buf_failed(out) ? SPAN_NONE : arena_copy(arena, buf_span(out));
    buf_finish(out);
    if (!text.data)
        return TEMPLATE_FAILED;
    *ret = text;
    return TEMPLATE_OK;
}

enum template_result template_expand_url(const struct template *template,
                                         const struct article *article, struct arena *arena,
                                         struct span *ret, struct span *ret_missing)
{
    struct buf out;
    buf_init(&out, arena->limit_bytes);
    for (size_t i = 0; i < template->part_count; i++) {
        const struct part *part = &template->parts[i];
        if (part->kind == PART_LITERAL) {
            (void)buf_add(&out, part->text);
            continue;
        }
        struct span value = value_of(part, article, arena);
        /* "." and ".." in a path would climb out of it, however they are encoded. */
        if (value.len == 0 || span_equals(value, ".") || span_equals(value, "..")) {
            buf_finish(&out);
            *ret_missing = part->text;
            return TEMPLATE_MISSING;
        }
        if (is_whole(template))
            (void)buf_add(&out, value);
        else
            add_percent_encoded(&out, value);
    }
    return finish(&out, arena, ret);
}

/* Whether the text behind a literal is inside a JSON string. */
static bool in_string_after(struct span literal, bool in_string)
{
    for (size_t i = 0; i < literal.len; i++) {
        if (literal.data[i] == '\\' && in_string)
            i++;
        else if (literal.data[i] == '"')
            in_string = !in_string;
    }
    return in_string;
}

enum template_result template_expand_json(const struct template *template,
                                          const struct article *article, struct arena *arena,
                                          struct span *ret, struct span *ret_missing)
{
    (void)ret_missing;
    struct buf out;
    buf_init(&out, arena->limit_bytes);
    bool in_string = false;
    for (size_t i = 0; i < template->part_count; i++) {
        const struct part *part = &template->parts[i];
        if (part->kind == PART_LITERAL) {
            in_string = in_string_after(part->text, in_string);
            (void)buf_add(&out, part->text);
            continue;
        }
        struct span value = value_of(part, article, arena);
        const char *quote = in_string ? "" : "\"";
        if (value.len == 0) {
            (void)buf_add_text(&out, in_string ? "" : "null");
            continue;
        }
        (void)buf_add_text(&out, quote);
        (void)buf_add_json_escaped(&out, value);
        (void)buf_add_text(&out, quote);
    }
    return finish(&out, arena, ret);
}

/* --- redacting --------------------------------------------------------------------------- */

bool template_names_a_secret(struct span name)
{
    static const char *const words[] = {"key",       "token", "secret", "passw",
                                        "signature", "auth",  "cookie", "session"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        for (size_t at = 0, len = strlen(words[i]); at + len <= name.len; at++)
            if (span_equals_nocase(span_of(name.data + at, len), words[i]) &&
                !span_equals_nocase(name, "author"))
                return true;
    return false;
}

static void add_redacted_query(struct buf *out, struct span query)
{
    while (query.len > 0) {
        const char *end = memchr(query.data, '&', query.len);
        size_t len = end ? (size_t)(end - query.data) : query.len;
        const char *equals = memchr(query.data, '=', len);
        size_t name_len = equals ? (size_t)(equals - query.data) : len;
        if (equals && template_names_a_secret(span_of(query.data, name_len))) {
            (void)buf_append(out, query.data, name_len);
            (void)buf_add_text(out, "=***");
        } else {
            (void)buf_append(out, query.data, len);
        }
        if (end)
            (void)buf_add_char(out, '&');
        len += end != NULL;
        query = span_of(query.data + len, query.len - len);
    }
}

/* The bytes of SCHEME://USER:PASSWORD@ in front of the host, or 0. */
static size_t userinfo_end(struct span url, size_t authority)
{
    size_t end = authority;
    while (end < url.len && !strchr("/?#", url.data[end]))
        end++;
    while (end > authority && url.data[end - 1] != '@')
        end--;
    return end > authority ? end : 0;
}

struct span template_redact(struct span url, struct arena *arena)
{
    struct buf out;
    struct span redacted = SPAN_NONE;
    buf_init(&out, arena->limit_bytes);
    const char *mark = url.len ? memchr(url.data, '?', url.len) : NULL;
    if (!mark && !(url.len && memchr(url.data, '@', url.len)))
        return url;
    size_t before_query = mark ? (size_t)(mark - url.data) + 1 : url.len;
    size_t authority = span_starts_with(url, "http://")    ? 7
                       : span_starts_with(url, "https://") ? 8
                                                           : 0;
    size_t skip = authority ? userinfo_end(url, authority) : 0;
    if (skip) {
        (void)buf_append(&out, url.data, authority);
        (void)buf_append(&out, url.data + skip, before_query - skip);
    } else {
        (void)buf_append(&out, url.data, before_query);
    }
    add_redacted_query(&out, span_of(url.data + before_query, url.len - before_query));
    (void)finish(&out, arena, &redacted);
    return redacted;
}

/* The bytes of the secret at the start of text, or 0. */
static size_t secret_at(struct span text, char *const *secrets, size_t count)
{
    size_t longest = 0;
    for (size_t i = 0; i < count; i++)
        if (span_starts_with(text, secrets[i]) && strlen(secrets[i]) > longest)
            longest = strlen(secrets[i]);
    return longest;
}

struct span template_mask(struct span text, char *const *secrets, size_t count, struct arena *arena)
{
    struct buf out;
    struct span masked = SPAN_NONE;
    if (count == 0)
        return text;
    buf_init(&out, arena->limit_bytes);
    for (size_t at = 0, len; at < text.len; at += len ? len : 1) {
        len = secret_at(span_of(text.data + at, text.len - at), secrets, count);
        (void)(len ? buf_add_text(&out, "***") : buf_add_char(&out, text.data[at]));
    }
    (void)finish(&out, arena, &masked);
    return masked;
}
