#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/schema_cache.h"

enum { MAX_ENTRIES = 3 };

static struct wire_schema id(int32_t number)
{
    return (struct wire_schema){.framing = WIRE_CONFLUENT, .id = number};
}

static void put(struct schema_cache *cache, struct wire_schema key)
{
    struct error error;
    struct avro_schema *schema = avro_schema_parse(span_from("\"int\""), &error);
    assert_non_null(schema);
    schema_cache_put(cache, &key, schema);
}

static enum schema_cache_result find(struct schema_cache *cache, struct wire_schema key,
                                     int64_t now_ms)
{
    const struct avro_schema *schema = NULL;
    struct error error = {0};
    enum schema_cache_result result = schema_cache_find(cache, &key, now_ms, &schema, &error);
    assert_int_equal(schema != NULL, result == SCHEMA_CACHE_HIT);
    assert_int_equal(error.kind != ERROR_NONE, result == SCHEMA_CACHE_NEGATIVE);
    return result;
}

static void refuse(struct schema_cache *cache, struct wire_schema key, int64_t until_ms)
{
    struct error error = {.kind = ERROR_POISON, .message = "no such schema"};
    schema_cache_refuse(cache, &key, &error, until_ms);
}

static void keys_of_different_framings_are_different(void **state)
{
    (void)state;
    struct schema_cache *cache = schema_cache_new(MAX_ENTRIES);
    struct wire_schema fingerprint = {.framing = WIRE_SINGLE_OBJECT, .fingerprint = 7};
    struct wire_schema guid = {.framing = WIRE_CONFLUENT_HEADER, .guid = {7}};
    assert_int_equal(find(cache, id(7), 0), SCHEMA_CACHE_MISS);
    put(cache, id(7));
    assert_int_equal(find(cache, id(7), 0), SCHEMA_CACHE_HIT);
    assert_int_equal(find(cache, fingerprint, 0), SCHEMA_CACHE_MISS);
    assert_int_equal(find(cache, guid, 0), SCHEMA_CACHE_MISS);
    put(cache, fingerprint);
    put(cache, guid);
    assert_int_equal(find(cache, fingerprint, 0), SCHEMA_CACHE_HIT);
    assert_int_equal(find(cache, guid, 0), SCHEMA_CACHE_HIT);
    schema_cache_free(cache);
}

static void what_is_missing_is_asked_again_after_a_while(void **state)
{
    (void)state;
    struct schema_cache *cache = schema_cache_new(MAX_ENTRIES);
    refuse(cache, id(7), 1000);
    assert_int_equal(find(cache, id(7), 999), SCHEMA_CACHE_NEGATIVE);
    assert_int_equal(find(cache, id(7), 1000), SCHEMA_CACHE_MISS);
    put(cache, id(7));
    assert_int_equal(find(cache, id(7), 2000), SCHEMA_CACHE_HIT);
    schema_cache_free(cache);
}

static void unknown_ids_displace_each_other_first(void **state)
{
    (void)state;
    struct schema_cache *cache = schema_cache_new(MAX_ENTRIES);
    put(cache, id(1));
    put(cache, id(2));
    for (int32_t unknown = 100; unknown < 200; unknown++)
        refuse(cache, id(unknown), 1000);
    assert_int_equal(find(cache, id(1), 0), SCHEMA_CACHE_HIT);
    assert_int_equal(find(cache, id(2), 0), SCHEMA_CACHE_HIT);
    assert_int_equal(find(cache, id(199), 0), SCHEMA_CACHE_NEGATIVE);
    assert_int_equal(find(cache, id(198), 0), SCHEMA_CACHE_MISS);
    schema_cache_free(cache);
}

static void without_room_the_longest_unused_goes(void **state)
{
    (void)state;
    struct schema_cache *cache = schema_cache_new(MAX_ENTRIES);
    put(cache, id(1));
    put(cache, id(2));
    put(cache, id(3));
    (void)find(cache, id(1), 0);
    put(cache, id(4));
    assert_int_equal(find(cache, id(1), 0), SCHEMA_CACHE_HIT);
    assert_int_equal(find(cache, id(2), 0), SCHEMA_CACHE_MISS);
    assert_int_equal(find(cache, id(4), 0), SCHEMA_CACHE_HIT);
    schema_cache_free(cache);
    schema_cache_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_of_different_framings_are_different),
        cmocka_unit_test(what_is_missing_is_asked_again_after_a_while),
        cmocka_unit_test(unknown_ids_displace_each_other_first),
        cmocka_unit_test(without_room_the_longest_unused_goes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
