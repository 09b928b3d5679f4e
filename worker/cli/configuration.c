/* A command's configuration: what the file says, and what librdkafka says of its own properties; or
 * where the worker is that it asks. */
#include <stdio.h>
#include <string.h>

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

const char *cli_admin(int argc, char **argv, const char *command)
{
    if (argc == 0)
        return "http://127.0.0.1:9464";
    if (argc == 2 && strcmp(argv[0], "--admin") == 0)
        return argv[1];
    fprintf(stderr, "usage: byline %s [--admin URL]\n", command);
    return NULL;
}
