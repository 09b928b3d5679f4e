#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "io/admin_client.h"

int cli_health(int argc, char **argv)
{
    const char *base = "http://127.0.0.1:9464";
    if (argc == 2 && strcmp(argv[0], "--admin") == 0) {
        base = argv[1];
    } else if (argc != 0) {
        fputs("usage: byline health [--admin URL]\n", stderr);
        return EXIT_USAGE;
    }
    struct buf answer;
    struct error error;
    buf_init(&answer, 64 * 1024);
    int status = 0;
    bool asked = admin_get(base, "/healthz", &answer, &status, &error);
    if (asked)
        printf("%.*s", SPAN_ARG(buf_span(&answer)));
    else
        fprintf(stderr, "byline: %s\n", error.message);
    buf_finish(&answer);
    return asked && status == 200 ? EXIT_DONE : EXIT_WORK_FAILED;
}
