#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/cache_record.h"

enum { TTL_MS = 600000, NEGATIVE_TTL_MS = 60000, MAX_BYTES = 4096, HOUR_MS = 3600000 };
static const int64_t wall_ms = INT64_C(1764000000000);
static const struct cache_bounds bounds = {TTL_MS, NEGATIVE_TTL_MS};
static const unsigned char key[DIGEST_BYTES] = "the digest of a key, 32 bytes ..";

static struct url_parser *urls;

static int make_parser(void **state)
{
    (void)state;
    urls = url_parser_new();
    return urls ? 0 : -1;
}

static int free_parser(void **state)
{
    (void)state;
    url_parser_free(urls);
    return 0;
}

#define TEXT(text) SPAN_LITERAL(text)

static struct cache_record whole(void)
{
    return (struct cache_record){
        .http_status = 200,
        .given_ms = wall_ms,
        .lifetime = {wall_ms + 1000, wall_ms + 2000, wall_ms + 3000},
        .final_url = TEXT("https://host.example/a"),
        .content_type = TEXT("text/html"),
        .etag = TEXT("\"e\""),
        .last_modified = TEXT("Sun, 06 Nov 1994 08:49:37 GMT"),
        .cache_control = TEXT("max-age=1"),
        .body = TEXT("a body\0with anything\n"),
    };
}

static bool back(const struct cache_record *record, struct buf *bytes, struct cache_record *ret)
{
    buf_init(bytes, MAX_BYTES);
    cache_record_write(record, key, bytes);
    assert_false(buf_failed(bytes));
    return cache_record_read(buf_span(bytes), key, &bounds, wall_ms, urls, ret);
}

static void what_was_written_is_read(void **state)
{
    (void)state;
    struct cache_record record = whole(), read;
    struct buf bytes;
    assert_true(back(&record, &bytes, &read));
    assert_int_equal(read.http_status, 200);
    assert_int_equal(read.given_ms, wall_ms);
    assert_memory_equal(&read.lifetime, &record.lifetime, sizeof read.lifetime);
    assert_true(span_equal(read.final_url, record.final_url));
    assert_true(span_equal(read.content_type, record.content_type));
    assert_true(span_equal(read.etag, record.etag));
    assert_true(span_equal(read.last_modified, record.last_modified));
    assert_true(span_equal(read.cache_control, record.cache_control));
    assert_true(span_equal(read.body, record.body));
    buf_finish(&bytes);
}

static void what_was_absent_stays_absent(void **state)
{
    (void)state;
    struct cache_record record = {.http_status = 404, .final_url = TEXT("http://h/")}, read;
    struct buf bytes;
    record.lifetime = (struct cache_lifetime){wall_ms, wall_ms, wall_ms};
    assert_true(back(&record, &bytes, &read));
    assert_null(read.etag.data);
    assert_null(read.content_type.data);
    assert_int_equal(read.body.len, 0);
    buf_finish(&bytes);
}

static void nothing_shorter_or_longer_is_read(void **state)
{
    (void)state;
    struct cache_record record = whole(), read;
    struct buf bytes;
    assert_true(back(&record, &bytes, &read));
    for (size_t len = 0; len < bytes.len; len++)
        assert_false(
            cache_record_read(span_of(bytes.data, len), key, &bounds, wall_ms, urls, &read));
    assert_true(buf_add_char(&bytes, 'x'));
    assert_false(cache_record_read(buf_span(&bytes), key, &bounds, wall_ms, urls, &read));
    buf_finish(&bytes);
}

static void the_answer_to_another_key_is_refused(void **state)
{
    (void)state;
    const unsigned char other[DIGEST_BYTES] = "another";
    struct cache_record record = whole(), read;
    struct buf bytes;
    assert_true(back(&record, &bytes, &read));
    assert_false(cache_record_read(buf_span(&bytes), other, &bounds, wall_ms, urls, &read));
    bytes.data[0]++; /* another version */
    assert_false(cache_record_read(buf_span(&bytes), key, &bounds, wall_ms, urls, &read));
    buf_finish(&bytes);
}

static void what_no_worker_writes_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int status;
        struct cache_lifetime lifetime;
        struct span final_url, etag, body;
    } cases[] = {
        {"status", 500, {0}, TEXT("http://h/"), {0}, {0}},
        {"a status that overflows", INT32_MIN, {0}, TEXT("http://h/"), {0}, {0}},
        {"no URL", 200, {0}, {0}, {0}, {0}},
        {"another scheme", 200, {0}, TEXT("javascript:alert(1)"), {0}, {0}},
        {"no UTF-8", 200, {0}, TEXT("http://h/\xff"), {0}, {0}},
        {"not canonical", 200, {0}, TEXT("http://H/\xc3\xa4"), {0}, {0}},
        {"a user name", 200, {0}, TEXT("http://a@h/"), {0}, {0}},
        {"a line break", 200, {0}, TEXT("http://h/"), TEXT("\"e\"\r\nHost: x"), {0}},
        {"a NUL", 200, {0}, TEXT("http://h/\0"), {0}, {0}},
        {"a 404 with a body", 404, {0}, TEXT("http://h/"), {0}, TEXT("b")},
        {"times run backwards", 200, {3, 2, 3}, TEXT("http://h/"), {0}, {0}},
        {"times run backwards at the end", 200, {1, 3, 2}, TEXT("http://h/"), {0}, {0}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct cache_record record = {.http_status = cases[i].status,
                                      .lifetime = cases[i].lifetime,
                                      .final_url = cases[i].final_url,
                                      .etag = cases[i].etag,
                                      .body = cases[i].body};
        struct cache_record read;
        struct buf bytes;
        if (back(&record, &bytes, &read))
            fail_msg("%s", cases[i].name);
        buf_finish(&bytes);
    }
}

static void a_text_of_any_length_is_bounded(void **state)
{
    (void)state;
    enum { TOO_LONG = 8193 };
    char *text = test_malloc(TOO_LONG);
    memset(text, 'e', TOO_LONG);
    struct cache_record record = whole(), read;
    struct buf bytes;
    record.etag = span_of(text, TOO_LONG);
    buf_init(&bytes, 1 << 16);
    cache_record_write(&record, key, &bytes);
    assert_false(cache_record_read(buf_span(&bytes), key, &bounds, wall_ms, urls, &read));
    buf_finish(&bytes);
    test_free(text);
}

static void times_stay_within_the_readers_bounds(void **state)
{
    (void)state;
    static const struct {
        int status;
        struct cache_lifetime lifetime, expected; /* behind wall_ms */
        int64_t given;
    } cases[] = {
        {200, {1, 2, 3}, {1, 2, 3}, 0},
        {200, {TTL_MS + 1, TTL_MS + 2, TTL_MS + 3}, {TTL_MS, TTL_MS + 2, TTL_MS + 3}, 0},
        {200,
         {INT64_C(1) << 50, INT64_C(1) << 50, INT64_C(1) << 50},
         {TTL_MS, TTL_MS + CACHE_MAX_STALE_MS, TTL_MS + CACHE_MAX_STALE_MS},
         0},
        {404, {10, 20, 30}, {10, 10, 10}, 0},
        {200, {TTL_MS, TTL_MS, TTL_MS}, {TTL_MS - 5, TTL_MS, TTL_MS}, -5},
        {200, {1, 2, 3}, {1, 2, 3}, HOUR_MS},
        {200, {-10, 2, 3}, {-10, 2, 3}, -20},
        {404, {TTL_MS, TTL_MS, TTL_MS}, {NEGATIVE_TTL_MS, NEGATIVE_TTL_MS, NEGATIVE_TTL_MS}, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct cache_record record = {.http_status = cases[i].status,
                                      .final_url = TEXT("http://h/")};
        struct cache_record read;
        struct buf bytes;
        record.given_ms = wall_ms + cases[i].given;
        record.lifetime = cases[i].lifetime;
        record.lifetime.fresh_until_ms += wall_ms;
        record.lifetime.while_revalidate_until_ms += wall_ms;
        record.lifetime.if_error_until_ms += wall_ms;
        assert_true(back(&record, &bytes, &read));
        const struct cache_lifetime *l = &cases[i].expected;
        assert_int_equal(read.lifetime.fresh_until_ms - wall_ms, l->fresh_until_ms);
        assert_int_equal(read.lifetime.while_revalidate_until_ms - wall_ms,
                         l->while_revalidate_until_ms);
        assert_int_equal(read.lifetime.if_error_until_ms - wall_ms, l->if_error_until_ms);
        buf_finish(&bytes);
    }
}

static void it_is_kept_while_it_is_of_use(void **state)
{
    (void)state;
    static const struct {
        struct cache_lifetime lifetime; /* behind wall_ms */
        struct span etag;
        int64_t keep_ms;
    } cases[] = {
        {{1000, 1000, 1000}, {0}, 1000},
        {{1000, 1000, 5000}, {0}, 5000},
        {{1000, 1000, 1000}, TEXT("\"e\""), 1000 + HOUR_MS},
        {{0, 0, 2 * HOUR_MS}, TEXT("\"e\""), 2 * HOUR_MS},
        {{-5, -5, -5}, {0}, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct cache_record record = {.etag = cases[i].etag};
        record.lifetime.fresh_until_ms = wall_ms + cases[i].lifetime.fresh_until_ms;
        record.lifetime.if_error_until_ms = wall_ms + cases[i].lifetime.if_error_until_ms;
        assert_int_equal(cache_record_keep_ms(&record, wall_ms), cases[i].keep_ms);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_written_is_read),
        cmocka_unit_test(what_was_absent_stays_absent),
        cmocka_unit_test(nothing_shorter_or_longer_is_read),
        cmocka_unit_test(the_answer_to_another_key_is_refused),
        cmocka_unit_test(what_no_worker_writes_is_refused),
        cmocka_unit_test(a_text_of_any_length_is_bounded),
        cmocka_unit_test(times_stay_within_the_readers_bounds),
        cmocka_unit_test(it_is_kept_while_it_is_of_use),
    };
    return cmocka_run_group_tests(tests, make_parser, free_parser);
}
