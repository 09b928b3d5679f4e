#include "io/sink.h"

#include <assert.h>
#include <librdkafka/rdkafka.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "config/kafka_properties.h"
#include "log.h"

enum { TICK_MS = 100 };

struct sink {
    struct sink_handlers handlers;
    rd_kafka_t *producer;
    rd_kafka_queue_t *events; /* delivery reports, errors */
    rd_kafka_topic_t *topics[SINK_TOPIC_COUNT];
    int wake_fd;
    uv_poll_t wake;
    uv_timer_t tick;
    int open_handles;
    bool dropping;
};

static void on_delivery(rd_kafka_t *producer, const rd_kafka_message_t *message, void *opaque)
{
    (void)producer;
    struct sink *sink = opaque;
    enum sink_delivery delivery = SINK_RETRY;
    if (!message->err)
        delivery = SINK_DELIVERED;
    else if (sink->dropping)
        delivery = SINK_DROPPED;
    else if (message->err == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE ||
             message->err == RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE)
        delivery = SINK_TOO_LARGE;
    sink->handlers.delivered(sink->handlers.context, message->_private, delivery,
                             message->err ? rd_kafka_err2str(message->err) : "");
}

static void on_error(rd_kafka_t *producer, int err, const char *reason, void *opaque)
{
    struct sink *sink = opaque;
    if (err == RD_KAFKA_RESP_ERR__FATAL) {
        struct error error;
        char text[256];
        (void)rd_kafka_fatal_error(producer, text, sizeof text);
        (void)error_set(&error, ERROR_FATAL, "producer: %s", text);
        sink->handlers.failed(sink->handlers.context, &error);
        return;
    }
    log_warn("producer_error", LOG_TEXT("code", rd_kafka_err2name((rd_kafka_resp_err_t)err)),
             LOG_TEXT("reason", reason));
}

static void on_log(const rd_kafka_t *client, int level, const char *facility, const char *text)
{
    (void)client;
    log_at(level <= 3   ? LOG_LEVEL_ERROR
           : level == 4 ? LOG_LEVEL_WARN
                        : LOG_LEVEL_INFO,
           "librdkafka", LOG_TEXT("client", "producer"), LOG_TEXT("facility", facility),
           LOG_TEXT("message", text));
}

static void on_wake(uv_poll_t *wake, int status, int events)
{
    (void)status;
    (void)events;
    struct sink *sink = wake->data;
    uint64_t count;
    (void)!read(sink->wake_fd, &count, sizeof count);
    (void)rd_kafka_poll(sink->producer, 0);
}

static void on_tick(uv_timer_t *tick)
{
    struct sink *sink = tick->data;
    (void)rd_kafka_poll(sink->producer, 0);
}

static rd_kafka_conf_t *make_conf(const struct config *config, struct sink *sink,
                                  struct error *ret_error)
{
    struct kafka_properties properties;
    char reason[256];
    kafka_properties_producer(config, &properties);
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
    rd_kafka_conf_set_opaque(conf, sink);
    rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    rd_kafka_conf_set_error_cb(conf, on_error);
    rd_kafka_conf_set_log_cb(conf, on_log);
    return conf;
}

static bool open_producer(struct sink *sink, const struct config *config, struct error *ret_error)
{
    char reason[256];
    rd_kafka_conf_t *conf = make_conf(config, sink, ret_error);
    if (!conf)
        return false;
    sink->producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, reason, sizeof reason);
    if (!sink->producer) {
        rd_kafka_conf_destroy(conf);
        return error_set(ret_error, ERROR_USAGE, "kafka producer: %s", reason);
    }
    sink->events = rd_kafka_queue_get_main(sink->producer);
    const char *names[SINK_TOPIC_COUNT] = {
        [SINK_OUTPUT] = config->output.topic,
        [SINK_DEAD_LETTER] = config->dead_letter.topic,
    };
    for (int i = 0; i < SINK_TOPIC_COUNT; i++) {
        sink->topics[i] = rd_kafka_topic_new(sink->producer, names[i], NULL);
        if (!sink->topics[i])
            return error_set(ret_error, ERROR_USAGE, "topic %s: %s", names[i],
                             rd_kafka_err2str(rd_kafka_last_error()));
    }
    return true;
}

static void close_producer(struct sink *sink)
{
    for (int i = 0; i < SINK_TOPIC_COUNT; i++)
        if (sink->topics[i])
            rd_kafka_topic_destroy(sink->topics[i]);
    if (sink->events)
        rd_kafka_queue_destroy(sink->events);
    if (sink->producer)
        rd_kafka_destroy(sink->producer);
    if (sink->wake_fd >= 0)
        (void)close(sink->wake_fd);
    free(sink);
}

struct sink *sink_new(uv_loop_t *loop, const struct config *config,
                      const struct sink_handlers *handlers, struct error *ret_error)
{
    struct sink *sink = calloc(1, sizeof *sink);
    if (!sink) {
        (void)error_set(ret_error, ERROR_FATAL, "out of memory");
        return NULL;
    }
    sink->handlers = *handlers;
    sink->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (sink->wake_fd < 0) {
        (void)error_set(ret_error, ERROR_FATAL, "eventfd: %s", strerror(errno));
        close_producer(sink);
        return NULL;
    }
    if (!open_producer(sink, config, ret_error)) {
        close_producer(sink);
        return NULL;
    }
    static const uint64_t one = 1;
    rd_kafka_queue_io_event_enable(sink->events, sink->wake_fd, &one, sizeof one);
    (void)uv_poll_init(loop, &sink->wake, sink->wake_fd);
    (void)uv_timer_init(loop, &sink->tick);
    sink->open_handles = 2;
    sink->wake.data = sink;
    sink->tick.data = sink;
    (void)uv_poll_start(&sink->wake, UV_READABLE, on_wake);
    (void)uv_timer_start(&sink->tick, on_tick, TICK_MS, TICK_MS);
    return sink;
}

/* The input's headers and ours behind them, NULL without memory. The producer owns the result. */
static rd_kafka_headers_t *make_headers(const struct sink_message *message)
{
    rd_kafka_headers_t *headers = message->headers ? rd_kafka_headers_copy(message->headers)
                                                   : rd_kafka_headers_new(message->added_count);
    if (headers && message->left_out)
        (void)rd_kafka_header_remove(headers, message->left_out);
    for (size_t i = 0; headers && i < message->added_count; i++) {
        const struct sink_header *added = &message->added[i];
        if (rd_kafka_header_add(headers, added->name, -1, added->value.data,
                                (ssize_t)added->value.len)) {
            rd_kafka_headers_destroy(headers);
            return NULL;
        }
    }
    return headers;
}

static enum sink_accept accept_of(rd_kafka_resp_err_t err)
{
    if (!err)
        return SINK_ACCEPTED;
    /* Everything else that can be said here passes: a full queue, no memory. */
    return err == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE ? SINK_ACCEPT_TOO_LARGE : SINK_FULL;
}

enum sink_accept sink_publish(struct sink *sink, const struct sink_message *message)
{
    rd_kafka_topic_t *topic = sink->topics[message->topic];
    if (!message->headers && message->added_count == 0) {
        if (rd_kafka_produce(topic, RD_KAFKA_PARTITION_UA, 0, (void *)message->value.data,
                             message->value.len, message->key.data, message->key.len,
                             message->opaque) == 0)
            return SINK_ACCEPTED;
        return accept_of(rd_kafka_last_error());
    }
    rd_kafka_headers_t *headers = make_headers(message);
    if (!headers)
        return SINK_FULL;
    rd_kafka_resp_err_t err = rd_kafka_producev(
        sink->producer, RD_KAFKA_V_RKT(topic), RD_KAFKA_V_PARTITION(RD_KAFKA_PARTITION_UA),
        RD_KAFKA_V_MSGFLAGS(0), RD_KAFKA_V_KEY(message->key.data, message->key.len),
        RD_KAFKA_V_VALUE((void *)message->value.data, message->value.len),
        RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_OPAQUE(message->opaque), RD_KAFKA_V_END);
    if (err)
        rd_kafka_headers_destroy(headers);
    return accept_of(err);
}

void sink_drop_all(struct sink *sink)
{
    sink->dropping = true;
    (void)rd_kafka_purge(sink->producer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    while (rd_kafka_outq_len(sink->producer) > 0)
        (void)rd_kafka_poll(sink->producer, 10);
    sink->dropping = false;
}

static void on_handle_closed(uv_handle_t *handle)
{
    struct sink *sink = handle->data;
    if (--sink->open_handles == 0)
        close_producer(sink);
}

void sink_free(struct sink *sink)
{
    if (!sink)
        return;
    rd_kafka_queue_io_event_enable(sink->events, -1, NULL, 0);
    uv_close((uv_handle_t *)&sink->wake, on_handle_closed);
    uv_close((uv_handle_t *)&sink->tick, on_handle_closed);
}
