/* The input is what another program has put into the shared cache: what is read of it stays within
 * the reader's bounds, holds nothing that could end a header line, and comes out again as it was.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/cache_record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TTL_MS = 600000, HEAD_BYTES = 1 + DIGEST_BYTES };

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void must_be_one_line(struct span text)
{
    for (size_t i = 0; i < text.len; i++)
        must((unsigned char)text.data[i] >= ' ');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct cache_bounds bounds = {TTL_MS, TTL_MS};
    const int64_t wall_ms = INT64_C(1764000000000);
    static struct url_parser *urls;
    if (!urls)
        urls = url_parser_new();
    unsigned char key[DIGEST_BYTES] = {0};
    struct cache_record record, again;
    struct span bytes = span_of((const char *)data, size);
    if (size >= HEAD_BYTES)
        memcpy(key, data + 1, DIGEST_BYTES); /* the right key: what lies behind it is read */
    if (!cache_record_read(bytes, key, &bounds, wall_ms, urls, &record))
        return 0;
    const struct cache_lifetime *l = &record.lifetime;
    must(l->fresh_until_ms <= wall_ms + TTL_MS);
    must(l->while_revalidate_until_ms >= l->fresh_until_ms);
    must(l->if_error_until_ms >= l->while_revalidate_until_ms);
    must(l->if_error_until_ms <= l->fresh_until_ms + CACHE_MAX_STALE_MS);
    must_be_one_line(record.final_url);
    must(span_starts_with(record.final_url, "http") && span_is_utf8(record.final_url));
    must_be_one_line(record.etag);
    must_be_one_line(record.last_modified);
    struct buf out;
    buf_init(&out, size + 64);
    cache_record_write(&record, key, &out);
    must(!buf_failed(&out));
    must(cache_record_read(buf_span(&out), key, &bounds, wall_ms, urls, &again));
    must(memcmp(&record.lifetime, &again.lifetime, sizeof again.lifetime) == 0);
    must(span_equal(record.body, again.body));
    buf_finish(&out);
    return 0;
}
