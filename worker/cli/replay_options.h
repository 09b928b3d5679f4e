/* replay_options: the command line of `replay`. Pure; strings are argv's. */
#ifndef BYLINE_CLI_REPLAY_OPTIONS_H
#define BYLINE_CLI_REPLAY_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/error.h"

struct replay_options {
    const char *config;
    const char *error_class; /* NULL: any */
    const char *host;        /* NULL: any */
    int64_t since_ms;        /* INT64_MIN: any */
    int64_t until_ms;        /* INT64_MAX: any */
    uint64_t limit;          /* letters sent, 0: all */
    double rate;             /* letters a second, 0: as fast as it goes */
    bool dry_run;
};

extern const char replay_options_usage[];

/* argv is what stands behind the command's name. ERROR_USAGE for what it does not take. */
bool replay_options_parse(int argc, char **argv, int64_t now_ms, struct replay_options *ret_options,
                          struct error *ret_error) __attribute__((warn_unused_result));

#endif
