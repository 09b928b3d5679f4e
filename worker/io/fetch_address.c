/* Where an exchange may go: the callbacks in which libcurl asks before it connects and sends. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "io/fetch_body.h"

static bool address_of(const struct sockaddr *from, struct address *ret_address, uint16_t *ret_port)
{
    struct address address = {0};
    if (from->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, from, sizeof in);
        memcpy(address.bytes, &in.sin_addr, address.len = 4);
        *ret_port = ntohs(in.sin_port);
    } else if (from->sa_family == AF_INET6) {
        struct sockaddr_in6 in;
        memcpy(&in, from, sizeof in);
        memcpy(address.bytes, &in.sin6_addr, address.len = 16);
        *ret_port = ntohs(in.sin6_port);
    } else {
        return false;
    }
    *ret_address = address;
    return true;
}

static void note_address(struct exchange *exchange, const struct address *address, uint16_t port)
{
    char text[INET6_ADDRSTRLEN] = "";
    bool v6 = address->len == 16;
    (void)inet_ntop(v6 ? AF_INET6 : AF_INET, address->bytes, text, sizeof text);
    (void)snprintf(exchange->address, sizeof exchange->address, v6 ? "[%s]:%u" : "%s:%u", text,
                   port);
}

static bool may_connect(struct exchange *exchange, const struct address *address, uint16_t port)
{
    const struct flight *flight = exchange->flight;
    return flight->trusted || address_policy_allows(exchange->fetch->policy, flight->url.host,
                                                    address, port, &exchange->refused_why);
}

bool address_refuses(struct flight *flight)
{
    const char *why;
    if (flight->trusted ||
        address_policy_may_allow(flight->fetch->policy, flight->url.host, flight->url.port, &why))
        return false;
    flight->outcome = FETCH_REFUSED;
    flight->http_status = 0;
    error_set(&flight->error, ERROR_RETRY, "address %.*s refused: %s",
              SPAN_ARG(flight->url.authority), why);
    if (flight->redirects > 0)
        flight->attempts++; /* the hops that were made */
    flight_answer_soon(flight);
    return true;
}

/* The one place where a name has become an address and nothing has been sent yet. */
curl_socket_t address_open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *to)
{
    (void)purpose;
    struct exchange *exchange = context;
    struct address address;
    uint16_t port;
    if (!address_of(&to->addr, &address, &port))
        return CURL_SOCKET_BAD;
    note_address(exchange, &address, port);
    exchange_enter(exchange, PHASE_CONNECTING);
    if (!may_connect(exchange, &address, port))
        return CURL_SOCKET_BAD;
    exchange->opened++;
    curl_socket_t fd = socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
    exchange->no_room = fd == CURL_SOCKET_BAD && (errno == EMFILE || errno == ENFILE);
    if (fd != CURL_SOCKET_BAD && !shards_opened_socket(exchange->fetch, fd)) {
        (void)close(fd);
        return CURL_SOCKET_BAD;
    }
    return fd;
}

/* What is decided for a host's address holds as long as the host is remembered, but not for its
 * name with a dot behind it: http.allow may name one of the two. */
static bool was_allowed(const struct flight *flight, const char *ip, int port)
{
    const struct host *host = flight->host;
    return port == host->allowed_port && strcmp(ip, host->allowed_ip) == 0 &&
           span_equals(flight->url.authority, host->key);
}

static void note_allowed(const struct flight *flight, const char *ip, int port)
{
    struct host *host = flight->host;
    if (!span_equals(flight->url.authority, host->key))
        return;
    (void)snprintf(host->allowed_ip, sizeof host->allowed_ip, "%s", ip);
    host->allowed_port = port;
}

/* A kept connection may turn out to be dead, so a GET may go out once more. */
static bool may_send(struct exchange *exchange)
{
    const struct flight *flight = exchange->flight;
    if (flight->host->limits.paused_until_ms > fetch_now_ms(exchange->fetch))
        return exchange_abort(exchange, STOP_PAUSED);
    if (++exchange->sent > (flight->post ? 1 : 2))
        return exchange_abort(exchange, STOP_RESENT);
    return true;
}

/* Runs before every request is sent, also on a connection that is used again. */
int address_before_request(void *context, char *remote_ip, char *local_ip, int remote_port,
                           int local_port)
{
    (void)local_ip;
    (void)local_port;
    struct exchange *exchange = context;
    struct address address;
    exchange_enter(exchange, PHASE_ASKED);
    if (!may_send(exchange))
        return CURL_PREREQFUNC_ABORT;
    const struct flight *flight = exchange->flight;
    if (flight->trusted || was_allowed(flight, remote_ip, remote_port))
        return CURL_PREREQFUNC_OK;
    if (!*remote_ip) /* reset meanwhile; its address was judged before it was opened */
        return CURL_PREREQFUNC_ABORT;
    if (!address_parse(span_from(remote_ip), &address)) {
        exchange->refused_why = "not an internet address";
    } else {
        if (may_connect(exchange, &address, (uint16_t)remote_port)) {
            note_allowed(flight, remote_ip, remote_port);
            return CURL_PREREQFUNC_OK;
        }
        note_address(exchange, &address, (uint16_t)remote_port);
    }
    exchange->stop = STOP_ADDRESS;
    return CURL_PREREQFUNC_ABORT;
}
