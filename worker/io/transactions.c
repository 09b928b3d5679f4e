#include "io/transactions.h"

#include <librdkafka/rdkafka.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "config/kafka_properties.h"
#include "core/topic_limit.h"
#include "io/record_headers.h"
#include "io/transactions_parts.h"
#include "log.h"

/* Of Kafka's protocol. */
enum { API_END_TXN = 26, API_TXN_OFFSET_COMMIT = 28 };

enum {
    INIT_TIMEOUT_MS = 10000,
    END_TIMEOUT_MS = 15000, /* of commit and of abort */
    MAX_ID_BYTES = 256,
    MAX_LEFT = 16,
};

struct transactions {
    const struct config *config;
    pthread_mutex_t lock; /* of producer, between the pool and transactions_remind */
    rd_kafka_t *producer; /* NULL: to be made */
    rd_kafka_topic_t *topics[SINK_TOPIC_COUNT];
    bool initialized;
    struct topic_limit limit;
    rd_kafka_resp_err_t refused; /* of a record of this transaction */
    bool size_refused;
    /* Requests of this transaction, as they were written to a socket. */
    atomic_int offsets_sent, ends_sent;
    atomic_bool giving_up;
    int fenced_count;      /* in a row */
    atomic_int left_count; /* producers left to themselves */
    char id[MAX_ID_BYTES];
};

static int64_t now_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static size_t bytes_of(const struct sink_message *message)
{
    return message->value.len + message->key.len;
}

/* ---- the producer ---- */

static void on_delivery(rd_kafka_t *producer, const rd_kafka_message_t *message, void *opaque)
{
    (void)producer;
    struct transactions *transactions = opaque;
    struct transaction_message *told = message->_private;
    if (message->err && !transactions->refused)
        transactions->refused = message->err;
    if (message->err != RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE &&
        message->err != RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE)
        return;
    transactions->size_refused = true;
    told->too_large =
        topic_limit_refused(&transactions->limit, bytes_of(&told->message), (uint64_t)now_ms());
}

static void on_error(rd_kafka_t *producer, int err, const char *reason, void *opaque)
{
    (void)producer;
    (void)opaque;
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

/* Broker threads call this. */
static rd_kafka_resp_err_t on_request_sent(rd_kafka_t *producer, int socket, const char *broker,
                                           int32_t broker_id, int16_t api, int16_t version,
                                           int32_t correlation_id, size_t size, void *opaque)
{
    (void)producer, (void)socket, (void)broker, (void)broker_id, (void)version;
    (void)correlation_id, (void)size;
    struct transactions *transactions = opaque;
    if (api == API_END_TXN)
        atomic_fetch_add(&transactions->ends_sent, 1);
    else if (api == API_TXN_OFFSET_COMMIT)
        atomic_fetch_add(&transactions->offsets_sent, 1);
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

static rd_kafka_resp_err_t on_new(rd_kafka_t *producer, const rd_kafka_conf_t *conf, void *opaque,
                                  char *reason, size_t reason_size)
{
    (void)conf, (void)reason, (void)reason_size;
    return rd_kafka_interceptor_add_on_request_sent(producer, "byline", on_request_sent, opaque);
}

/* After a broken connection a request is sent again. When the first one comes late, it would end
 * the next transaction, or put back its offsets. */
static bool has_twins(struct transactions *transactions)
{
    return atomic_load(&transactions->ends_sent) > 1 ||
           atomic_load(&transactions->offsets_sent) > 1;
}

static void set_producer(struct transactions *transactions, rd_kafka_t *producer)
{
    (void)pthread_mutex_lock(&transactions->lock);
    transactions->producer = producer;
    (void)pthread_mutex_unlock(&transactions->lock);
}

static bool open_producer(struct transactions *transactions, struct error *ret_error)
{
    struct kafka_properties properties;
    char reason[256];
    kafka_properties_transactions(transactions->config, transactions->id, &properties);
    kafka_properties_limit(&properties, &transactions->limit);
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    for (size_t i = 0; i < properties.count; i++)
        if (rd_kafka_conf_set(conf, properties.items[i].name, properties.items[i].value, reason,
                              sizeof reason) != RD_KAFKA_CONF_OK) {
            rd_kafka_conf_destroy(conf);
            return error_set(ret_error, ERROR_USAGE, "kafka producer: %s", reason);
        }
    rd_kafka_conf_set_opaque(conf, transactions);
    rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    rd_kafka_conf_set_error_cb(conf, on_error);
    rd_kafka_conf_set_log_cb(conf, on_log);
    (void)rd_kafka_conf_interceptor_add_on_new(conf, "byline", on_new, transactions);
    rd_kafka_t *producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, reason, sizeof reason);
    set_producer(transactions, producer);
    if (!producer) {
        rd_kafka_conf_destroy(conf);
        return error_set(ret_error, ERROR_USAGE, "kafka producer: %s", reason);
    }
    transactions->topics[SINK_OUTPUT] =
        rd_kafka_topic_new(transactions->producer, transactions->config->output.topic, NULL);
    transactions->topics[SINK_DEAD_LETTER] =
        rd_kafka_topic_new(transactions->producer, transactions->config->dead_letter.topic, NULL);
    return true;
}

/* Takes back all that it was given: what is undelivered belongs to a transaction that is over. */
static rd_kafka_t *detach_producer(struct transactions *transactions)
{
    rd_kafka_t *producer = transactions->producer;
    for (int i = 0; i < SINK_TOPIC_COUNT; i++)
        if (transactions->topics[i])
            rd_kafka_topic_destroy(transactions->topics[i]);
    (void)rd_kafka_purge(producer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    (void)rd_kafka_flush(producer, 0);
    set_producer(transactions, NULL);
    transactions->initialized = false;
    return producer;
}

static void close_producer(struct transactions *transactions)
{
    if (transactions->producer)
        rd_kafka_destroy(detach_producer(transactions));
}

struct transactions *transactions_new(const struct config *config, struct error *ret_error)
{
    struct transactions *transactions = calloc(1, sizeof *transactions);
    char host[128] = "";
    if (!transactions) {
        (void)error_set(ret_error, ERROR_FATAL, "out of memory");
        return NULL;
    }
    transactions->config = config;
    (void)pthread_mutex_init(&transactions->lock, NULL);
    (void)gethostname(host, sizeof host - 1);
    /* A container that starts again has the same name and process id: it fences its predecessor
     * at once instead of waiting for that one's transaction to time out. */
    (void)snprintf(transactions->id, sizeof transactions->id, "byline-%.64s-%.96s-%d",
                   config->kafka.group, host, (int)getpid());
    if (!open_producer(transactions, ret_error)) {
        free(transactions);
        return NULL;
    }
    return transactions;
}

/* See source_parts.h. */
void transactions_remind(struct transactions *transactions)
{
    (void)pthread_mutex_lock(&transactions->lock);
    if (transactions->producer)
        (void)rd_kafka_brokers_add(transactions->producer, transactions->config->kafka.brokers);
    (void)pthread_mutex_unlock(&transactions->lock);
}

void transactions_give_up(struct transactions *transactions)
{
    atomic_store(&transactions->giving_up, true);
}

void transactions_free(struct transactions *transactions)
{
    if (!transactions)
        return;
    close_producer(transactions);
    if (atomic_load(&transactions->left_count) > 0)
        return; /* their threads may still count what they send */
    (void)pthread_mutex_destroy(&transactions->lock);
    free(transactions);
}

/* ---- errors ---- */

static bool is_fenced(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR__FENCED || code == RD_KAFKA_RESP_ERR_PRODUCER_FENCED ||
           code == RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH;
}

/* Takes error; false for the caller's return. Being fenced once is the coordinator's time-out of
 * our own transaction; twice in a row is another process with our name. Memory is not waited for.
 */
static bool fail(struct transactions *transactions, const char *what, rd_kafka_error_t *error,
                 struct error *ret_error)
{
    enum error_kind kind = ERROR_RETRY;
    if ((is_fenced(rd_kafka_error_code(error)) && ++transactions->fenced_count > 1) ||
        rd_kafka_error_code(error) == RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE ||
        atomic_load(&transactions->left_count) > MAX_LEFT)
        kind = ERROR_FATAL;
    (void)error_set(ret_error, kind, "%s: %s", what, rd_kafka_error_string(error));
    rd_kafka_error_destroy(error);
    return false;
}

/* ---- one transaction ---- */

/* Until it has ended, for timeout_ms at most, or it is given up. librdkafka goes on where it was
 * when a call that took too long is made again. */
static rd_kafka_error_t *call(struct transactions *transactions,
                              rd_kafka_error_t *(*function)(rd_kafka_t *, int), int timeout_ms)
{
    enum { SLICE_MS = 500 };
    int64_t deadline_ms = now_ms() + timeout_ms;
    rd_kafka_error_t *error;
    while ((error = function(transactions->producer, SLICE_MS)) != NULL &&
           rd_kafka_error_code(error) == RD_KAFKA_RESP_ERR__TIMED_OUT && now_ms() < deadline_ms &&
           !atomic_load(&transactions->giving_up))
        rd_kafka_error_destroy(error);
    return error;
}

static bool initialize(struct transactions *transactions, struct error *ret_error)
{
    if (!transactions->producer && !open_producer(transactions, ret_error))
        return false;
    if (transactions->initialized)
        return true;
    rd_kafka_error_t *error = call(transactions, rd_kafka_init_transactions, INIT_TIMEOUT_MS);
    if (error) {
        bool again = rd_kafka_error_is_retriable(error);
        (void)fail(transactions, "init_transactions", error, ret_error);
        if (!again)
            close_producer(transactions);
        return false;
    }
    transactions->initialized = true;
    return true;
}

static bool produce(struct transactions *transactions, struct transaction_message *told,
                    struct error *ret_error)
{
    const struct sink_message *message = &told->message;
    rd_kafka_headers_t *headers = record_headers_new(message);
    /* A copy: a producer that is left to itself may have half of a record written. */
    rd_kafka_vu_t fields[] = {
        {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY},
        {.vtype = RD_KAFKA_VTYPE_RKT, .u.rkt = transactions->topics[message->topic]},
        {.vtype = RD_KAFKA_VTYPE_VALUE,
         .u.mem = {.ptr = (void *)message->value.data, .size = message->value.len}},
        {.vtype = RD_KAFKA_VTYPE_KEY,
         .u.mem = {.ptr = (void *)message->key.data, .size = message->key.len}},
        {.vtype = RD_KAFKA_VTYPE_OPAQUE, .u.ptr = told},
        {.vtype = RD_KAFKA_VTYPE_HEADERS, .u.headers = headers},
    };
    size_t count = sizeof fields / sizeof *fields - (headers ? 0 : 1);
    rd_kafka_error_t *error;
    while ((error = rd_kafka_produceva(transactions->producer, fields, count)) != NULL &&
           rd_kafka_error_code(error) == RD_KAFKA_RESP_ERR__QUEUE_FULL &&
           !atomic_load(&transactions->giving_up)) {
        rd_kafka_error_destroy(error);
        (void)rd_kafka_poll(transactions->producer, 10);
    }
    if (!error)
        return true;
    if (headers)
        rd_kafka_headers_destroy(headers);
    told->too_large = rd_kafka_error_code(error) == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE;
    transactions->size_refused = transactions->size_refused || told->too_large;
    return fail(transactions, "produce", error, ret_error);
}

/* To the thread that is still in a call of it. After MAX_LEFT at a time the worker ends, to be
 * started again. */
static void leave_producer(struct transactions *transactions, struct send_call *call)
{
    (void)detach_producer(transactions);
    transactions_leave_call(call, &transactions->left_count);
    log_error("producer_left", LOG_TEXT("reason", "sending a transaction's offsets does not end"),
              LOG_TEXT("note", "another one goes on in its place"));
}

static bool send_offsets(struct transactions *transactions, struct transaction *transaction,
                         struct error *ret_error)
{
    struct send_call *call = NULL;
    rd_kafka_error_t *error = transactions_send_offsets(transactions->producer, transaction,
                                                        &transactions->giving_up, &call);
    if (call)
        leave_producer(transactions, call);
    return !error || fail(transactions, "send_offsets_to_transaction", error, ret_error);
}

/* Until all is acknowledged or one is refused; a commit would wait out its time for the others. */
static bool deliver(struct transactions *transactions, struct error *ret_error)
{
    enum { LOOK_MS = 20 };
    int64_t deadline_ms = now_ms() + END_TIMEOUT_MS;
    while (!transactions->refused && now_ms() < deadline_ms &&
           !atomic_load(&transactions->giving_up))
        if (rd_kafka_flush(transactions->producer, LOOK_MS) == RD_KAFKA_RESP_ERR_NO_ERROR)
            break;
    if (!transactions->refused && atomic_load(&transactions->giving_up))
        return error_set(ret_error, ERROR_RETRY, "produce: given up");
    if (!transactions->refused)
        return true;
    return error_set(ret_error, ERROR_RETRY, "produce: %s",
                     rd_kafka_err2str(transactions->refused));
}

static bool fill(struct transactions *transactions, struct transaction *transaction)
{
    struct error *error = &transaction->error;
    for (size_t i = 0; i < transaction->message_count; i++)
        if (!produce(transactions, &transaction->messages[i], error))
            return false;
    return send_offsets(transactions, transaction, error) && deliver(transactions, error);
}

/* Ends it so that nothing of it shows. What failed may still be on its way, as offsets that were
 * not answered in time: the next transaction has another producer, with smaller batches where
 * records were refused for their company. */
static void abort_transaction(struct transactions *transactions)
{
    if (!transactions->producer)
        return; /* the next one's first request aborts it */
    rd_kafka_error_t *error = call(transactions, rd_kafka_abort_transaction, END_TIMEOUT_MS);
    if (error) {
        log_warn("abort_failed", LOG_TEXT("reason", rd_kafka_error_string(error)));
        rd_kafka_error_destroy(error);
    }
    close_producer(transactions);
}

/* ---- how did it end? ---- */

/* A commit whose answer never came: fence it off, then look. Without an answer nothing may be said
 * of it, so this goes on until there is one. */
static void resolve_doubt(struct transactions *transactions, struct transaction *transaction)
{
    struct error error = transaction->error;
    close_producer(transactions);
    while (!initialize(transactions, &error) ||
           !transactions_ask_offsets(transactions->producer, transactions->config->kafka.group,
                                     transaction, &transactions->giving_up)) {
        log_warn("transaction_in_doubt", LOG_TEXT("note", "asking the group how it ended"));
        if (error.kind == ERROR_FATAL || atomic_load(&transactions->giving_up)) {
            transaction->error = error;
            return;
        }
        (void)usleep(500 * 1000);
    }
}

static void commit(struct transactions *transactions, struct transaction *transaction)
{
    rd_kafka_error_t *error = call(transactions, rd_kafka_commit_transaction, END_TIMEOUT_MS);
    if (!error) {
        transactions->fenced_count = 0;
        for (size_t i = 0; i < transaction->offset_count; i++)
            transaction->offsets[i].committed = true;
        if (has_twins(transactions))
            close_producer(transactions);
        return;
    }
    bool aborts = rd_kafka_error_txn_requires_abort(error);
    (void)fail(transactions, "commit_transaction", error, &transaction->error);
    if (transaction->error.kind == ERROR_FATAL)
        return;
    if (aborts)
        abort_transaction(transactions);
    else
        resolve_doubt(transactions, transaction);
}

/* Those of which it is known beforehand: a transaction would be lost for each. */
static bool has_too_large(struct transactions *transactions, struct transaction *transaction)
{
    bool found = false;
    for (size_t i = 0; i < transaction->message_count; i++) {
        struct transaction_message *message = &transaction->messages[i];
        message->too_large = message->message.topic == SINK_OUTPUT &&
                             topic_limit_forbids(&transactions->limit, bytes_of(&message->message),
                                                 (uint64_t)now_ms());
        found = found || message->too_large;
    }
    return found;
}

static void run(struct transactions *transactions, struct transaction *transaction)
{
    transaction->error = (struct error){0};
    if (has_too_large(transactions, transaction)) {
        transactions->size_refused = true;
        (void)error_set(&transaction->error, ERROR_RETRY,
                        "records are larger than others that the "
                        "topic refused");
        return;
    }
    if (!initialize(transactions, &transaction->error))
        return;
    atomic_store(&transactions->offsets_sent, 0);
    atomic_store(&transactions->ends_sent, 0);
    rd_kafka_error_t *error = rd_kafka_begin_transaction(transactions->producer);
    if (error) {
        (void)fail(transactions, "begin_transaction", error, &transaction->error);
        close_producer(transactions);
        return;
    }
    if (fill(transactions, transaction))
        commit(transactions, transaction);
    else if (transaction->error.kind != ERROR_FATAL)
        abort_transaction(transactions);
}

void transactions_run(struct transactions *transactions, struct transaction *transaction)
{
    transactions->size_refused = false;
    transactions->refused = RD_KAFKA_RESP_ERR_NO_ERROR;
    run(transactions, transaction);
    transaction->size_refused = transactions->size_refused;
}
