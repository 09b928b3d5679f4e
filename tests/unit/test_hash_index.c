#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/hash_index.h"

enum { VALUES = 3000 };

struct known {
    uint32_t hash;
    bool put;
};

static struct known all[VALUES];

/* Every value is found by its hash exactly once while it is put, and never otherwise. */
static void assert_finds_what_is_put(const struct hash_index *index)
{
    size_t put = 0;
    for (size_t i = 0; i < VALUES; i++) {
        struct hash_search search;
        size_t seen = 0;
        const struct known *found = hash_index_first(index, all[i].hash, &search);
        for (; found; found = hash_index_next(index, &search)) {
            assert_int_equal(found->hash, all[i].hash);
            assert_true(found->put);
            seen += found == &all[i];
        }
        assert_int_equal(seen, all[i].put ? 1 : 0);
        put += all[i].put;
    }
    assert_int_equal(index->used, put);
}

/* Puts and takes out at random, with hashes as `hash_of` makes them. */
static void churn(uint32_t (*hash_of)(uint32_t random))
{
    struct hash_index index = {0};
    uint32_t random = 1;
    for (size_t i = 0; i < VALUES; i++)
        all[i] = (struct known){.hash = hash_of((uint32_t)i * 2654435761U)};
    for (size_t step = 0; step < 20 * VALUES; step++) {
        random = random * 1664525U + 1013904223U;
        struct known *one = &all[(random >> 8) % VALUES];
        if (one->put)
            hash_index_remove(&index, one->hash, one);
        else
            assert_true(hash_index_put(&index, one->hash, one));
        one->put = !one->put;
        if (step % VALUES == 0)
            assert_finds_what_is_put(&index);
    }
    assert_true(index.places >= 2 * index.used);
    for (size_t i = 0; i < VALUES; i++)
        if (all[i].put)
            hash_index_remove(&index, all[i].hash, &all[i]);
    assert_int_equal(index.used, 0);
    hash_index_finish(&index);
}

static uint32_t spread(uint32_t random)
{
    return random > 1 ? random : 2; /* 0 and 1 count as the same */
}

/* Runs that begin at the table's last places and go on at its first. */
static uint32_t at_the_end(uint32_t random)
{
    return UINT32_MAX - random % 300;
}

static uint32_t equal_ones(uint32_t random)
{
    return 2 + random % 500; /* 0 and 1 count as the same */
}

static void what_is_put_is_found_until_it_is_removed(void **state)
{
    (void)state;
    churn(spread);
}

static void runs_go_on_at_the_beginning(void **state)
{
    (void)state;
    churn(at_the_end);
}

static void values_of_equal_hash_are_told_apart(void **state)
{
    (void)state;
    churn(equal_ones);
}

static void an_empty_index_finds_nothing(void **state)
{
    (void)state;
    struct hash_index index = {0};
    struct hash_search search;
    assert_null(hash_index_first(&index, 7, &search));
    hash_index_prefetch(&index, 7);
    hash_index_finish(&index);
}

static void a_hash_of_zero_is_a_hash(void **state)
{
    (void)state;
    struct hash_index index = {0};
    struct hash_search search;
    int zero, one;
    assert_true(hash_index_put(&index, 0, &zero));
    assert_ptr_equal(hash_index_first(&index, 0, &search), &zero);
    assert_true(hash_index_put(&index, 1, &one));
    hash_index_remove(&index, 0, &zero);
    assert_ptr_equal(hash_index_first(&index, 1, &search), &one);
    assert_null(hash_index_next(&index, &search));
    hash_index_finish(&index);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_put_is_found_until_it_is_removed),
        cmocka_unit_test(runs_go_on_at_the_beginning),
        cmocka_unit_test(values_of_equal_hash_are_told_apart),
        cmocka_unit_test(an_empty_index_finds_nothing),
        cmocka_unit_test(a_hash_of_zero_is_a_hash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
