/* Picks the subcommand; the only place that exits. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *usage;
} commands[] = {
    {"run", cli_run, "run --config FILE"},
    {"demo", cli_demo, "demo [FILE...]"},
    {"check", cli_check, "check --config FILE [--connect]"},
    {"enrich", cli_enrich, "enrich --config FILE [--format auto|json|avro|text] [FILE|-]"},
    {"replay", cli_replay,
     "replay --config FILE [--class C] [--host H] [--since T] [--until T] [--limit N] [--rate N] "
     "[--dry-run]"},
    {"health", cli_health, "health [--admin URL]"},
    {"top", cli_top, "top [--admin URL]"},
    {"extract", cli_extract, "extract --url URL [--content-type T] PAGE|-"},
    {"version", cli_version, "version"},
};

enum { COMMAND_COUNT = sizeof commands / sizeof *commands };

static void print_usage(FILE *out)
{
    fputs("usage:\n", out);
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        fprintf(out, "  byline %s\n", commands[i].usage);
}

/* A full disk or a closed pipe shows only here, when the last bytes are written. */
static int written(int status)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    fprintf(stderr, "byline: the results could not be written to stdout: %s\n", strerror(errno));
    return status == EXIT_DONE ? EXIT_WORK_FAILED : status;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        print_usage(stderr);
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
        print_usage(stdout);
        return written(EXIT_DONE);
    }
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(argv[1], commands[i].name) == 0)
            return written(commands[i].run(argc - 2, argv + 2));
    fprintf(stderr, "byline: unknown command '%s'\n", argv[1]);
    print_usage(stderr);
    return EXIT_USAGE;
}
