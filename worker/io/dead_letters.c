#include "io/dead_letters.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "config/kafka_properties.h"
#include "io/dead_letters_parts.h"
#include "log.h"

enum { POLL_MS = 100, GROUP_MAX_BYTES = 512 };

static int64_t clock_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- asking the brokers ---- */

static bool is_passing(rd_kafka_resp_err_t err)
{
    switch (err) {
    case RD_KAFKA_RESP_ERR__TRANSPORT:
    case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
    case RD_KAFKA_RESP_ERR__RESOLVE:
    case RD_KAFKA_RESP_ERR__TIMED_OUT:
    case RD_KAFKA_RESP_ERR__WAIT_COORD:
    case RD_KAFKA_RESP_ERR__WAIT_CACHE:
    case RD_KAFKA_RESP_ERR__RETRY:
    case RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT:
    case RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS:
    case RD_KAFKA_RESP_ERR_NOT_COORDINATOR:
    case RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION: return true;
    default: return false;
    }
}

static void tell_waiting(struct dead_letters *letters)
{
    if (!letters->has_waited)
        letters->handlers.waiting(letters->handlers.context, letters->brokers);
    letters->has_waited = true;
}

bool dead_letters_ask(struct dead_letters *letters, const char *what,
                      rd_kafka_resp_err_t (*ask)(struct dead_letters *letters, void *argument),
                      void *argument, struct error *ret_error)
{
    int64_t deadline_ms = clock_ms() + DEAD_LETTERS_PATIENCE_MS;
    for (;;) {
        rd_kafka_resp_err_t err = ask(letters, argument);
        if (!err)
            return true;
        if (!is_passing(err))
            return error_set(ret_error, ERROR_FATAL, "%s: %s", what, rd_kafka_err2str(err));
        if (letters->handlers.interrupted(letters->handlers.context))
            return error_set(ret_error, ERROR_FATAL, "%s: interrupted", what);
        if (clock_ms() >= deadline_ms)
            return error_set(ret_error, ERROR_FATAL,
                             "%s: no answer from brokers %s for %d s (%s): are they up, and is "
                             "kafka.brokers right?",
                             what, letters->brokers, DEAD_LETTERS_PATIENCE_MS / 1000,
                             rd_kafka_err2str(err));
        tell_waiting(letters);
        static const struct timespec pause = {.tv_nsec = POLL_MS * 1000000};
        (void)nanosleep(&pause, NULL);
    }
}

struct description {
    rd_kafka_topic_t *topic;
    rd_kafka_resp_err_t err; /* of the topic itself */
    int32_t partition_count;
};

static rd_kafka_resp_err_t ask_topic(struct dead_letters *letters, void *argument)
{
    struct description *description = argument;
    const struct rd_kafka_metadata *metadata = NULL;
    rd_kafka_resp_err_t err =
        rd_kafka_metadata(letters->consumer, 0, description->topic, &metadata, DEAD_LETTERS_TRY_MS);
    if (err)
        return err;
    description->err = RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
    if (metadata->topic_cnt == 1) {
        description->err = metadata->topics[0].err;
        description->partition_count = metadata->topics[0].partition_cnt;
    }
    rd_kafka_metadata_destroy(metadata);
    return is_passing(description->err) ? description->err : RD_KAFKA_RESP_ERR_NO_ERROR;
}

/* Asked of the consumer, for which no broker makes a topic. */
bool dead_letters_describe(struct dead_letters *letters, const char *topic,
                           int32_t *ret_partition_count, struct error *ret_error)
{
    struct description description = {.topic = rd_kafka_topic_new(letters->consumer, topic, NULL)};
    if (!description.topic)
        return error_set(ret_error, ERROR_FATAL, "topic %s: %s", topic,
                         rd_kafka_err2str(rd_kafka_last_error()));
    bool answered = dead_letters_ask(letters, topic, ask_topic, &description, ret_error);
    rd_kafka_topic_destroy(description.topic);
    if (!answered)
        return false;
    if (description.err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
        return error_set(ret_error, ERROR_FATAL, "topic %s does not exist", topic);
    if (description.err)
        return error_set(ret_error, ERROR_FATAL, "topic %s: %s", topic,
                         rd_kafka_err2str(description.err));
    *ret_partition_count = description.partition_count;
    return true;
}

/* ---- the clients ---- */

static void on_log(const rd_kafka_t *client, int level, const char *facility, const char *text)
{
    (void)level;
    log_debug("librdkafka", LOG_TEXT("client", rd_kafka_name(client)),
              LOG_TEXT("facility", facility), LOG_TEXT("message", text));
}

static bool is_one_of(const char *name, const char *const *names)
{
    for (; *names; names++)
        if (strcmp(name, *names) == 0)
            return true;
    return false;
}

/* properties without the ones named in except, and ours over them. */
static rd_kafka_conf_t *make_conf(const struct kafka_properties *properties,
                                  const char *const *except, const struct kafka_property *ours,
                                  struct error *ret_error)
{
    char reason[256];
    rd_kafka_conf_res_t result = RD_KAFKA_CONF_OK;
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    for (size_t i = 0; i < properties->count && result == RD_KAFKA_CONF_OK; i++)
        if (!is_one_of(properties->items[i].name, except))
            result = rd_kafka_conf_set(conf, properties->items[i].name, properties->items[i].value,
                                       reason, sizeof reason);
    for (; ours->name && result == RD_KAFKA_CONF_OK; ours++)
        result = rd_kafka_conf_set(conf, ours->name, ours->value, reason, sizeof reason);
    if (result != RD_KAFKA_CONF_OK) {
        (void)error_set(ret_error, ERROR_USAGE, "kafka: %s", reason);
        rd_kafka_conf_destroy(conf);
        return NULL;
    }
    rd_kafka_conf_set_log_cb(conf, on_log);
    return conf;
}

static rd_kafka_t *open_client(rd_kafka_type_t type, rd_kafka_conf_t *conf, struct error *ret_error)
{
    char reason[256];
    rd_kafka_t *client = rd_kafka_new(type, conf, reason, sizeof reason);
    if (!client) {
        rd_kafka_conf_destroy(conf);
        (void)error_set(ret_error, ERROR_USAGE, "kafka: %s", reason);
    }
    return client;
}

static bool open_consumer(struct dead_letters *letters, const struct config *config,
                          struct error *ret_error)
{
    /* Nothing that makes a member of a group: offsets are committed from outside of it. */
    static const char *const except[] = {"group.instance.id", "group.protocol",
                                         "group.remote.assignor", "partition.assignment.strategy",
                                         NULL};
    char group[GROUP_MAX_BYTES];
    if (snprintf(group, sizeof group, "%s.replay", config->kafka.group) >= (int)sizeof group)
        return error_set(ret_error, ERROR_USAGE, "kafka.group is too long");
    const struct kafka_property ours[] = {
        {"group.id", group},
        {"client.id", "byline-replay"},
        {"isolation.level", "read_committed"}, /* an aborted letter is none */
        {"enable.partition.eof", "true"},
        {"auto.offset.reset", "earliest"},
        {NULL, NULL},
    };
    struct kafka_properties properties;
    kafka_properties_consumer(config, &properties);
    rd_kafka_conf_t *conf = make_conf(&properties, except, ours, ret_error);
    letters->consumer = conf ? open_client(RD_KAFKA_CONSUMER, conf, ret_error) : NULL;
    if (letters->consumer)
        (void)rd_kafka_poll_set_consumer(letters->consumer);
    return letters->consumer != NULL;
}

static void on_producer_error(rd_kafka_t *producer, int err, const char *reason, void *opaque)
{
    struct dead_letters *letters = opaque;
    char text[256];
    if (err != RD_KAFKA_RESP_ERR__FATAL) {
        log_debug("producer_error", LOG_TEXT("reason", reason));
        return;
    }
    (void)rd_kafka_fatal_error(producer, text, sizeof text);
    (void)error_set(&letters->failure, ERROR_FATAL, "producer: %s", text);
}

static bool open_producer(struct dead_letters *letters, const struct config *config,
                          struct error *ret_error)
{
    static const char *const except[] = {"transactional.id", "transaction.timeout.ms", NULL};
    static const struct kafka_property ours[] = {
        {"client.id", "byline-replay"},
        {"enable.idempotence", "true"},
        {"message.timeout.ms", "30000"}, /* DEAD_LETTERS_PATIENCE_MS */
        {"linger.ms", "5"},
        {NULL, NULL},
    };
    struct kafka_properties properties;
    kafka_properties_producer(config, &properties);
    rd_kafka_conf_t *conf = make_conf(&properties, except, ours, ret_error);
    if (!conf)
        return false;
    rd_kafka_conf_set_opaque(conf, letters);
    rd_kafka_conf_set_dr_msg_cb(conf, dead_letters_on_delivery);
    rd_kafka_conf_set_error_cb(conf, on_producer_error);
    letters->producer = open_client(RD_KAFKA_PRODUCER, conf, ret_error);
    return letters->producer != NULL;
}

static bool assign(struct dead_letters *letters, struct error *ret_error)
{
    rd_kafka_topic_partition_list_t *list =
        rd_kafka_topic_partition_list_new((int)letters->partition_count);
    for (size_t i = 0; i < letters->partition_count; i++) {
        const struct letter_partition *partition = &letters->partitions[i];
        if (!partition->at_end)
            rd_kafka_topic_partition_list_add(list, letters->topic, partition->id)->offset =
                partition->next;
    }
    rd_kafka_resp_err_t err = rd_kafka_assign(letters->consumer, list);
    rd_kafka_topic_partition_list_destroy(list);
    return !err || error_set(ret_error, ERROR_FATAL, "assign: %s", rd_kafka_err2str(err));
}

struct dead_letters *dead_letters_new(const struct config *config, bool dry,
                                      const struct dead_letters_handlers *handlers,
                                      struct error *ret_error)
{
    struct dead_letters *letters = calloc(1, sizeof *letters);
    if (!letters) {
        (void)error_set(ret_error, ERROR_FATAL, "out of memory");
        return NULL;
    }
    letters->handlers = *handlers;
    letters->brokers = config->kafka.brokers;
    letters->topic = config->dead_letter.topic;
    if (open_consumer(letters, config, ret_error) &&
        (dry || open_producer(letters, config, ret_error)) &&
        dead_letters_find_places(letters, ret_error) &&
        (dry || dead_letters_try_commit(letters, ret_error)) && assign(letters, ret_error))
        return letters;
    dead_letters_free(letters);
    return NULL;
}

void dead_letters_free(struct dead_letters *letters)
{
    if (!letters)
        return;
    if (letters->producer) {
        (void)rd_kafka_purge(letters->producer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
        while (rd_kafka_outq_len(letters->producer) > 0)
            (void)rd_kafka_poll(letters->producer, POLL_MS);
        rd_kafka_destroy(letters->producer);
    }
    if (letters->consumer)
        rd_kafka_destroy_flags(letters->consumer, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    if (letters->committed)
        rd_kafka_topic_partition_list_destroy(letters->committed);
    for (size_t i = 0; i < letters->partition_count; i++)
        replay_progress_finish(&letters->partitions[i].progress);
    for (size_t i = 0; i < letters->target_count; i++)
        free(letters->targets[i].name);
    free(letters->partitions);
    free(letters);
}

/* ---- reading ---- */

int64_t dead_letters_waiting(const struct dead_letters *letters)
{
    return letters->waiting_count;
}

/* Offsets from next up to there hold no letters: compacted away, or a transaction's markers. */
static void pass_gap(struct dead_letters *letters, struct letter_partition *partition, int64_t to)
{
    int64_t end = to < partition->end ? to : partition->end;
    if (end <= partition->next)
        return;
    letters->waiting_count -= replay_progress_settle(&partition->progress, partition->next, end);
    partition->next = end;
}

static struct letter_partition *partition_of(struct dead_letters *letters, int32_t id)
{
    for (size_t i = 0; i < letters->partition_count; i++)
        if (letters->partitions[i].id == id)
            return &letters->partitions[i];
    return NULL;
}

static bool fill_headers(struct replay_letter *content, const rd_kafka_message_t *message)
{
    rd_kafka_headers_t *headers = NULL;
    if (rd_kafka_message_headers(message, &headers))
        return true; /* it has none */
    size_t count = rd_kafka_header_cnt(headers);
    struct replay_header *items = calloc(count + 1, sizeof *items);
    if (!items)
        return false;
    for (size_t i = 0; i < count; i++) {
        const char *name;
        const void *value;
        size_t len;
        (void)rd_kafka_header_get_all(headers, i, &name, &value, &len);
        items[i] = (struct replay_header){span_from(name), span_of(value, value ? len : 0)};
    }
    content->headers = items;
    content->header_count = count;
    return true;
}

static struct taken_letter *take(struct dead_letters *letters, struct letter_partition *partition,
                                 rd_kafka_message_t *message)
{
    struct taken_letter *taken = calloc(1, sizeof *taken);
    if (!taken || !fill_headers(&taken->letter.content, message)) {
        free(taken);
        return NULL;
    }
    taken->owner = letters;
    taken->partition = partition;
    taken->message = message;
    taken->offset = message->offset;
    taken->letter.key = span_of(message->key, message->key_len);
    taken->letter.content.value = span_of(message->payload, message->len);
    taken->letter.content.timestamp_ms = rd_kafka_message_timestamp(message, NULL);
    return taken;
}

void dead_letters_give_back(struct taken_letter *taken)
{
    rd_kafka_message_destroy(taken->message);
    free((void *)taken->letter.content.headers);
    free(taken);
}

void dead_letters_leave(struct dead_letters *letters, struct dead_letter *letter)
{
    (void)letters;
    dead_letters_give_back((struct taken_letter *)letter);
}

static bool all_read(const struct dead_letters *letters)
{
    for (size_t i = 0; i < letters->partition_count; i++)
        if (!letters->partitions[i].at_end)
            return false;
    return true;
}

static enum dead_letters_next on_trouble(struct dead_letters *letters,
                                         const rd_kafka_message_t *message, struct error *ret_error)
{
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        struct letter_partition *partition = partition_of(letters, message->partition);
        if (partition && !partition->at_end) {
            pass_gap(letters, partition, message->offset);
            partition->at_end = true;
        }
        return DEAD_LETTERS_NOT_YET;
    }
    if (is_passing(message->err)) {
        tell_waiting(letters);
        return DEAD_LETTERS_NOT_YET;
    }
    (void)error_set(ret_error, ERROR_FATAL, "topic %s: %s", letters->topic,
                    rd_kafka_message_errstr(message));
    return DEAD_LETTERS_FAILED;
}

/* Takes the message over. */
static enum dead_letters_next on_message(struct dead_letters *letters, rd_kafka_message_t *message,
                                         struct dead_letter **ret_letter, struct error *ret_error)
{
    struct letter_partition *partition = partition_of(letters, message->partition);
    bool is_wanted = partition && !partition->at_end && message->offset >= partition->next;
    if (is_wanted && message->offset >= partition->end) {
        pass_gap(letters, partition, partition->end);
        partition->at_end = true;
        is_wanted = false;
    }
    if (is_wanted) {
        pass_gap(letters, partition, message->offset);
        partition->next = message->offset + 1;
        partition->at_end = partition->next >= partition->end;
        is_wanted = !replay_progress_has(&partition->progress, message->offset);
    }
    struct taken_letter *taken = is_wanted ? take(letters, partition, message) : NULL;
    if (taken) {
        *ret_letter = &taken->letter;
        return DEAD_LETTERS_TAKEN;
    }
    rd_kafka_message_destroy(message);
    if (!is_wanted)
        return DEAD_LETTERS_NOT_YET;
    (void)error_set(ret_error, ERROR_FATAL, "out of memory");
    return DEAD_LETTERS_FAILED;
}

static enum dead_letters_next on_silence(struct dead_letters *letters, struct error *ret_error)
{
    letters->silent_ms += POLL_MS;
    if (letters->silent_ms >= DEAD_LETTERS_TRY_MS)
        tell_waiting(letters);
    if (letters->silent_ms < DEAD_LETTERS_PATIENCE_MS)
        return DEAD_LETTERS_NOT_YET;
    (void)error_set(ret_error, ERROR_FATAL, "no letter from brokers %s for %d s", letters->brokers,
                    DEAD_LETTERS_PATIENCE_MS / 1000);
    return DEAD_LETTERS_FAILED;
}

static bool has_room(const struct dead_letters *letters)
{
    return letters->under_way < DEAD_LETTERS_MAX_UNDER_WAY &&
           letters->under_way_bytes < DEAD_LETTERS_MAX_UNDER_WAY_BYTES;
}

enum dead_letters_next dead_letters_next(struct dead_letters *letters,
                                         struct dead_letter **ret_letter, struct error *ret_error)
{
    dead_letters_serve(letters, 0);
    if (letters->failure.kind != ERROR_NONE) {
        *ret_error = letters->failure;
        return DEAD_LETTERS_FAILED;
    }
    if (all_read(letters))
        return DEAD_LETTERS_END;
    if (!has_room(letters)) {
        dead_letters_serve(letters, POLL_MS);
        return DEAD_LETTERS_NOT_YET;
    }
    rd_kafka_message_t *message = rd_kafka_consumer_poll(letters->consumer, POLL_MS);
    if (!message)
        return on_silence(letters, ret_error);
    letters->silent_ms = message->err ? letters->silent_ms : 0;
    if (!message->err)
        return on_message(letters, message, ret_letter, ret_error);
    enum dead_letters_next next = on_trouble(letters, message, ret_error);
    rd_kafka_message_destroy(message);
    return next;
}
