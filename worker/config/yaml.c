#include "config/yaml.h"

#include <stdio.h>
#include <stdlib.h>

/* What libfyaml printed, cut where it is full: "<memory...>:LINE:COLUMN: error: MESSAGE", then an
 * excerpt of the text. Collecting its errors instead leaks them (libfyaml 0.7.12). */
struct printed {
    char text[512];
    size_t len;
};

static void capture(struct fy_diag *diag, void *user, const char *bytes, size_t len)
{
    (void)diag;
    struct printed *printed = user;
    size_t room = sizeof printed->text - 1 - printed->len;
    len = len < room ? len : room;
    memcpy(printed->text + printed->len, bytes, len);
    printed->len += len;
    printed->text[printed->len] = '\0';
}

/* The message speaks of syntax only; the excerpt behind it may hold secrets and is left out. */
static bool report(struct printed *printed, const char *name, struct error *ret_error)
{
    static const char mark[] = ": error: ";
    char *message = strstr(printed->text, mark);
    if (!message)
        return error_set(ret_error, ERROR_USAGE, "%s:1: not YAML", name);
    *message = '\0';
    message += sizeof mark - 1;
    message[strcspn(message, "\n")] = '\0';
    char *column = strrchr(printed->text, ':');
    if (column)
        *column = '\0';
    const char *line = strrchr(printed->text, ':');
    return error_set(ret_error, ERROR_USAGE, "%s:%s: not YAML: %s", name, line ? line + 1 : "1",
                     message);
}

static bool is_blank(struct span text)
{
    while (text.len > 0) {
        const char *newline = memchr(text.data, '\n', text.len);
        size_t len = newline ? (size_t)(newline - text.data) + 1 : text.len;
        struct span line = span_trim(span_of(text.data, len));
        if (line.len > 0 && line.data[0] != '#')
            return false;
        text = span_of(text.data + len, text.len - len);
    }
    return true;
}

/* The line of a second document's start, 0 where there is none: libfyaml would read the first
 * alone and say nothing. */
static int second_document(struct span text)
{
    bool begun = false;
    for (int line = 1; text.len > 0; line++) {
        const char *newline = memchr(text.data, '\n', text.len);
        size_t len = newline ? (size_t)(newline - text.data) + 1 : text.len;
        bool marks = text.len >= 3 && memcmp(text.data, "---", 3) == 0 &&
                     (text.len == 3 || strchr(" \t\r\n", text.data[3]));
        if (marks && begun)
            return line;
        begun = begun || marks || !is_blank(span_of(text.data, len));
        text = span_of(text.data + len, text.len - len);
    }
    return 0;
}

/* An explicit key ("? key") begins at `at`, the first byte of a line: behind blanks and dashes. */
static bool is_explicit_key(struct span text, size_t at)
{
    while (at < text.len && strchr(" \t-", text.data[at]))
        at++;
    return at < text.len && text.data[at] == '?' &&
           (at + 1 == text.len || strchr(" \t\r\n", text.data[at + 1]));
}

/* libfyaml 0.7.12 may never return from a directive ("%..."), nor from bytes that are not UTF-8,
 * and dies of explicit keys with a tab among them. */
static bool is_safe(struct span text, const char *name, struct error *ret_error)
{
    if (!span_is_utf8(text))
        return error_set(ret_error, ERROR_USAGE, "%s:1: not UTF-8 from byte %zu on", name,
                         span_utf8_len(text) + 1);
    int line = 1;
    for (size_t i = 0; i < text.len; i++) {
        line += i > 0 && text.data[i - 1] == '\n';
        if (i > 0 && text.data[i - 1] != '\n' && text.data[i - 1] != '\r')
            continue;
        if (text.data[i] == '%')
            return error_set(ret_error, ERROR_USAGE,
                             "%s:%d: YAML directives, lines that start with %%, are not taken",
                             name, line);
        if (is_explicit_key(text, i))
            return error_set(
                ret_error, ERROR_USAGE,
                "%s:%d: YAML's explicit keys, \"? key\", are not taken; write \"key:\"", name,
                line);
    }
    int second = second_document(text);
    if (second > 0)
        return error_set(ret_error, ERROR_USAGE,
                         "%s:%d: a second YAML document starts here; a configuration is one", name,
                         second);
    return true;
}

bool yaml_parse(struct span text, const char *name, struct yaml *ret_yaml, struct error *ret_error)
{
    *ret_yaml = (struct yaml){.name = name};
    if (is_blank(text))
        return true;
    if (!is_safe(text, name, ret_error))
        return false;
    struct fy_diag_cfg diag_cfg;
    fy_diag_cfg_default(&diag_cfg);
    struct printed printed = {0};
    diag_cfg.fp = NULL;
    diag_cfg.output_fn = capture;
    diag_cfg.user = &printed;
    diag_cfg.colorize = false;
    struct fy_diag *diag = fy_diag_create(&diag_cfg);
    if (!diag)
        return error_set(ret_error, ERROR_USAGE, "%s: out of memory", name);
    const struct fy_parse_cfg cfg = {.flags = FYPCF_JSON_NONE, .diag = diag};
    ret_yaml->document = fy_document_build_from_string(&cfg, text.data, text.len);
    if (ret_yaml->document)
        ret_yaml->root = fy_document_root(ret_yaml->document);
    else
        (void)report(&printed, name, ret_error);
    fy_diag_destroy(diag);
    return ret_yaml->document != NULL;
}

void yaml_finish(struct yaml *yaml)
{
    if (yaml->document)
        fy_document_destroy(yaml->document);
    *yaml = (struct yaml){0};
}

bool yaml_is_null(struct fy_node *node)
{
    if (!node || fy_node_is_null(node))
        return true;
    if (!fy_node_is_scalar(node) || fy_node_get_style(node) != FYNS_PLAIN)
        return false;
    struct span text = yaml_text(node);
    return text.len == 0 || span_equals(text, "~") || span_equals(text, "null");
}

struct span yaml_text(struct fy_node *node)
{
    size_t len = 0;
    const char *data = fy_node_is_scalar(node) ? fy_node_get_scalar(node, &len) : NULL;
    return span_of(data, data ? len : 0);
}

/* The scalar that stands first in a node, or NULL in an empty one. */
static struct fy_node *first_scalar(struct fy_node *node)
{
    while (node && !fy_node_is_scalar(node)) {
        void *previous = NULL;
        if (fy_node_is_mapping(node)) {
            struct fy_node_pair *pair = fy_node_mapping_iterate(node, &previous);
            node = pair ? fy_node_pair_key(pair) : NULL;
        } else {
            node = fy_node_sequence_iterate(node, &previous);
        }
    }
    return node;
}

int yaml_line(struct fy_node *node)
{
    struct fy_node *scalar = first_scalar(node);
    struct fy_token *token = scalar ? fy_node_get_scalar_token(scalar) : NULL;
    const struct fy_mark *mark = token ? fy_token_start_mark(token) : NULL;
    return mark ? mark->line + 1 : 1;
}

/* The child of that name or index, and the line on which it starts. */
static struct fy_node *child(struct fy_node *node, struct span name, int *ret_line)
{
    void *previous = NULL;
    if (fy_node_is_mapping(node)) {
        struct fy_node_pair *pair;
        while ((pair = fy_node_mapping_iterate(node, &previous)) != NULL) {
            if (!span_equal(yaml_text(fy_node_pair_key(pair)), name))
                continue;
            *ret_line = yaml_line(fy_node_pair_key(pair));
            return fy_node_pair_value(pair);
        }
    } else if (fy_node_is_sequence(node)) {
        struct fy_node *item;
        for (long left = strtol(name.data, NULL, 10);
             (item = fy_node_sequence_iterate(node, &previous)) != NULL; left--) {
            if (left > 0)
                continue;
            *ret_line = yaml_line(item);
            return item;
        }
    }
    return NULL;
}

int yaml_find_line(const struct yaml *yaml, const char *path)
{
    int line = 1;
    struct fy_node *node = yaml->root;
    while (node && *path) {
        size_t len = strcspn(path, "/");
        node = child(node, span_of(path, len), &line);
        path += len + (path[len] == '/');
    }
    return line;
}
