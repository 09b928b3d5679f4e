#include <stdio.h>

#include "cli/cli.h"
#include "version.h"

int cli_version(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    printf("byline %s\n", BYLINE_VERSION);
    return EXIT_DONE;
}
