/* librdkafka's own call is replaced by one that comes back when it is told to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <librdkafka/rdkafka.h>

#include "io/transactions_parts.h"

enum { LATE_MS = 2500 }; /* later than who gives up waits */

static atomic_bool ended;
static void *seen; /* the group as the call saw it when it ended, serialized */
static size_t seen_bytes;

rd_kafka_error_t *__wrap_rd_kafka_send_offsets_to_transaction(
    rd_kafka_t *producer, const rd_kafka_topic_partition_list_t *offsets,
    const rd_kafka_consumer_group_metadata_t *group, int timeout_ms);

rd_kafka_error_t *__wrap_rd_kafka_send_offsets_to_transaction(
    rd_kafka_t *producer, const rd_kafka_topic_partition_list_t *offsets,
    const rd_kafka_consumer_group_metadata_t *group, int timeout_ms)
{
    (void)producer, (void)offsets, (void)timeout_ms;
    (void)usleep(LATE_MS * 1000);
    rd_kafka_error_destroy(rd_kafka_consumer_group_metadata_write(group, &seen, &seen_bytes));
    atomic_store(&ended, true);
    return NULL;
}

static int64_t now_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static rd_kafka_t *open_producer(void)
{
    char reason[256];
    rd_kafka_t *producer = rd_kafka_new(RD_KAFKA_PRODUCER, NULL, reason, sizeof reason);
    assert_non_null(producer);
    return producer;
}

static void wait_for_none(const atomic_int *count)
{
    for (int64_t deadline_ms = now_ms() + 10000; atomic_load(count) > 0;) {
        assert_true(now_ms() < deadline_ms);
        (void)usleep(10 * 1000);
    }
}

/* The worker goes on, or ends, and with it everything that the transaction was given. */
static void a_call_that_is_left_needs_nothing_of_its_transaction(void **state)
{
    (void)state;
    const atomic_bool giving_up = true;
    atomic_int left_count = 0;
    struct send_call *call = NULL;
    struct transaction_offset offset = {.topic = "articles", .offset = 7};
    struct transaction transaction = {
        .offsets = &offset,
        .offset_count = 1,
        .group = rd_kafka_consumer_group_metadata_new_with_genid("byline", 3, "member", NULL),
    };
    void *expected = NULL;
    size_t expected_bytes = 0;
    rd_kafka_error_destroy(
        rd_kafka_consumer_group_metadata_write(transaction.group, &expected, &expected_bytes));
    rd_kafka_error_t *error =
        transactions_send_offsets(open_producer(), &transaction, &giving_up, &call);
    assert_int_equal(rd_kafka_error_code(error), RD_KAFKA_RESP_ERR__TIMED_OUT);
    rd_kafka_error_destroy(error);
    assert_non_null(call);
    transactions_leave_call(call, &left_count);
    assert_int_equal(left_count, 1);
    if (transaction.group)
        rd_kafka_consumer_group_metadata_destroy(transaction.group);
    assert_false(ended);
    wait_for_none(&left_count);
    assert_true(ended);
    assert_int_equal(seen_bytes, expected_bytes);
    assert_memory_equal(seen, expected, expected_bytes);
    free(seen);
    free(expected);
}

static void who_gives_up_does_not_wait_for_the_group(void **state)
{
    (void)state;
    const atomic_bool giving_up = true;
    struct transaction_offset offset = {.topic = "articles", .offset = 7};
    struct transaction transaction = {.offsets = &offset, .offset_count = 1};
    rd_kafka_t *producer = open_producer();
    int64_t began_ms = now_ms();
    assert_false(transactions_ask_offsets(producer, "byline", &transaction, &giving_up));
    assert_in_range(now_ms() - began_ms, 0, 2000);
    rd_kafka_destroy(producer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_that_is_left_needs_nothing_of_its_transaction),
        cmocka_unit_test(who_gives_up_does_not_wait_for_the_group),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
