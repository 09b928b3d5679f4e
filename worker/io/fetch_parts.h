/* fetch_parts: what the files of the fetch engine share with each other and with nobody else.
 *
 *   fetch.c           the engine and its requests (what callers hold)
 *   fetch_flight.c    the life of one flight: attempts, redirects, the answer
 *   fetch_join.c      the requests that share a flight, and their deadlines
 *   fetch_headers.c   the headers of its requests
 *   fetch_reuse.c     what a flight takes from the cache and leaves in it (fetch_cache.c)
 *   fetch_shared.c    the same of the cache that replicas share (fetch_redis.c, fetch_redis_link.c)
 *   fetch_robots.c    robots.txt, for which a page's flight waits before each hop
 *   fetch_host.c      hosts, their limits and the flights that wait for them
 *   fetch_exchange.c  one HTTP exchange on an easy handle
 *   fetch_body.c      the body of its answer
 *   fetch_address.c   where it may go
 *   fetch_names.c     the names of hosts, kept for their TTL; fetch_resolve.c: a look-up by c-ares
 *   fetch_phase.c     its phases and their limits
 *   fetch_shard.c     multi handles, their sockets and timers on the loop
 *   fetch_tls.c       ends a connection that holds the loop
 *
 *   request 1 --+
 *   request 2 --+-- flight -- host queue -- exchange -- shard (curl multi) -- socket
 *   request 3 --+     ^                        |
 *                     +--- redirect, retry ----+
 *
 * All on the loop's thread. A flight is what goes out; requests for the same thing share one. */
#ifndef BYLINE_IO_FETCH_PARTS_H
#define BYLINE_IO_FETCH_PARTS_H

#include "io/fetch_hash.h"

#include <curl/curl.h>
#include <netinet/in.h>
#include <uthash.h>
#include <utlist.h>

#include "core/address_policy.h"
#include "core/digest.h"
#include "core/error.h"
#include "core/gunzip.h"
#include "core/host_limits.h"
#include "core/retry.h"
#include "core/url.h"
#include "io/fetch.h"
#include "io/fetch_bounds.h"
#include "io/fetch_cache.h"
#include "io/fetch_kept.h"

/* Why we ended an exchange that curl would have gone on with. */
enum exchange_stop {
    STOP_NONE = 0,
    STOP_ADDRESS,   /* every address of the host is refused */
    STOP_BODY,      /* body over http.max_body */
    STOP_BOMB,      /* the same, of next to nothing */
    STOP_BROKEN,    /* no gzip, though it says so */
    STOP_CUT,       /* gzip that does not come to its end */
    STOP_HEADERS,   /* headers over their limits */
    STOP_ENCODINGS, /* one within another, or one that was not asked for */
    STOP_LENGTHS,   /* no Content-Length to be believed */
    STOP_ENOUGH,    /* status known, rest of the body not wanted */
    STOP_SLOW,
    STOP_FLOOD, /* the connection held the loop */
    STOP_MEMORY,
    STOP_ROOM,   /* no descriptor left: waits for one, without blame */
    STOP_PAUSED, /* its host has asked for a pause meanwhile: waits, without blame */
    STOP_RESENT, /* libcurl would send it once more */
};

/* Where an exchange is; each phase has a limit of its own (exchange_is_late). */
enum exchange_phase {
    PHASE_QUEUED, /* libcurl waits for a connection that another exchange makes */
    PHASE_RESOLVING,
    PHASE_CONNECTING,
    PHASE_TLS,
    PHASE_ASKED, /* nothing has come yet */
    PHASE_READING,
};

struct exchange {
    struct exchange *prev, *next; /* list of active ones, or of spare ones (next only) */
    struct fetch *fetch;
    struct flight *flight;
    struct shard *shard;
    CURL *easy;
    struct curl_slist *conditions;     /* If-None-Match and the like; */
    struct curl_slist *last_condition; /* behind it hang the flight's own headers */

    struct body *body;
    size_t body_capacity; /* of its block, all of it */
    bool is_gzip;
    struct gunzip gunzip;
    size_t ignored_bytes, header_bytes;
    size_t raw_bytes; /* of the body as it comes, chunk sizes and all; since it was watched so */
    int turns;
    int http_status;
    bool in_headers;  /* of an answer, maybe an interim one */
    bool has_headers; /* of the final one, whole */
    struct buf kept[KEPT_COUNT];

    enum exchange_stop stop;
    bool no_room;
    int sent;          /* libcurl sends again where a kept connection is dead */
    struct name *name; /* that it waits for, outside its shard */
    struct exchange *name_prev, *name_next; /* list of those who do */
    struct curl_slist *addresses;           /* of it, for libcurl */
    int name_asks;
    bool wants_name; /* the transfer ends for that */
    int opened;      /* sockets that the policy let through */
    const char *name_error, *refused_why;
    char address[INET6_ADDRSTRLEN + 8]; /* last one tried, with its port */
    char curl_error[CURL_ERROR_SIZE];

    enum exchange_phase phase;
    int64_t phase_since_ms;            /* PHASE_READING: since it was asked */
    int64_t started_ms, slow_since_ms; /* slow_since_ms 0: no byte yet */
    int64_t added_ms;                  /* to its shard; what libcurl counts its times from */
    size_t slow_bytes;
    bool silent; /* no byte for FETCH_AWAY_MS; another may have its place */
};

struct shard {
    struct fetch *fetch;
    CURLM *multi;
    uv_timer_t timer;
    unsigned index;
    int active;
    bool dirty;   /* may have finished transfers to collect */
    bool flooded; /* and these because their connection held the loop */
};

/* A socket of curl's connections, by its number. */
struct watched {
    bool is_connection; /* opened by us, until curl closes it */
    bool wanted;        /* curl waits for it */
    bool multiplexed;   /* HTTP/2: its frames come at any time */
    uint32_t events;    /* that the epoll set has it for, 0: it has not */
};

/* Whose it is, and how it is spoken to: limits, connections and what is known are apart. */
enum host_kind {
    HOST_PLAIN_OF_EVENTS,
    HOST_TLS_OF_EVENTS,
    HOST_PLAIN_TRUSTED,
    HOST_TLS_TRUSTED,
    FETCH_HOST_KINDS,
};

struct host {
    UT_hash_handle hh;
    struct host *prev, *next; /* list of hosts with a flight that may start */
    struct fetch *fetch;
    struct host_limits limits;
    struct flight *waiting;
    int waiting_count;
    struct host *unused_prev, *unused_next; /* list of those without any flight */
    int64_t heard_ms;                       /* since it answered or, after a rest, was asked */
    int64_t took_ms;                        /* its last answer */
    size_t answer_bytes;                    /* the same, with its headers; 0: none yet */
    uv_timer_t timer;
    unsigned hash; /* picks the shard */
    unsigned kind; /* the table of fetch->hosts that it is in */
    bool listed, unused;
    char allowed_ip[INET6_ADDRSTRLEN]; /* the last one that may be asked; "": none yet */
    int allowed_port;
    char key[]; /* authority of the URL, without a dot behind the name */
};

enum flight_state {
    FLIGHT_NEW,
    FLIGHT_ASKING,
    FLIGHT_HELD,
    FLIGHT_WAITING,
    FLIGHT_BACKOFF,
    FLIGHT_EXCHANGE,
    FLIGHT_DONE
};

struct flight {
    struct flight *prev, *next;         /* in its host's queue */
    struct flight *all_prev, *all_next; /* every flight of the engine */
    struct fetch *fetch;
    struct fetch_request *requests;
    enum flight_state state;
    struct url url; /* of the current hop */
    bool trusted;
    bool patient; /* one of its requests is */
    bool post;
    struct span body; /* owned */
    struct curl_slist *headers;
    char *accept; /* header line */
    int rate_limit_status;
    int attempts, redirects;
    int64_t deadline_ms;         /* of its last request */
    bool is_rules;               /* robots.txt itself */
    bool obeys_robots, may_go;   /* may_go: robots.txt allows the current hop */
    struct fetch_request *rules; /* FLIGHT_HELD: asks for robots.txt; NULL once that is told */
    struct host *host;
    struct exchange *exchange;

    UT_hash_handle hh;         /* by key, while others may join */
    struct span key;           /* owned; absent where nothing is shared or kept */
    bool joinable;             /* in fetch->joinable */
    struct redis_get *asking;  /* FLIGHT_ASKING: the shared cache, whether it knows the answer */
    bool background;           /* goes on without requests: renews an entry that was served stale */
    bool no_store;             /* a redirect on the way forbade keeping */
    struct cache_entry *stale; /* what the cache has, to be confirmed or replaced; held */

    /* The answer as far as it is known. */
    enum fetch_outcome outcome;
    int http_status;
    bool from_cache;
    bool origin_failed; /* another time it might answer: the cache may stand in */
    struct body *answer_body;
    char *content_type;

    /* What follows is kept for the next flight: a timer is dear to close. */
    struct error error; /* in words; empty where nothing went wrong */
    uv_timer_t timer;
    bool timer_is_open;
};

struct fetch_request {
    struct fetch_request *prev, *next; /* in its flight, or among the answered ones */
    struct fetch *fetch;
    struct flight *flight;
    fetch_done *done;
    void *context;
    struct lookup_metrics *metrics;
    int64_t started_ms;
    bool joined; /* a flight that was under way */
    /* Only of one that is answered without a flight: */
    struct cache_entry *hit; /* held; or */
    enum fetch_outcome declined;
    int attempts;
    char *url, *error;
};

struct fetch {
    uv_loop_t *loop;
    const struct config *config;
    uint64_t *cache_results;
    struct url_parser *urls;
    struct address_policy *policy;
    struct host_options host_options;
    struct retry_policy retry;
    char *user_agent;
    char *product;    /* its first word, which robots.txt knows us by */
    char *agent_line; /* header; curl writes its option's own twice */
    uint64_t random;  /* state of the backoff jitter */

    struct host *hosts[FETCH_HOST_KINDS]; /* by key: http or https, trusted or not */
    struct host *ready_hosts, *unused_hosts;
    struct flight *flights, *spare_flights; /* spare: by next */
    struct flight *joinable;                /* by key */
    int renewal_count;                      /* flights in the background */
    struct fetch_request *ready;            /* to be answered on the loop's next turn */
    struct fetch_cache cache;
    struct fetch_cache rules;  /* robots.txt: whatever cache.size says, and not shared */
    struct fetch_redis *redis; /* NULL without a shared cache */
    unsigned char shared_scope[DIGEST_BYTES];

    struct shard *turning;       /* libcurl is at work on it */
    int64_t flooded_ms;          /* when a connection last took all its time */
    int turn_events;             /* sockets looked at in one turn, at most */
    int64_t turn_began_ms;       /* CPU time of the thread; 0 before its first TLS record */
    uint16_t asked[FETCH_ASKED]; /* ring: bucket of the host of each of the last requests */
    uint16_t asked_of[FETCH_ASKED_BUCKETS];
    size_t asked_total;
    int64_t relieved_ms;
    size_t held_up; /* requests, when last counted */

    struct name *names;       /* by text */
    const char *name_servers; /* NULL: those of resolv.conf */

    CURLSH *share;
    struct shard *shards; /* of each kind of host so many, from its first one on */
    unsigned shard_count[FETCH_HOST_KINDS], first_shard[FETCH_HOST_KINDS], all_shards;
    struct exchange *active, *spare;
    int active_count;
    int silent_count;   /* of these, so many are silent */
    int exchange_count; /* active and spare */
    size_t body_bytes;  /* that bodies under way need beyond their first block */

    int epoll_fd;
    uv_poll_t poll;
    struct watched *watched;
    int watched_count;
    uv_idle_t idle;   /* runs while something waits for the next turn */
    uv_timer_t sweep; /* looks for slow exchanges */
    unsigned open_handles;
    bool closing;
};

/* --- fetch.c --- */

static inline int64_t fetch_now_ms(const struct fetch *fetch)
{
    return (int64_t)uv_now(fetch->loop);
}

/* For what other hosts and headers say of time. */
static inline int64_t fetch_wall_ms(void)
{
    uv_timeval64_t wall;
    (void)uv_gettimeofday(&wall);
    return wall.tv_sec * 1000 + wall.tv_usec / 1000;
}

/* Of this thread, so that a machine that is busy elsewhere makes nothing look long. */
static inline int64_t fetch_cpu_us(void)
{
    struct timespec used;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return (int64_t)used.tv_sec * 1000000 + used.tv_nsec / 1000;
}

uint64_t fetch_random(struct fetch *fetch);
void fetch_count(struct fetch *fetch, enum cache_result result);

/* Every uv handle is counted; the last one to close frees the engine. */
void fetch_handle_opened(struct fetch *fetch);
void fetch_handle_closed(struct fetch *fetch);

/* --- fetch_request.c --- */

/* NULL without memory. */
struct fetch_request *fetch_request_new(struct fetch *fetch, struct lookup_metrics *metrics,
                                        fetch_done *done, void *context);

/* From the cache, with a flight that is under way, or with one of its own. Takes url over. */
void fetch_begin(struct fetch_request *request, const struct fetch_spec *spec, struct url *url);

/* Answer it on the loop's next turn: with what request->hit holds; or so, url and why copied. */
void fetch_answer_soon(struct fetch_request *request);
void fetch_decline(struct fetch_request *request, enum fetch_outcome outcome, struct span url,
                   const char *why);

/* Gives the request its answer and frees it; the other one gives what request->hit holds. */
void fetch_answer_request(struct fetch_request *request, struct fetch_answer *answer);
void fetch_answer_hit(struct fetch_request *request);

void fetch_free_request(struct fetch_request *request);

/* --- fetch_flight.c --- */

/* NULL without memory. Takes url over. */
struct flight *flight_new(struct fetch *fetch, struct url *url, const struct fetch_spec *spec);

/* Asks the shared cache, then the host. */
void flight_depart(struct flight *flight);

/* The shared cache does not know the answer, or only one to be confirmed: asks the host. */
void flight_missed(struct flight *flight);

/* What the shared cache had, in flight->stale, is the answer. */
void flight_answer_stored(struct flight *flight);

/* Queues the current hop at its host. */
void flight_begin(struct flight *flight);

/* On the loop's next turn, so that no answer comes before fetch_start has returned. */
void flight_answer_soon(struct flight *flight);

/* The host is left alone: answers so on the loop's next turn, or from the cache. Of a flight that
 * stands in no queue. */
void flight_give_up(struct flight *flight, const char *why);
#define LEFT_ALONE "is left alone after failures"

/* The host has room: sends the current hop. */
void flight_launch(struct flight *flight);

/* The exchange has ended with curl's result. */
void flight_exchange_ended(struct flight *flight, CURLcode result);

/* The answer as the flight's fields tell it; borrowed from the flight. */
struct fetch_answer flight_fill_answer(const struct flight *flight);

/* Answers its requests and frees it. */
void flight_answer(struct flight *flight);

/* Without answers: nobody wants it any more. */
void flight_abandon(struct flight *flight);

/* Those that are kept for the next ones. */
void flights_free_spare(struct fetch *fetch);

/* --- fetch_join.c --- */

/* One more request for what it asks, with a deadline of its own. */
void flight_join(struct flight *flight, struct fetch_request *request, bool patient);

/* Ends the requests whose deadline is not after at_ms; where it is that of all, it is now the
 * flight's. */
void flight_expire(struct flight *flight, int64_t at_ms);

/* Of the request which waits longest; of the flight where it has none. */
int64_t flight_first_deadline_ms(const struct flight *flight);
void flight_describe_deadline(const struct flight *flight, struct error *ret_error);

/* The flight goes on without this request, which is answered on the loop's next turn: from the
 * cache where that may stand in. */
void flight_end_request(struct flight *flight, struct fetch_request *request,
                        enum fetch_outcome outcome, const struct error *why);

/* --- fetch_host.c --- */

/* The host of url, made where it is new; NULL without memory. What fails over http says nothing of
 * https, nor what events ask for of what the operator does: each has limits of its own. A pause
 * that the host asks for is for all of them. */
struct host *host_find(struct fetch *fetch, const struct url *url, bool trusted);
void host_enqueue(struct host *host, struct flight *flight);
void host_dequeue(struct host *host, struct flight *flight);

/* One exchange with it has ended. pause_ms > 0: no request for so long. */
void host_ended(struct host *host, enum host_verdict verdict, int64_t pause_ms);

/* Its breaker is open: no request for now. */
bool host_is_left_alone(const struct host *host);

/* One request more is for url's host. */
void hosts_note(struct fetch *fetch, const struct url *url);

/* It is down, and as many wait for it as may. */
bool host_is_full(const struct host *host);

/* Starts what may start. */
void hosts_pump(struct fetch *fetch);
void hosts_close(struct fetch *fetch);

/* --- fetch_exchange.c --- */

/* NULL on failure. The exchange belongs to the flight until exchange_finish. */
struct exchange *exchange_start(struct flight *flight, struct shard *shard);

/* Off its shard while its name is looked up, and back; false without memory. It keeps its place. */
void exchange_suspend(struct exchange *exchange);
bool exchange_resume(struct exchange *exchange);

/* Takes it off its shard and keeps it for reuse. */
void exchange_finish(struct exchange *exchange);
void exchanges_free(struct fetch *fetch);

struct span exchange_header(const struct exchange *exchange, enum kept_header header);

/* Its HTTP status, 429 where that is what this API means by it. */
int exchange_status(const struct exchange *exchange);

/* What the end of the exchange means, and in words. */
struct retry_verdict exchange_judge(const struct exchange *exchange, CURLcode result);
void exchange_describe(const struct exchange *exchange, CURLcode result, struct error *ret_error);

/* --- fetch_address.c --- */

/* The current hop may not be made, as far as its URL tells: answers so. Known before it takes a
 * place in the queue and a token of the host, which may be the operator's; what a name resolves to
 * is judged where it is connected to. */
bool address_refuses(struct flight *flight);

/* For libcurl; context is the exchange. */
curl_socket_t address_open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *to);
int address_before_request(void *context, char *remote_ip, char *local_ip, int remote_port,
                           int local_port);

/* --- fetch_phase.c --- */

void exchange_enter(struct exchange *exchange, enum exchange_phase phase);

/* For the next address of its host, if it has one. */
void exchange_wake_connecting(struct exchange *exchange);

void exchange_set_silent(struct exchange *exchange, bool silent);

/* The time of its phase, or of its flight, is up. */
bool exchange_is_late(const struct exchange *exchange, int64_t now_ms);
void exchange_describe_timeout(const struct exchange *exchange, struct error *ret_error);

/* --- fetch_tls.c --- */

/* Ends the connections of the handle that hold the loop for FETCH_TURN_CPU_MS, and notes their
 * handshakes. False where libcurl has been built without OpenSSL: HTTP/2 is not spoken there, and a
 * handshake is a part of connecting. */
bool tls_watch(struct exchange *exchange);

/* --- fetch_shard.c --- */

bool shards_open(struct fetch *fetch, struct error *ret_error);
void shards_close(struct fetch *fetch);

/* curl has a socket for a connection, and closes it; context is the engine. The first is false
 * without memory. */
bool shards_opened_socket(struct fetch *fetch, curl_socket_t fd);
int shards_close_socket(void *context, curl_socket_t fd);

/* The one to use for the host's next request. */
struct shard *shard_pick(const struct host *host);

/* Collects finished transfers and hands them to their flights. */
void shard_collect(struct shard *shard);

#endif
