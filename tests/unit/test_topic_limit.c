#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/topic_limit.h"

enum { KIB = 1024 };

static void batches_shrink_once_a_producer_until_only_the_large_are_refused(void **state)
{
    (void)state;
    struct topic_limit limit = {.batch_bytes = 128 * KIB};
    const size_t wanted[] = {64 * KIB, 32 * KIB, 16 * KIB};
    for (size_t i = 0; i < 3; i++) {
        assert_false(topic_limit_refused(&limit, 300, 0));
        assert_false(topic_limit_refused(&limit, 30 * KIB, 0));
        assert_int_equal(topic_limit_renew(&limit), wanted[i]);
    }
    assert_true(topic_limit_refused(&limit, 30 * KIB, 0));
    assert_int_equal(topic_limit_renew(&limit), 16 * KIB);
}

static void the_smallest_batch_is_as_good_as_alone(void **state)
{
    (void)state;
    struct topic_limit limit = {.batch_bytes = 1500};
    assert_false(topic_limit_refused(&limit, 1, 0));
    assert_int_equal(topic_limit_renew(&limit), TOPIC_LIMIT_MIN_BATCH);
    assert_true(topic_limit_refused(&limit, 1, 0));
}

static void what_was_refused_alone_forbids_the_larger_for_a_minute(void **state)
{
    (void)state;
    struct topic_limit limit = {.batch_bytes = 16 * KIB};
    assert_false(topic_limit_forbids(&limit, 1 << 30, 5));
    assert_true(topic_limit_refused(&limit, 50 * KIB, 5));
    assert_true(topic_limit_refused(&limit, 40 * KIB, 6));
    assert_true(topic_limit_refused(&limit, 45 * KIB, 7));
    assert_true(topic_limit_forbids(&limit, 40 * KIB, 8));
    assert_false(topic_limit_forbids(&limit, 40 * KIB - 1, 8));
    assert_true(topic_limit_forbids(&limit, 40 * KIB, 6 + TOPIC_LIMIT_MEMORY_MS));
    assert_false(topic_limit_forbids(&limit, 40 * KIB, 7 + TOPIC_LIMIT_MEMORY_MS));
    assert_true(topic_limit_refused(&limit, 60 * KIB, 7 + TOPIC_LIMIT_MEMORY_MS));
    assert_false(topic_limit_forbids(&limit, 50 * KIB, 7 + TOPIC_LIMIT_MEMORY_MS));
}

static void with_compression_each_record_is_tried(void **state)
{
    (void)state;
    struct topic_limit limit = {.batch_bytes = 16 * KIB, .is_compressed = true};
    assert_true(topic_limit_refused(&limit, 50 * KIB, 0));
    assert_false(topic_limit_forbids(&limit, 50 * KIB, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(batches_shrink_once_a_producer_until_only_the_large_are_refused),
        cmocka_unit_test(the_smallest_batch_is_as_good_as_alone),
        cmocka_unit_test(what_was_refused_alone_forbids_the_larger_for_a_minute),
        cmocka_unit_test(with_compression_each_record_is_tried),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
