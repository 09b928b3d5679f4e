/* The stage that makes a record an event.
 *
 *   value --> record_decode --decoded--> enrich
 *              ^      |
 *              |      +--its schema is not known--> UNREAD --the registry answered--> READABLE
 *              +-------------------------as soon as lookups have room-------------------+
 *
 * What waits keeps its place in the ledger and in its key's line, and holds no lookup's place:
 * records whose schema is known overtake it, but for those of its key. */
#include "log.h"
#include "output.h"
#include "pipeline_parts.h"
#include "record.h"

static void on_schema(void *context)
{
    struct job *job = context;
    struct partition *partition = job->record.partition->context;
    struct pipeline *pipeline = partition->pipeline; /* a revoked partition's jobs are cancelled */
    job->schema_waiter = NULL;
    job_move(&pipeline->jobs, job, JOB_READABLE);
}

static void wait_for_schema(struct pipeline *pipeline, struct job *job,
                            const struct wire_schema *schema)
{
    struct error error;
    job->schema_waiter = schemas_wait(pipeline->schemas, schema, on_schema, job);
    if (job->schema_waiter) {
        job_move(&pipeline->jobs, job, JOB_UNREAD);
        return;
    }
    (void)error_set(&error, ERROR_FATAL, "out of memory");
    pipeline_fail(pipeline, &error);
}

void pipeline_decode(struct pipeline *pipeline, struct job *job)
{
    struct error error = {0};
    struct record_decoded decoded;
    const struct record_input input = {
        .value = job->record.value,
        .schema_header = source_header(&job->record, WIRE_HEADER_NAME),
    };
    switch (
        record_decode(pipeline->config, pipeline->schemas, &input, &job->arena, &decoded, &error)) {
    case RECORD_DECODED:
        job->article = decoded.article;
        pipeline_enrich(pipeline, job);
        return;
    case RECORD_UNREADABLE: wait_for_schema(pipeline, job, &decoded.schema); return;
    case RECORD_FAILED: break;
    }
    if (error.kind == ERROR_FATAL) {
        pipeline_fail(pipeline, &error);
        return;
    }
    if (output_dead_letter(job, "decode", &error, 0))
        pipeline_publish_in_turn(pipeline, job);
    else
        pipeline_fail_without_memory(pipeline);
}

void pipeline_decode_readable(struct pipeline *pipeline)
{
    struct job *job;
    while (pipeline->phase != PHASE_STOPPED && jobs_may_enrich(&pipeline->jobs) &&
           (job = pipeline->jobs.lists[JOB_READABLE].first) != NULL) {
        job_move(&pipeline->jobs, job, JOB_ENRICHING);
        pipeline_decode(pipeline, job);
    }
}
