/* One HTTP exchange: an easy handle with its bounds. Options that never change are set when the
 * handle is made; handles are kept and reused, and every option that varies is set at each start.
 */
#include <stdlib.h>

#include "io/fetch_body.h"
#include "io/fetch_names.h"
#include "io/fetch_parts.h"
#include "io/fetch_reuse.h"

enum { MAX_LENGTH_DIGITS = 18 /* of an int64_t */ };

/* --- headers --- */

static const struct span kept_names[KEPT_COUNT] = {
    [KEPT_CONTENT_TYPE] = SPAN_LITERAL("content-type"),
    [KEPT_CONTENT_ENCODING] = SPAN_LITERAL("content-encoding"),
    [KEPT_TRANSFER_ENCODING] = SPAN_LITERAL("transfer-encoding"),
    [KEPT_CONTENT_LENGTH] = SPAN_LITERAL("content-length"),
    [KEPT_LOCATION] = SPAN_LITERAL("location"),
    [KEPT_RETRY_AFTER] = SPAN_LITERAL("retry-after"),
    [KEPT_CACHE_CONTROL] = SPAN_LITERAL("cache-control"),
    [KEPT_EXPIRES] = SPAN_LITERAL("expires"),
    [KEPT_DATE] = SPAN_LITERAL("date"),
    [KEPT_AGE] = SPAN_LITERAL("age"),
    [KEPT_ETAG] = SPAN_LITERAL("etag"),
    [KEPT_LAST_MODIFIED] = SPAN_LITERAL("last-modified"),
    [KEPT_VARY] = SPAN_LITERAL("vary"),
};

static size_t kept_index(struct span name)
{
    size_t i = 0;
    while (i < KEPT_COUNT &&
           !(name.len == kept_names[i].len && span_equals_nocase(name, kept_names[i].data)))
        i++;
    return i;
}

/* gzip once, or nothing ("identity"). libcurl is not asked to decode: it would decode a second
 * encoding within the first in one call, in which the outer one can make gigabytes of a kilobyte
 * and the inner one nothing of these; its brotli fills a window of 16 MiB before any callback could
 * end it, its zstd one of 128; and it takes a gzip body that was cut short for whole. */
static bool is_content_encoding_taken(struct exchange *exchange, struct span list)
{
    int count = 0;
    for (size_t start = 0, end; start < list.len; start = end + 1) {
        end = start;
        while (end < list.len && list.data[end] != ',')
            end++;
        struct span name = span_trim(span_of(list.data + start, end - start));
        bool is_gzip = span_equals_nocase(name, "gzip") || span_equals_nocase(name, "x-gzip");
        if (name.len > 0 && !is_gzip && !span_equals_nocase(name, "identity"))
            return false;
        count += is_gzip;
    }
    exchange->is_gzip = count > 0;
    return count <= 1;
}

/* A transfer encoding but chunked has not been asked for. */
static bool is_encoding_taken(struct exchange *exchange, enum kept_header header, struct span value)
{
    if (header == KEPT_CONTENT_ENCODING)
        return is_content_encoding_taken(exchange, value);
    if (header == KEPT_TRANSFER_ENCODING)
        return span_equals_nocase(value, "chunked") || span_equals_nocase(value, "identity");
    return true;
}

static bool is_length(struct span value)
{
    for (size_t i = 0; i < value.len; i++)
        if (value.data[i] < '0' || value.data[i] > '9')
            return false;
    return value.len > 0 && value.len <= MAX_LENGTH_DIGITS;
}

/* A header that comes twice is one list (RFC 9110, section 5.3), but for Retry-After, whose dates
 * have commas: it is kept line by line; and for the length, where two that
 * differ mean that somebody is being misled about where the answer ends (RFC 9112, section 6.3). */
static bool keep_header(struct exchange *exchange, struct span name, struct span value)
{
    size_t i = kept_index(name);
    if (i == KEPT_COUNT)
        return true;
    struct buf *kept = &exchange->kept[i];
    if (i == KEPT_CONTENT_LENGTH && !is_length(value))
        return exchange_abort(exchange, STOP_LENGTHS);
    if (i == KEPT_CONTENT_LENGTH && kept->len > 0)
        return span_equal(buf_span(kept), value) || exchange_abort(exchange, STOP_LENGTHS);
    if (kept->len > 0)
        (void)buf_add_text(kept, i == KEPT_RETRY_AFTER ? "\n" : ", ");
    if (!buf_add(kept, value))
        return exchange_abort(exchange, STOP_HEADERS);
    return is_encoding_taken(exchange, (enum kept_header)i, buf_span(kept)) ||
           exchange_abort(exchange, STOP_ENCODINGS);
}

static void start_headers(struct exchange *exchange)
{
    for (size_t i = 0; i < KEPT_COUNT; i++)
        buf_reset(&exchange->kept[i]);
    exchange->is_gzip = false;
}

void exchange_note_progress(struct exchange *exchange, size_t bytes)
{
    exchange_enter(exchange, PHASE_READING);
    exchange_set_silent(exchange, false);
    if (exchange->slow_since_ms == 0)
        exchange->slow_since_ms = fetch_now_ms(exchange->fetch);
    exchange->slow_bytes += bytes;
}

long exchange_status_now(const struct exchange *exchange)
{
    long status = 0;
    (void)curl_easy_getinfo(exchange->easy, CURLINFO_RESPONSE_CODE, &status);
    return status;
}

/* A status line, headers and an empty line; the same again after an interim answer; trailers, of
 * which nothing is kept. */
static bool read_line(struct exchange *exchange, struct span line)
{
    if (exchange->has_headers)
        return true;
    if (!exchange->in_headers) {
        start_headers(exchange);
        exchange->in_headers = true;
        return true;
    }
    if (span_trim(line).len == 0) {
        exchange->in_headers = false;
        exchange->has_headers = exchange_status_now(exchange) >= 200;
        return true;
    }
    const char *colon = memchr(line.data, ':', line.len);
    if (!colon)
        return true;
    size_t name_len = (size_t)(colon - line.data);
    struct span value = span_trim(span_of(colon + 1, line.len - name_len - 1));
    return keep_header(exchange, span_trim(span_of(line.data, name_len)), value);
}

static size_t read_header(char *line, size_t size, size_t count, void *context)
{
    struct exchange *exchange = context;
    struct span text = span_of(line, size * count);
    exchange->header_bytes += text.len;
    exchange_note_progress(exchange, text.len);
    bool goes_on = exchange->header_bytes <= FETCH_MAX_HEADER_BYTES
                       ? read_line(exchange, text)
                       : exchange_abort(exchange, STOP_HEADERS);
    return goes_on ? text.len : 0;
}

struct span exchange_header(const struct exchange *exchange, enum kept_header header)
{
    const struct buf *kept = &exchange->kept[header];
    return kept->len > 0 ? buf_span(kept) : SPAN_NONE;
}

/* --- handles --- */

static void set_constant_options(struct exchange *exchange)
{
    CURL *easy = exchange->easy;
    const char *ca_file = exchange->fetch->config->http.ca_file;
    (void)curl_easy_setopt(easy, CURLOPT_PRIVATE, exchange);
    (void)curl_easy_setopt(easy, CURLOPT_SHARE, exchange->fetch->share);
    (void)curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(easy, CURLOPT_DNS_CACHE_TIMEOUT, 1L); /* of what fetch_names gives */
    (void)curl_easy_setopt(easy, CURLOPT_PROXY, "");
    (void)curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
    (void)curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    (void)curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    (void)curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    bool watched = tls_watch(exchange);
    (void)curl_easy_setopt(easy, CURLOPT_HTTP_VERSION,
                           watched ? (long)CURL_HTTP_VERSION_2TLS : (long)CURL_HTTP_VERSION_1_1);
    if (ca_file && *ca_file)
        (void)curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file);
    (void)curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, exchange->curl_error);
    (void)curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, address_open_socket);
    (void)curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, exchange);
    (void)curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, shards_close_socket);
    (void)curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, exchange->fetch);
    (void)curl_easy_setopt(easy, CURLOPT_RESOLVER_START_FUNCTION, names_before_resolving);
    (void)curl_easy_setopt(easy, CURLOPT_RESOLVER_START_DATA, exchange);
    (void)curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, address_before_request);
    (void)curl_easy_setopt(easy, CURLOPT_PREREQDATA, exchange);
    (void)curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, read_header);
    (void)curl_easy_setopt(easy, CURLOPT_HEADERDATA, exchange);
    (void)curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, body_read);
    (void)curl_easy_setopt(easy, CURLOPT_WRITEDATA, exchange);
    (void)curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    (void)curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, body_watch);
    (void)curl_easy_setopt(easy, CURLOPT_XFERINFODATA, exchange);
    (void)curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, body_count_raw);
    (void)curl_easy_setopt(easy, CURLOPT_DEBUGDATA, exchange);
}

static struct exchange *exchange_new(struct fetch *fetch)
{
    struct exchange *exchange = calloc(1, sizeof *exchange);
    if (!exchange)
        return NULL;
    exchange->fetch = fetch;
    exchange->easy = curl_easy_init();
    if (!exchange->easy) {
        free(exchange);
        return NULL;
    }
    for (size_t i = 0; i < KEPT_COUNT; i++)
        buf_init(&exchange->kept[i], FETCH_MAX_KEPT_BYTES);
    set_constant_options(exchange);
    fetch->exchange_count++;
    return exchange;
}

static void exchange_free(struct exchange *exchange)
{
    exchange->fetch->exchange_count--;
    free(exchange->body);
    curl_easy_cleanup(exchange->easy);
    for (size_t i = 0; i < KEPT_COUNT; i++)
        buf_finish(&exchange->kept[i]);
    free(exchange);
}

/* Forgets the exchange before; keeps the handle and the headers' memory. */
static void reset(struct exchange *exchange)
{
    start_headers(exchange);
    exchange->in_headers = exchange->has_headers = false;
    exchange->ignored_bytes = exchange->header_bytes = 0;
    exchange->http_status = 0;
    if (exchange->turns >= FETCH_COUNT_RAW_AFTER)
        (void)curl_easy_setopt(exchange->easy, CURLOPT_VERBOSE, 0L);
    exchange->turns = 0;
    exchange->raw_bytes = 0;
    exchange->stop = STOP_NONE;
    exchange->no_room = false;
    exchange->sent = 0;
    exchange->opened = 0;
    exchange->refused_why = NULL;
    exchange->address[0] = exchange->curl_error[0] = '\0';
    exchange->name_error = NULL;
    exchange->name_asks = 0;
    exchange->started_ms = fetch_now_ms(exchange->fetch);
    exchange->slow_since_ms = 0;
    exchange->slow_bytes = 0;
}

/* For as much as the host's last answer: of a thousand under way most are small. */
static long buffer_bytes(const struct host *host)
{
    bool small = host->answer_bytes > 0 && host->answer_bytes <= FETCH_SMALL_BYTES;
    return small ? FETCH_SMALL_BYTES : FETCH_LARGE_BYTES;
}

static CURLcode set_request(struct exchange *exchange, const struct flight *flight)
{
    CURL *easy = exchange->easy;
    if (flight->post) {
        (void)curl_easy_setopt(easy, CURLOPT_POST, 1L);
        (void)curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)flight->body.len);
        (void)curl_easy_setopt(easy, CURLOPT_POSTFIELDS,
                               flight->body.data ? flight->body.data : "");
    } else {
        (void)curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
    }
    (void)curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, buffer_bytes(flight->host));
    (void)curl_easy_setopt(easy, CURLOPT_PIPEWAIT, flight->url.https ? 1L : 0L);
    reuse_set_conditions(flight, exchange);
    (void)curl_easy_setopt(easy, CURLOPT_HTTPHEADER,
                           exchange->conditions ? exchange->conditions : flight->headers);
    return curl_easy_setopt(easy, CURLOPT_URL, flight->url.text);
}

void exchange_suspend(struct exchange *exchange)
{
    (void)curl_multi_remove_handle(exchange->shard->multi, exchange->easy);
}

bool exchange_resume(struct exchange *exchange)
{
    exchange->phase = PHASE_QUEUED;
    exchange->added_ms = exchange->phase_since_ms = fetch_now_ms(exchange->fetch);
    (void)curl_easy_setopt(exchange->easy, CURLOPT_CONNECTTIMEOUT_MS,
                           (long)exchange->fetch->config->http.connect_timeout_ms);
    return curl_multi_add_handle(exchange->shard->multi, exchange->easy) == CURLM_OK;
}

struct exchange *exchange_start(struct flight *flight, struct shard *shard)
{
    struct fetch *fetch = flight->fetch;
    struct exchange *exchange = fetch->spare;
    if (exchange)
        fetch->spare = exchange->next;
    else
        exchange = exchange_new(fetch);
    if (!exchange)
        return NULL;
    reset(exchange);
    exchange->flight = flight;
    exchange->shard = shard;
    if (set_request(exchange, flight) != CURLE_OK || !exchange_resume(exchange)) {
        reuse_free_conditions(exchange);
        exchange_free(exchange);
        return NULL;
    }
    shard->active++;
    fetch->active_count++;
    DL_APPEND(fetch->active, exchange);
    return exchange;
}

/* What large headers needed is given back. */
static void keep_small_headers(struct exchange *exchange)
{
    enum { SMALL_BYTES = 2048 };
    if (exchange->header_bytes <= SMALL_BYTES)
        return;
    for (size_t i = 0; i < KEPT_COUNT; i++) {
        buf_finish(&exchange->kept[i]);
        buf_init(&exchange->kept[i], FETCH_MAX_KEPT_BYTES);
    }
}

void exchange_finish(struct exchange *exchange)
{
    struct fetch *fetch = exchange->fetch;
    exchange_suspend(exchange);
    names_leave(exchange);
    body_end(exchange);
    keep_small_headers(exchange);
    reuse_free_conditions(exchange);
    exchange->flight = NULL;
    exchange->shard->active--;
    fetch->active_count--;
    exchange_set_silent(exchange, false);
    DL_DELETE(fetch->active, exchange);
    exchange->next = fetch->spare;
    fetch->spare = exchange;
}

void exchanges_free(struct fetch *fetch)
{
    while (fetch->spare) {
        struct exchange *exchange = fetch->spare;
        fetch->spare = exchange->next;
        exchange_free(exchange);
    }
}
