/* What the group remembers is told by the test, in librdkafka's place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <librdkafka/rdkafka.h>

#include "io/source_parts.h"

enum { REFUSED = 0, KNOWN = 1, PARTITIONS = 2, COMMITTED = 7 };

static int ask_count;
static int64_t told[PARTITIONS]; /* to the pipeline, -1: nothing */

rd_kafka_resp_err_t __wrap_rd_kafka_committed(rd_kafka_t *consumer,
                                              rd_kafka_topic_partition_list_t *partitions,
                                              int timeout_ms);

/* The answer about one of them is an error of its own, the first time. */
rd_kafka_resp_err_t __wrap_rd_kafka_committed(rd_kafka_t *consumer,
                                              rd_kafka_topic_partition_list_t *partitions,
                                              int timeout_ms)
{
    (void)consumer, (void)timeout_ms;
    ask_count++;
    for (int i = 0; i < partitions->cnt; i++) {
        rd_kafka_topic_partition_t *answer = &partitions->elems[i];
        bool is_refused = answer->partition == REFUSED && ask_count == 1;
        answer->err = is_refused ? RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED : 0;
        answer->offset = is_refused ? RD_KAFKA_OFFSET_INVALID : COMMITTED;
    }
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

static void on_assigned(void *context, struct source_partition *partition)
{
    (void)context;
    told[partition->id] = -1;
}

static void on_remembered(void *context, struct source_partition *partition, int64_t committed,
                          struct span metadata)
{
    (void)context, (void)metadata;
    told[partition->id] = committed;
}

static void on_revoked(void *context, struct source_partition *partition, bool lost)
{
    (void)context, (void)partition, (void)lost;
}

static void open_source(struct source *ret_source)
{
    char reason[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    (void)rd_kafka_conf_set(conf, "group.id", "byline", reason, sizeof reason);
    *ret_source = (struct source){
        .loop = uv_default_loop(),
        .handlers = {.assigned = on_assigned, .remembered = on_remembered, .revoked = on_revoked},
        .consumer = rd_kafka_new(RD_KAFKA_CONSUMER, conf, reason, sizeof reason),
    };
    assert_non_null(ret_source->consumer);
    ret_source->records = rd_kafka_queue_new(ret_source->consumer);
}

static void close_source(struct source *source)
{
    partitions_free(source);
    rd_kafka_queue_destroy(source->records);
    rd_kafka_destroy_flags(source->consumer, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    (void)uv_loop_close(source->loop);
}

static void an_error_about_one_partition_is_no_answer_about_it(void **state)
{
    (void)state;
    struct source source;
    open_source(&source);
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(PARTITIONS);
    for (int32_t id = 0; id < PARTITIONS; id++) {
        partitions_assign(&source, "articles", id);
        (void)rd_kafka_topic_partition_list_add(list, "articles", id);
    }
    partitions_recall(&source, list);
    rd_kafka_topic_partition_list_destroy(list);
    (void)uv_run(source.loop, UV_RUN_DEFAULT);
    assert_int_equal(ask_count, 2);
    assert_int_equal(told[KNOWN], COMMITTED);
    assert_int_equal(told[REFUSED], COMMITTED);
    close_source(&source);
}

/* librdkafka frees what it has of a topic, and has another one there. */
static void a_topic_is_not_taken_for_one_that_is_gone(void **state)
{
    (void)state;
    struct source source;
    open_source(&source);
    rd_kafka_topic_t *handle = rd_kafka_topic_new(source.consumer, "new", NULL);
    const rd_kafka_message_t message = {.rkt = handle, .partition = 0};
    partitions_assign(&source, "old", 0);
    partitions_revoke(&source, "old", 0, false);
    source.topics->handle = handle;
    partitions_assign(&source, "new", 0);
    const struct assignment *found = partitions_find(&source, &message);
    assert_non_null(found);
    assert_string_equal(found->partition.topic, "new");
    rd_kafka_topic_destroy(handle);
    close_source(&source);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_error_about_one_partition_is_no_answer_about_it),
        cmocka_unit_test(a_topic_is_not_taken_for_one_that_is_gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
