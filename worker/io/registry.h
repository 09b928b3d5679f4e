/* registry: a Confluent-compatible schema registry, asked over HTTP.
 *
 * Every call blocks for at most REGISTRY_DEADLINE_MS on a curl handle of its own: call it on
 * libuv's pool, never on the loop. The configuration is only read. No redirect is followed,
 * credentials and bodies stay with the configured host, and no message holds a credential.
 *
 * Kinds of error: ERROR_RETRY where the registry is down, slow or ill (5xx, 408, 429, an answer
 * over the limit); ERROR_FATAL with the registry's own words where it refuses (409 incompatible,
 * 401, 403, other 4xx) or does not answer like a registry. */
#ifndef BYLINE_IO_REGISTRY_H
#define BYLINE_IO_REGISTRY_H

#include <stdbool.h>
#include <stdint.h>

#include "config/config.h"
#include "core/buf.h"
#include "core/error.h"
#include "core/span.h"

enum {
    REGISTRY_DEADLINE_MS = 10 * 1000,
    REGISTRY_ANSWER_MAX_BYTES = 4 * 1024 * 1024,
    REGISTRY_SUBJECT_MAX = 512,
    REGISTRY_GUID_MAX = 37, /* 36 characters and a NUL */
};

/* The subject of a topic's values: "TOPIC-value", "RECORD" or "TOPIC-RECORD". record is the
 * schema's full name. ERROR_USAGE where it is too long. */
bool registry_subject(enum config_subject naming, const char *topic, const char *record,
                      char ret_subject[REGISTRY_SUBJECT_MAX], struct error *ret_error)
    __attribute__((warn_unused_result));

/* Registers the text as it is, or only looks it up where registry.register is false, and gives its
 * id. ret_guid becomes the schema's GUID, "" where the registry has none: with the framing
 * confluent_header that is ERROR_FATAL. */
bool registry_register(const struct config *config, const char *subject, struct span avsc,
                       int32_t *ret_id, char ret_guid[REGISTRY_GUID_MAX], struct error *ret_error)
    __attribute__((warn_unused_result));

/* Appends the text of the schema with that id. ERROR_POISON of class schema where the registry
 * itself says that it does not know it, and where it is not Avro or too large. References to other
 * subjects are resolved by the registry. */
bool registry_schema_by_id(const struct config *config, int32_t id, struct buf *out,
                           struct error *ret_error) __attribute__((warn_unused_result));

/* The same by GUID ("xxxxxxxx-xxxx-..."). */
bool registry_schema_by_guid(const struct config *config, const char *guid, struct buf *out,
                             struct error *ret_error) __attribute__((warn_unused_result));

#endif
