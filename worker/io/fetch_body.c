/* The body of an exchange as it comes: bounded, decoded where it is gzip. */
#include "io/fetch_body.h"

#include <stdlib.h>

#include "core/robots.h"

static bool reserve(struct exchange *exchange, size_t more)
{
    struct body *body = exchange->body;
    size_t len = body ? body->len : 0, capacity = exchange->body_capacity;
    if (body && capacity - sizeof *body - len >= more)
        return true;
    if (capacity == 0)
        capacity = FETCH_FIRST_BODY_BYTES;
    while (capacity < sizeof *body + len + more)
        capacity *= 2;
    /* Those that began together may still all be large. */
    const size_t bodies_max = (size_t)exchange->fetch->config->memory_bytes / 2;
    if (exchange->fetch->body_bytes + capacity > bodies_max)
        return false;
    struct body *grown = realloc(body, capacity);
    if (!grown)
        return false;
    if (!body)
        *grown = (struct body){.references = 1};
    size_t counted = body ? exchange->body_capacity : FETCH_FIRST_BODY_BYTES;
    exchange->fetch->body_bytes += capacity - counted;
    exchange->body = grown;
    exchange->body_capacity = capacity;
    return true;
}

static bool is_wanted(const struct exchange *exchange)
{
    return retry_judge_status((int)exchange_status_now(exchange)).outcome == FETCH_OK;
}

static size_t max_body_bytes(const struct exchange *exchange)
{
    return exchange->flight->is_rules ? (size_t)ROBOTS_MAX_BYTES
                                      : (size_t)exchange->fetch->config->http.max_body_bytes;
}

/* Of robots.txt the first part is enough (RFC 9309, section 2.5). */
static enum exchange_stop stop_at_max(const struct exchange *exchange)
{
    return exchange->flight->is_rules ? STOP_ENOUGH : STOP_BODY;
}

static bool add_plain(struct exchange *exchange, struct span bytes)
{
    size_t have = exchange->body ? exchange->body->len : 0, max_bytes = max_body_bytes(exchange);
    if (bytes.len > max_bytes || have > max_bytes - bytes.len)
        return exchange_abort(exchange, stop_at_max(exchange));
    if (!reserve(exchange, bytes.len))
        return exchange_abort(exchange, STOP_MEMORY);
    memcpy(exchange->body->data + have, bytes.data, bytes.len);
    exchange->body->len += bytes.len;
    return true;
}

/* No page is worth that; a body of it costs its host trust. */
static bool is_bomb(const struct gunzip *gunzip)
{
    enum { BOMB_RATIO = 100 };
    return gunzip->stream.total_out / BOMB_RATIO > gunzip->stream.total_in;
}

/* The cap holds for what the body becomes: no more than one byte beyond it is decoded. */
static bool add_gzip(struct exchange *exchange, struct span bytes)
{
    const size_t max_bytes = max_body_bytes(exchange);
    enum gunzip_result result = GUNZIP_WANTS_ROOM;
    gunzip_give(&exchange->gunzip, bytes);
    while (result == GUNZIP_WANTS_ROOM) {
        if (!reserve(exchange, 1))
            return exchange_abort(exchange, STOP_MEMORY);
        struct body *body = exchange->body;
        size_t room = exchange->body_capacity - sizeof *body - body->len, len;
        if (room > max_bytes + 1 - body->len)
            room = max_bytes + 1 - body->len;
        result = gunzip_into(&exchange->gunzip, body->data + body->len, room, &len);
        body->len += len;
        if (body->len > max_bytes) {
            enum exchange_stop why = stop_at_max(exchange);
            return exchange_abort(exchange,
                                  why == STOP_BODY && is_bomb(&exchange->gunzip) ? STOP_BOMB : why);
        }
    }
    if (result == GUNZIP_NO_MEMORY)
        return exchange_abort(exchange, STOP_MEMORY);
    return result != GUNZIP_BROKEN || exchange_abort(exchange, STOP_BROKEN);
}

static bool ignore(struct exchange *exchange, size_t bytes)
{
    exchange->ignored_bytes += bytes;
    return exchange->ignored_bytes <= FETCH_MAX_IGNORED_BYTES ||
           exchange_abort(exchange, STOP_ENOUGH);
}

size_t body_read(char *data, size_t size, size_t count, void *context)
{
    struct exchange *exchange = context;
    struct span bytes = span_of(data, size * count);
    exchange_note_progress(exchange, bytes.len);
    bool goes_on = !is_wanted(exchange) ? ignore(exchange, bytes.len)
                   : exchange->is_gzip  ? add_gzip(exchange, bytes)
                                        : add_plain(exchange, bytes);
    return goes_on ? bytes.len : 0;
}

/* libcurl tells the bytes themselves to this only. */
int body_count_raw(CURL *easy, curl_infotype type, char *data, size_t size, void *context)
{
    (void)easy;
    (void)data;
    struct exchange *exchange = context;
    if (type == CURLINFO_DATA_IN)
        exchange->raw_bytes += size;
    return 0;
}

/* What stands around the chunks is in nobody's count but ours. That costs something, so only long
 * transfers are watched so. */
static bool is_raw_over(struct exchange *exchange, size_t max_bytes)
{
    if (++exchange->turns == FETCH_COUNT_RAW_AFTER)
        (void)curl_easy_setopt(exchange->easy, CURLOPT_VERBOSE, 1L);
    return exchange->raw_bytes / 2 > max_bytes;
}

/* libcurl calls it at every turn of a transfer, also where the callbacks above are told nothing:
 * what comes is bounded as well as what it decodes to, for that may be nothing. */
int body_watch(void *context, curl_off_t total, curl_off_t received, curl_off_t upload_total,
               curl_off_t uploaded)
{
    (void)total;
    (void)upload_total;
    (void)uploaded;
    struct exchange *exchange = context;
    size_t max_bytes = max_body_bytes(exchange);
    bool raw_over = is_raw_over(exchange, max_bytes);
    if ((raw_over || received > FETCH_MAX_IGNORED_BYTES) && !is_wanted(exchange))
        return !exchange_abort(exchange, STOP_ENOUGH);
    if (raw_over || received > (curl_off_t)max_bytes)
        return !exchange_abort(exchange, stop_at_max(exchange));
    return 0;
}

/* For the next body; what a large one needed is given back. */
static void keep_first_block(struct exchange *exchange)
{
    if (exchange->body_capacity > FETCH_FIRST_BODY_BYTES) {
        exchange->fetch->body_bytes -= exchange->body_capacity - FETCH_FIRST_BODY_BYTES;
        free(exchange->body);
        exchange->body = NULL;
        exchange->body_capacity = 0;
    }
    if (exchange->body)
        exchange->body->len = 0;
}

void body_end(struct exchange *exchange)
{
    keep_first_block(exchange);
    gunzip_finish(&exchange->gunzip);
}
