/* What the group remembers and what a topic's id is are told by the test, in librdkafka's place. */
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

/* The ids that are told, one an answer, the last one from then on. */
static const int64_t *ids;
static int failed_count;

void __wrap_topics_ask(rd_kafka_t *consumer, struct topics_question *question);
void __wrap_topics_compare(struct source *source, const struct topics_question *question);

void __wrap_topics_ask(rd_kafka_t *consumer, struct topics_question *question)
{
    (void)consumer, (void)question;
}

void __wrap_topics_compare(struct source *source, const struct topics_question *question)
{
    (void)question;
    if (!ids)
        return;
    topics_tell(source, source->topics, (struct topic_id){0, *ids});
    if (ids[1])
        ids++;
}

/* What the next seek leads to, and the log's first offset. */
static rd_kafka_resp_err_t seek_error;
static int seek_count;
static int64_t log_start;

rd_kafka_error_t *__wrap_rd_kafka_seek_partitions(rd_kafka_t *consumer,
                                                  rd_kafka_topic_partition_list_t *partitions,
                                                  int timeout_ms);
rd_kafka_resp_err_t __wrap_rd_kafka_get_watermark_offsets(rd_kafka_t *consumer, const char *topic,
                                                          int32_t partition, int64_t *low,
                                                          int64_t *high);

rd_kafka_error_t *__wrap_rd_kafka_seek_partitions(rd_kafka_t *consumer,
                                                  rd_kafka_topic_partition_list_t *partitions,
                                                  int timeout_ms)
{
    (void)consumer, (void)timeout_ms;
    seek_count++;
    assert_int_equal(partitions->elems[0].offset, COMMITTED);
    partitions->elems[0].err = seek_error;
    return NULL;
}

rd_kafka_resp_err_t __wrap_rd_kafka_get_watermark_offsets(rd_kafka_t *consumer, const char *topic,
                                                          int32_t partition, int64_t *low,
                                                          int64_t *high)
{
    (void)consumer, (void)topic, (void)partition;
    *low = log_start;
    *high = 1000;
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

static struct {
    int32_t generation;
    const char *member;
} place;

rd_kafka_consumer_group_metadata_t *__wrap_rd_kafka_consumer_group_metadata(rd_kafka_t *consumer);

rd_kafka_consumer_group_metadata_t *__wrap_rd_kafka_consumer_group_metadata(rd_kafka_t *consumer)
{
    (void)consumer;
    return rd_kafka_consumer_group_metadata_new_with_genid("byline", place.generation, place.member,
                                                           NULL);
}

static void on_failed(void *context, const struct error *error)
{
    (void)context, (void)error;
    failed_count++;
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
        .handlers = {.assigned = on_assigned,
                     .remembered = on_remembered,
                     .revoked = on_revoked,
                     .failed = on_failed},
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

/* Another worker may have had it in between, and read on. */
static void an_answer_is_not_for_an_assignment_after_the_question(void **state)
{
    (void)state;
    struct source source;
    open_source(&source);
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    (void)rd_kafka_topic_partition_list_add(list, "articles", KNOWN);
    partitions_assign(&source, "articles", KNOWN);
    ask_count = 1;
    partitions_recall(&source, list);
    partitions_revoke(&source, "articles", KNOWN, false);
    partitions_assign(&source, "articles", KNOWN);
    (void)uv_run(source.loop, UV_RUN_DEFAULT);
    assert_int_equal(ask_count, 2);
    assert_int_equal(told[KNOWN], -1);
    partitions_recall(&source, list);
    (void)uv_run(source.loop, UV_RUN_DEFAULT);
    assert_int_equal(told[KNOWN], COMMITTED);
    rd_kafka_topic_partition_list_destroy(list);
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

/* Assigned, revoked, and assigned again by the group when the topic has another id. What is
 * committed is told while the id is out of doubt. */
static void a_commit_of_another_topic_of_that_name_is_not_told(void **state)
{
    static const struct {
        const char *name;
        int64_t ids[5]; /* one an answer, 0: no more */
        int asks;       /* with the first one */
        int failed;
    } cases[] = {
        {"the same", {1, 1}, 2, 0},
        {"another, twice", {1, 2, 2}, 3, 1},
        {"another once", {1, 2, 1}, 3, 0},
        {"another, then a third one twice", {1, 2, 3, 3}, 4, 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        print_message("%s\n", cases[i].name);
        struct source source;
        open_source(&source);
        rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
        (void)rd_kafka_topic_partition_list_add(list, "articles", KNOWN);
        ids = cases[i].ids;
        ask_count = failed_count = 0;
        for (int time = 0; time < 2; time++) {
            if (time > 0)
                partitions_revoke(&source, "articles", KNOWN, false);
            partitions_assign(&source, "articles", KNOWN);
            partitions_recall(&source, list);
            (void)uv_run(source.loop, UV_RUN_DEFAULT);
        }
        assert_int_equal(ask_count, cases[i].asks);
        assert_int_equal(failed_count, cases[i].failed);
        assert_int_equal(told[KNOWN], cases[i].failed ? -1 : COMMITTED);
        assert_int_equal(source.topics->is_made_anew, cases[i].failed);
        rd_kafka_topic_partition_list_destroy(list);
        close_source(&source);
    }
    ids = NULL;
}

/* Its owners see to its commits; who is assigned it after that begins where they were. */
static void another_id_of_a_topic_that_is_not_ours_is_taken_over(void **state)
{
    (void)state;
    struct source source;
    open_source(&source);
    partitions_assign(&source, "articles", KNOWN);
    topics_tell(&source, source.topics, (struct topic_id){0, 1});
    partitions_revoke(&source, "articles", KNOWN, false);
    failed_count = 0;
    topics_tell(&source, source.topics, (struct topic_id){0, 2});
    assert_true(topics_is_in_doubt(source.topics));
    topics_tell(&source, source.topics, (struct topic_id){0, 2});
    assert_false(topics_is_in_doubt(source.topics));
    assert_int_equal(source.topics->id.low, 2);
    assert_int_equal(source.topics->first_count, 0); /* all of its partitions are new */
    assert_int_equal(failed_count, 0);
    close_source(&source);
}

/* A record that librdkafka did not begin with at the commit is never taken: not in the batch that
 * it came in, and not while the seek fails. */
static void a_partition_is_taken_from_its_commit_only(void **state)
{
    static const struct {
        const char *name;
        int64_t offset, log_start;
        rd_kafka_resp_err_t seek_error;
        bool left_out, waits; /* the next batch, too */
        int seeks;
    } cases[] = {
        {"at the commit", COMMITTED, 0, 0, false, false, 0},
        {"before it", COMMITTED - 3, 0, 0, true, false, 1},
        {"before it, the seek fails", COMMITTED - 3, 0, RD_KAFKA_RESP_ERR__TIMED_OUT, true, true,
         1},
        {"behind it", COMMITTED + 3, 0, 0, true, false, 1},
        {"behind it, the seek fails", COMMITTED + 3, 0, RD_KAFKA_RESP_ERR__TIMED_OUT, true, true,
         1},
        {"behind it, where retention took the rest", COMMITTED + 3, COMMITTED + 3, 0, false, false,
         0},
    };
    (void)state;
    struct source source;
    open_source(&source);
    partitions_assign(&source, "articles", KNOWN);
    struct assignment *assignment = partitions_find_by_name(&source, "articles", KNOWN);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        print_message("%s\n", cases[i].name);
        const rd_kafka_message_t message = {.offset = cases[i].offset};
        assignment->at_commit = true;
        assignment->next_offset = COMMITTED;
        seek_count = 0;
        seek_error = cases[i].seek_error;
        log_start = cases[i].log_start;
        source.batch++;
        assert_int_equal(partitions_left_out(&source, assignment, &message), cases[i].left_out);
        assert_int_equal(seek_count, cases[i].seeks);
        assert_int_equal(assignment->at_commit, cases[i].waits);
        const rd_kafka_message_t same_batch = {.offset = COMMITTED};
        assert_int_equal(partitions_left_out(&source, assignment, &same_batch), cases[i].left_out);
        source.batch++;
        assert_int_equal(partitions_left_out(&source, assignment, &message), cases[i].waits);
        seek_error = 0;
        source.batch++;
        (void)partitions_left_out(&source, assignment, &message);
        source.batch++;
        const rd_kafka_message_t at_last = {.offset = COMMITTED};
        assert_false(partitions_left_out(&source, assignment, &at_last));
    }
    close_source(&source);
}

/* With either of them missing a broker takes a transaction's offsets from anybody. */
static void only_a_member_has_a_place_in_the_group(void **state)
{
    static const struct {
        int32_t generation;
        const char *member;
        bool is_member;
    } cases[] = {{5, "m", true}, {0, "m", true}, {-1, "m", false}, {5, "", false}, {-1, "", false}};
    (void)state;
    struct source source;
    open_source(&source);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        place.generation = cases[i].generation;
        place.member = cases[i].member;
        struct rd_kafka_consumer_group_metadata_s *group = source_group(&source);
        assert_int_equal(group != NULL, cases[i].is_member);
        source_group_free(group);
    }
    close_source(&source);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_error_about_one_partition_is_no_answer_about_it),
        cmocka_unit_test(an_answer_is_not_for_an_assignment_after_the_question),
        cmocka_unit_test(a_topic_is_not_taken_for_one_that_is_gone),
        cmocka_unit_test(a_commit_of_another_topic_of_that_name_is_not_told),
        cmocka_unit_test(another_id_of_a_topic_that_is_not_ours_is_taken_over),
        cmocka_unit_test(a_partition_is_taken_from_its_commit_only),
        cmocka_unit_test(only_a_member_has_a_place_in_the_group),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
