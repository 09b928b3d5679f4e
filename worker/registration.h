/* registration: gets the id of the output schema from the registry, trying until it has it.
 *
 * The request runs on libuv's pool; the callback on the loop. */
#ifndef BYLINE_REGISTRATION_H
#define BYLINE_REGISTRATION_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "config/config.h"
#include "core/error.h"
#include "core/span.h"
#include "io/registry.h"

struct registration;

struct registration_result {
    int32_t schema_id;
    char guid[REGISTRY_GUID_MAX]; /* NUL-terminated, "" where the registry gives none */
};

/* Called once: with a result, or with an error that no retry mends. */
typedef void registration_done(void *context, const struct registration_result *result,
                               const struct error *error);

/* avsc and subject are borrowed until done or registration_free. */
struct registration *registration_start(uv_loop_t *loop, const struct config *config,
                                        const char *subject, struct span avsc,
                                        registration_done *done, void *context);

/* No done after this; memory goes with the loop's next turns. */
void registration_free(struct registration *registration);

#endif
