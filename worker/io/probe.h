/* probe: whether the neighbours of a worker are there, for `byline check --connect`.
 *
 * Every call blocks for at most PROBE_TIMEOUT_MS and changes nothing at the neighbour: no topic is
 * created, no request is sent to a lookup's host beyond the connection. */
#ifndef BYLINE_IO_PROBE_H
#define BYLINE_IO_PROBE_H

#include <stdbool.h>

#include "config/config.h"
#include "core/error.h"
#include "core/span.h"

enum { PROBE_TIMEOUT_MS = 5000 };

/* Told once for each thing asked: "broker localhost:9092", "topic articles". reason is "" for ok.
 */
typedef void probe_report(void *context, const char *what, bool ok, const char *reason);

/* Whether librdkafka knows the properties of the configuration in file, and takes their values.
 * False with ERROR_USAGE and FILE:LINE. Asks nobody. */
bool probe_kafka_properties(const struct config *config, const char *file, struct error *ret_error)
    __attribute__((warn_unused_result));

/* The brokers, then each topic of the configuration. False if anything is missing. */
bool probe_kafka(const struct config *config, probe_report *report, void *context);

/* A connection, TLS included, to the host of an http or https URL ("http://host:8080"). */
bool probe_host(struct span url, struct error *ret_error) __attribute__((warn_unused_result));

#endif
