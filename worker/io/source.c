#include "io/source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "config/kafka_properties.h"
#include "io/source_parts.h"
#include "log.h"

enum {
    PULSE_MS = 5000,
    TICK_MS = 100, /* also keeps max.poll.interval.ms satisfied when all is quiet */
    PROBE_MS = 5000,
    PROBE_TIMEOUT_MS = 1000, /* of a metadata request */
    REMIND_EVERY = 5,        /* unanswered probes */
};

void source_fail(struct source *source, const char *what, const char *reason)
{
    struct error error;
    (void)error_set(&error, ERROR_FATAL, "%s: %s", what, reason);
    source->handlers.failed(source->handlers.context, &error);
}

/* ---- callbacks of librdkafka, all on the loop's thread ---- */

static void apply_assignment(struct source *source, bool assign,
                             const rd_kafka_topic_partition_list_t *partitions)
{
    rd_kafka_t *consumer = source->consumer;
    bool cooperative = strcmp(rd_kafka_rebalance_protocol(consumer), "COOPERATIVE") == 0;
    if (!cooperative) {
        rd_kafka_resp_err_t err = rd_kafka_assign(consumer, assign ? partitions : NULL);
        if (err)
            source_fail(source, "assign", rd_kafka_err2str(err));
        return;
    }
    rd_kafka_error_t *error = assign ? rd_kafka_incremental_assign(consumer, partitions)
                                     : rd_kafka_incremental_unassign(consumer, partitions);
    if (error) {
        source_fail(source, assign ? "incremental assign" : "incremental unassign",
                    rd_kafka_error_string(error));
        rd_kafka_error_destroy(error);
    }
}

static void on_rebalance(rd_kafka_t *consumer, rd_kafka_resp_err_t err,
                         rd_kafka_topic_partition_list_t *partitions, void *opaque)
{
    struct source *source = opaque;
    bool assign = err == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS;
    bool lost = !assign && rd_kafka_assignment_lost(consumer);
    if (!assign && err != RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS)
        log_warn("rebalance_error", LOG_TEXT("reason", rd_kafka_err2str(err)));
    if (!assign && !lost)
        source->handlers.revoking(source->handlers.context);
    for (int i = 0; i < partitions->cnt; i++) {
        const rd_kafka_topic_partition_t *partition = &partitions->elems[i];
        if (assign)
            partitions_assign(source, partition->topic, partition->partition);
        else
            partitions_revoke(source, partition->topic, partition->partition, lost);
    }
    source_commit_revoked(source);
    apply_assignment(source, assign, partitions);
    if (assign) {
        source->handlers.rebalanced(source->handlers.context);
        partitions_recall(source, partitions);
    }
}

static void set_reachable(struct source *source, bool reachable)
{
    if (source->reachable == reachable)
        return;
    source->reachable = reachable;
    source->handlers.brokers_changed(source->handlers.context, reachable);
}

static void on_error(rd_kafka_t *consumer, int err, const char *reason, void *opaque)
{
    struct source *source = opaque;
    if (err == RD_KAFKA_RESP_ERR__FATAL) {
        char text[256];
        (void)rd_kafka_fatal_error(consumer, text, sizeof text);
        source_fail(source, "consumer", text);
        return;
    }
    if (err == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) {
        source->reachable = true; /* said once for every time that they go */
        set_reachable(source, false);
    }
    log_warn("consumer_error", LOG_TEXT("code", rd_kafka_err2name((rd_kafka_resp_err_t)err)),
             LOG_TEXT("reason", reason));
}

static void on_log(const rd_kafka_t *client, int level, const char *facility, const char *text)
{
    (void)client;
    enum config_log_level ours = level <= 3   ? LOG_LEVEL_ERROR
                                 : level == 4 ? LOG_LEVEL_WARN
                                 : level <= 6 ? LOG_LEVEL_INFO
                                              : LOG_LEVEL_DEBUG;
    log_at(ours, "librdkafka", LOG_TEXT("client", "consumer"), LOG_TEXT("facility", facility),
           LOG_TEXT("message", text));
}

/* ---- do brokers answer? asked off the loop, often after they were lost, else now and then ---- */

static void probe_brokers(uv_work_t *work)
{
    struct source *source = work->data;
    const struct rd_kafka_metadata *metadata = NULL;
    source->probe_answered = rd_kafka_metadata(source->consumer, 0, NULL, &metadata,
                                               PROBE_TIMEOUT_MS) == RD_KAFKA_RESP_ERR_NO_ERROR;
    if (metadata)
        rd_kafka_metadata_destroy(metadata);
    if (!source->probe_answered && ++source->unanswered % REMIND_EVERY == 0)
        (void)rd_kafka_brokers_add(source->consumer, source->brokers);
    else if (source->probe_answered)
        source->unanswered = 0;
    if (source->probe_answered)
        topics_ask(source->consumer, source->question);
}

static void probe_done(uv_work_t *work, int status)
{
    struct source *source = work->data;
    source->probing = false;
    if (!source->freed && !source->closing)
        topics_compare(source, source->question);
    topics_question_free(source->question);
    if (source->freed)
        source_destroy(source);
    else if (status == 0 && source->probe_answered)
        set_reachable(source, true);
}

static void probe_brokers_if_due(struct source *source)
{
    uint64_t now = uv_now(source->loop);
    if (source->probing || source->closing || (source->reachable && now < source->probe_due_ms))
        return;
    source->probe_due_ms = now + PROBE_MS;
    source->probe.data = source;
    source->question = topics_question_new(source);
    source->probing = uv_queue_work(source->loop, &source->probe, probe_brokers, probe_done) == 0;
}

/* ---- the loop's side ---- */

static void serve_events(struct source *source)
{
    rd_kafka_message_t *message;
    /* Only callbacks and errors come here: the partitions' queues are forwarded elsewhere. */
    while ((message = rd_kafka_consumer_poll(source->consumer, 0)) != NULL) {
        if (message->err == RD_KAFKA_RESP_ERR__FATAL)
            source_fail(source, "consumer", rd_kafka_message_errstr(message));
        else if (message->err)
            log_warn("consumer_error", LOG_TEXT("code", rd_kafka_err2name(message->err)),
                     LOG_TEXT("reason", rd_kafka_message_errstr(message)));
        rd_kafka_message_destroy(message);
    }
    if (source->closing && source->closed && rd_kafka_consumer_closed(source->consumer)) {
        void (*closed)(void *) = source->closed;
        source->closed = NULL;
        closed(source->handlers.context);
    }
}

static void on_wake(uv_poll_t *wake, int status, int events)
{
    (void)status;
    (void)events;
    struct source *source = wake->data;
    uint64_t count;
    (void)!read(source->wake_fd, &count, sizeof count);
    serve_events(source);
    source->handlers.readable(source->handlers.context);
}

static void on_tick(uv_timer_t *tick)
{
    struct source *source = tick->data;
    serve_events(source);
    probe_brokers_if_due(source);
    if (uv_now(source->loop) >= source->pulse_due_ms) {
        source->pulse_due_ms = uv_now(source->loop) + PULSE_MS;
        source_take_pulse(source);
    }
    source->handlers.readable(source->handlers.context);
}

static rd_kafka_conf_t *make_conf(const struct config *config, struct source *source,
                                  struct error *ret_error)
{
    struct kafka_properties properties;
    char reason[256];
    kafka_properties_consumer(config, &properties);
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    for (size_t i = 0; i < properties.count; i++) {
        const struct kafka_property *property = &properties.items[i];
        if (rd_kafka_conf_set(conf, property->name, property->value, reason, sizeof reason) !=
            RD_KAFKA_CONF_OK) {
            (void)error_set(ret_error, ERROR_USAGE, "kafka consumer: %s", reason);
            rd_kafka_conf_destroy(conf);
            return NULL;
        }
    }
    rd_kafka_conf_set_opaque(conf, source);
    rd_kafka_conf_set_rebalance_cb(conf, on_rebalance);
    rd_kafka_conf_set_error_cb(conf, on_error);
    rd_kafka_conf_set_log_cb(conf, on_log);
    (void)rd_kafka_conf_interceptor_add_on_new(conf, "byline", source_commits_on_new, NULL);
    return conf;
}

static bool open_consumer(struct source *source, const struct config *config,
                          struct error *ret_error)
{
    char reason[256];
    rd_kafka_conf_t *conf = make_conf(config, source, ret_error);
    if (!conf)
        return false;
    source->consumer = rd_kafka_new(RD_KAFKA_CONSUMER, conf, reason, sizeof reason);
    if (!source->consumer) {
        rd_kafka_conf_destroy(conf);
        return error_set(ret_error, ERROR_USAGE, "kafka consumer: %s", reason);
    }
    source->begins_at_end = partitions_begin_at_end(source->consumer);
    (void)rd_kafka_poll_set_consumer(source->consumer);
    source->events = rd_kafka_queue_get_consumer(source->consumer);
    source->records = rd_kafka_queue_new(source->consumer);
    source->subscription = rd_kafka_topic_partition_list_new((int)config->kafka.topics.count);
    for (size_t i = 0; i < config->kafka.topics.count; i++) {
        const char *name = config->kafka.topics.items[i];
        (void)rd_kafka_topic_partition_list_add(source->subscription, name, RD_KAFKA_PARTITION_UA);
        (void)partitions_topic(source, name);
    }
    source->commits = rd_kafka_topic_partition_list_new(16);
    return true;
}

struct source *source_new(uv_loop_t *loop, const struct config *config,
                          const struct source_handlers *handlers, struct error *ret_error)
{
    struct source *source = calloc(1, sizeof *source);
    if (!source) {
        (void)error_set(ret_error, ERROR_FATAL, "out of memory");
        return NULL;
    }
    source->loop = loop;
    source->handlers = *handlers;
    source->reachable = true;
    source->brokers = config->kafka.brokers;
    source->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (source->wake_fd < 0) {
        (void)error_set(ret_error, ERROR_FATAL, "eventfd: %s", strerror(errno));
        free(source);
        return NULL;
    }
    if (!open_consumer(source, config, ret_error)) {
        (void)close(source->wake_fd);
        free(source);
        return NULL;
    }
    static const uint64_t one = 1;
    rd_kafka_queue_io_event_enable(source->events, source->wake_fd, &one, sizeof one);
    rd_kafka_queue_io_event_enable(source->records, source->wake_fd, &one, sizeof one);
    (void)uv_poll_init(loop, &source->wake, source->wake_fd);
    (void)uv_timer_init(loop, &source->tick);
    source->open_handles = 2;
    source->wake.data = source;
    source->tick.data = source;
    (void)uv_poll_start(&source->wake, UV_READABLE, on_wake);
    (void)uv_timer_start(&source->tick, on_tick, TICK_MS, TICK_MS);
    return source;
}

const char *source_library_version(void)
{
    return rd_kafka_version_str();
}

bool source_subscribe(struct source *source, struct error *ret_error)
{
    rd_kafka_resp_err_t err = rd_kafka_subscribe(source->consumer, source->subscription);
    if (err)
        return error_set(ret_error, ERROR_FATAL, "subscribe: %s", rd_kafka_err2str(err));
    return true;
}

/* Offsets that are left out may be a transaction's end or compacted away; where the log's start was
 * among them, they were deleted, or passed over for auto.offset.reset. */
static void look_for_missed(struct source *source, struct assignment *assignment,
                            const rd_kafka_message_t *message)
{
    int64_t expected = assignment->next_offset, low = -1, high = -1;
    assignment->next_offset = message->offset + 1;
    if (expected < 0 || message->offset <= expected ||
        rd_kafka_get_watermark_offsets(source->consumer, assignment->partition.topic,
                                       assignment->partition.id, &low, &high))
        return;
    if (low > expected)
        source->handlers.missed(source->handlers.context, &assignment->partition, expected,
                                message->offset - expected);
}

/* What librdkafka needs beside a record's bytes. */
enum { RECORD_OVERHEAD_BYTES = 512 };

static void note_size(struct source *source, const rd_kafka_message_t *message)
{
    enum { WEIGHT = 64 };
    double bytes = (double)(message->len + message->key_len + RECORD_OVERHEAD_BYTES);
    source->mean_bytes += (bytes - source->mean_bytes) / WEIGHT;
}

size_t source_read_ahead_bytes(const struct source *source)
{
    return (size_t)(source->mean_bytes * (double)rd_kafka_queue_length(source->records));
}

/* False for a message that is no record of ours any more. */
static bool fill_record(struct source *source, rd_kafka_message_t *message,
                        struct source_record *ret_record)
{
    if (message->err) {
        log_warn("partition_error", LOG_TEXT("topic", rd_kafka_topic_name(message->rkt)),
                 LOG_INT("partition", message->partition), LOG_INT("offset", message->offset),
                 LOG_TEXT("code", rd_kafka_err2name(message->err)),
                 LOG_TEXT("reason", rd_kafka_message_errstr(message)));
        return false;
    }
    struct assignment *assignment = partitions_find(source, message);
    if (!assignment)
        return false;
    if (partitions_left_out(source, assignment, message))
        return false;
    rd_kafka_headers_t *headers = NULL;
    (void)rd_kafka_message_headers(message, &headers);
    look_for_missed(source, assignment, message);
    note_size(source, message);
    assignment->outstanding++;
    *ret_record = (struct source_record){
        .partition = &assignment->partition,
        .offset = message->offset,
        .timestamp_ms = rd_kafka_message_timestamp(message, NULL),
        .key = span_of(message->key, message->key_len),
        .value = span_of(message->payload, message->len),
        .headers = headers,
        .message = message,
    };
    return true;
}

size_t source_take(struct source *source, struct source_record *ret_records, size_t max)
{
    enum { BATCH = 128 };
    rd_kafka_message_t *messages[BATCH];
    size_t count = 0;
    while (count < max) {
        size_t room = max - count < BATCH ? max - count : BATCH;
        source->batch++;
        ssize_t taken = rd_kafka_consume_batch_queue(source->records, 0, messages, room);
        if (taken <= 0)
            break;
        for (ssize_t i = 0; i < taken; i++) {
            if (fill_record(source, messages[i], &ret_records[count]))
                count++;
            else
                rd_kafka_message_destroy(messages[i]);
        }
    }
    return count;
}

void source_release(struct source_record *record)
{
    /* The public struct is the first member. */
    struct assignment *assignment = (struct assignment *)record->partition;
    rd_kafka_message_destroy(record->message);
    record->message = NULL;
    assignment->outstanding--;
    partitions_release(assignment);
}

struct span source_header(const struct source_record *record, const char *name)
{
    const void *value = NULL;
    size_t len = 0;
    if (!record->headers || rd_kafka_header_get_last(record->headers, name, &value, &len))
        return SPAN_NONE;
    return span_of(value ? value : "", len);
}

void source_pause(struct source *source, struct source_partition *partition, bool paused)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    (void)rd_kafka_topic_partition_list_add(list, partition->topic, partition->id);
    (void)(paused ? rd_kafka_pause_partitions(source->consumer, list)
                  : rd_kafka_resume_partitions(source->consumer, list));
    rd_kafka_topic_partition_list_destroy(list);
}

int64_t source_log_end(const struct source *source, const struct source_partition *partition)
{
    int64_t low = -1, high = -1;
    rd_kafka_resp_err_t err = rd_kafka_get_watermark_offsets(source->consumer, partition->topic,
                                                             partition->id, &low, &high);
    return err ? -1 : high;
}

int64_t source_lag(const struct source *source, const struct source_partition *partition,
                   int64_t next_offset)
{
    int64_t high = source_log_end(source, partition);
    if (high < 0 || next_offset < 0)
        return -1;
    return high > next_offset ? high - next_offset : 0;
}

void source_close(struct source *source, void (*done)(void *context))
{
    source->closing = true;
    source->closed = done;
    rd_kafka_error_t *error = rd_kafka_consumer_close_queue(source->consumer, source->events);
    if (error) {
        log_warn("close_failed", LOG_TEXT("reason", rd_kafka_error_string(error)));
        rd_kafka_error_destroy(error);
        source->closed = NULL;
        done(source->handlers.context);
    }
}

void source_destroy(struct source *source)
{
    if (source->open_handles > 0 || source->probing || source->pulsing || source->recalls > 0)
        return;
    partitions_free(source);
    rd_kafka_topic_partition_list_destroy(source->subscription);
    rd_kafka_topic_partition_list_destroy(source->commits);
    rd_kafka_queue_destroy(source->events);
    rd_kafka_queue_destroy(source->records);
    (void)close(source->wake_fd);
    if (source_end_consumer(source->consumer)) /* else it may still call back */
        free(source);
}

static void on_handle_closed(uv_handle_t *handle)
{
    struct source *source = handle->data;
    source->open_handles--;
    source_destroy(source);
}

void source_free(struct source *source)
{
    if (!source)
        return;
    topics_rewind(source);
    source->freed = true;
    source->closing = true;
    rd_kafka_queue_io_event_enable(source->events, -1, NULL, 0);
    rd_kafka_queue_io_event_enable(source->records, -1, NULL, 0);
    uv_close((uv_handle_t *)&source->wake, on_handle_closed);
    uv_close((uv_handle_t *)&source->tick, on_handle_closed);
}
