/* What the end of an exchange means for its lookup and its host, and how a person reads it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/fetch_parts.h"

enum { HTTP_NO_CONTENT = 204, HTTP_TOO_MANY = 429 };

static const struct {
    CURLcode code;
    struct retry_verdict verdict;
} codes[] = {
    {CURLE_OPERATION_TIMEDOUT, {FETCH_TIMEOUT, true, HOST_OVERLOADED}},
    {CURLE_URL_MALFORMAT, {FETCH_REFUSED, false, HOST_NEUTRAL}},
    {CURLE_UNSUPPORTED_PROTOCOL, {FETCH_ERROR, false, HOST_GOOD}}, /* an HTTP/0.9 answer */
    {CURLE_WEIRD_SERVER_REPLY, {FETCH_ERROR, false, HOST_GOOD}},
    {CURLE_PEER_FAILED_VERIFICATION, {FETCH_ERROR, false, HOST_FAILED}},
    {CURLE_OUT_OF_MEMORY, {FETCH_ERROR, false, HOST_GOOD}}, /* mostly a header line over 100 kB */
};

static const struct retry_verdict stops[] = {
    [STOP_ADDRESS] = {FETCH_REFUSED, false, HOST_NEUTRAL},
    [STOP_BODY] = {FETCH_ERROR, false, HOST_GOOD},
    [STOP_BOMB] = {FETCH_ERROR, false, HOST_FAILED},
    [STOP_BROKEN] = {FETCH_ERROR, false, HOST_GOOD},
    [STOP_CUT] = {FETCH_ERROR, true, HOST_FAILED},
    [STOP_HEADERS] = {FETCH_ERROR, false, HOST_GOOD},
    [STOP_ENCODINGS] = {FETCH_ERROR, false, HOST_GOOD},
    [STOP_LENGTHS] = {FETCH_ERROR, false, HOST_GOOD},
    [STOP_SLOW] = {FETCH_TIMEOUT, true, HOST_OVERLOADED},
    [STOP_FLOOD] = {FETCH_ERROR, true, HOST_FAILED},
    [STOP_MEMORY] = {FETCH_ERROR, true, HOST_NEUTRAL},
    [STOP_ROOM] = {FETCH_ERROR, true, HOST_NEUTRAL},
    [STOP_PAUSED] = {FETCH_ERROR, true, HOST_NEUTRAL},
    [STOP_RESENT] = {FETCH_ERROR, true, HOST_FAILED},
};

/* What came is not what was announced, though it came to its end: libcurl goes by the chunks where
 * there are chunks. A 204 has no body, whatever it says. */
static bool has_other_length(const struct exchange *exchange)
{
    struct span length = exchange_header(exchange, KEPT_CONTENT_LENGTH);
    curl_off_t received = 0;
    (void)curl_easy_getinfo(exchange->easy, CURLINFO_SIZE_DOWNLOAD_T, &received);
    bool has_body = retry_judge_status(exchange->http_status).outcome == FETCH_OK &&
                    exchange->http_status != HTTP_NO_CONTENT;
    return has_body && length.data && strtoll(length.data, NULL, 10) != received;
}

/* Refused only where no address was let through: a host with one public and one private address
 * that does not answer on the public one has failed, and may be tried again. */
static enum exchange_stop stop_of(const struct exchange *exchange, CURLcode result)
{
    bool unconnected = result == CURLE_COULDNT_CONNECT || result == CURLE_OPERATION_TIMEDOUT;
    if (unconnected && exchange->refused_why && exchange->opened == 0)
        return STOP_ADDRESS;
    if (exchange->no_room && result != CURLE_OK)
        return STOP_ROOM;
    if (result == CURLE_OK && has_other_length(exchange))
        return STOP_LENGTHS;
    if (result == CURLE_OK && !gunzip_is_whole(&exchange->gunzip))
        return STOP_CUT;
    return exchange->stop;
}

int exchange_status(const struct exchange *exchange)
{
    int status = exchange->http_status;
    return status > 0 && status == exchange->flight->rate_limit_status ? HTTP_TOO_MANY : status;
}

struct retry_verdict exchange_judge(const struct exchange *exchange, CURLcode result)
{
    enum exchange_stop stop = stop_of(exchange, result);
    if (stop != STOP_NONE && stop != STOP_ENOUGH)
        return stops[stop];
    if (result == CURLE_OK || stop == STOP_ENOUGH)
        return retry_judge_status(exchange_status(exchange));
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (codes[i].code == result)
            return codes[i].verdict;
    return (struct retry_verdict){FETCH_ERROR, true, HOST_FAILED};
}

static void describe_connect(const struct exchange *exchange, struct error *ret_error)
{
    long os_error = 0;
    (void)curl_easy_getinfo(exchange->easy, CURLINFO_OS_ERRNO, &os_error);
    if (os_error == ECONNREFUSED)
        error_set(ret_error, ERROR_RETRY, "connect to %s refused", exchange->address);
    else
        error_set(ret_error, ERROR_RETRY, "connect to %s failed: %s", exchange->address,
                  os_error ? strerror((int)os_error) : exchange->curl_error);
}

static void describe_stop(const struct exchange *exchange, enum exchange_stop stop,
                          struct error *ret_error)
{
    long long max_body = (long long)exchange->fetch->config->http.max_body_bytes;
    switch (stop) {
    case STOP_ADDRESS:
        error_set(ret_error, ERROR_RETRY, "address %s refused: %s", exchange->address,
                  exchange->refused_why);
        break;
    case STOP_BODY: error_set(ret_error, ERROR_RETRY, "body over %lld bytes", max_body); break;
    case STOP_BOMB:
        error_set(ret_error, ERROR_RETRY, "body over %lld bytes, out of %lu of gzip", max_body,
                  exchange->gunzip.stream.total_in);
        break;
    case STOP_BROKEN:
        error_set(ret_error, ERROR_RETRY, "body is not of the content encoding that it says");
        break;
    case STOP_CUT: error_set(ret_error, ERROR_RETRY, "gzip body does not come to its end"); break;
    case STOP_HEADERS:
        error_set(ret_error, ERROR_RETRY, "headers over %d bytes, or one over %d",
                  FETCH_MAX_HEADER_BYTES, FETCH_MAX_KEPT_BYTES);
        break;
    case STOP_ENCODINGS:
        error_set(ret_error, ERROR_RETRY,
                  "a content encoding but gzip, more than one content encoding, or a transfer "
                  "encoding but chunked");
        break;
    case STOP_LENGTHS:
        error_set(ret_error, ERROR_RETRY,
                  "Content-Length is no number, not the body's, or two that differ");
        break;
    case STOP_SLOW:
        error_set(ret_error, ERROR_RETRY, "less than %d bytes in %d s", FETCH_SLOW_BYTES,
                  FETCH_SLOW_WINDOW_MS / 1000);
        break;
    case STOP_FLOOD:
        error_set(ret_error, ERROR_RETRY, "more frames than %d ms of work", FETCH_FLOODED_CPU_MS);
        break;
    case STOP_PAUSED: error_set(ret_error, ERROR_RETRY, "its host asked for a pause"); break;
    case STOP_RESENT:
        error_set(ret_error, ERROR_RETRY, "connection closed without an answer");
        break;
    case STOP_ROOM: error_set(ret_error, ERROR_RETRY, "no descriptor left for it"); break;
    case STOP_MEMORY: error_set(ret_error, ERROR_RETRY, "no memory for the body"); break;
    case STOP_NONE:
    case STOP_ENOUGH:
        error_set(ret_error, ERROR_RETRY, "HTTP status %d", exchange->http_status);
        break;
    }
}

/* curl's own words, or its name for the code. */
static const char *curl_words(const struct exchange *exchange, CURLcode result)
{
    return exchange->curl_error[0] ? exchange->curl_error : curl_easy_strerror(result);
}

void exchange_describe(const struct exchange *exchange, CURLcode result, struct error *ret_error)
{
    struct span host = exchange->flight->url.authority;
    enum exchange_stop stop = stop_of(exchange, result);
    if (result == CURLE_OK || stop != STOP_NONE) {
        describe_stop(exchange, stop, ret_error);
        return;
    }
    switch (result) {
    case CURLE_OPERATION_TIMEDOUT: exchange_describe_timeout(exchange, ret_error); break;
    case CURLE_COULDNT_RESOLVE_HOST:
        error_set(ret_error, ERROR_RETRY, "host %.*s could not be resolved%s%s", SPAN_ARG(host),
                  exchange->name_error ? ": " : "",
                  exchange->name_error ? exchange->name_error : "");
        break;
    case CURLE_COULDNT_CONNECT: describe_connect(exchange, ret_error); break;
    case CURLE_OUT_OF_MEMORY:
        error_set(ret_error, ERROR_RETRY, "a header line over 100 kB, or no memory");
        break;
    case CURLE_PARTIAL_FILE:
        error_set(ret_error, ERROR_RETRY, "connection closed before %s had come",
                  exchange->has_headers ? "the whole body" : "all headers");
        break;
    case CURLE_ABORTED_BY_CALLBACK: /* by address_before_request */
        error_set(ret_error, ERROR_RETRY, "connection closed as soon as it was open");
        break;
    case CURLE_GOT_NOTHING:
        error_set(ret_error, ERROR_RETRY, "connection closed without an answer");
        break;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
        error_set(ret_error, ERROR_RETRY, "TLS with %.*s: %s", SPAN_ARG(host),
                  curl_words(exchange, result));
        break;
    default: error_set(ret_error, ERROR_RETRY, "%s", curl_words(exchange, result)); break;
    }
}
