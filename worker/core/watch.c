#include "core/watch.h"

#include <stdbool.h>

const char *watch_stage_name(enum watch_stage stage)
{
    static const char *const names[WATCH_STAGE_COUNT] = {
        [WATCH_NOTHING] = "nothing", [WATCH_RECORDS] = "records", [WATCH_SCHEMA] = "schema",
        [WATCH_LOOKUP] = "lookup",   [WATCH_OUTPUT] = "output",
    };
    return names[stage];
}

const char *watch_state_name(enum watch_state state)
{
    static const char *const names[] = {
        [WATCH_IDLE] = "idle",
        [WATCH_WORKING] = "working",
        [WATCH_SLOW] = "slow",
        [WATCH_STUCK] = "stuck",
    };
    return names[state];
}

static bool is_same(const struct watch_sight *a, const struct watch_sight *b)
{
    return a->stage == b->stage && a->offset == b->offset && a->lookup == b->lookup;
}

void watch_look(struct watch *watch, const struct watch_sight *sight, uint64_t now_ms)
{
    if (is_same(&watch->sight, sight))
        return;
    *watch = (struct watch){.sight = *sight, .since_ms = now_ms};
}

enum watch_state watch_state(const struct watch *watch, uint64_t lookup_deadline_ms,
                             uint64_t now_ms)
{
    uint64_t waited_ms = now_ms - watch->since_ms;
    uint64_t patience_ms =
        WATCH_PATIENCE_MS + (watch->sight.stage == WATCH_LOOKUP ? lookup_deadline_ms : 0);
    if (watch->sight.stage == WATCH_NOTHING)
        return WATCH_IDLE;
    if (waited_ms > patience_ms)
        return WATCH_STUCK;
    return waited_ms > WATCH_SLOW_MS ? WATCH_SLOW : WATCH_WORKING;
}
