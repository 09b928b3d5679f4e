/* measure: the whole extraction and lexbor's bare parse of the same pages, in turns.
 *
 *   bench_extract ROUNDS < LIST        LIST: lines "URL<tab>PAGE"
 *
 * Prints a line for each round: the CPU seconds of the bare parse, those of the extraction. Both
 * run on one thread over pages that lie in memory, page by page in turns, so that both meet the
 * machine in the same mood; either is first as often as the other, for the second finds the page in
 * the cache. CPU time, so that a busy machine does not count. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <lexbor/html/html.h>

#include "core/buf.h"
#include "core/extract.h"

enum { PAGES_MAX = 16384, PAGE_MAX_BYTES = 64 << 20, ARENA_MAX_BYTES = 64 << 20 };

struct pages {
    size_t count;
    struct page items[PAGES_MAX];
};

static void die(const char *what, const char *name)
{
    fprintf(stderr, "bench_extract: %s: %s\n", what, name);
    exit(EXIT_FAILURE);
}

static struct span read_file(const char *path)
{
    struct buf bytes;
    char chunk[65536];
    size_t len;
    FILE *file = fopen(path, "rb");
    if (!file)
        die("cannot open", path);
    buf_init(&bytes, PAGE_MAX_BYTES);
    while ((len = fread(chunk, 1, sizeof chunk, file)) > 0)
        if (!buf_append(&bytes, chunk, len))
            die("larger than 64 MiB", path);
    (void)fclose(file);
    return buf_span(&bytes); /* kept to the end */
}

static void read_pages(struct pages *pages)
{
    char line[8192];
    while (fgets(line, sizeof line, stdin)) {
        char *tab = strchr(line, '\t');
        line[strcspn(line, "\n")] = '\0';
        if (!tab || pages->count == PAGES_MAX)
            die("bad list at", line);
        *tab = '\0';
        char *url = strdup(line);
        if (!url)
            die("no memory for", line);
        pages->items[pages->count++] =
            (struct page){.bytes = read_file(tab + 1), .url = span_from(url)};
    }
}

static double cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void parse_bare(const struct page *page)
{
    lxb_html_document_t *document = lxb_html_document_create();
    if (!document || lxb_html_document_parse(document, (const lxb_char_t *)page->bytes.data,
                                             page->bytes.len) != LXB_STATUS_OK)
        die("lexbor failed", page->url.data);
    lxb_html_document_destroy(document);
}

static void extract(const struct page *page)
{
    struct arena arena;
    struct metadata metadata;
    struct error error;
    arena_init(&arena, ARENA_MAX_BYTES);
    if (!extract_page(page, &arena, &metadata, &error))
        die(error.message, page->url.data);
    arena_finish(&arena);
}

static double seconds_of(const struct page *page, void (*work)(const struct page *))
{
    double start = cpu_seconds();
    work(page);
    return cpu_seconds() - start;
}

/* Prints the line of one round. */
static void run_round(const struct pages *pages, size_t round)
{
    double bare = 0, whole = 0;
    for (size_t i = 0; i < pages->count; i++) {
        const struct page *page = &pages->items[i];
        bool bare_first = (round + i) % 2;
        if (bare_first)
            bare += seconds_of(page, parse_bare);
        whole += seconds_of(page, extract);
        if (!bare_first)
            bare += seconds_of(page, parse_bare);
    }
    printf("%.6f %.6f\n", bare, whole);
}

int main(int argc, char **argv)
{
    static struct pages pages;
    long rounds = argc == 2 ? strtol(argv[1], NULL, 10) : 0;
    if (rounds < 1)
        die("wants", "ROUNDS");
    read_pages(&pages);
    for (long round = 0; round < rounds; round++)
        run_round(&pages, (size_t)round);
    return EXIT_SUCCESS;
}
