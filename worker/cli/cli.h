/* cli: the subcommands, one file each. Each gets the arguments behind its name and returns the
 * exit status: 0 done, 1 the work failed, 2 bad usage or configuration. Messages go to stderr,
 * results to stdout. */
#ifndef BYLINE_CLI_CLI_H
#define BYLINE_CLI_CLI_H

#include "config/config.h"

enum { EXIT_DONE = 0, EXIT_WORK_FAILED = 1, EXIT_USAGE = 2 };

/* The configuration in a file, or NULL after a message that names file and line: EXIT_USAGE. */
struct config *cli_configuration(const char *path) __attribute__((warn_unused_result));

/* The URL of `COMMAND [--admin URL]`, by default that of admin.listen; NULL after its usage. */
const char *cli_admin(int argc, char **argv, const char *command)
    __attribute__((warn_unused_result));

int cli_check(int argc, char **argv);
int cli_demo(int argc, char **argv);
int cli_enrich(int argc, char **argv);
int cli_health(int argc, char **argv);
int cli_replay(int argc, char **argv);
int cli_run(int argc, char **argv);
int cli_top(int argc, char **argv);
int cli_extract(int argc, char **argv);
int cli_version(int argc, char **argv);

#endif
