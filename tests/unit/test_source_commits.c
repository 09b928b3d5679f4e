/* A consumer and librdkafka's mock brokers: what the group's coordinator says of a commit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include "io/source_parts.h"

enum { KNOWN = 0, UNKNOWN = 7, OFFSET = 5, OFFSET_COMMIT = 8, ANSWER_MS = 20000 };

static struct {
    rd_kafka_t *client;
    rd_kafka_mock_cluster_t *cluster;
    uv_loop_t loop;
    uv_timer_t patience;
    struct source *source;
    bool is_answered, ok;
} stage;

static void on_assigned(void *context, struct source_partition *partition)
{
    (void)context, (void)partition;
}

static void on_revoked(void *context, struct source_partition *partition, bool lost)
{
    (void)context, (void)partition, (void)lost;
}

static void on_readable(void *context)
{
    (void)context;
}

static void on_brokers_changed(void *context, bool reachable)
{
    (void)context, (void)reachable;
}

static void on_committed(void *context, uint64_t commit, bool ok, const char *reason)
{
    (void)context, (void)commit, (void)reason;
    stage.is_answered = true;
    stage.ok = ok;
    uv_stop(&stage.loop);
}

static void on_patience(uv_timer_t *patience)
{
    uv_stop(patience->loop);
}

static int set_up(void **state)
{
    (void)state;
    struct error error;
    char reason[256];
    static char *topics[] = {"articles"};
    const struct source_handlers handlers = {
        .readable = on_readable,
        .assigned = on_assigned,
        .revoked = on_revoked,
        .committed = on_committed,
        .brokers_changed = on_brokers_changed,
    };
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    (void)rd_kafka_conf_set(conf, "log_level", "3", reason, sizeof reason);
    stage.client = rd_kafka_new(RD_KAFKA_PRODUCER, conf, reason, sizeof reason);
    stage.cluster = rd_kafka_mock_cluster_new(stage.client, 1);
    assert_int_equal(rd_kafka_mock_topic_create(stage.cluster, "articles", 1, 1), 0);
    static struct config config;
    config.kafka.brokers = (char *)rd_kafka_mock_cluster_bootstraps(stage.cluster);
    config.kafka.group = "byline";
    config.kafka.topics.items = topics;
    config.kafka.topics.count = 1;
    assert_int_equal(uv_loop_init(&stage.loop), 0);
    (void)uv_timer_init(&stage.loop, &stage.patience);
    stage.source = source_new(&stage.loop, &config, &handlers, &error);
    assert_non_null(stage.source);
    partitions_assign(stage.source, "articles", KNOWN);
    partitions_assign(stage.source, "articles", UNKNOWN);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    source_free(stage.source);
    uv_close((uv_handle_t *)&stage.patience, NULL);
    (void)uv_run(&stage.loop, UV_RUN_DEFAULT);
    (void)uv_loop_close(&stage.loop);
    rd_kafka_mock_cluster_destroy(stage.cluster);
    rd_kafka_destroy(stage.client);
    return 0;
}

static struct source_partition *partition_of(int32_t id)
{
    return &partitions_find_by_name(stage.source, "articles", id)->partition;
}

static void wait_for_answer(void)
{
    stage.is_answered = false;
    assert_true(source_commit_flush(stage.source, 1));
    (void)uv_timer_start(&stage.patience, on_patience, ANSWER_MS, 0);
    (void)uv_run(&stage.loop, UV_RUN_DEFAULT);
    (void)uv_timer_stop(&stage.patience);
    assert_true(stage.is_answered);
}

static void an_error_of_one_partition_is_not_that_of_the_others(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        bool known, unknown; /* which are committed */
        rd_kafka_resp_err_t err;
        bool ok, known_committed;
    } cases[] = {
        {"one that is there", true, false, RD_KAFKA_RESP_ERR_NO_ERROR, true, true},
        {"one that is not", false, true, RD_KAFKA_RESP_ERR_NO_ERROR, false, false},
        {"both", true, true, RD_KAFKA_RESP_ERR_NO_ERROR, false, true},
        {"both, all refused", true, true, RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS, false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        partition_of(KNOWN)->committed = false;
        partition_of(UNKNOWN)->committed = true;
        if (cases[i].known)
            source_commit_add(stage.source, partition_of(KNOWN), OFFSET, SPAN_NONE);
        if (cases[i].unknown)
            source_commit_add(stage.source, partition_of(UNKNOWN), OFFSET, SPAN_NONE);
        if (cases[i].err)
            rd_kafka_mock_push_request_errors(stage.cluster, OFFSET_COMMIT, 1, cases[i].err);
        wait_for_answer();
        print_message("%s\n", cases[i].name);
        assert_int_equal(stage.ok, cases[i].ok);
        assert_int_equal(partition_of(KNOWN)->committed, cases[i].known_committed);
        assert_int_equal(partition_of(UNKNOWN)->committed, !cases[i].unknown);
    }
}

struct commit {
    int64_t offset;
    size_t metadata_size;
};

static struct commit committed(void)
{
    rd_kafka_topic_partition_list_t *asked = rd_kafka_topic_partition_list_new(1);
    (void)rd_kafka_topic_partition_list_add(asked, "articles", KNOWN);
    assert_int_equal(rd_kafka_committed(stage.source->consumer, asked, ANSWER_MS), 0);
    struct commit commit = {asked->elems[0].offset, asked->elems[0].metadata_size};
    rd_kafka_topic_partition_list_destroy(asked);
    return commit;
}

static void metadata_that_is_refused_is_sent_no_more(void **state)
{
    (void)state;
    static const struct {
        rd_kafka_resp_err_t err;
        bool ok;
        size_t remembered;
    } commits[] = {
        {RD_KAFKA_RESP_ERR_NO_ERROR, true, 3},
        {RD_KAFKA_RESP_ERR_OFFSET_METADATA_TOO_LARGE, false, 3},
        {RD_KAFKA_RESP_ERR_NO_ERROR, true, 0},
        {RD_KAFKA_RESP_ERR_NO_ERROR, true, 0},
    };
    for (size_t i = 0; i < sizeof commits / sizeof *commits; i++) {
        if (commits[i].err)
            rd_kafka_mock_push_request_errors(stage.cluster, OFFSET_COMMIT, 1, commits[i].err);
        source_commit_add(stage.source, partition_of(KNOWN), OFFSET, span_of("map", 3));
        wait_for_answer();
        assert_int_equal(stage.ok, commits[i].ok);
        assert_int_equal(committed().metadata_size, commits[i].remembered);
    }
}

/* There is no next commit that would make up for it. */
static void what_is_given_up_is_committed_without_metadata_that_is_refused(void **state)
{
    (void)state;
    rd_kafka_mock_push_request_errors(stage.cluster, OFFSET_COMMIT, 1,
                                      RD_KAFKA_RESP_ERR_OFFSET_METADATA_TOO_LARGE);
    source_commit_add(stage.source, partition_of(KNOWN), OFFSET, span_of("map", 3));
    stage.is_answered = false;
    source_commit_revoked(stage.source);
    assert_false(stage.is_answered); /* that is for failures */
    assert_int_equal(committed().offset, OFFSET);
    assert_int_equal(committed().metadata_size, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_error_of_one_partition_is_not_that_of_the_others, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(metadata_that_is_refused_is_sent_no_more, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            what_is_given_up_is_committed_without_metadata_that_is_refused, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
