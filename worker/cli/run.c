#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/worker.h"
#include "log.h"
#include "version.h"

int cli_run(int argc, char **argv)
{
    if (argc != 2 || strcmp(argv[0], "--config") != 0) {
        fputs("usage: byline run --config FILE\n", stderr);
        return EXIT_USAGE;
    }
    struct config *config = cli_configuration(argv[1]);
    if (!config)
        return EXIT_USAGE;
    log_configure(config->log.level, config->log.format);
    log_info("starting", LOG_TEXT("version", BYLINE_VERSION), LOG_TEXT("config", argv[1]),
             LOG_TEXT("brokers", config->kafka.brokers), LOG_TEXT("group", config->kafka.group));
    struct worker worker;
    int status = worker_start(&worker, config);
    if (status == EXIT_DONE)
        status = worker_run(&worker, NULL, NULL);
    config_free(config);
    return status;
}
