#include "config/substitute.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "core/buf.h"

enum { MAX_VALUE_BYTES = 64 * 1024, MAX_NAME_BYTES = 4096 };

char *substitute_join(const char *folder, const char *path)
{
    if (path[0] == '/' || strcmp(folder, ".") == 0)
        return strdup(path);
    size_t size = strlen(folder) + strlen(path) + 2;
    char *joined = malloc(size);
    if (joined)
        (void)snprintf(joined, size, "%s/%s", folder, path);
    return joined;
}

static char *read_open_file(FILE *file, const char *path, size_t max_bytes, size_t *ret_len,
                            struct error *ret_error)
{
    char *content = malloc(max_bytes + 2);
    if (!content) {
        (void)error_set(ret_error, ERROR_USAGE, "out of memory");
        return NULL;
    }
    size_t len = fread(content, 1, max_bytes + 1, file);
    if (ferror(file) || len > max_bytes) {
        (void)error_set(ret_error, ERROR_USAGE, "%s %s", path,
                        len > max_bytes ? "is too large" : "cannot be read");
        free(content);
        return NULL;
    }
    content[len] = '\0';
    *ret_len = len;
    return content;
}

char *substitute_read_file(const char *folder, const char *path, size_t max_bytes, size_t *ret_len,
                           struct error *ret_error)
{
    char *joined = substitute_join(folder, path);
    char *content = NULL;
    struct stat status;
    if (!joined) {
        (void)error_set(ret_error, ERROR_USAGE, "out of memory");
    } else if (stat(joined, &status) != 0) {
        (void)error_set(ret_error, ERROR_USAGE, "%s: %s", joined, strerror(errno));
    } else if (!S_ISREG(status.st_mode)) { /* opening a pipe could block for ever */
        (void)error_set(ret_error, ERROR_USAGE, "%s is not a regular file", joined);
    } else {
        FILE *file = fopen(joined, "rb");
        if (file) {
            content = read_open_file(file, joined, max_bytes, ret_len, ret_error);
            (void)fclose(file);
        } else {
            (void)error_set(ret_error, ERROR_USAGE, "%s: %s", joined, strerror(errno));
        }
    }
    free(joined);
    return content;
}

static bool add_file(struct buf *out, const char *path, const char *folder, struct error *ret_error)
{
    size_t len = 0;
    char *content = substitute_read_file(folder, path, MAX_VALUE_BYTES, &len, ret_error);
    if (!content)
        return false;
    if (len > 0 && content[len - 1] == '\n')
        len--;
    if (len > 0 && content[len - 1] == '\r')
        len--;
    (void)buf_append(out, content, len);
    free(content);
    return true;
}

static bool is_variable_name(const char *name)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";
    static const char rest[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";
    return *name && strchr(letters, *name) && name[strspn(name, rest)] == '\0';
}

static bool add_variable(struct buf *out, char *name, struct error *ret_error)
{
    char *fallback = strstr(name, ":-");
    if (fallback) {
        *fallback = '\0';
        fallback += 2;
    }
    if (!is_variable_name(name))
        return error_set(ret_error, ERROR_USAGE,
                         "${...} takes NAME, NAME:-default or file:PATH; $${ is a literal ${");
    const char *value = getenv(name);
    if (fallback && (!value || !*value))
        value = fallback;
    if (!value)
        return error_set(ret_error, ERROR_USAGE,
                         "the environment variable %s is not set; ${%s:-default} would allow that",
                         name, name);
    (void)buf_add_text(out, value);
    return true;
}

/* expression is what stands between ${ and }. */
static bool add_expression(struct buf *out, struct span expression, const char *folder,
                           struct error *ret_error)
{
    char name[MAX_NAME_BYTES];
    if (expression.len >= sizeof name)
        return error_set(ret_error, ERROR_USAGE, "${...} is too long");
    memcpy(name, expression.data, expression.len);
    name[expression.len] = '\0';
    if (strncmp(name, "file:", 5) == 0)
        return add_file(out, name + 5, folder, ret_error);
    return add_variable(out, name, ret_error);
}

/* text ends behind SCHEME://HOST. */
static bool is_behind_host(struct span text)
{
    for (size_t i = 0; i + 3 < text.len; i++)
        if (memcmp(text.data + i, "://", 3) == 0)
            for (size_t j = i + 3; j < text.len; j++)
                if (strchr("/?#", text.data[j]))
                    return true;
    return false;
}

static bool keep_secret(struct config_list *secrets, struct span text)
{
    enum { SECRET_MIN_BYTES = 4 };
    if (text.len < SECRET_MIN_BYTES)
        return true;
    char **items = realloc(secrets->items, (secrets->count + 1) * sizeof *items);
    if (!items)
        return false;
    secrets->items = items;
    items[secrets->count] = strndup(text.data, text.len);
    return items[secrets->count] && ++secrets->count;
}

/* secrets takes what ${...} gave behind the host of a URL; NULL for any other value. */
static bool expand(struct buf *out, struct span value, const char *folder, bool *ret_substituted,
                   struct config_list *secrets, struct error *ret_error)
{
    size_t i = 0;
    while (i < value.len) {
        struct span rest = span_of(value.data + i, value.len - i);
        if (span_starts_with(rest, "$${")) {
            (void)buf_add_text(out, "${");
            i += 3;
        } else if (span_starts_with(rest, "${")) {
            const char *end = memchr(rest.data, '}', rest.len);
            if (!end)
                return error_set(ret_error, ERROR_USAGE, "${ without its closing }");
            struct span expression = span_of(rest.data + 2, (size_t)(end - rest.data) - 2);
            const size_t before = out->len;
            if (!add_expression(out, expression, folder, ret_error))
                return false;
            *ret_substituted = true;
            if (secrets && is_behind_host(span_of(buf_span(out).data, before)) &&
                !keep_secret(secrets, span_of(out->data + before, out->len - before)))
                return error_set(ret_error, ERROR_USAGE, "out of memory");
            i += expression.len + 3;
        } else {
            (void)buf_add_char(out, value.data[i++]);
        }
    }
    return true;
}

char *substitute(struct span value, const char *folder, bool *ret_substituted,
                 struct error *ret_error)
{
    struct buf out;
    buf_init(&out, MAX_VALUE_BYTES);
    char *text = NULL;
    bool substituted = false;
    if (!expand(&out, value, folder, &substituted, NULL, ret_error))
        goto out;
    if (buf_failed(&out)) {
        (void)error_set(ret_error, ERROR_USAGE, "the value is longer than 64 KiB");
        goto out;
    }
    if (out.len > 0 && memchr(out.data, '\0', out.len)) {
        (void)error_set(ret_error, ERROR_USAGE, "the value holds a NUL character");
        goto out;
    }
    text = strndup(out.data ? out.data : "", out.len);
    if (text)
        *ret_substituted = substituted;
    else
        (void)error_set(ret_error, ERROR_USAGE, "out of memory");
out:
    buf_finish(&out);
    return text;
}

bool substitute_secrets(struct span url, const char *folder, struct config_list *secrets)
{
    struct buf out;
    struct error error;
    bool substituted;
    buf_init(&out, MAX_VALUE_BYTES);
    bool kept = expand(&out, url, folder, &substituted, secrets, &error) && !buf_failed(&out);
    buf_finish(&out);
    return kept;
}
