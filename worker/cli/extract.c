/* byline extract: a page's metadata as one JSON object, without network. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "core/extract.h"
#include "core/metadata_json.h"
#include "core/url.h"

enum {
    PAGE_MAX_BYTES = 64 * 1024 * 1024, /* read; extract_page has a limit of its own */
    ARENA_MAX_BYTES = 64 * 1024 * 1024,
    OUTPUT_MAX_BYTES = 16 * 1024 * 1024,
};

struct arguments {
    const char *url, *content_type, *path;
};

static int usage(const char *message)
{
    fprintf(stderr, "byline extract: %s\n", message);
    fputs("usage: byline extract --url URL [--content-type T] PAGE|-\n", stderr);
    return EXIT_USAGE;
}

static bool is_url(const char *text, struct error *ret_error)
{
    struct url url = {0};
    struct url_parser *parser = url_parser_new();
    bool ok = parser && url_parse(parser, span_from(text), NULL, &url, ret_error);
    url_finish(&url);
    url_parser_free(parser);
    return ok;
}

/* NULL where all is well, else what is wrong. */
static const char *read_arguments(int argc, char **argv, struct arguments *ret_arguments)
{
    struct arguments arguments = {NULL, NULL, NULL};
    for (int i = 0; i < argc; i++) {
        const char **value = NULL;
        if (strcmp(argv[i], "--url") == 0)
            value = &arguments.url;
        else if (strcmp(argv[i], "--content-type") == 0)
            value = &arguments.content_type;
        if (value && i + 1 == argc)
            return "an option lacks its value";
        if (value)
            *value = argv[++i];
        else if (argv[i][0] == '-' && argv[i][1] != '\0')
            return "unknown option";
        else if (arguments.path)
            return "one page a call";
        else
            arguments.path = argv[i];
    }
    if (!arguments.path)
        return "a page is missing";
    *ret_arguments = arguments;
    return NULL;
}

static bool read_all(FILE *file, struct buf *ret_bytes)
{
    char chunk[65536];
    size_t len;
    while ((len = fread(chunk, 1, sizeof chunk, file)) > 0)
        if (!buf_append(ret_bytes, chunk, len))
            return false;
    return !ferror(file);
}

static bool read_page(const char *path, struct buf *ret_bytes)
{
    bool from_stdin = strcmp(path, "-") == 0;
    FILE *file = from_stdin ? stdin : fopen(path, "rb");
    if (!file) {
        fprintf(stderr, "byline extract: %s: %s\n", path, strerror(errno));
        return false;
    }
    bool ok = read_all(file, ret_bytes);
    if (!ok)
        fprintf(stderr, "byline extract: %s: %s\n", path,
                buf_failed(ret_bytes) ? "larger than 64 MiB" : strerror(errno));
    if (!from_stdin)
        (void)fclose(file);
    return ok;
}

int cli_extract(int argc, char **argv)
{
    struct arguments arguments;
    const char *wrong = read_arguments(argc, argv, &arguments);
    if (wrong)
        return usage(wrong);
    struct error error = {0};
    /* An empty address is an unknown one. */
    if (arguments.url && arguments.url[0] && !is_url(arguments.url, &error)) {
        fprintf(stderr, "byline extract: --url: %s\n", error.message);
        return EXIT_USAGE;
    }
    int status = EXIT_WORK_FAILED;
    struct buf bytes, out;
    struct arena arena;
    buf_init(&bytes, PAGE_MAX_BYTES);
    buf_init(&out, OUTPUT_MAX_BYTES);
    arena_init(&arena, ARENA_MAX_BYTES);
    if (!read_page(arguments.path, &bytes))
        goto out;
    struct page page = {.bytes = buf_span(&bytes),
                        .content_type = span_from(arguments.content_type),
                        .url = span_from(arguments.url)};
    struct metadata metadata;
    if (!extract_page(&page, &arena, &metadata, &error)) {
        fprintf(stderr, "byline extract: %s: %s\n", arguments.path, error.message);
        goto out;
    }
    if (!metadata_json(&metadata, "page", &out) || !buf_add_char(&out, '\n') ||
        fwrite(out.data, 1, out.len, stdout) != out.len || fflush(stdout) != 0) {
        fputs("byline extract: cannot write the result\n", stderr);
        goto out;
    }
    status = EXIT_DONE;
out:
    arena_finish(&arena);
    buf_finish(&out);
    buf_finish(&bytes);
    return status;
}
