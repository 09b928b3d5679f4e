/* The phases of an exchange (name, connection, TLS, first byte, body) and their limits. */
#include <stdio.h>

#include "io/fetch_parts.h"

/* libcurl's time for a connection is one for addresses and TLS together, and half of what is left
 * of it goes to each address but the last: each phase gives it its own. */
void exchange_enter(struct exchange *exchange, enum exchange_phase phase)
{
    int64_t now_ms = fetch_now_ms(exchange->fetch);
    if (exchange->phase == phase)
        return;
    if (phase != PHASE_READING)
        exchange->phase_since_ms = now_ms;
    exchange->phase = phase;
    if (phase == PHASE_CONNECTING || phase == PHASE_TLS)
        (void)curl_easy_setopt(
            exchange->easy, CURLOPT_CONNECTTIMEOUT_MS,
            (long)(now_ms - exchange->added_ms + exchange->fetch->config->http.connect_timeout_ms));
}

static int64_t phase_limit_ms(const struct exchange *exchange)
{
    const struct config *config = exchange->fetch->config;
    switch (exchange->phase) {
    case PHASE_RESOLVING:
    case PHASE_CONNECTING:
    case PHASE_TLS: return config->http.connect_timeout_ms;
    case PHASE_ASKED: return config->http.timeout_ms / 2;
    case PHASE_QUEUED:
    case PHASE_READING: break;
    }
    return config->http.timeout_ms;
}

/* libcurl takes the next address when one is refused at once or has had its time, but sets no timer
 * for that: it is called. */
void exchange_wake_connecting(struct exchange *exchange)
{
    if (exchange->phase != PHASE_CONNECTING)
        return;
    (void)curl_easy_pause(exchange->easy, CURLPAUSE_RECV);
    (void)curl_easy_pause(exchange->easy, CURLPAUSE_CONT);
}

void exchange_set_silent(struct exchange *exchange, bool silent)
{
    exchange->fetch->silent_count += (int)silent - (int)exchange->silent;
    exchange->silent = silent;
}

/* Not left to libcurl, which keeps to no time while it has an exchange in its queue, and whose
 * timer costs every request. */
bool exchange_is_late(const struct exchange *exchange, int64_t now_ms)
{
    return now_ms - exchange->phase_since_ms >= phase_limit_ms(exchange) ||
           now_ms >= exchange->flight->deadline_ms;
}

/* What it was doing when its time was up. */
static void describe_phase(const struct exchange *exchange, char *ret_text, size_t size)
{
    struct span host = exchange->flight->url.authority;
    switch (exchange->phase) {
    case PHASE_QUEUED:
        (void)snprintf(ret_text, size, "waiting for a connection to %.*s", SPAN_ARG(host));
        break;
    case PHASE_RESOLVING: (void)snprintf(ret_text, size, "resolving %.*s", SPAN_ARG(host)); break;
    case PHASE_CONNECTING:
        (void)snprintf(ret_text, size, "connecting to %s", exchange->address);
        break;
    case PHASE_TLS:
        (void)snprintf(ret_text, size, "in the TLS handshake with %.*s", SPAN_ARG(host));
        break;
    case PHASE_ASKED: (void)snprintf(ret_text, size, "waiting for the first byte"); break;
    case PHASE_READING: (void)snprintf(ret_text, size, "reading the answer"); break;
    }
}

void exchange_describe_timeout(const struct exchange *exchange, struct error *ret_error)
{
    int64_t spent_ms = fetch_now_ms(exchange->fetch) - exchange->phase_since_ms;
    char phase[300];
    describe_phase(exchange, phase, sizeof phase);
    error_set(ret_error, ERROR_RETRY, "timed out after %.3g s %s", (double)spent_ms / 1000, phase);
}
