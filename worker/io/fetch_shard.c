/* The multi handles on the loop: one epoll set holds the sockets of all of them, and the loop polls
 * that set. curl takes a connection's socket off after every exchange and adds it with the next: it
 * stays in the set meanwhile, which saves two system calls an exchange. */
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "io/fetch_names.h"
#include "io/fetch_parts.h"

enum { DESCRIPTORS_OF_A_MULTI = 2 /* to wake it */ };
enum { FIRST_EVENTS = 8, EVENTS_A_TURN = 128, TURN_US = 1000, SLOW_NS = 20 * 1000 * 1000 };

/* NULL without memory. */
static struct watched *watched_of(struct fetch *fetch, curl_socket_t fd)
{
    if (fd >= fetch->watched_count) {
        int count = fd + 256;
        struct watched *grown = realloc(fetch->watched, (size_t)count * sizeof *grown);
        if (!grown)
            return NULL;
        memset(grown + fetch->watched_count, 0,
               (size_t)(count - fetch->watched_count) * sizeof *grown);
        fetch->watched = grown;
        fetch->watched_count = count;
    }
    return &fetch->watched[fd];
}

bool shards_opened_socket(struct fetch *fetch, curl_socket_t fd)
{
    struct watched *watched = watched_of(fetch, fd);
    if (watched)
        *watched = (struct watched){.is_connection = true};
    return watched;
}

/* Closing takes it out of the set. */
int shards_close_socket(void *context, curl_socket_t fd)
{
    struct fetch *fetch = context;
    if (fd < fetch->watched_count)
        fetch->watched[fd] = (struct watched){0};
    return close(fd);
}

static void unwatch(struct fetch *fetch, curl_socket_t fd, struct watched *watched)
{
    if (watched->events)
        (void)epoll_ctl(fetch->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
    watched->events = 0;
}

/* Closed while idle; or bytes that nobody has asked for, which curl (seen: 7.88.1) would take for
 * the answer to the next request: it sees that the connection is shut when it wants it again. */
static void end_idle(struct fetch *fetch, curl_socket_t fd, struct watched *watched)
{
    if (watched->is_connection && !watched->multiplexed)
        (void)shutdown(fd, SHUT_RDWR);
    unwatch(fetch, fd, watched);
}

static int watch_socket(CURL *easy, curl_socket_t fd, int what, void *context, void *known)
{
    (void)easy;
    (void)known;
    struct shard *shard = context;
    struct fetch *fetch = shard->fetch;
    struct watched *watched = watched_of(fetch, fd);
    if (!watched)
        return -1;
    watched->wanted = what != CURL_POLL_REMOVE;
    if (what == CURL_POLL_REMOVE) {
        if (!watched->is_connection) /* the resolver closes its own without telling */
            unwatch(fetch, fd, watched);
        return 0;
    }
    struct epoll_event event = {
        .events = (what & CURL_POLL_IN ? (uint32_t)EPOLLIN : 0u) |
                  (what & CURL_POLL_OUT ? (uint32_t)EPOLLOUT : 0u),
        .data.u64 = ((uint64_t)shard->index << 32) | (uint32_t)fd,
    };
    if (event.events == watched->events)
        return 0;
    if (epoll_ctl(fetch->epoll_fd, watched->events ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event) !=
        0)
        return -1;
    watched->events = event.events;
    return 0;
}

static void act(struct shard *shard, curl_socket_t fd, int events)
{
    int running;
    shard->fetch->turning = shard;
    shard->fetch->turn_began_ms = 0;
    (void)curl_multi_socket_action(shard->multi, fd, events, &running);
    shard->fetch->turning = NULL;
}

static void on_timer(uv_timer_t *timer)
{
    struct shard *shard = timer->data;
    act(shard, CURL_SOCKET_TIMEOUT, 0);
    shard_collect(shard);
}

static int set_timer(CURLM *multi, long timeout_ms, void *context)
{
    (void)multi;
    struct shard *shard = context;
    if (uv_is_closing((uv_handle_t *)&shard->timer))
        return 0;
    if (timeout_ms < 0)
        (void)uv_timer_stop(&shard->timer);
    else
        (void)uv_timer_start(&shard->timer, on_timer, (uint64_t)timeout_ms, 0);
    return 0;
}

/* `count` of at most `events` took so long. */
static int events_of_next(int events, int count, int64_t took_us)
{
    if (took_us <= TURN_US)
        return 2 * events < EVENTS_A_TURN ? 2 * events : EVENTS_A_TURN;
    int64_t fitting = (int64_t)count * TURN_US / took_us;
    return fitting > 1 ? (int)fitting : 1;
}

/* As many as should take about a millisecond, with what came of them: first all the sockets, then
 * all their answers, for each has code of its own. A socket that took long ends the turn; epoll
 * keeps the others. The next turns begin with one socket each: epoll goes round, while of many that
 * are never handled the first ones would always be the same. */
static void on_sockets(uv_poll_t *poll, int status, int events)
{
    (void)status;
    (void)events;
    struct fetch *fetch = poll->data;
    struct epoll_event ready[EVENTS_A_TURN];
    struct shard *dirty[EVENTS_A_TURN];
    int dirty_count = 0;
    bool slow = false;
    uint64_t now_ns = uv_hrtime();
    int64_t began_us = fetch_cpu_us();
    int count = epoll_wait(fetch->epoll_fd, ready, fetch->turn_events, 0);
    for (int i = 0; i < count && !slow; i++) {
        struct shard *shard = &fetch->shards[ready[i].data.u64 >> 32];
        curl_socket_t fd = (curl_socket_t)(ready[i].data.u64 & UINT32_MAX);
        struct watched *watched = &fetch->watched[fd];
        int mask = (ready[i].events & EPOLLIN ? CURL_CSELECT_IN : 0) |
                   (ready[i].events & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
                   (ready[i].events & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR : 0);
        if (!watched->wanted) {
            end_idle(fetch, fd, watched);
            continue;
        }
        uint64_t began_ns = now_ns;
        act(shard, fd, mask);
        now_ns = uv_hrtime();
        slow = now_ns - began_ns > SLOW_NS;
        if (!shard->dirty)
            dirty[dirty_count++] = shard;
        shard->dirty = true;
    }
    for (int i = 0; i < dirty_count; i++)
        shard_collect(dirty[i]);
    fetch->turn_events =
        slow ? 1 : events_of_next(fetch->turn_events, count, fetch_cpu_us() - began_us);
}

static void note_version(const struct exchange *exchange)
{
    long version = 0;
    curl_socket_t fd = CURL_SOCKET_BAD;
    if (!exchange->flight->url.https) /* only TLS tells what a server speaks */
        return;
    (void)curl_easy_getinfo(exchange->easy, CURLINFO_HTTP_VERSION, &version);
    (void)curl_easy_getinfo(exchange->easy, CURLINFO_ACTIVESOCKET, &fd);
    if (version == CURL_HTTP_VERSION_2_0 && fd != CURL_SOCKET_BAD &&
        fd < exchange->fetch->watched_count)
        exchange->fetch->watched[fd].multiplexed = true;
}

void shard_collect(struct shard *shard)
{
    CURLMsg *message;
    int left;
    bool flooded = shard->flooded;
    shard->dirty = shard->flooded = false;
    while ((message = curl_multi_info_read(shard->multi, &left))) {
        if (message->msg != CURLMSG_DONE)
            continue;
        CURLcode result = message->data.result;
        void *private;
        (void)curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &private);
        struct exchange *exchange = private;
        if (exchange->wants_name && result == CURLE_COULDNT_RESOLVE_HOST) {
            names_ask(exchange);
            continue;
        }
        note_version(exchange);
        if (flooded && exchange->flight->url.https && exchange->stop == STOP_NONE) {
            exchange->stop = STOP_FLOOD;
            result = CURLE_RECV_ERROR; /* libcurl may take the end for the answer's */
        }
        flight_exchange_ended(exchange->flight, result);
    }
    hosts_pump(shard->fetch);
}

static long descriptors_max(void)
{
    struct rlimit limit;
    bool is_limited = getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < INT32_MAX;
    return is_limited ? (long)limit.rlim_cur : INT32_MAX;
}

/* Kept by each multi handle of the kind, so that those of all leave descriptors for what is under
 * way. Events may name thousands of hosts in turn, and a connection that is there saves a new one;
 * one with TLS takes ten times the memory, so that no more are kept of it than for the operator's
 * hosts. */
static long room_for_idle_connections(const struct fetch *fetch, unsigned kind)
{
    enum { OTHER_DESCRIPTORS = 128 }; /* of Kafka, the loop, the log */
    const long few = 2 * FETCH_SHARD_CONNECTIONS, count = fetch->shard_count[kind];
    const long used = OTHER_DESCRIPTORS + 2L * fetch->config->http.in_flight +
                      (long)DESCRIPTORS_OF_A_MULTI * fetch->all_shards;
    const long many = fetch->config->memory_bytes / FETCH_IDLE_SHARE / FETCH_IDLE_BYTES;
    /* The events' plain hosts have one half, the other kinds the other. */
    long share = (descriptors_max() - used) / 2;
    if (kind == HOST_PLAIN_OF_EVENTS) {
        share = (share < many ? share : many) / count;
        return share < 1 ? 1 : share;
    }
    /* Fewer than may be under way would mean a new connection for each request. */
    const long least = share > fetch->config->http.in_flight ? FETCH_SHARD_CONNECTIONS * 3 / 2 : 1;
    share /= (FETCH_HOST_KINDS - 1) * count;
    return share < least ? least : share > few ? few : share;
}

static bool open_shard(struct fetch *fetch, unsigned index, enum host_kind kind)
{
    struct shard *shard = &fetch->shards[index];
    shard->fetch = fetch;
    shard->index = index;
    shard->multi = curl_multi_init();
    if (!shard->multi)
        return false;
    (void)uv_timer_init(fetch->loop, &shard->timer);
    shard->timer.data = shard;
    fetch_handle_opened(fetch);
    CURLM *multi = shard->multi;
    (void)curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, watch_socket);
    (void)curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, shard);
    (void)curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, set_timer);
    (void)curl_multi_setopt(multi, CURLMOPT_TIMERDATA, shard);
    (void)curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, room_for_idle_connections(fetch, kind));
    return true;
}

static void count_shards(struct fetch *fetch)
{
    int wanted =
        (fetch->config->http.in_flight + FETCH_SHARD_CONNECTIONS - 1) / FETCH_SHARD_CONNECTIONS;
    const long affordable = descriptors_max() / FETCH_MANY_SHARDS;
    const int many = affordable < 1                   ? 1
                     : affordable < FETCH_MANY_SHARDS ? (int)affordable
                                                      : FETCH_MANY_SHARDS;
    for (unsigned kind = 0; kind < FETCH_HOST_KINDS; kind++) {
        const int least = kind == HOST_PLAIN_OF_EVENTS ? many : 1;
        int count = wanted < least ? least : wanted > FETCH_MAX_SHARDS ? FETCH_MAX_SHARDS : wanted;
        fetch->first_shard[kind] = fetch->all_shards;
        fetch->shard_count[kind] = (unsigned)count;
        fetch->all_shards += (unsigned)count;
    }
}

static bool open_shards(struct fetch *fetch)
{
    for (unsigned kind = 0; kind < FETCH_HOST_KINDS; kind++)
        for (unsigned i = 0; i < fetch->shard_count[kind]; i++)
            if (!open_shard(fetch, fetch->first_shard[kind] + i, kind))
                return false;
    return true;
}

bool shards_open(struct fetch *fetch, struct error *ret_error)
{
    count_shards(fetch);
    fetch->shards = calloc(fetch->all_shards, sizeof *fetch->shards);
    fetch->turn_events = FIRST_EVENTS;
    fetch->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (!fetch->shards || fetch->epoll_fd < 0)
        return error_set(ret_error, ERROR_FATAL, "fetch: no memory or descriptors");
    if (!open_shards(fetch))
        return error_set(ret_error, ERROR_FATAL, "fetch: curl_multi_init failed");
    if (uv_poll_init(fetch->loop, &fetch->poll, fetch->epoll_fd) != 0)
        return error_set(ret_error, ERROR_FATAL, "fetch: the loop does not poll");
    fetch->poll.data = fetch;
    fetch_handle_opened(fetch);
    if (uv_poll_start(&fetch->poll, UV_READABLE, on_sockets) != 0)
        return error_set(ret_error, ERROR_FATAL, "fetch: the loop does not poll");
    return true;
}

static void on_timer_closed(uv_handle_t *handle)
{
    struct shard *shard = handle->data;
    fetch_handle_closed(shard->fetch);
}

static void on_poll_closed(uv_handle_t *handle)
{
    struct fetch *fetch = handle->data;
    (void)close(fetch->epoll_fd);
    fetch_handle_closed(fetch);
}

void shards_close(struct fetch *fetch)
{
    for (unsigned i = 0; fetch->shards && i < fetch->all_shards; i++) {
        struct shard *shard = &fetch->shards[i];
        if (!shard->multi)
            break;
        uv_close((uv_handle_t *)&shard->timer, on_timer_closed);
        (void)curl_multi_cleanup(shard->multi);
    }
    if (fetch->poll.data)
        uv_close((uv_handle_t *)&fetch->poll, on_poll_closed);
    else if (fetch->epoll_fd >= 0)
        (void)close(fetch->epoll_fd);
}

/* Its own; where it has more under way than that takes, the first that has room, counted from
 * there: where an exchange has just ended there is room, and a connection to use again. */
struct shard *shard_pick(const struct host *host)
{
    const struct fetch *fetch = host->fetch;
    struct shard *shards = &fetch->shards[fetch->first_shard[host->kind]];
    const unsigned count = fetch->shard_count[host->kind];
    struct shard *own = &shards[host->hash % count];
    if (host->limits.in_flight <= FETCH_SHARD_CONNECTIONS)
        return own;
    for (unsigned i = 0; i < count; i++) {
        struct shard *shard = &shards[(host->hash + i) % count];
        if (shard->active < FETCH_SHARD_CONNECTIONS)
            return shard;
    }
    return own;
}
