/* cache_record: one cached answer as bytes, for a store that others can write to.
 *
 *   version  key's SHA-256  status  given fresh renew error  url type etag modified control  body
 *      01      32 bytes      long          4 longs                   5 times bytes          bytes
 *
 * Longs and bytes in Avro's binary encoding; no bytes means absent. Times are of the wall clock, so
 * that another host can read them. A reader trusts nothing of it: what is kept is bounded by the
 * reader's own times and sizes, the URL is one that could have been asked, and no text can break
 * out of the header that it is sent back in.
 *
 * Pure. */
#ifndef BYLINE_CORE_CACHE_RECORD_H
#define BYLINE_CORE_CACHE_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/cache_policy.h"
#include "core/digest.h"
#include "core/span.h"
#include "core/url.h"

struct cache_record {
    int http_status;                /* 200, 203, 404 or 410 */
    int64_t given_ms;               /* when the host gave or confirmed it, since 1970 */
    struct cache_lifetime lifetime; /* on the same clock */
    struct span final_url;          /* canonical, http or https */
    struct span content_type, etag, last_modified, cache_control; /* absent where empty */
    struct span body;
};

/* Appends to out; what does not fit is seen by buf_failed. */
void cache_record_write(const struct cache_record *record, const unsigned char key[DIGEST_BYTES],
                        struct buf *out);

/* Of the answer to this key and no other; spans point into bytes. Times are brought within bounds,
 * as seen from given_ms and wall_ms. False for what cache_record_write cannot have written. */
bool cache_record_read(struct span bytes, const unsigned char key[DIGEST_BYTES],
                       const struct cache_bounds *bounds, int64_t wall_ms, struct url_parser *urls,
                       struct cache_record *ret_record) __attribute__((warn_unused_result));

/* How long a store should keep it: while it may be served, and where it can be confirmed at least
 * an hour behind its freshness. 0: not at all. */
int64_t cache_record_keep_ms(const struct cache_record *record, int64_t wall_ms);

#endif
