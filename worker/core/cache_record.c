#include "core/cache_record.h"

#include "core/avro_binary.h"

enum {
    VERSION = 1,
    MAX_TEXT_BYTES = 8192,
    CONFIRM_WITHIN_MS = 3600 * 1000, /* an ETag is worth keeping for so long */
};

void cache_record_write(const struct cache_record *record, const unsigned char key[DIGEST_BYTES],
                        struct buf *out)
{
    const struct span texts[] = {record->final_url, record->content_type, record->etag,
                                 record->last_modified, record->cache_control};
    (void)buf_add_char(out, VERSION);
    (void)buf_append(out, key, DIGEST_BYTES);
    avro_put_long(out, record->http_status);
    avro_put_long(out, record->given_ms);
    avro_put_long(out, record->lifetime.fresh_until_ms);
    avro_put_long(out, record->lifetime.while_revalidate_until_ms);
    avro_put_long(out, record->lifetime.if_error_until_ms);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        avro_put_bytes(out, texts[i]);
    avro_put_bytes(out, record->body);
}

static bool is_negative(int http_status)
{
    return http_status == 404 || http_status == 410;
}

/* No control character: nothing that could end a header line. */
static bool take_text(struct avro_cursor *cursor, struct span *ret_text)
{
    struct span text;
    if (!avro_take_bytes(cursor, &text) || text.len > MAX_TEXT_BYTES || span_has_control(text))
        return false;
    *ret_text = text.len > 0 ? text : SPAN_NONE;
    return true;
}

static bool take_head(struct avro_cursor *cursor, const unsigned char key[DIGEST_BYTES],
                      int *ret_status)
{
    struct span version, digest;
    int64_t status;
    if (!avro_take_fixed(cursor, 1, &version) || version.data[0] != VERSION ||
        !avro_take_fixed(cursor, DIGEST_BYTES, &digest) ||
        memcmp(digest.data, key, DIGEST_BYTES) != 0 || !avro_take_long(cursor, &status))
        return false;
    *ret_status = (int)status;
    return status == 200 || status == 203 || status == 404 || status == 410;
}

static int64_t within(int64_t value, int64_t low, int64_t high)
{
    return value < low ? low : value > high ? high : value;
}

/* The reader's ttl holds whatever the writer's was; clocks that differ cost no more than that. */
static bool take_lifetime(struct avro_cursor *cursor, int64_t ttl_ms, bool negative,
                          int64_t wall_ms, struct cache_record *record)
{
    struct cache_lifetime l;
    if (!avro_take_long(cursor, &record->given_ms) || !avro_take_long(cursor, &l.fresh_until_ms) ||
        !avro_take_long(cursor, &l.while_revalidate_until_ms) ||
        !avro_take_long(cursor, &l.if_error_until_ms) ||
        l.while_revalidate_until_ms < l.fresh_until_ms ||
        l.if_error_until_ms < l.while_revalidate_until_ms)
        return false;
    int64_t oldest_ms = wall_ms - CACHE_MAX_STALE_MS - ttl_ms;
    record->given_ms = within(record->given_ms, oldest_ms, wall_ms);
    int64_t latest_ms = record->given_ms + ttl_ms;
    l.fresh_until_ms = within(l.fresh_until_ms, oldest_ms, latest_ms);
    latest_ms = l.fresh_until_ms + (negative ? 0 : CACHE_MAX_STALE_MS);
    l.while_revalidate_until_ms = within(l.while_revalidate_until_ms, oldest_ms, latest_ms);
    l.if_error_until_ms = within(l.if_error_until_ms, oldest_ms, latest_ms);
    record->lifetime = l;
    return true;
}

static bool is_canonical(struct span text, struct url_parser *urls)
{
    struct url url;
    struct error error;
    if (!url_parse(urls, text, NULL, &url, &error))
        return false;
    bool same = span_equal(text, span_of(url.text, url.len));
    url_finish(&url);
    return same;
}

bool cache_record_read(struct span bytes, const unsigned char key[DIGEST_BYTES],
                       const struct cache_bounds *bounds, int64_t wall_ms, struct url_parser *urls,
                       struct cache_record *ret_record)
{
    struct avro_cursor cursor = avro_cursor_of(bytes);
    struct cache_record r;
    if (!take_head(&cursor, key, &r.http_status))
        return false;
    bool negative = is_negative(r.http_status);
    int64_t ttl_ms = negative ? bounds->negative_ttl_ms : bounds->ttl_ms;
    if (!take_lifetime(&cursor, ttl_ms, negative, wall_ms, &r) ||
        !take_text(&cursor, &r.final_url) || !take_text(&cursor, &r.content_type) ||
        !take_text(&cursor, &r.etag) || !take_text(&cursor, &r.last_modified) ||
        !take_text(&cursor, &r.cache_control) || !avro_take_bytes(&cursor, &r.body) ||
        avro_cursor_left(&cursor) > 0 || !is_canonical(r.final_url, urls) ||
        (negative && r.body.len > 0))
        return false;
    *ret_record = r;
    return true;
}

int64_t cache_record_keep_ms(const struct cache_record *record, int64_t wall_ms)
{
    int64_t until_ms = record->lifetime.if_error_until_ms;
    bool confirmable = record->etag.data || record->last_modified.data;
    if (confirmable && until_ms < record->lifetime.fresh_until_ms + CONFIRM_WITHIN_MS)
        until_ms = record->lifetime.fresh_until_ms + CONFIRM_WITHIN_MS;
    return until_ms > wall_ms ? until_ms - wall_ms : 0;
}
