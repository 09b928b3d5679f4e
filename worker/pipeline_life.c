#include <assert.h>
#include <stdlib.h>

#include "core/default_schema.h"
#include "log.h"
#include "pipeline_parts.h"
#include "record.h"

void pipeline_fail(struct pipeline *pipeline, const struct error *error)
{
    if (pipeline->phase == PHASE_STOPPED)
        return;
    log_error("failed", LOG_TEXT("reason", error->message));
    pipeline->failure = *error;
    pipeline->phase = PHASE_STOPPED;
    pipeline->stopped(pipeline->context, &pipeline->failure);
}

void pipeline_fail_without_memory(struct pipeline *pipeline)
{
    struct error error;
    (void)error_set(&error, ERROR_FATAL, "out of memory");
    pipeline_fail(pipeline, &error);
}

/* ---- the loop ---- */

static void on_left(void *context)
{
    struct pipeline *pipeline = context;
    if (pipeline->phase == PHASE_STOPPED)
        return;
    pipeline->phase = PHASE_STOPPED;
    struct pipeline_counts counts = pipeline_count(pipeline);
    log_info("stopped", LOG_INT("consumed", counts.consumed),
             LOG_INT("published", counts.published), LOG_INT("dead_letters", counts.dead_letters));
    pipeline->stopped(pipeline->context, NULL);
}

static void leave(struct pipeline *pipeline)
{
    pipeline->phase = PHASE_LEAVING;
    pipeline->deadline_ms = uv_now(pipeline->loop) + CLOSE_MS;
    source_close(pipeline->source, on_left);
}

/* Nothing is left but what the registry does not let go on, and what has its turn behind that. */
static bool waits_for_registry(const struct pipeline *pipeline)
{
    const struct job_list *lists = pipeline->jobs.lists;
    return schemas_trouble(pipeline->schemas) &&
           lists[JOB_UNREAD].count + lists[JOB_ORDERED].count == jobs_in_flight(&pipeline->jobs);
}

static void drain(struct pipeline *pipeline)
{
    bool late = uv_now(pipeline->loop) >= pipeline->deadline_ms;
    size_t in_flight = jobs_in_flight(&pipeline->jobs);
    bool ended = in_flight == 0 || waits_for_registry(pipeline);
    if (!late && !(ended && group_all_committed(pipeline)))
        return;
    if (in_flight > 0)
        log_warn(ended ? "drain_cut_short" : "drain_timed_out", LOG_INT("in_flight", in_flight),
                 LOG_TEXT("reason", ended ? schemas_trouble(pipeline->schemas) : "out of time"),
                 LOG_TEXT("note", "uncommitted, so the partitions' next owner does them"));
    if (pipeline->transactions)
        transactions_give_up(pipeline->transactions);
    leave(pipeline);
}

static void on_tick(uv_timer_t *tick)
{
    struct pipeline *pipeline = tick->data;
    uint64_t now = uv_now(pipeline->loop);
    pipeline_measure_memory(pipeline);
    pipeline_publish_held(pipeline);
    pipeline_watch(pipeline);
    if (!pipeline->transactions &&
        (now >= pipeline->commit_due_ms || pipeline->phase == PHASE_DRAINING)) {
        pipeline->commit_due_ms = now + COMMIT_INTERVAL_MS;
        group_commit(pipeline);
    }
    if (pipeline->phase == PHASE_DRAINING) {
        drain(pipeline);
    } else if (pipeline->phase == PHASE_LEAVING && now >= pipeline->deadline_ms) {
        log_warn("leave_timed_out", LOG_TEXT("reason", "the group did not answer"));
        on_left(pipeline);
    } else {
        pipeline_take_in(pipeline);
    }
}

/* After every turn of the loop, at least one a tick: what was finished in it made room. */
static void on_turn(uv_check_t *turn)
{
    struct pipeline *pipeline = turn->data;
    if (pipeline->transactions)
        pipeline_transact(pipeline);
    pipeline_take_in(pipeline);
}

/* What timers and idle handles have finished made room, too. */
static void on_before_poll(uv_prepare_t *before_poll)
{
    pipeline_take_in(before_poll->data);
}

/* ---- opening ---- */

static void on_part_failed(void *context, const struct error *error)
{
    pipeline_fail(context, error);
}

static void subscribe(struct pipeline *pipeline)
{
    struct error error;
    pipeline->phase = PHASE_RUNNING;
    if (!source_subscribe(pipeline->source, &error)) {
        pipeline_fail(pipeline, &error);
        return;
    }
    log_info("subscribed", LOG_TEXT("group", pipeline->config->kafka.group));
}

static void on_registered(void *context, const struct registration_result *result,
                          const struct error *error)
{
    struct pipeline *pipeline = context;
    if (error) {
        pipeline_fail(pipeline, error);
        return;
    }
    if (pipeline->phase != PHASE_STARTING)
        return;
    struct wire_schema schema = {.framing = WIRE_CONFLUENT, .id = result->schema_id};
    if (pipeline->config->output.framing == FRAMING_CONFLUENT_HEADER) {
        bool has_guid = wire_guid_parse(span_from(result->guid), &schema);
        assert(has_guid); /* registry_register fails without one */
        wire_header(&schema, pipeline->schema_header_value);
        pipeline->schema_header = (struct sink_header){
            WIRE_HEADER_NAME, span_of((const char *)pipeline->schema_header_value,
                                      sizeof pipeline->schema_header_value)};
    }
    pipeline->prefix_bytes = wire_frame(&schema, pipeline->prefix);
    log_info("registered", LOG_TEXT("subject", pipeline->subject),
             LOG_INT("schema_id", result->schema_id));
    subscribe(pipeline);
}

static bool open_schema(struct pipeline *pipeline, struct error *ret_error)
{
    const struct config *config = pipeline->config;
    pipeline->avsc = config->output.schema_text && *config->output.schema_text
                         ? span_from(config->output.schema_text)
                         : default_enriched_schema_span();
    pipeline->plan = avro_plan_new(pipeline->avsc, ret_error);
    if (!pipeline->plan)
        return false;
    return registry_subject(config->output.subject, config->output.topic,
                            avro_plan_record(pipeline->plan), pipeline->subject, ret_error);
}

static bool open_parts(struct pipeline *pipeline, struct error *ret_error)
{
    const struct config *config = pipeline->config;
    const struct source_handlers source_handlers = {
        .context = pipeline,
        .readable = pipeline_readable,
        .assigned = group_assigned,
        .remembered = group_remembered,
        .missed = group_missed,
        .revoking = group_revoking,
        .revoked = group_revoked,
        .rebalanced = group_rebalanced,
        .committed = group_committed,
        .brokers_changed = group_brokers_changed,
        .failed = on_part_failed,
    };
    const struct sink_handlers sink_handlers = {
        .context = pipeline,
        .delivered = pipeline_delivered,
        .recalled = pipeline_recalled,
        .failed = on_part_failed,
    };
    const struct admin_handlers admin_handlers = pipeline_admin_handlers(pipeline);
    if (!open_schema(pipeline, ret_error))
        return false;
    if (config->enrich.count > METRICS_MAX_LOOKUPS)
        return error_set(ret_error, ERROR_USAGE, "enrich: more than %d lookups",
                         METRICS_MAX_LOOKUPS);
    pipeline->metrics.lookup_count = config->enrich.count;
    pipeline->fetch = fetch_new(pipeline->loop, config, pipeline->metrics.cache_results, ret_error);
    if (!pipeline->fetch)
        return false;
    pipeline->enricher =
        enricher_new(pipeline->loop, config, pipeline->fetch, pipeline->metrics.lookups, ret_error);
    if (!pipeline->enricher)
        return false;
    pipeline->schemas = schemas_new(pipeline->loop, config, ret_error);
    if (!pipeline->schemas)
        return false;
    if (config->delivery == DELIVERY_EXACTLY_ONCE) {
        if (!pipeline_transactions_open(pipeline, ret_error))
            return false;
    } else {
        pipeline->sink = sink_new(pipeline->loop, config, &sink_handlers, ret_error);
        if (!pipeline->sink)
            return false;
    }
    pipeline->source = source_new(pipeline->loop, config, &source_handlers, ret_error);
    if (!pipeline->source)
        return false;
    if (config->admin.listen && *config->admin.listen) {
        pipeline->admin =
            admin_new(pipeline->loop, config->admin.listen, &admin_handlers, ret_error);
        if (!pipeline->admin)
            return false;
    }
    return true;
}

struct pipeline *pipeline_new(uv_loop_t *loop, const struct config *config,
                              void (*stopped)(void *context, const struct error *error),
                              void *context, struct error *ret_error)
{
    struct pipeline *pipeline = calloc(1, sizeof *pipeline);
    if (!pipeline) {
        (void)error_set(ret_error, ERROR_FATAL, "out of memory");
        return NULL;
    }
    /* As many lookups are ready to go as may end in one turn of the loop; what is encoded waits for
     * the broker's answer, and there are as many of them as it acknowledges in its round trip. */
    const size_t in_flight = (size_t)config->http.in_flight;
    const struct job_limits limits = {
        .enriching = in_flight + LOOKUPS_READY,
        .count = in_flight + OUTPUTS_WAITING,
        .kept_bytes = (size_t)config->memory_bytes / 32,
        .arena_bytes = RECORD_ARENA_BYTES,
    };
    *pipeline = (struct pipeline){
        .loop = loop,
        .config = config,
        .stopped = stopped,
        .context = context,
        .brokers_reachable = true,
    };
    jobs_init(&pipeline->jobs, &limits);
    key_order_init(&pipeline->order);
    buf_init(&pipeline->scratch, RECORD_MAX_OUTPUT_BYTES);
    (void)uv_timer_init(loop, &pipeline->tick);
    (void)uv_check_init(loop, &pipeline->turn);
    pipeline->tick.data = pipeline;
    (void)uv_prepare_init(loop, &pipeline->before_poll);
    (void)uv_idle_init(loop, &pipeline->more);
    pipeline->before_poll.data = pipeline;
    pipeline->turn.data = pipeline;
    if (!open_parts(pipeline, ret_error)) {
        pipeline->phase = PHASE_STOPPED;
        pipeline_free(pipeline);
        return NULL;
    }
    return pipeline;
}

void pipeline_start(struct pipeline *pipeline)
{
    (void)uv_timer_start(&pipeline->tick, on_tick, TICK_MS, TICK_MS);
    (void)uv_check_start(&pipeline->turn, on_turn);
    (void)uv_prepare_start(&pipeline->before_poll, on_before_poll);
    const enum config_framing framing = pipeline->config->output.framing;
    if (framing == FRAMING_SINGLE_OBJECT || framing == FRAMING_NONE) {
        const struct wire_schema schema = {
            .framing = framing == FRAMING_NONE ? WIRE_NONE : WIRE_SINGLE_OBJECT,
            .fingerprint = avro_schema_fingerprint(avro_plan_schema(pipeline->plan)),
        };
        pipeline->prefix_bytes = wire_frame(&schema, pipeline->prefix);
        subscribe(pipeline);
        return;
    }
    pipeline->registration = registration_start(pipeline->loop, pipeline->config, pipeline->subject,
                                                pipeline->avsc, on_registered, pipeline);
    if (!pipeline->registration)
        pipeline_fail_without_memory(pipeline);
}

void pipeline_stop(struct pipeline *pipeline)
{
    if (pipeline->phase != PHASE_STARTING && pipeline->phase != PHASE_RUNNING)
        return;
    log_info("draining", LOG_INT("in_flight", jobs_in_flight(&pipeline->jobs)));
    pipeline->phase = PHASE_DRAINING;
    pipeline->deadline_ms = uv_now(pipeline->loop) + DRAIN_MS;
}

struct pipeline_counts pipeline_count(const struct pipeline *pipeline)
{
    const struct worker_metrics *metrics = &pipeline->metrics;
    struct pipeline_counts counts = {.published = metrics->published};
    for (size_t i = 0; i < METRICS_MAX_TOPICS; i++)
        counts.consumed += metrics->topics[i].consumed;
    for (size_t i = 0; i < ERROR_CLASS_COUNT; i++)
        counts.dead_letters += metrics->dead_letters[i];
    for (size_t i = 0; i < metrics->lookup_count; i++)
        for (enum fetch_outcome outcome = 0; outcome < FETCH_SKIPPED; outcome++)
            counts.fetches += metrics->lookups[i].fetches[outcome];
    return counts;
}

int pipeline_admin_port(const struct pipeline *pipeline)
{
    return pipeline->admin ? admin_port(pipeline->admin) : 0;
}

static void drop_all_jobs(struct pipeline *pipeline)
{
    for (int state = JOB_FREE + 1; state < JOB_PUBLISHING; state++)
        while (pipeline->jobs.lists[state].first)
            pipeline_drop_job(pipeline, pipeline->jobs.lists[state].first);
    if (pipeline->sink)
        sink_drop_all(pipeline->sink);
}

void pipeline_free(struct pipeline *pipeline)
{
    if (!pipeline)
        return;
    assert(pipeline->phase == PHASE_STOPPED);
    if (pipeline->transactions)
        transactions_give_up(pipeline->transactions); /* after a failure, without a drain */
    while (pipeline->transaction_under_way)           /* its jobs hold records of the source */
        (void)uv_run(pipeline->loop, UV_RUN_ONCE);
    drop_all_jobs(pipeline);
    registration_free(pipeline->registration);
    admin_free(pipeline->admin);
    source_free(pipeline->source);
    sink_free(pipeline->sink);
    schemas_free(pipeline->schemas);
    fetch_free(pipeline->fetch);
    uv_close((uv_handle_t *)&pipeline->tick, NULL);
    uv_close((uv_handle_t *)&pipeline->turn, NULL);
    uv_close((uv_handle_t *)&pipeline->before_poll, NULL);
    uv_close((uv_handle_t *)&pipeline->more, NULL);
    (void)uv_run(pipeline->loop, UV_RUN_DEFAULT);
    pipeline_transactions_close(pipeline);
    group_finish(pipeline);
    enricher_free(pipeline->enricher);
    jobs_finish(&pipeline->jobs);
    key_order_finish(&pipeline->order);
    buf_finish(&pipeline->scratch);
    avro_plan_free(pipeline->plan);
    free(pipeline);
}
