/* A command's configuration: what the file says, and what librdkafka says of its own properties. */
#include <stdio.h>

#include "cli/cli.h"
#include "io/probe.h"

struct config *cli_configuration(const char *path)
{
    struct error error;
    struct config *config = config_load(path, &error);
    if (config && !probe_kafka_properties(config, path, &error)) {
        config_free(config);
        config = NULL;
    }
    if (!config)
        fprintf(stderr, "byline: %s\n", error.message);
    return config;
}
