#include "io/fetch_redis.h"

#include <hiredis/async.h>
#include <netdb.h>
#include <stdlib.h>

#include "core/redis_url.h"
#include "io/fetch_parts.h"
#include "io/fetch_redis_link.h"
#include "log.h"

enum redis_state { RESTING, RESOLVING, CONNECTING, GREETING, UP };
enum redis_result { GET_HIT, GET_MISS, GET_LATE, GET_SKIPPED, GET_UNREADABLE, GET_RESULT_COUNT };

struct redis_get {
    struct redis_get *prev, *next;
    struct fetch_redis *redis;
    redis_done *done; /* NULL once nobody waits; hiredis still holds it */
    void *context;
    int64_t until_ms;
};

struct redis_put {
    struct fetch_redis *redis;
    size_t bytes;
};

struct fetch_redis {
    struct fetch *fetch;
    struct redis_url url;
    enum redis_state state;
    bool resolving; /* the pool still looks the name up, whoever waits for it */
    bool closing;
    uv_getaddrinfo_t resolver;
    uv_timer_t late;           /* the first of waiting is due */
    uv_timer_t step;           /* RESTING ends, or connecting has taken too long */
    redisAsyncContext *link;   /* NULL without a connection */
    struct redis_get *waiting; /* in the order of their times */
    int open_count;            /* commands without an answer */
    int late_count;            /* answers in a row */
    size_t sending_bytes;
    int64_t rest_ms;
    uint64_t results[GET_RESULT_COUNT];
    uint64_t put_count;
};

/* --- up and down --- */

static void on_step(uv_timer_t *timer);

/* Ends the connection; whoever waits for an answer gets none. */
static void drop_link(struct fetch_redis *redis)
{
    redisAsyncContext *link = redis->link;
    redis->link = NULL;
    if (link)
        redisAsyncFree(link);
}

static void rest(struct fetch_redis *redis, const char *why)
{
    if (redis->state == RESTING || redis->closing)
        return;
    if (redis->state == UP || redis->rest_ms == REDIS_REST_MS)
        log_warn("redis_down", LOG_TEXT("host", redis->url.host), LOG_INT("port", redis->url.port),
                 LOG_TEXT("reason", why), LOG_INT("retry_ms", redis->rest_ms));
    redis->state = RESTING;
    redis->late_count = 0;
    (void)uv_timer_start(&redis->step, on_step, (uint64_t)redis->rest_ms, 0);
    redis->rest_ms =
        redis->rest_ms * 2 < REDIS_MAX_REST_MS ? redis->rest_ms * 2 : REDIS_MAX_REST_MS;
    drop_link(redis);
}

static void on_pong(redisAsyncContext *link, void *data, void *context)
{
    struct fetch_redis *redis = context;
    const redisReply *reply = data;
    if (redis->link != link || !reply)
        return;
    if (reply->type == REDIS_REPLY_ERROR) {
        rest(redis, reply->str); /* such as NOAUTH; hiredis frees the reply when this is over */
        return;
    }
    redis->state = UP;
    (void)uv_timer_stop(&redis->step);
    log_info("redis_up", LOG_TEXT("host", redis->url.host), LOG_INT("port", redis->url.port));
}

/* The name and password have to be right before anything else is. */
static void on_auth(redisAsyncContext *link, void *data, void *context)
{
    struct fetch_redis *redis = context;
    const redisReply *reply = data;
    if (redis->link == link && reply && reply->type == REDIS_REPLY_ERROR)
        rest(redis, reply->str);
}

static void greet(struct fetch_redis *redis)
{
    const struct redis_url *url = &redis->url;
    const char *words[] = {"AUTH", url->user, url->password};
    redis->state = GREETING;
    if (*url->user)
        (void)redisAsyncCommandArgv(redis->link, on_auth, redis, 3, words, NULL);
    else if (*url->password)
        (void)redisAsyncCommand(redis->link, on_auth, redis, "AUTH %s", url->password);
    if (redisAsyncCommand(redis->link, on_pong, redis, "PING") != REDIS_OK)
        rest(redis, "no memory");
}

static void on_connected(const redisAsyncContext *link, int status)
{
    struct fetch_redis *redis = link->data;
    if (redis->link != link)
        return;
    if (status == REDIS_OK) {
        greet(redis);
        return;
    }
    redis->link = NULL; /* hiredis frees it */
    rest(redis, *link->c.errstr ? link->c.errstr : "no connection");
}

static void on_disconnected(const redisAsyncContext *link, int status)
{
    struct fetch_redis *redis = link->data;
    if (redis->link != link)
        return;
    redis->link = NULL; /* hiredis frees it */
    const char *wrong = fetch_redis_link_wrong(link);
    rest(redis, wrong ? wrong : status == REDIS_OK ? "disconnected" : link->errstr);
}

static void connect_to(struct fetch_redis *redis, const char *address)
{
    redisAsyncContext *link = redisAsyncConnect(address, redis->url.port);
    if (!link || link->err || !fetch_redis_link_open(redis->fetch, link)) {
        rest(redis, link && link->err ? link->errstr : "no memory");
        if (link)
            redisAsyncFree(link);
        return;
    }
    redis->link = link;
    redis->state = CONNECTING;
    link->data = redis;
    (void)redisAsyncSetConnectCallback(link, on_connected);
    (void)redisAsyncSetDisconnectCallback(link, on_disconnected);
}

static void on_resolved(uv_getaddrinfo_t *request, int status, struct addrinfo *found)
{
    struct fetch_redis *redis = request->data;
    char address[NI_MAXHOST] = "";
    redis->resolving = false;
    if (redis->state == RESOLVING && !redis->closing) {
        if (status == 0 && getnameinfo(found->ai_addr, found->ai_addrlen, address, sizeof address,
                                       NULL, 0, NI_NUMERICHOST) == 0)
            connect_to(redis, address);
        else
            rest(redis, status < 0 ? uv_strerror(status) : "no address");
    }
    uv_freeaddrinfo(found);
    fetch_handle_closed(redis->fetch);
}

static void resolve(struct fetch_redis *redis)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    redis->state = RESOLVING;
    (void)uv_timer_start(&redis->step, on_step, REDIS_CONNECT_MS, 0);
    if (redis->resolving)
        return; /* an earlier one still hangs; on_resolved takes it up */
    redis->resolver.data = redis;
    if (uv_getaddrinfo(redis->fetch->loop, &redis->resolver, on_resolved, redis->url.host, NULL,
                       &hints) != 0) {
        rest(redis, "no memory");
        return;
    }
    redis->resolving = true;
    fetch_handle_opened(redis->fetch);
}

static void on_step(uv_timer_t *timer)
{
    struct fetch_redis *redis = timer->data;
    if (redis->state == RESTING)
        resolve(redis);
    else
        rest(redis, "no answer in time");
}

/* --- values --- */

static void get_end(struct redis_get *get, struct span value)
{
    redis_done *done = get->done;
    DL_DELETE(get->redis->waiting, get);
    get->done = NULL;
    done(get->context, value);
}

static void set_late_timer(struct fetch_redis *redis);

static void on_late(uv_timer_t *timer)
{
    struct fetch_redis *redis = timer->data;
    int64_t now_ms = fetch_now_ms(redis->fetch);
    if (redis->state == UP)
        fetch_redis_link_read(redis->link); /* where it was the loop that came too late */
    while (redis->waiting && redis->waiting->until_ms <= now_ms) {
        redis->results[GET_LATE]++;
        redis->late_count++;
        get_end(redis->waiting, SPAN_NONE);
    }
    if (redis->late_count >= REDIS_LATE)
        rest(redis, "answers come too late");
    set_late_timer(redis);
}

static void set_late_timer(struct fetch_redis *redis)
{
    int64_t now_ms = fetch_now_ms(redis->fetch);
    if (redis->closing || !redis->waiting)
        (void)uv_timer_stop(&redis->late);
    else if (!uv_is_active((uv_handle_t *)&redis->late))
        (void)uv_timer_start(
            &redis->late, on_late,
            redis->waiting->until_ms > now_ms ? (uint64_t)(redis->waiting->until_ms - now_ms) : 0,
            0);
}

static void on_value(redisAsyncContext *link, void *data, void *context)
{
    (void)link;
    struct redis_get *get = context;
    struct fetch_redis *redis = get->redis;
    const redisReply *reply = data;
    redis->open_count--;
    if (get->done) {
        bool found = reply && reply->type == REDIS_REPLY_STRING && reply->len > 0;
        redis->results[found ? GET_HIT : GET_MISS]++;
        if (reply) {
            redis->late_count = 0;
            redis->rest_ms = REDIS_REST_MS;
        }
        get_end(get, found ? span_of(reply->str, (size_t)reply->len) : SPAN_NONE);
    }
    free(get);
    if (!redis->waiting)
        set_late_timer(redis);
}

/* GETRANGE, not GET: it gives no more than a value of ours can have. */
struct redis_get *fetch_redis_get(struct fetch_redis *redis, struct span key, redis_done *done,
                                  void *context)
{
    if (!redis)
        return NULL;
    struct redis_get *get = NULL;
    if (redis->state == UP && redis->open_count < REDIS_MAX_WAITING)
        get = calloc(1, sizeof *get);
    if (!get || redisAsyncCommand(redis->link, on_value, get, "GETRANGE %b 0 %d", key.data, key.len,
                                  REDIS_MAX_VALUE_BYTES) != REDIS_OK) {
        free(get);
        redis->results[GET_SKIPPED]++;
        return NULL;
    }
    *get = (struct redis_get){
        .redis = redis,
        .done = done,
        .context = context,
        .until_ms = fetch_now_ms(redis->fetch) + REDIS_ANSWER_MS,
    };
    redis->open_count++;
    DL_APPEND(redis->waiting, get);
    set_late_timer(redis);
    return get;
}

void fetch_redis_cancel(struct redis_get *get)
{
    if (!get)
        return;
    DL_DELETE(get->redis->waiting, get);
    get->done = NULL; /* freed with its answer */
}

static void on_kept(redisAsyncContext *link, void *data, void *context)
{
    (void)link;
    (void)data; /* refused, for want of memory perhaps: it will be asked for again */
    struct redis_put *put = context;
    put->redis->open_count--;
    put->redis->sending_bytes -= put->bytes;
    free(put);
}

void fetch_redis_put(struct fetch_redis *redis, struct span key, struct span value, int64_t keep_ms)
{
    if (redis->state != UP || keep_ms <= 0 || value.len > REDIS_MAX_VALUE_BYTES ||
        redis->open_count >= REDIS_MAX_WAITING ||
        redis->sending_bytes + value.len > REDIS_MAX_SENDING_BYTES)
        return;
    struct redis_put *put = malloc(sizeof *put);
    if (!put || redisAsyncCommand(redis->link, on_kept, put, "SET %b %b PX %lld", key.data, key.len,
                                  value.data, value.len, (long long)keep_ms) != REDIS_OK) {
        free(put);
        return;
    }
    *put = (struct redis_put){.redis = redis, .bytes = value.len};
    redis->open_count++;
    redis->sending_bytes += value.len;
    redis->put_count++;
}

void fetch_redis_note_unreadable(struct fetch_redis *redis)
{
    redis->results[GET_HIT]--;
    redis->results[GET_UNREADABLE]++;
}

size_t fetch_redis_memory_bytes(const struct fetch_redis *redis)
{
    return redis ? redis->sending_bytes : 0;
}

void fetch_redis_print_metrics(const struct fetch_redis *redis, struct buf *out)
{
    static const char *const names[GET_RESULT_COUNT] = {
        [GET_HIT] = "hit",
        [GET_MISS] = "miss",
        [GET_LATE] = "late",
        [GET_SKIPPED] = "skipped",
        [GET_UNREADABLE] = "unreadable",
    };
    if (!redis)
        return;
    metrics_family(out, "byline_redis_requests_total", "counter",
                   "Values asked of the shared cache, by result.");
    for (size_t i = 0; i < GET_RESULT_COUNT; i++)
        (void)buf_format(out, "byline_redis_requests_total{result=\"%s\"} %llu\n", names[i],
                         (unsigned long long)redis->results[i]);
    metrics_family(out, "byline_redis_stored_total", "counter", "Values sent to the shared cache.");
    (void)buf_format(out, "byline_redis_stored_total %llu\n", (unsigned long long)redis->put_count);
    metrics_family(out, "byline_redis_up", "gauge", "1 while the shared cache answers.");
    (void)buf_format(out, "byline_redis_up %d\n", redis->state == UP);
}

/* --- life --- */

struct fetch_redis *fetch_redis_new(struct fetch *fetch, const char *url, struct error *ret_error)
{
    struct fetch_redis *redis = calloc(1, sizeof *redis);
    if (!redis || !redis_url_parse(url, &redis->url, ret_error)) {
        if (!redis)
            error_set(ret_error, ERROR_FATAL, "fetch: no memory");
        free(redis);
        return NULL;
    }
    redis->fetch = fetch;
    redis->rest_ms = REDIS_REST_MS;
    (void)uv_timer_init(fetch->loop, &redis->late);
    (void)uv_timer_init(fetch->loop, &redis->step);
    redis->late.data = redis->step.data = redis;
    fetch_handle_opened(fetch);
    fetch_handle_opened(fetch);
    resolve(redis);
    return redis;
}

static void on_timer_closed(uv_handle_t *handle)
{
    struct fetch_redis *redis = handle->data;
    fetch_handle_closed(redis->fetch);
}

void fetch_redis_close(struct fetch_redis *redis)
{
    if (!redis)
        return;
    redis->closing = true;
    if (redis->resolving)
        (void)uv_cancel((uv_req_t *)&redis->resolver);
    drop_link(redis);
    uv_close((uv_handle_t *)&redis->late, on_timer_closed);
    uv_close((uv_handle_t *)&redis->step, on_timer_closed);
}

void fetch_redis_free(struct fetch_redis *redis)
{
    free(redis);
}
