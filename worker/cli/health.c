#include <stdio.h>

#include "cli/cli.h"
#include "io/admin_client.h"

int cli_health(int argc, char **argv)
{
    const char *base = cli_admin(argc, argv, "health");
    if (!base)
        return EXIT_USAGE;
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
