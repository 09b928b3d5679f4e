#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/dead_letters_parts.h"

/* ---- topics to send to ---- */

static void tell(struct dead_letters *letters, struct letter_target *target, const char *sentence)
{
    if (!target->has_told)
        letters->handlers.troubled(letters->handlers.context, sentence);
    target->has_told = true;
}

/* NULL without memory. A topic that is missing is remembered as closed. */
static struct letter_target *find_target(struct dead_letters *letters, const char *name)
{
    for (size_t i = 0; i < letters->target_count; i++)
        if (strcmp(letters->targets[i].name, name) == 0)
            return &letters->targets[i];
    if (letters->target_count == DEAD_LETTERS_MAX_TARGETS)
        return NULL;
    struct letter_target *target = &letters->targets[letters->target_count];
    struct error error;
    *target = (struct letter_target){.name = strdup(name)};
    if (!target->name)
        return NULL;
    letters->target_count++;
    target->closed = !dead_letters_describe(letters, name, &target->partition_count, &error);
    if (target->closed)
        tell(letters, target, error.message);
    return target;
}

/* ---- out and back ---- */

static rd_kafka_headers_t *make_headers(const struct replay_header *headers, size_t count)
{
    rd_kafka_headers_t *made = rd_kafka_headers_new(count);
    for (size_t i = 0; i < count; i++)
        if (rd_kafka_header_add(made, headers[i].name.data, (ssize_t)headers[i].name.len,
                                headers[i].value.data, (ssize_t)headers[i].value.len)) {
            rd_kafka_headers_destroy(made);
            return NULL;
        }
    return made;
}

static size_t letter_bytes(const struct taken_letter *taken)
{
    return taken->letter.key.len + taken->letter.content.value.len;
}

static rd_kafka_resp_err_t produce(struct dead_letters *letters, struct taken_letter *taken,
                                   int32_t partition, rd_kafka_headers_t *headers)
{
    const struct dead_letter *letter = &taken->letter;
    return rd_kafka_producev(
        letters->producer, RD_KAFKA_V_TOPIC(taken->target->name), RD_KAFKA_V_PARTITION(partition),
        RD_KAFKA_V_MSGFLAGS(0), RD_KAFKA_V_KEY(letter->key.data, letter->key.len),
        RD_KAFKA_V_VALUE((void *)letter->content.value.data, letter->content.value.len),
        RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_OPAQUE(taken), RD_KAFKA_V_END);
}

/* Of a letter that is too large only that one is left, and what was sent in one batch with it. */
static void tell_failure(struct dead_letters *letters, const struct taken_letter *taken,
                         rd_kafka_resp_err_t err)
{
    char sentence[512];
    struct letter_target *target = taken->target;
    if (err == RD_KAFKA_RESP_ERR__PURGE_QUEUE || err == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT)
        return;
    (void)snprintf(sentence, sizeof sentence,
                   "topic %s cannot be written: a letter of %zu bytes: %s", target->name,
                   letter_bytes(taken), rd_kafka_err2str(err));
    tell(letters, target, sentence);
    target->closed = err != RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE &&
                     err != RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE;
}

bool dead_letters_send(struct dead_letters *letters, struct dead_letter *letter, const char *topic,
                       int32_t partition, const struct replay_header *headers, size_t header_count,
                       bool parked)
{
    struct taken_letter *taken = (struct taken_letter *)letter;
    struct letter_target *target = find_target(letters, topic);
    rd_kafka_headers_t *made =
        target && !target->closed ? make_headers(headers, header_count) : NULL;
    if (!made) {
        dead_letters_give_back(taken);
        return false;
    }
    taken->target = target;
    taken->parked = parked;
    bool has_partition = partition >= 0 && partition < target->partition_count;
    rd_kafka_resp_err_t err =
        produce(letters, taken, has_partition ? partition : RD_KAFKA_PARTITION_UA, made);
    if (err) {
        tell_failure(letters, taken, err);
        rd_kafka_headers_destroy(made);
        dead_letters_give_back(taken);
        return false;
    }
    letters->under_way++;
    letters->under_way_bytes += letter_bytes(taken);
    return true;
}

void dead_letters_on_delivery(rd_kafka_t *producer, const rd_kafka_message_t *message, void *opaque)
{
    (void)producer;
    struct dead_letters *letters = opaque;
    struct taken_letter *taken = message->_private;
    letters->under_way--;
    letters->under_way_bytes -= letter_bytes(taken);
    letters->silent_ms = 0;
    if (message->err)
        tell_failure(letters, taken, message->err);
    else
        (void)replay_progress_settle(&taken->partition->progress, taken->offset, taken->offset + 1);
    letters->handlers.answered(letters->handlers.context, taken->parked, !message->err);
    dead_letters_give_back(taken);
}

void dead_letters_serve(struct dead_letters *letters, int timeout_ms)
{
    if (letters->producer)
        (void)rd_kafka_poll(letters->producer, timeout_ms);
}

size_t dead_letters_under_way(const struct dead_letters *letters)
{
    return letters->under_way;
}
