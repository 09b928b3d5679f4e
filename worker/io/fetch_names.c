#include "io/fetch_names.h"

#include <assert.h>
#include <stdlib.h>

#include "io/fetch_resolve.h"

struct name {
    UT_hash_handle hh; /* in the order in which they were asked for */
    struct fetch *fetch;
    struct resolve *asking;   /* while it is looked up */
    struct exchange *waiting; /* for that; by name_prev, name_next */
    bool telling;             /* those who wait */
    int64_t until_ms;         /* what follows holds */
    enum resolve_end end;
    char *addresses; /* as CURLOPT_RESOLVE takes them; NULL unless found */
    const char *why;
    char text[];
};

int names_before_resolving(void *resolver, void *reserved, void *context)
{
    (void)resolver;
    (void)reserved;
    struct exchange *exchange = context;
    struct address address;
    bool is_address = address_parse(exchange->flight->url.host, &address);
    exchange_enter(exchange, is_address ? PHASE_CONNECTING : PHASE_RESOLVING);
    exchange->wants_name = !is_address;
    return exchange->wants_name;
}

/* --- the table --- */

static void forget(struct name *name)
{
    HASH_DEL(name->fetch->names, name);
    free(name->addresses);
    free(name);
}

/* The longest known of those that nobody waits for. Where somebody does, it goes behind the others,
 * so that the next looks find others. False where the first few are all waited for. */
static bool make_room(struct fetch *fetch)
{
    enum { LOOKS = 4 };
    for (int i = 0; i < LOOKS && HASH_COUNT(fetch->names) >= FETCH_MAX_NAMES; i++) {
        struct name *name = fetch->names;
        if (!name->asking && !name->telling) {
            forget(name);
            continue;
        }
        HASH_DEL(fetch->names, name);
        HASH_ADD_KEYPTR(hh, fetch->names, name->text, strlen(name->text), name);
    }
    return HASH_COUNT(fetch->names) < FETCH_MAX_NAMES;
}

static struct name *add(struct fetch *fetch, struct span text)
{
    struct name *name = make_room(fetch) ? calloc(1, sizeof *name + text.len + 1) : NULL;
    if (!name)
        return NULL;
    name->fetch = fetch;
    memcpy(name->text, text.data, text.len);
    HASH_ADD_KEYPTR(hh, fetch->names, name->text, text.len, name);
    if (name->hh.tbl)
        return name;
    free(name);
    return NULL;
}

/* RFC 6761, section 6.3: no server is asked where it is. */
static bool is_localhost(struct span host)
{
    static const char label[] = "localhost";
    const size_t len = sizeof label - 1;
    if (host.len > 0 && host.data[host.len - 1] == '.')
        host.len--;
    return host.len >= len && memcmp(host.data + host.len - len, label, len) == 0 &&
           (host.len == len || host.data[host.len - len - 1] == '.');
}

/* --- an exchange goes on --- */

static bool give(struct exchange *exchange, const char *addresses)
{
    const struct url *url = &exchange->flight->url;
    struct buf line;
    buf_init(&line, FETCH_MAX_KEPT_BYTES);
    /* "+": for CURLOPT_DNS_CACHE_TIMEOUT, which is as short as it can be. */
    if (buf_format(&line, "+%.*s:%u:%s", SPAN_ARG(url->host), url->port, addresses))
        exchange->addresses = curl_slist_append(NULL, line.data);
    buf_finish(&line);
    return exchange->addresses &&
           curl_easy_setopt(exchange->easy, CURLOPT_RESOLVE, exchange->addresses) == CURLE_OK;
}

static void take_back(struct exchange *exchange)
{
    if (!exchange->addresses)
        return;
    (void)curl_easy_setopt(exchange->easy, CURLOPT_RESOLVE, NULL);
    curl_slist_free_all(exchange->addresses);
    exchange->addresses = NULL;
}

static void go_on(struct exchange *exchange, const char *addresses)
{
    if (!give(exchange, addresses) || !exchange_resume(exchange))
        flight_exchange_ended(exchange->flight, CURLE_FAILED_INIT);
}

static void tell(struct exchange *exchange, const struct name *name)
{
    if (name->end == RESOLVE_FOUND) {
        go_on(exchange, name->addresses);
        return;
    }
    exchange->name_error = name->why;
    exchange->no_room = name->end == RESOLVE_NO_ROOM;
    flight_exchange_ended(exchange->flight, name->end == RESOLVE_TIMEOUT
                                                ? CURLE_OPERATION_TIMEDOUT
                                                : CURLE_COULDNT_RESOLVE_HOST);
}

/* --- looking up --- */

/* How long the answer is good. One that there is no name is believed for as short as one that may
 * not be kept; what went wrong is not kept at all. */
static int64_t keep_ms(const struct resolved *resolved)
{
    if (resolved->end == RESOLVE_NONE ||
        (resolved->end == RESOLVE_FOUND && resolved->ttl_ms < FETCH_NAME_MIN_MS))
        return FETCH_NAME_MIN_MS;
    if (resolved->end != RESOLVE_FOUND)
        return 0;
    return resolved->ttl_ms < FETCH_NAME_MAX_MS ? resolved->ttl_ms : FETCH_NAME_MAX_MS;
}

static void on_resolved(void *context, const struct resolved *resolved)
{
    struct name *name = context;
    struct fetch *fetch = name->fetch;
    struct exchange *exchange;
    free(name->addresses);
    name->asking = NULL;
    name->end = resolved->end;
    name->why = resolved->why;
    name->until_ms = fetch_now_ms(fetch) + keep_ms(resolved);
    name->addresses = resolved->end == RESOLVE_FOUND ? strdup(resolved->addresses.data) : NULL;
    if (resolved->end == RESOLVE_FOUND && !name->addresses)
        name->end = RESOLVE_FAILED;
    name->telling = true;
    while ((exchange = name->waiting)) {
        DL_DELETE2(name->waiting, exchange, name_prev, name_next);
        exchange->name = NULL;
        tell(exchange, name);
    }
    name->telling = false;
    hosts_pump(fetch);
}

/* The name as it is known now, or is being asked for; NULL where there is no room for it. */
static struct name *look_up(struct fetch *fetch, struct span host)
{
    struct name *name;
    HASH_FIND(hh, fetch->names, host.data, host.len, name);
    if (name && (name->asking || name->telling || fetch_now_ms(fetch) < name->until_ms))
        return name;
    if (name)
        forget(name); /* its next place is behind the others */
    name = add(fetch, host);
    if (!name)
        return NULL;
    name->asking = resolve_start(fetch, name->text, on_resolved, name);
    if (name->asking)
        return name;
    forget(name);
    return NULL;
}

static void wait_for(struct exchange *exchange, struct name *name)
{
    exchange->name = name;
    DL_APPEND2(name->waiting, exchange, name_prev, name_next);
}

void names_ask(struct exchange *exchange)
{
    enum { ASKS = 10 }; /* libcurl may try several connections, and let a second pass between */
    const struct url *url = &exchange->flight->url;
    exchange_suspend(exchange);
    take_back(exchange);
    exchange->wants_name = false;
    if (++exchange->name_asks > ASKS) {
        flight_exchange_ended(exchange->flight, CURLE_COULDNT_RESOLVE_HOST);
        return;
    }
    if (is_localhost(url->host)) {
        go_on(exchange, "127.0.0.1,[::1]");
        return;
    }
    struct name *name = look_up(exchange->fetch, url->host);
    if (!name) {
        exchange->no_room = true;
        flight_exchange_ended(exchange->flight, CURLE_COULDNT_RESOLVE_HOST);
    } else if (name->asking) {
        wait_for(exchange, name);
    } else {
        tell(exchange, name);
    }
}

void names_leave(struct exchange *exchange)
{
    struct name *name = exchange->name;
    take_back(exchange);
    exchange->wants_name = false;
    if (!name)
        return;
    DL_DELETE2(name->waiting, exchange, name_prev, name_next);
    exchange->name = NULL;
    if (name->waiting || name->telling)
        return;
    resolve_cancel(name->asking);
    forget(name);
}

void names_close(struct fetch *fetch)
{
    struct name *name, *next;
    HASH_ITER(hh, fetch->names, name, next)
    {
        assert(!name->asking);
        forget(name);
    }
}
