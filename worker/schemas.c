#include "schemas.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "core/default_schema.h"
#include "io/registry.h"
#include "log.h"

enum {
    MAX_SCHEMAS = 256,
    KEY_TEXT_BYTES = 64,
    FIRST_WAIT_MS = 250,
    MAX_WAIT_MS = 5000,
    BELIEVE_MISSING_MS = 60 * 1000, /* before a schema that is not there is asked for again */
    TROUBLE_BYTES = 600,            /* a whole message and the schema before it */
};

struct schemas_waiter {
    struct schemas_waiter *prev, *next; /* utlist's names */
    struct schemas *schemas;
    struct wire_schema key;
    schemas_done *done;
    void *context;
};

struct schemas {
    uv_loop_t *loop;
    const struct config *config;
    struct schema_cache *cache;
    struct schemas_waiter *waiters; /* by age, but behind the others when their question failed */
    struct schemas_counts counts;
    struct wire_schema
        troubled; /* the last schema that could not be had; while trouble is not "" */
    char trouble[TROUBLE_BYTES];
    uv_timer_t timer; /* starts the next question */
    uv_work_t work;
    bool working, freed, timer_closed;
    uint64_t wait_ms; /* before the next question to a registry that is down */
    /* Written on the pool, read on the loop afterwards. */
    struct wire_schema asked;
    struct avro_schema *answer;
    struct error error;
};

static void start_question(uv_timer_t *timer);

/* ---- on the pool ---- */

/* "89791b76-2a14-4c01-955b-2e3a4b708d0f" */
static void print_guid(const unsigned char *guid, char text[REGISTRY_GUID_MAX])
{
    static const char digits[] = "0123456789abcdef";
    char *at = text;
    for (size_t i = 0; i < WIRE_GUID_BYTES; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *at++ = '-';
        *at++ = digits[guid[i] >> 4];
        *at++ = digits[guid[i] & 15];
    }
    *at = '\0';
}

static bool fetch_text(struct schemas *schemas, struct buf *avsc)
{
    char guid[REGISTRY_GUID_MAX];
    if (schemas->asked.framing == WIRE_CONFLUENT)
        return registry_schema_by_id(schemas->config, schemas->asked.id, avsc, &schemas->error);
    print_guid(schemas->asked.guid, guid);
    return registry_schema_by_guid(schemas->config, guid, avsc, &schemas->error);
}

static void ask(uv_work_t *work)
{
    struct schemas *schemas = work->data;
    struct buf avsc;
    struct error error;
    buf_init(&avsc, AVRO_SCHEMA_MAX_BYTES);
    if (fetch_text(schemas, &avsc)) {
        schemas->answer = avro_schema_parse(buf_span(&avsc), &error);
        if (!schemas->answer)
            (void)error_poison(&schemas->error, ERROR_CLASS_SCHEMA, "registry: %s", error.message);
    }
    buf_finish(&avsc);
}

/* ---- on the loop ---- */

static void free_if_quiet(struct schemas *schemas)
{
    if (!schemas->freed || !schemas->timer_closed || schemas->working)
        return;
    avro_schema_free(schemas->answer);
    schema_cache_free(schemas->cache);
    free(schemas);
}

static void remove_waiter(struct schemas_waiter *waiter)
{
    DL_DELETE(waiter->schemas->waiters, waiter);
    free(waiter);
}

static bool same_schema(const struct wire_schema *a, const struct wire_schema *b)
{
    if (a->framing != b->framing)
        return false;
    return a->framing == WIRE_CONFLUENT ? a->id == b->id
                                        : memcmp(a->guid, b->guid, sizeof a->guid) == 0;
}

static bool is_waited_for(const struct schemas *schemas, const struct wire_schema *key)
{
    const struct schemas_waiter *waiter;
    DL_FOREACH(schemas->waiters, waiter)
    if (same_schema(&waiter->key, key))
        return true;
    return false;
}

/* The oldest first. A callback may wait again or cancel others, so each turn starts from the
 * front. */
static void call_waiters(struct schemas *schemas, const struct wire_schema *key)
{
    struct schemas_waiter *waiter = schemas->waiters;
    while (waiter && !schemas->freed) {
        if (!same_schema(&waiter->key, key)) {
            waiter = waiter->next;
            continue;
        }
        schemas_done *done = waiter->done;
        void *context = waiter->context;
        remove_waiter(waiter);
        done(context);
        waiter = schemas->waiters;
    }
}

/* Behind all others: a schema that the registry fails to give must not keep those from being asked
 * for that it has. */
static void postpone(struct schemas *schemas, const struct wire_schema *key)
{
    struct schemas_waiter *waiter, *next, *postponed = NULL;
    DL_FOREACH_SAFE(schemas->waiters, waiter, next)
    if (same_schema(&waiter->key, key)) {
        DL_DELETE(schemas->waiters, waiter);
        DL_APPEND(postponed, waiter);
    }
    DL_CONCAT(schemas->waiters, postponed);
}

static void ask_later(struct schemas *schemas, uint64_t in_ms)
{
    if (!schemas->working && !schemas->freed && !uv_is_active((uv_handle_t *)&schemas->timer))
        (void)uv_timer_start(&schemas->timer, start_question, in_ms, 0);
}

/* "schema 7", "schema 89791b76-2a14-4c01-955b-2e3a4b708d0f" */
static const char *print_key(const struct wire_schema *key, char text[KEY_TEXT_BYTES])
{
    char guid[REGISTRY_GUID_MAX];
    if (key->framing == WIRE_CONFLUENT) {
        (void)snprintf(text, KEY_TEXT_BYTES, "schema %d", (int)key->id);
    } else {
        print_guid(key->guid, guid);
        (void)snprintf(text, KEY_TEXT_BYTES, "schema %s", guid);
    }
    return text;
}

static void note_trouble(struct schemas *schemas)
{
    char text[KEY_TEXT_BYTES];
    (void)snprintf(schemas->trouble, sizeof schemas->trouble, "waiting for %s: %s",
                   print_key(&schemas->asked, text), schemas->error.message);
    schemas->troubled = schemas->asked;
    log_warn("waiting_for_registry", LOG_TEXT("wanted", text),
             LOG_TEXT("reason", schemas->error.message), LOG_INT("retry_ms", schemas->wait_ms));
}

/* Whether the question is settled; else it is asked again, since a registry that is down or does
 * not let us in says nothing about the record. */
static bool settle(struct schemas *schemas)
{
    char text[KEY_TEXT_BYTES];
    if (schemas->answer) {
        schema_cache_put(schemas->cache, &schemas->asked, schemas->answer);
        schemas->answer = NULL;
        schemas->counts.found++;
        log_info("schema", LOG_TEXT("found", print_key(&schemas->asked, text)));
    } else if (schemas->error.kind == ERROR_POISON) {
        schema_cache_refuse(schemas->cache, &schemas->asked, &schemas->error,
                            (int64_t)uv_now(schemas->loop) + BELIEVE_MISSING_MS);
        schemas->counts.refused++;
        log_warn("schema_refused", LOG_TEXT("wanted", print_key(&schemas->asked, text)),
                 LOG_TEXT("reason", schemas->error.message));
    } else {
        schemas->counts.failed++;
        note_trouble(schemas);
        return false;
    }
    if (same_schema(&schemas->troubled, &schemas->asked))
        schemas->trouble[0] = '\0';
    return true;
}

static void answered(uv_work_t *work, int status)
{
    (void)status;
    struct schemas *schemas = work->data;
    schemas->working = false;
    if (schemas->freed) {
        free_if_quiet(schemas);
        return;
    }
    if (settle(schemas)) {
        struct wire_schema key = schemas->asked;
        schemas->wait_ms = FIRST_WAIT_MS;
        call_waiters(schemas, &key);
        if (schemas->waiters)
            ask_later(schemas, 0);
        return;
    }
    postpone(schemas, &schemas->asked);
    ask_later(schemas, schemas->wait_ms);
    schemas->wait_ms = schemas->wait_ms * 2 < MAX_WAIT_MS ? schemas->wait_ms * 2 : MAX_WAIT_MS;
}

static void start_question(uv_timer_t *timer)
{
    struct schemas *schemas = timer->data;
    if (schemas->working || !schemas->waiters)
        return;
    schemas->asked = schemas->waiters->key;
    schemas->error = (struct error){0};
    schemas->work.data = schemas;
    schemas->working = uv_queue_work(schemas->loop, &schemas->work, ask, answered) == 0;
    if (!schemas->working)
        ask_later(schemas, schemas->wait_ms);
}

struct schemas_waiter *schemas_wait(struct schemas *schemas, const struct wire_schema *key,
                                    schemas_done *done, void *context)
{
    struct schemas_waiter *waiter = calloc(1, sizeof *waiter);
    if (!waiter)
        return NULL;
    *waiter =
        (struct schemas_waiter){.schemas = schemas, .key = *key, .done = done, .context = context};
    DL_APPEND(schemas->waiters, waiter);
    ask_later(schemas, 0);
    return waiter;
}

void schemas_cancel(struct schemas_waiter *waiter)
{
    if (waiter)
        remove_waiter(waiter);
}

const char *schemas_trouble(const struct schemas *schemas)
{
    bool waits = schemas->trouble[0] && is_waited_for(schemas, &schemas->troubled);
    return waits ? schemas->trouble : NULL;
}

const struct schemas_counts *schemas_counts(const struct schemas *schemas)
{
    return &schemas->counts;
}

/* What no registry can be asked for. */
static enum schema_cache_result refuse_unknown(const struct schemas *schemas,
                                               const struct wire_schema *key,
                                               struct error *ret_error)
{
    if (key->framing == WIRE_SINGLE_OBJECT)
        (void)error_poison(ret_error, ERROR_CLASS_SCHEMA,
                           "no schema is known for the fingerprint %016" PRIx64, key->fingerprint);
    else if (!*schemas->config->registry.url)
        (void)error_poison(ret_error, ERROR_CLASS_SCHEMA,
                           "the value names a schema of a registry, but registry.url is not set");
    else
        return SCHEMA_CACHE_MISS;
    return SCHEMA_CACHE_NEGATIVE;
}

enum schema_cache_result schemas_find(struct schemas *schemas, struct span value,
                                      struct span header, const struct avro_schema **ret_schema,
                                      struct span *ret_payload, struct wire_schema *ret_key,
                                      struct error *ret_error)
{
    struct wire_schema key;
    if (!wire_parse(value, header, &key, ret_payload, ret_error))
        return SCHEMA_CACHE_NEGATIVE;
    enum schema_cache_result result = schema_cache_find(
        schemas->cache, &key, (int64_t)uv_now(schemas->loop), ret_schema, ret_error);
    if (result == SCHEMA_CACHE_MISS)
        result = refuse_unknown(schemas, &key, ret_error);
    if (result == SCHEMA_CACHE_MISS)
        *ret_key = key;
    return result;
}

struct schemas *schemas_new(uv_loop_t *loop, const struct config *config, struct error *ret_error)
{
    struct schemas *schemas = calloc(1, sizeof *schemas);
    struct schema_cache *cache = schema_cache_new(MAX_SCHEMAS);
    struct avro_schema *event = avro_schema_parse(default_event_schema_span(), ret_error);
    if (!schemas || !cache || !event) {
        (void)error_set(ret_error, ERROR_FATAL, "out of memory");
        free(schemas);
        schema_cache_free(cache);
        avro_schema_free(event);
        return NULL;
    }
    const struct wire_schema key = {.framing = WIRE_SINGLE_OBJECT,
                                    .fingerprint = avro_schema_fingerprint(event)};
    schema_cache_put(cache, &key, event);
    *schemas =
        (struct schemas){.loop = loop, .config = config, .cache = cache, .wait_ms = FIRST_WAIT_MS};
    (void)uv_timer_init(loop, &schemas->timer);
    schemas->timer.data = schemas;
    return schemas;
}

static void on_timer_closed(uv_handle_t *handle)
{
    struct schemas *schemas = handle->data;
    schemas->timer_closed = true;
    free_if_quiet(schemas);
}

void schemas_free(struct schemas *schemas)
{
    if (!schemas)
        return;
    schemas->freed = true;
    while (schemas->waiters)
        remove_waiter(schemas->waiters);
    uv_close((uv_handle_t *)&schemas->timer, on_timer_closed);
}
