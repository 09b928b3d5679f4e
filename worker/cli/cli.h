/* cli: the subcommands, one file each. Each gets the arguments behind its name and returns the
 * exit status: 0 done, 1 the work failed, 2 bad usage or configuration. Messages go to stderr,
 * results to stdout. */
#ifndef BYLINE_CLI_CLI_H
#define BYLINE_CLI_CLI_H

enum { EXIT_DONE = 0, EXIT_WORK_FAILED = 1, EXIT_USAGE = 2 };

int cli_check(int argc, char **argv);
int cli_demo(int argc, char **argv);
int cli_enrich(int argc, char **argv);
int cli_health(int argc, char **argv);
int cli_run(int argc, char **argv);
int cli_extract(int argc, char **argv);
int cli_version(int argc, char **argv);

#endif
