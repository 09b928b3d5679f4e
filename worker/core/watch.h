/* watch: tells a partition that is slow from one that is stuck.
 *
 *   idle      nothing of it is in flight
 *   working   its oldest unfinished record goes from stage to stage
 *   slow      that record has been in one stage for WATCH_SLOW_MS: it may, and it will end
 *   stuck     it has been there longer than anything in byline allows
 *
 * Offsets are committed up to the oldest unfinished record, so it alone counts, however many later
 * ones finish. A lookup ends by its deadline; whatever else holds a record has no deadline of its
 * own and is stuck after WATCH_PATIENCE_MS. Pure; the caller looks about once a second and
 * gives its monotonic clock. */
#ifndef BYLINE_CORE_WATCH_H
#define BYLINE_CORE_WATCH_H

#include <stddef.h>
#include <stdint.h>

enum { WATCH_SLOW_MS = 5000, WATCH_PATIENCE_MS = 15000 };

enum watch_stage {
    WATCH_NOTHING, /* nothing unfinished */
    WATCH_RECORDS, /* the broker has records, or does not answer; none comes */
    WATCH_SCHEMA,  /* its value's schema, from the registry */
    WATCH_LOOKUP,
    WATCH_OUTPUT, /* the broker's acknowledgement */
    WATCH_STAGE_COUNT,
};

enum watch_state { WATCH_IDLE, WATCH_WORKING, WATCH_SLOW, WATCH_STUCK };

/* What holds a partition at one look. */
struct watch_sight {
    enum watch_stage stage;
    int64_t offset;
    size_t lookup; /* index among the configured ones; of WATCH_LOOKUP */
};

struct watch {
    struct watch_sight sight; /* of the last look */
    uint64_t since_ms;        /* when it was first seen */
};

const char *watch_stage_name(enum watch_stage stage);
const char *watch_state_name(enum watch_state state);

/* The clock runs on while the sight stays the same. */
void watch_look(struct watch *watch, const struct watch_sight *sight, uint64_t now_ms);

enum watch_state watch_state(const struct watch *watch, uint64_t lookup_deadline_ms,
                             uint64_t now_ms);

#endif
