/* The memory budget: what the parts hold, and intake that waits while it is all used.
 *
 *   memory: 256MiB  =  cache (cache.size)  +  read ahead (1/128)  +  kept outputs (at most 1/32)
 *                    + bodies (1/4 before new requests wait)  +  events in flight
 *
 * Only events take what is left over, so they are what waits: records stay with librdkafka, whose
 * queues are bounded and stop fetching. Measured every tick; between two ticks what is taken in is
 * added up. */
#include <inttypes.h>

#include "log.h"
#include "pipeline_parts.h"

/* A decoded event beside its record, roughly. */
enum { EVENT_FACTOR = 2 };

static size_t jobs_bytes(const struct jobs *jobs)
{
    size_t bytes = jobs->lists[JOB_FREE].count * sizeof(struct job);
    for (size_t i = 0; i < jobs->spare_count; i++)
        bytes += arena_held_bytes(&jobs->spare[i]);
    for (int state = JOB_FREE + 1; state < JOB_STATE_COUNT; state++)
        for (const struct job *job = jobs->lists[state].first; job; job = job->next)
            bytes += sizeof *job + arena_held_bytes(&job->arena) + job->output.len +
                     job->record.value.len + job->record.key.len;
    return bytes;
}

static size_t total(const struct memory_use *use)
{
    return use->read_ahead + use->jobs + use->bodies + use->cache;
}

static void set_full(struct pipeline *pipeline, bool full)
{
    if (full == pipeline->memory_full)
        return;
    pipeline->memory_full = full;
    log_info(full ? "memory_full" : "memory_free", LOG_INT("bytes", total(&pipeline->memory)),
             LOG_INT("in_flight", jobs_in_flight(&pipeline->jobs)));
}

void pipeline_measure_memory(struct pipeline *pipeline)
{
    pipeline->memory = (struct memory_use){
        .read_ahead = source_read_ahead_bytes(pipeline->source),
        .jobs = jobs_bytes(&pipeline->jobs),
        .bodies = fetch_bodies_bytes(pipeline->fetch),
        .cache = fetch_cache_bytes(pipeline->fetch),
    };
    if (pipeline_has_memory(pipeline))
        set_full(pipeline, false);
}

void pipeline_count_memory(struct pipeline *pipeline, const struct source_record *record)
{
    pipeline->memory.jobs += sizeof(struct job) + EVENT_FACTOR * record->value.len;
}

/* With nothing in flight nothing will be given back: then it has to do. */
bool pipeline_has_memory(struct pipeline *pipeline)
{
    bool has = total(&pipeline->memory) < (size_t)pipeline->config->memory_bytes ||
               jobs_in_flight(&pipeline->jobs) == 0;
    if (!has)
        set_full(pipeline, true);
    return has;
}

void pipeline_print_memory(struct pipeline *pipeline, struct buf *out)
{
    pipeline_measure_memory(pipeline);
    const struct memory_use *use = &pipeline->memory;
    metrics_family(out, "byline_memory_bytes", "gauge",
                   "Memory held, by part; all of it is bounded by the key memory.");
    (void)buf_format(out,
                     "byline_memory_bytes{part=\"read_ahead\"} %zu\n"
                     "byline_memory_bytes{part=\"jobs\"} %zu\n"
                     "byline_memory_bytes{part=\"bodies\"} %zu\n"
                     "byline_memory_bytes{part=\"cache\"} %zu\n",
                     use->read_ahead, use->jobs, use->bodies, use->cache);
}
