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

/* As people paste it: without the white space around it, and what is inside encoded, as browsers do
 * (WHATWG URL, "basic URL parser"). */
static bool tidy_url(const char *text, struct buf *ret_url)
{
    struct span pasted = span_trim(span_from(text));
    bool ok = true;
    for (size_t i = 0; ok && i < pasted.len; i++)
        ok = pasted.data[i] == ' '              ? buf_add_text(ret_url, "%20")
             : strchr("\t\r\n", pasted.data[i]) ? true
                                                : buf_add_char(ret_url, pasted.data[i]);
    return ok;
}

static bool is_url(struct span text, struct error *ret_error)
{
    struct url url = {0};
    struct url_parser *parser = url_parser_new();
    bool ok = parser && url_parse(parser, text, NULL, &url, ret_error);
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
    int status = EXIT_WORK_FAILED;
    struct buf url, bytes, out;
    struct arena arena;
    buf_init(&url, URL_MAX_BYTES);
    buf_init(&bytes, PAGE_MAX_BYTES);
    buf_init(&out, OUTPUT_MAX_BYTES);
    arena_init(&arena, ARENA_MAX_BYTES);
    bool is_tidy = tidy_url(arguments.url ? arguments.url : "", &url);
    /* An empty address is an unknown one. */
    if (!is_tidy || (url.len > 0 && !is_url(buf_span(&url), &error))) {
        fprintf(stderr, "byline extract: --url: %s\n", is_tidy ? error.message : "it is too long");
        status = EXIT_USAGE;
        goto out;
    }
    if (!read_page(arguments.path, &bytes))
        goto out;
    struct page page = {.bytes = buf_span(&bytes),
                        .content_type = span_from(arguments.content_type),
                        .url = buf_span(&url)};
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
    buf_finish(&url);
    return status;
}
