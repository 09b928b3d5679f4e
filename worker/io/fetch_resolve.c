#include "io/fetch_resolve.h"

#include <ares.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <unistd.h>

#include "io/fetch_parts.h"

enum {
    TRIES = 2, /* of each name server; the second one has twice the time */
    MAX_TRY_MS = 5000,
    MAX_ADDRESSES = 16, /* kept of one name, of each family */
    MAX_TEXT_BYTES = 2 * MAX_ADDRESSES * (INET6_ADDRSTRLEN + 3),
    GRACE_MS = 50, /* for the other family, once one is known (RFC 8305, section 3) */
};

enum family { FAMILY_V4, FAMILY_V6, FAMILY_COUNT };

/* One of the two questions about a name. */
struct question {
    enum family family;
    bool is_asked, is_answered;
    int status; /* of c-ares */
    int ttl_s;
    struct buf addresses;
};

struct resolve {
    struct fetch *fetch;
    ares_channel channel;
    struct query_socket *sockets;
    uv_timer_t timer;
    resolve_done *done;
    void *context;
    struct question questions[FAMILY_COUNT];
    int64_t grace_until_ms; /* 0: no address is known yet */
    struct resolved resolved;
};

/* A socket of c-ares, from its first question until c-ares closes it. */
struct query_socket {
    struct query_socket *next;
    struct resolve *resolve;
    struct fetch *fetch;
    ares_socket_t fd;
    uv_poll_t poll;
};

static void on_poll_closed(uv_handle_t *handle)
{
    struct query_socket *query = handle->data;
    struct fetch *fetch = query->fetch;
    free(query);
    fetch_handle_closed(fetch);
}

static void on_timer_closed(uv_handle_t *handle)
{
    struct resolve *resolve = handle->data;
    struct fetch *fetch = resolve->fetch;
    buf_finish(&resolve->resolved.addresses);
    for (int family = 0; family < FAMILY_COUNT; family++)
        buf_finish(&resolve->questions[family].addresses);
    free(resolve);
    fetch_handle_closed(fetch);
}

/* Not from within a call of c-ares. */
static void end(struct resolve *resolve)
{
    ares_destroy(resolve->channel);
    uv_close((uv_handle_t *)&resolve->timer, on_timer_closed);
}

static void on_timer(uv_timer_t *timer);

static void conclude(struct resolve *resolve);

/* How long the other family is waited for once this one has an address. Some servers say nothing to
 * a question for IPv6. For IPv4, long enough to ask once more: many networks have nothing else. */
static int64_t grace_ms(const struct resolve *resolve, int family)
{
    return family == FAMILY_V4 ? GRACE_MS : resolve->fetch->config->http.connect_timeout_ms / 2;
}

/* Whether all that was asked is answered, or what is not is waited for no longer. */
static bool is_done(struct resolve *resolve)
{
    bool all = true;
    for (int family = 0; family < FAMILY_COUNT; family++) {
        const struct question *question = &resolve->questions[family];
        all = all && (question->is_answered || !question->is_asked);
        if (resolve->grace_until_ms == 0 && question->addresses.len > 0)
            resolve->grace_until_ms = fetch_now_ms(resolve->fetch) + grace_ms(resolve, family);
    }
    return all ||
           (resolve->grace_until_ms > 0 && fetch_now_ms(resolve->fetch) >= resolve->grace_until_ms);
}

/* After each call of c-ares: it has the answer, or says how long it waits. */
static void settle(struct resolve *resolve)
{
    struct timeval wait = {.tv_sec = 1};
    if (is_done(resolve)) {
        conclude(resolve);
        end(resolve);
        resolve->done(resolve->context, &resolve->resolved);
        return;
    }
    (void)ares_timeout(resolve->channel, &wait, &wait);
    int64_t wait_ms = (int64_t)wait.tv_sec * 1000 + (int64_t)wait.tv_usec / 1000 + 1;
    int64_t grace_left_ms = resolve->grace_until_ms - fetch_now_ms(resolve->fetch);
    if (resolve->grace_until_ms > 0 && wait_ms > grace_left_ms)
        wait_ms = grace_left_ms;
    (void)uv_timer_start(&resolve->timer, on_timer, (uint64_t)wait_ms, 0);
}

static void on_timer(uv_timer_t *timer)
{
    struct resolve *resolve = timer->data;
    ares_process_fd(resolve->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    settle(resolve);
}

static void on_socket(uv_poll_t *poll, int status, int events)
{
    struct query_socket *query = poll->data;
    struct resolve *resolve = query->resolve;
    const ares_socket_t fd = query->fd;
    bool readable = status < 0 || (events & UV_READABLE);
    bool writable = status < 0 || (events & UV_WRITABLE);
    ares_process_fd(resolve->channel, readable ? fd : ARES_SOCKET_BAD,
                    writable ? fd : ARES_SOCKET_BAD);
    settle(resolve);
}

static struct query_socket *open_socket(struct resolve *resolve, ares_socket_t fd)
{
    struct query_socket *query = calloc(1, sizeof *query);
    if (!query || uv_poll_init(resolve->fetch->loop, &query->poll, fd) != 0) {
        free(query); /* the question times out */
        return NULL;
    }
    query->resolve = resolve;
    query->fetch = resolve->fetch;
    query->fd = fd;
    query->poll.data = query;
    fetch_handle_opened(query->fetch);
    LL_PREPEND(resolve->sockets, query);
    return query;
}

/* c-ares waits for a socket, or (neither) is about to close it. */
static void watch_socket(void *context, ares_socket_t fd, int readable, int writable)
{
    struct resolve *resolve = context;
    struct query_socket *query = resolve->sockets;
    while (query && query->fd != fd)
        query = query->next;
    if (!readable && !writable) {
        if (!query)
            return;
        LL_DELETE(resolve->sockets, query);
        uv_close((uv_handle_t *)&query->poll, on_poll_closed);
        return;
    }
    if (!query && !(query = open_socket(resolve, fd)))
        return;
    (void)uv_poll_start(&query->poll, (readable ? UV_READABLE : 0) | (writable ? UV_WRITABLE : 0),
                        on_socket);
}

/* --- the answer --- */

static void add_addresses(struct buf *out, const struct ares_addrinfo *found, int family)
{
    int count = 0;
    for (const struct ares_addrinfo_node *node = found->nodes; node; node = node->ai_next) {
        char text[INET6_ADDRSTRLEN];
        struct sockaddr_in in;
        struct sockaddr_in6 in6;
        if (node->ai_family != family || count++ >= MAX_ADDRESSES)
            continue;
        if (family == AF_INET)
            memcpy(&in, node->ai_addr, sizeof in);
        else
            memcpy(&in6, node->ai_addr, sizeof in6);
        const void *bytes = family == AF_INET ? (void *)&in.sin_addr : (void *)&in6.sin6_addr;
        if (!inet_ntop(family, bytes, text, sizeof text))
            continue;
        (void)buf_format(out, family == AF_INET ? "%s%s" : "%s[%s]", out->len > 0 ? "," : "", text);
    }
}

/* That of the record which is good for the shortest time, in seconds. */
static int shortest_ttl(const struct ares_addrinfo *found)
{
    int ttl = INT32_MAX;
    for (const struct ares_addrinfo_node *node = found->nodes; node; node = node->ai_next)
        ttl = node->ai_ttl < ttl ? node->ai_ttl : ttl;
    for (const struct ares_addrinfo_cname *name = found->cnames; name; name = name->next)
        ttl = name->ttl < ttl ? name->ttl : ttl;
    return ttl < 0 ? 0 : ttl;
}

/* c-ares does not tell why it has no socket. */
static bool is_out_of_descriptors(const struct fetch *fetch)
{
    int one = dup(fetch->epoll_fd);
    if (one >= 0)
        (void)close(one);
    return one < 0;
}

static enum resolve_end end_of(const struct fetch *fetch, int status)
{
    switch (status) {
    case ARES_ENOTFOUND:
    case ARES_ENODATA:
    case ARES_EBADNAME: return RESOLVE_NONE;
    case ARES_ETIMEOUT: return RESOLVE_TIMEOUT;
    default: return is_out_of_descriptors(fetch) ? RESOLVE_NO_ROOM : RESOLVE_FAILED;
    }
}

static int family_of(enum family family)
{
    return family == FAMILY_V4 ? AF_INET : AF_INET6;
}

/* From within a call of c-ares, which is left before anybody is told. */
static void on_addresses(void *context, int status, int timeouts, struct ares_addrinfo *found)
{
    struct question *question = context;
    (void)timeouts;
    if (status == ARES_EDESTRUCTION)
        return;
    question->is_answered = true;
    if (status == ARES_SUCCESS) {
        add_addresses(&question->addresses, found, family_of(question->family));
        question->ttl_s = shortest_ttl(found);
        status = buf_failed(&question->addresses) ? ARES_ENOMEM
                 : question->addresses.len == 0   ? ARES_ENODATA
                                                  : ARES_SUCCESS;
    }
    question->status = status;
    ares_freeaddrinfo(found);
}

/* IPv4 first. Where neither has an address, a failure that may pass counts for more than that there
 * is none. IPv6 alone is not kept where the question for IPv4 has failed or is not answered. */
static void conclude(struct resolve *resolve)
{
    struct resolved *resolved = &resolve->resolved;
    int ttl_s = INT32_MAX, status = ARES_ENODATA;
    for (int family = 0; family < FAMILY_COUNT; family++) {
        const struct question *question = &resolve->questions[family];
        if (question->addresses.len > 0) {
            if (resolved->addresses.len > 0)
                (void)buf_add_char(&resolved->addresses, ',');
            (void)buf_add(&resolved->addresses, buf_span(&question->addresses));
            ttl_s = question->ttl_s < ttl_s ? question->ttl_s : ttl_s;
        } else {
            bool may_pass =
                !question->is_answered || end_of(resolve->fetch, question->status) != RESOLVE_NONE;
            if (question->is_answered && (family == FAMILY_V4 || may_pass))
                status = question->status;
            if (question->is_asked && family == FAMILY_V4 && may_pass)
                ttl_s = 0;
        }
    }
    bool found = resolved->addresses.len > 0 && !buf_failed(&resolved->addresses);
    resolved->ttl_ms = found ? ttl_s * INT64_C(1000) : 0;
    resolved->end = found ? RESOLVE_FOUND : end_of(resolve->fetch, status);
    resolved->why = found ? NULL : ares_strerror(status);
}

/* --- the question --- */

/* Both tries of one name server have http.connect_timeout together. */
static int try_ms(const struct fetch *fetch)
{
    int64_t share_ms = fetch->config->http.connect_timeout_ms / 3;
    return share_ms < 1 ? 1 : share_ms > MAX_TRY_MS ? MAX_TRY_MS : (int)share_ms;
}

static bool open_channel(struct resolve *resolve)
{
    struct ares_options options = {
        .timeout = try_ms(resolve->fetch),
        .tries = TRIES,
        .lookups = (char[]){"fb"}, /* the file, then the servers */
        .sock_state_cb = watch_socket,
        .sock_state_cb_data = resolve,
    };
    const char *servers = resolve->fetch->name_servers;
    if (ares_init_options(&resolve->channel, &options,
                          ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS |
                              ARES_OPT_SOCK_STATE_CB) != ARES_SUCCESS)
        return false;
    if (!servers || ares_set_servers_ports_csv(resolve->channel, servers) == ARES_SUCCESS)
        return true;
    ares_destroy(resolve->channel);
    return false;
}

static void ask(struct resolve *resolve, const char *name, enum family family)
{
    /* Sorted they would have to be tried with a socket each. */
    const struct ares_addrinfo_hints hints = {
        .ai_flags = ARES_AI_NOSORT, .ai_family = family_of(family), .ai_socktype = SOCK_STREAM};
    resolve->questions[family].is_asked = true;
    ares_getaddrinfo(resolve->channel, name, NULL, &hints, on_addresses,
                     &resolve->questions[family]);
}

struct resolve *resolve_start(struct fetch *fetch, const char *name, resolve_done *done,
                              void *context)
{
    struct resolve *resolve = calloc(1, sizeof *resolve);
    if (!resolve)
        return NULL;
    resolve->fetch = fetch;
    resolve->done = done;
    resolve->context = context;
    buf_init(&resolve->resolved.addresses, MAX_TEXT_BYTES);
    for (int family = 0; family < FAMILY_COUNT; family++) {
        resolve->questions[family].family = (enum family)family;
        buf_init(&resolve->questions[family].addresses, MAX_TEXT_BYTES);
    }
    if (!open_channel(resolve)) {
        free(resolve);
        return NULL;
    }
    (void)uv_timer_init(fetch->loop, &resolve->timer);
    resolve->timer.data = resolve;
    fetch_handle_opened(fetch);
    ask(resolve, name, FAMILY_V4);
    if (resolve->questions[FAMILY_V4].addresses.len == 0) /* not by the file */
        ask(resolve, name, FAMILY_V6);
    (void)uv_timer_start(&resolve->timer, on_timer, 0, 0);
    return resolve;
}

void resolve_cancel(struct resolve *resolve)
{
    end(resolve);
}
