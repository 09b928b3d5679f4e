/* when: a moment as a person names it on the command line.
 *
 *   2026-11-23T10:00:00Z   RFC 3339
 *   2026-11-23             that day's first moment, UTC
 *   2h ago, 2h             before now: s, m, h, d or w behind a whole number
 *   now
 *
 * Pure: the clock is the caller's. */
#ifndef BYLINE_CORE_WHEN_H
#define BYLINE_CORE_WHEN_H

#include <stdbool.h>
#include <stdint.h>

#include "core/span.h"

/* Times are milliseconds since the epoch. False for anything else than the forms above. */
bool when_parse(struct span text, int64_t now_ms, int64_t *ret_ms)
    __attribute__((warn_unused_result));

#endif
