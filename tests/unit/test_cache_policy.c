#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/cache_policy.h"

enum { TTL_S = 600, NEGATIVE_TTL_S = 60, DAY_S = 86400, NOT_KEPT = -1 };
static const int64_t wall_ms = INT64_C(784111777000); /* Sun, 06 Nov 1994 08:49:37 GMT */
static const int64_t now_ms = 5000;
static const struct cache_bounds bounds = {.ttl_ms = TTL_S * 1000,
                                           .negative_ttl_ms = NEGATIVE_TTL_S * 1000};

static struct cache_lifetime lifetime_of(int status, struct cache_headers headers)
{
    struct cache_lifetime lifetime = {0};
    if (!cache_judge(status, &headers, &bounds, wall_ms, now_ms, &lifetime))
        lifetime.fresh_until_ms = now_ms + NOT_KEPT * 1000;
    return lifetime;
}

static int64_t fresh_seconds(int status, struct cache_headers headers)
{
    return (lifetime_of(status, headers).fresh_until_ms - now_ms) / 1000;
}

#define TEXT(text) SPAN_LITERAL(text)

static void freshness_is_the_origins_within_the_operators_bound(void **state)
{
    (void)state;
    static const struct {
        int status;
        struct cache_headers headers;
        int64_t seconds;
    } cases[] = {
        {200, {.age = {0}}, TTL_S},
        {203, {.age = {0}}, TTL_S},
        {404, {.age = {0}}, NEGATIVE_TTL_S},
        {410, {.age = {0}}, NEGATIVE_TTL_S},
        {204, {.age = {0}}, NOT_KEPT},
        {206, {.age = {0}}, NOT_KEPT},
        {500, {.age = {0}}, NOT_KEPT},
        {200, {.cache_control = TEXT("max-age=60")}, 60},
        {200, {.cache_control = TEXT("public, Max-Age=60 , x")}, 60},
        {200, {.cache_control = TEXT("max-age=\"60\"")}, 60},
        {200, {.cache_control = TEXT("max-age=99999999999999999999")}, TTL_S},
        {200, {.cache_control = TEXT("max-age=60"), .age = TEXT("20")}, 40},
        {200, {.cache_control = TEXT("max-age=60"), .age = TEXT("90")}, 0},
        {200,
         {.cache_control = TEXT("max-age=60"), .date = TEXT("Sun, 06 Nov 1994 08:49:07 GMT")},
         30},
        {200, {.expires = TEXT("Sun, 06 Nov 1994 08:51:17 GMT")}, 100},
        {200,
         {.expires = TEXT("Sun, 06 Nov 1994 08:51:17 GMT"), .cache_control = TEXT("max-age=7")},
         7},
        {200, {.expires = TEXT("0")}, 0},
        {200, {.cache_control = TEXT("max-age=x")}, 0},
        {200, {.cache_control = TEXT("private, s-maxage=5")}, TTL_S},
        {200, {.cache_control = TEXT("no-store")}, NOT_KEPT},
        {200, {.cache_control = TEXT("max-age=60, NO-STORE")}, NOT_KEPT},
        {200, {.cache_control = TEXT("x=\"no-store, y\"")}, TTL_S},
        {200, {.cache_control = TEXT("no-cache")}, NOT_KEPT},
        {200, {.cache_control = TEXT("no-cache"), .etag = TEXT("\"e\"")}, 0},
        {200, {.cache_control = TEXT("must-revalidate, max-age=0")}, NOT_KEPT},
        {200, {.vary = TEXT("Accept")}, TTL_S},
        {200, {.vary = TEXT("Accept, *")}, NOT_KEPT},
        {404, {.cache_control = TEXT("max-age=3600")}, NEGATIVE_TTL_S},
        {404, {.cache_control = TEXT("max-age=0")}, NOT_KEPT},
        {200, {.cache_control = TEXT(",,=,\"")}, TTL_S},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(fresh_seconds(cases[i].status, cases[i].headers), cases[i].seconds);
}

static void stale_answers_have_their_own_times(void **state)
{
    (void)state;
    static const struct {
        struct cache_headers headers;
        int64_t revalidate, error; /* seconds behind fresh */
    } cases[] = {
        {{.age = {0}}, 0, 3600},
        {{.cache_control = TEXT("stale-while-revalidate=30")}, 30, 3600},
        {{.cache_control = TEXT("stale-if-error=0")}, 0, 0},
        {{.cache_control = TEXT("stale-while-revalidate=30, stale-if-error=5")}, 30, 30},
        {{.cache_control = TEXT("stale-if-error=999999999")}, 0, DAY_S},
        {{.cache_control = TEXT("must-revalidate, stale-if-error=9")}, 0, 0},
        {{.cache_control = TEXT("no-cache"), .etag = TEXT("\"e\"")}, 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct cache_lifetime l = lifetime_of(200, cases[i].headers);
        assert_int_equal(l.while_revalidate_until_ms - l.fresh_until_ms,
                         cases[i].revalidate * 1000);
        assert_int_equal(l.if_error_until_ms - l.fresh_until_ms, cases[i].error * 1000);
    }
    assert_int_equal(lifetime_of(404, (struct cache_headers){0}).if_error_until_ms,
                     now_ms + NEGATIVE_TTL_S * 1000);
}

static void states_follow_each_other(void **state)
{
    (void)state;
    const struct cache_lifetime lifetime = {100, 200, 300};
    assert_int_equal(cache_state(&lifetime, 99), CACHE_FRESH);
    assert_int_equal(cache_state(&lifetime, 100), CACHE_STALE_SERVE);
    assert_int_equal(cache_state(&lifetime, 200), CACHE_STALE_ERROR);
    assert_int_equal(cache_state(&lifetime, 300), CACHE_GONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(freshness_is_the_origins_within_the_operators_bound),
        cmocka_unit_test(stale_answers_have_their_own_times),
        cmocka_unit_test(states_follow_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
