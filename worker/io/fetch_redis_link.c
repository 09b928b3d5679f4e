#include "io/fetch_redis_link.h"

#include <stdlib.h>

#include "io/fetch_parts.h"
#include "io/fetch_redis.h"

enum { MAX_REPLY_BYTES = REDIS_MAX_VALUE_BYTES + 64 }; /* with the length before it */

/* hiredis wants its descriptor watched; the handle closes later than the connection. */
struct watch {
    uv_poll_t poll;
    struct fetch *fetch;
    redisAsyncContext *link; /* NULL once it is gone */
    int events;
    const redisReplyObjectFunctions *hiredis;
    redisReplyObjectFunctions makers; /* of replies: hiredis' own, for those that are due */
    const char *wrong;
};

/* --- what may be said --- */

/* hiredis asserts that no reply comes without a command, so such a one is not made: then it takes
 * the connection for broken. But for errors, with which Redis sends too many clients away. */
static bool is_due(const redisReadTask *task)
{
    struct watch *watch = task->privdata;
    if (task->type == REDIS_REPLY_ERROR || watch->link->replies.head)
        return true;
    watch->wrong = "a reply that nobody asked for";
    return false;
}

static void *make_string(const redisReadTask *task, char *text, size_t len)
{
    const struct watch *watch = task->privdata;
    return is_due(task) ? watch->hiredis->createString(task, text, len) : NULL;
}

static void *make_integer(const redisReadTask *task, long long value)
{
    const struct watch *watch = task->privdata;
    return is_due(task) ? watch->hiredis->createInteger(task, value) : NULL;
}

static void *make_nil(const redisReadTask *task)
{
    const struct watch *watch = task->privdata;
    return is_due(task) ? watch->hiredis->createNil(task) : NULL;
}

/* No command of ours is answered with one, and its elements would have no bound. */
static void *make_array(const redisReadTask *task, int count)
{
    struct watch *watch = task->privdata;
    (void)count;
    watch->wrong = "a reply is a list";
    return NULL;
}

static void watch_replies(struct watch *watch, redisReader *reader)
{
    watch->hiredis = reader->fn;
    watch->makers = (redisReplyObjectFunctions){
        .createString = make_string,
        .createArray = make_array,
        .createInteger = make_integer,
        .createNil = make_nil,
        .freeObject = reader->fn->freeObject,
    };
    reader->fn = &watch->makers;
    reader->privdata = watch;
}

const char *fetch_redis_link_wrong(const redisAsyncContext *link)
{
    return ((const struct watch *)link->ev.data)->wrong;
}

/* hiredis reads 16 KiB at a time and uses up the whole replies in them: what is then left is the
 * beginning of one. */
void fetch_redis_link_read(redisAsyncContext *link)
{
    struct watch *watch = link->ev.data;
    redisAsyncHandleRead(link);
    if (!watch->link)
        return;
    const redisReader *reader = link->c.reader;
    if (reader->len - reader->pos <= MAX_REPLY_BYTES)
        return;
    watch->wrong = "a reply is too long";
    redisAsyncFree(link);
}

/* --- on the loop --- */

/* An error is told to hiredis by letting it read and write: it finds out itself. */
static void on_ready(uv_poll_t *poll, int status, int events)
{
    struct watch *watch = poll->data;
    if (watch->link && (status < 0 || (events & UV_READABLE)))
        fetch_redis_link_read(watch->link);
    if (watch->link && (status < 0 || (events & UV_WRITABLE)))
        redisAsyncHandleWrite(watch->link);
}

static void set_events(struct watch *watch, int events)
{
    watch->events = events;
    if (events)
        (void)uv_poll_start(&watch->poll, events, on_ready);
    else
        (void)uv_poll_stop(&watch->poll);
}

static void add_read(void *data)
{
    struct watch *watch = data;
    set_events(watch, watch->events | UV_READABLE);
}

static void del_read(void *data)
{
    struct watch *watch = data;
    set_events(watch, watch->events & ~UV_READABLE);
}

static void add_write(void *data)
{
    struct watch *watch = data;
    set_events(watch, watch->events | UV_WRITABLE);
}

static void del_write(void *data)
{
    struct watch *watch = data;
    set_events(watch, watch->events & ~UV_WRITABLE);
}

static void on_closed(uv_handle_t *handle)
{
    struct watch *watch = handle->data;
    struct fetch *fetch = watch->fetch;
    free(watch);
    fetch_handle_closed(fetch);
}

/* hiredis is about to close and free its connection, for whatever reason. */
static void on_gone(void *data)
{
    struct watch *watch = data;
    watch->link = NULL;
    uv_close((uv_handle_t *)&watch->poll, on_closed);
}

bool fetch_redis_link_open(struct fetch *fetch, redisAsyncContext *link)
{
    struct watch *watch = calloc(1, sizeof *watch);
    if (!watch)
        return false;
    if (uv_poll_init_socket(fetch->loop, &watch->poll, link->c.fd) != 0) {
        free(watch);
        return false;
    }
    fetch_handle_opened(fetch);
    watch->fetch = fetch;
    watch->link = link;
    watch->poll.data = watch;
    link->ev.data = watch;
    link->ev.addRead = add_read;
    link->ev.delRead = del_read;
    link->ev.addWrite = add_write;
    link->ev.delWrite = del_write;
    link->ev.cleanup = on_gone;
    watch_replies(watch, link->c.reader);
    return true;
}
