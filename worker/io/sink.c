#include "io/sink.h"

#include <assert.h>
#include <librdkafka/rdkafka.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "config/kafka_properties.h"
#include "core/topic_limit.h"
#include "io/record_headers.h"
#include "log.h"

enum {
    TICK_MS = 100,
    REMIND_MS = 10000,
    RECALL_MS = 5000, /* what brokers have not answered by then is sent again */
};

/* After a refusal nothing later is written. */
static const char GAPLESS[] = "enable.gapless.guarantee";

struct sink {
    uv_loop_t *loop;
    const struct config *config;
    struct sink_handlers handlers;
    struct topic_limit limit;
    bool recalling; /* a record was refused: nothing more goes into this producer */
    uint64_t recall_ms;
    uv_work_t closing; /* of the old producer; no other is there meanwhile */
    rd_kafka_t *old_producer;
    bool freed;
    rd_kafka_t *producer;
    rd_kafka_queue_t *events; /* delivery reports, errors */
    rd_kafka_topic_t *topics[SINK_TOPIC_COUNT];
    int wake_fd;
    uv_poll_t wake;
    uv_timer_t tick;
    int open_handles;
    bool dropping;
    uint64_t heard_ms; /* loop time of the last delivery, or when nothing was under way */
};

static void recall(struct sink *sink, const char *reason)
{
    if (sink->recalling)
        return;
    sink->recalling = true;
    sink->recall_ms = uv_now(sink->loop);
    log_info("recall", LOG_TEXT("reason", reason),
             LOG_INT("records", rd_kafka_outq_len(sink->producer)),
             LOG_TEXT("note", "a refused record holds up the later ones of its key"));
}

static enum sink_delivery delivery_of(struct sink *sink, const rd_kafka_message_t *message)
{
    switch (message->err) {
    case RD_KAFKA_RESP_ERR_NO_ERROR: return SINK_DELIVERED;
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE:
        return topic_limit_refused(&sink->limit, message->len + message->key_len,
                                   uv_now(sink->loop))
                   ? SINK_TOO_LARGE
                   : SINK_RECALLED;
    case RD_KAFKA_RESP_ERR__PURGE_QUEUE:
    case RD_KAFKA_RESP_ERR__PURGE_INFLIGHT:
    case RD_KAFKA_RESP_ERR__FATAL: return SINK_RECALLED;
    default: return SINK_REFUSED;
    }
}

static void on_delivery(rd_kafka_t *producer, const rd_kafka_message_t *message, void *opaque)
{
    (void)producer;
    struct sink *sink = opaque;
    sink->heard_ms = uv_now(sink->loop);
    enum sink_delivery delivery = sink->dropping ? SINK_DROPPED : delivery_of(sink, message);
    if (delivery != SINK_DELIVERED && delivery != SINK_DROPPED)
        recall(sink, rd_kafka_err2str(message->err));
    sink->handlers.delivered(sink->handlers.context, message->_private, delivery,
                             message->err ? rd_kafka_err2str(message->err) : "");
}

static void on_error(rd_kafka_t *producer, int err, const char *reason, void *opaque)
{
    struct sink *sink = opaque;
    if (err == RD_KAFKA_RESP_ERR__FATAL) {
        struct error error;
        char text[256];
        rd_kafka_resp_err_t code = rd_kafka_fatal_error(producer, text, sizeof text);
        if (code == RD_KAFKA_RESP_ERR__GAPLESS_GUARANTEE) {
            recall(sink, text);
            return;
        }
        (void)error_set(&error, ERROR_FATAL, "producer: %s", text);
        sink->handlers.failed(sink->handlers.context, &error);
        return;
    }
    log_warn("producer_error", LOG_TEXT("code", rd_kafka_err2name((rd_kafka_resp_err_t)err)),
             LOG_TEXT("reason", reason));
}

/* A producer that ends for a refused record is told as recall; that this property is "experimental"
 * helps no operator. */
static bool is_expected(const rd_kafka_t *client, const char *text)
{
    return rd_kafka_fatal_error((rd_kafka_t *)client, NULL, 0) ==
               RD_KAFKA_RESP_ERR__GAPLESS_GUARANTEE ||
           strstr(text, GAPLESS);
}

static void on_log(const rd_kafka_t *client, int level, const char *facility, const char *text)
{
    log_at(is_expected(client, text) ? LOG_LEVEL_DEBUG
           : level <= 3              ? LOG_LEVEL_ERROR
           : level == 4              ? LOG_LEVEL_WARN
                                     : LOG_LEVEL_INFO,
           "librdkafka", LOG_TEXT("client", "producer"), LOG_TEXT("facility", facility),
           LOG_TEXT("message", text));
}

static rd_kafka_conf_t *make_conf(struct sink *sink, struct error *ret_error)
{
    struct kafka_properties properties;
    char reason[256];
    kafka_properties_producer(sink->config, &properties);
    kafka_properties_limit(&properties, &sink->limit);
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    for (size_t i = 0; i < properties.count; i++) {
        const struct kafka_property *property = &properties.items[i];
        if (rd_kafka_conf_set(conf, property->name, property->value, reason, sizeof reason) !=
            RD_KAFKA_CONF_OK) {
            (void)error_set(ret_error, ERROR_USAGE, "kafka producer: %s", reason);
            rd_kafka_conf_destroy(conf);
            return NULL;
        }
    }
    (void)rd_kafka_conf_set(conf, GAPLESS, "true", reason, sizeof reason);
    rd_kafka_conf_set_opaque(conf, sink);
    rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    rd_kafka_conf_set_error_cb(conf, on_error);
    rd_kafka_conf_set_log_cb(conf, on_log);
    return conf;
}

static bool open_producer(struct sink *sink, struct error *ret_error)
{
    char reason[256];
    rd_kafka_conf_t *conf = make_conf(sink, ret_error);
    if (!conf)
        return false;
    sink->producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, reason, sizeof reason);
    if (!sink->producer) {
        rd_kafka_conf_destroy(conf);
        return error_set(ret_error, ERROR_USAGE, "kafka producer: %s", reason);
    }
    static const uint64_t one = 1;
    sink->events = rd_kafka_queue_get_main(sink->producer);
    rd_kafka_queue_io_event_enable(sink->events, sink->wake_fd, &one, sizeof one);
    const char *names[SINK_TOPIC_COUNT] = {
        [SINK_OUTPUT] = sink->config->output.topic,
        [SINK_DEAD_LETTER] = sink->config->dead_letter.topic,
    };
    for (int i = 0; i < SINK_TOPIC_COUNT; i++) {
        sink->topics[i] = rd_kafka_topic_new(sink->producer, names[i], NULL);
        if (!sink->topics[i])
            return error_set(ret_error, ERROR_USAGE, "topic %s: %s", names[i],
                             rd_kafka_err2str(rd_kafka_last_error()));
    }
    return true;
}

/* Lets go of all that is open; the producer, which may be NULL, is the caller's to destroy. */
static rd_kafka_t *detach_producer(struct sink *sink)
{
    rd_kafka_t *producer = sink->producer;
    for (int i = 0; i < SINK_TOPIC_COUNT; i++) {
        if (sink->topics[i])
            rd_kafka_topic_destroy(sink->topics[i]);
        sink->topics[i] = NULL;
    }
    if (sink->events) {
        rd_kafka_queue_io_event_enable(sink->events, -1, NULL, 0);
        rd_kafka_queue_destroy(sink->events);
    }
    sink->events = NULL;
    sink->producer = NULL;
    return producer;
}

static void finish(struct sink *sink)
{
    if (sink->open_handles > 0)
        return;
    rd_kafka_t *producer = detach_producer(sink);
    if (producer)
        rd_kafka_destroy(producer);
    if (sink->wake_fd >= 0)
        (void)close(sink->wake_fd);
    free(sink);
}

/* ---- after a refusal: this producer is emptied, then there is a new one ---- */

static void destroy_on_pool(uv_work_t *work)
{
    struct sink *sink = work->data;
    rd_kafka_destroy(sink->old_producer);
}

static void renew(uv_work_t *work, int status)
{
    (void)status;
    struct sink *sink = work->data;
    struct error error;
    sink->open_handles--;
    if (sink->freed) {
        finish(sink);
        return;
    }
    if (!open_producer(sink, &error)) {
        error.kind = ERROR_FATAL;
        sink->handlers.failed(sink->handlers.context, &error);
        return;
    }
    sink->recalling = false;
    sink->handlers.recalled(sink->handlers.context);
}

/* Also what a connection's end put back into the queue. */
static void empty_producer(struct sink *sink)
{
    bool late = uv_now(sink->loop) - sink->recall_ms > RECALL_MS;
    int what = RD_KAFKA_PURGE_F_QUEUE | (late ? RD_KAFKA_PURGE_F_INFLIGHT : 0);
    (void)rd_kafka_purge(sink->producer, what | RD_KAFKA_PURGE_F_NON_BLOCKING);
    (void)rd_kafka_poll(sink->producer, 0);
    if (rd_kafka_outq_len(sink->producer) > 0)
        return;
    sink->old_producer = detach_producer(sink);
    sink->closing.data = sink;
    sink->open_handles++;
    if (uv_queue_work(sink->loop, &sink->closing, destroy_on_pool, renew) != 0) {
        rd_kafka_destroy(sink->old_producer);
        renew(&sink->closing, 0);
    }
}

static void serve(struct sink *sink)
{
    if (sink->producer)
        (void)rd_kafka_poll(sink->producer, 0);
    if (sink->producer && sink->recalling)
        empty_producer(sink);
}

static void on_wake(uv_poll_t *wake, int status, int events)
{
    (void)status;
    (void)events;
    struct sink *sink = wake->data;
    uint64_t count;
    (void)!read(sink->wake_fd, &count, sizeof count);
    serve(sink);
}

/* librdkafka may have forgotten every broker: see source_parts.h. */
static void remind(struct sink *sink)
{
    uint64_t now = uv_now(sink->loop);
    if (!sink->producer || rd_kafka_outq_len(sink->producer) == 0)
        sink->heard_ms = now;
    if (now - sink->heard_ms < REMIND_MS)
        return;
    sink->heard_ms = now;
    (void)rd_kafka_brokers_add(sink->producer, sink->config->kafka.brokers);
}

static void on_tick(uv_timer_t *tick)
{
    struct sink *sink = tick->data;
    serve(sink);
    remind(sink);
}

struct sink *sink_new(uv_loop_t *loop, const struct config *config,
                      const struct sink_handlers *handlers, struct error *ret_error)
{
    struct sink *sink = calloc(1, sizeof *sink);
    if (!sink) {
        (void)error_set(ret_error, ERROR_FATAL, "out of memory");
        return NULL;
    }
    sink->loop = loop;
    sink->config = config;
    sink->handlers = *handlers;
    sink->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (sink->wake_fd < 0) {
        (void)error_set(ret_error, ERROR_FATAL, "eventfd: %s", strerror(errno));
        finish(sink);
        return NULL;
    }
    if (!open_producer(sink, ret_error)) {
        finish(sink);
        return NULL;
    }
    (void)uv_poll_init(loop, &sink->wake, sink->wake_fd);
    (void)uv_timer_init(loop, &sink->tick);
    sink->open_handles = 2;
    sink->wake.data = sink;
    sink->tick.data = sink;
    (void)uv_poll_start(&sink->wake, UV_READABLE, on_wake);
    (void)uv_timer_start(&sink->tick, on_tick, TICK_MS, TICK_MS);
    return sink;
}

static rd_kafka_resp_err_t produce(struct sink *sink, const struct sink_message *message)
{
    rd_kafka_topic_t *topic = sink->topics[message->topic];
    rd_kafka_headers_t *headers = record_headers_new(message);
    if (!headers)
        return rd_kafka_produce(topic, RD_KAFKA_PARTITION_UA, 0, (void *)message->value.data,
                                message->value.len, message->key.data, message->key.len,
                                message->opaque) == 0
                   ? RD_KAFKA_RESP_ERR_NO_ERROR
                   : rd_kafka_last_error();
    rd_kafka_resp_err_t err = rd_kafka_producev(
        sink->producer, RD_KAFKA_V_RKT(topic), RD_KAFKA_V_PARTITION(RD_KAFKA_PARTITION_UA),
        RD_KAFKA_V_MSGFLAGS(0), RD_KAFKA_V_KEY(message->key.data, message->key.len),
        RD_KAFKA_V_VALUE((void *)message->value.data, message->value.len),
        RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_OPAQUE(message->opaque), RD_KAFKA_V_END);
    if (err)
        rd_kafka_headers_destroy(headers);
    return err;
}

enum sink_accept sink_publish(struct sink *sink, const struct sink_message *message,
                              const char **ret_reason)
{
    if (sink->recalling)
        return SINK_FULL;
    if (message->topic == SINK_OUTPUT &&
        topic_limit_forbids(&sink->limit, message->value.len + message->key.len,
                            uv_now(sink->loop)))
        return SINK_ACCEPT_TOO_LARGE;
    rd_kafka_resp_err_t err = produce(sink, message);
    switch (err) {
    case RD_KAFKA_RESP_ERR_NO_ERROR: return SINK_ACCEPTED;
    case RD_KAFKA_RESP_ERR__QUEUE_FULL:
    case RD_KAFKA_RESP_ERR__FATAL: return SINK_FULL; /* the latter until it is recalled */
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE: return SINK_ACCEPT_TOO_LARGE;
    default: break;
    }
    *ret_reason = rd_kafka_err2str(err);
    recall(sink, *ret_reason);
    return SINK_ACCEPT_REFUSED;
}

bool sink_wait(struct sink *sink, int timeout_ms)
{
    if (!sink->producer || sink->recalling)
        return false;
    (void)rd_kafka_poll(sink->producer, timeout_ms);
    return true;
}

void sink_drop_all(struct sink *sink)
{
    if (!sink->producer)
        return; /* it was emptied */
    sink->dropping = true;
    (void)rd_kafka_purge(sink->producer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    while (rd_kafka_outq_len(sink->producer) > 0)
        (void)rd_kafka_poll(sink->producer, 10);
    sink->dropping = false;
}

static void on_handle_closed(uv_handle_t *handle)
{
    struct sink *sink = handle->data;
    sink->open_handles--;
    finish(sink);
}

void sink_free(struct sink *sink)
{
    if (!sink)
        return;
    sink->freed = true;
    uv_close((uv_handle_t *)&sink->wake, on_handle_closed);
    uv_close((uv_handle_t *)&sink->tick, on_handle_closed);
}
