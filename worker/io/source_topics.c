/* Is a topic still the one that was read? One that was deleted and made anew has another id
 * (KIP-516). Where it is longer by then than what was read of the old one, nothing else tells:
 * librdkafka goes on in the middle of it. The id is kept while none of the topic is ours: with
 * group.protocol=consumer the group takes the old one's partitions away and gives the new one's,
 * and what is committed in between goes to the new one by its name. */
#include <stdlib.h>

#include "io/source_parts.h"
#include "log.h"

enum { ASK_TIMEOUT_MS = 1000, DOUBT_MS = 1000 /* till the next look */ };

static bool is_ours(const struct topic *topic)
{
    for (int32_t id = 0; id < topic->capacity; id++)
        if (topic->partitions[id])
            return true;
    return false;
}

static bool is_known(struct topic_id id)
{
    return id.high != 0 || id.low != 0;
}

static bool is_same(struct topic_id a, struct topic_id b)
{
    return a.high == b.high && a.low == b.low;
}

bool topics_is_in_doubt(const struct topic *topic)
{
    return topic->is_made_anew || is_known(topic->doubted_id);
}

/* Another id is believed when it is told twice in a row: a broker that lags behind may tell an old
 * one. A topic none of which is ours has other owners, who see to its commits. */
void topics_tell(struct source *source, struct topic *topic, struct topic_id id)
{
    if (!is_known(id) || topic->is_made_anew)
        return; /* a broker that gives no ids, or all is said */
    bool is_first = !is_known(topic->id) || is_same(topic->id, id);
    if (!is_first && !is_same(topic->doubted_id, id)) {
        topic->doubted_id = id;
        source->probe_due_ms = uv_now(source->loop) + DOUBT_MS;
        return;
    }
    topic->is_made_anew = !is_first && is_ours(topic);
    if (!is_first)
        topic->first_count = 0;
    topic->id = id;
    topic->doubted_id = (struct topic_id){0};
    if (topic->is_made_anew)
        source_fail(
            source, topic->name,
            "it was made anew while it was read; start again to read it from its beginning");
}

void source_look_at_topics(struct source *source)
{
    enum { LOOKS = 2 }; /* as many as topics_tell believes */
    for (int i = 0; i < LOOKS; i++) {
        struct topics_question *question = topics_question_new(source);
        topics_ask(source->consumer, question);
        topics_compare(source, question);
        topics_question_free(question);
    }
}

const char *source_unread_topic(const struct source *source, const char **ret_why)
{
    for (const struct topic *topic = source->topics; topic; topic = topic->next) {
        if (!topic->is_missing && !topic->is_denied)
            continue;
        *ret_why = topic->is_missing ? "does not exist" : "may not be read";
        return topic->name;
    }
    return NULL;
}

#if RD_KAFKA_VERSION >= 0x020300ff

struct topics_question {
    rd_kafka_TopicCollection_t *topics;
    rd_kafka_event_t *answer; /* NULL: none */
};

struct topics_question *topics_question_new(const struct source *source)
{
    size_t count = 0, all = 0;
    for (const struct topic *topic = source->topics; topic; topic = topic->next)
        all++;
    struct topics_question *question = calloc(1, sizeof *question);
    const char **names = calloc(all + 1, sizeof *names);
    for (const struct topic *topic = source->topics; names && topic; topic = topic->next)
        names[count++] = topic->name;
    if (question && count > 0)
        question->topics = rd_kafka_TopicCollection_of_topic_names(names, count);
    free(names);
    return question;
}

void topics_ask(rd_kafka_t *consumer, struct topics_question *question)
{
    char reason[256];
    if (!question || !question->topics)
        return;
    rd_kafka_AdminOptions_t *options =
        rd_kafka_AdminOptions_new(consumer, RD_KAFKA_ADMIN_OP_DESCRIBETOPICS);
    (void)rd_kafka_AdminOptions_set_request_timeout(options, ASK_TIMEOUT_MS, reason, sizeof reason);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(consumer);
    rd_kafka_DescribeTopics(consumer, question->topics, options, queue);
    question->answer = rd_kafka_queue_poll(queue, ASK_TIMEOUT_MS);
    rd_kafka_queue_destroy(queue);
    rd_kafka_AdminOptions_destroy(options);
}

static struct topic_id id_of(const rd_kafka_Uuid_t *uuid)
{
    return (struct topic_id){rd_kafka_Uuid_most_significant_bits(uuid),
                             rd_kafka_Uuid_least_significant_bits(uuid)};
}

static void take_description(struct source *source, struct topic *topic,
                             const rd_kafka_TopicDescription_t *description)
{
    rd_kafka_resp_err_t err = rd_kafka_error_code(rd_kafka_TopicDescription_error(description));
    bool is_unknown = err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
    topic->is_missing = is_unknown && topic->was_unknown; /* one that lags behind may say so, too */
    topic->was_unknown = is_unknown;
    topic->is_denied = err == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED;
    if (topic->is_missing)
        topic->first_count = 0;
    if (err)
        return;
    size_t count = 0;
    (void)rd_kafka_TopicDescription_partitions(description, &count);
    if (topic->first_count < 0)
        topic->first_count = (int32_t)count;
    topics_tell(source, topic, id_of(rd_kafka_TopicDescription_topic_id(description)));
}

void topics_compare(struct source *source, const struct topics_question *question)
{
    size_t count = 0;
    const rd_kafka_DescribeTopics_result_t *result =
        question && question->answer ? rd_kafka_event_DescribeTopics_result(question->answer)
                                     : NULL;
    if (!result || rd_kafka_event_error(question->answer))
        return;
    const rd_kafka_TopicDescription_t **told =
        rd_kafka_DescribeTopics_result_topics(result, &count);
    for (size_t i = 0; i < count; i++)
        for (struct topic *topic = source->topics; topic; topic = topic->next)
            if (strcmp(topic->name, rd_kafka_TopicDescription_name(told[i])) == 0)
                take_description(source, topic, told[i]);
}

void topics_question_free(struct topics_question *question)
{
    if (!question)
        return;
    if (question->topics)
        rd_kafka_TopicCollection_destroy(question->topics);
    if (question->answer)
        rd_kafka_event_destroy(question->answer);
    free(question);
}

#else /* librdkafka knows no ids */

struct topics_question *topics_question_new(const struct source *source)
{
    (void)source;
    return NULL;
}

void topics_ask(rd_kafka_t *consumer, struct topics_question *question)
{
    (void)consumer, (void)question;
}

void topics_compare(struct source *source, const struct topics_question *question)
{
    (void)source, (void)question;
}

void topics_question_free(struct topics_question *question)
{
    (void)question;
}

#endif

void topics_rewind(struct source *source)
{
    bool is_any = false;
    for (struct topic *topic = source->topics; topic; topic = topic->next)
        for (int32_t id = 0; topic->is_made_anew && id < topic->capacity; id++)
            if (topic->partitions[id]) {
                source_commit_add(source, &topic->partitions[id]->partition, 0, SPAN_NONE);
                is_any = true;
            }
    if (is_any)
        source_commit_revoked(source);
}
