#include "registration.h"

#include <stdlib.h>

#include "log.h"

enum { FIRST_WAIT_MS = 250, MAX_WAIT_MS = 5000 };

struct registration {
    uv_work_t work;
    uv_timer_t timer;
    const struct config *config;
    const char *subject;
    struct span avsc;
    registration_done *done;
    void *context;
    uint64_t wait_ms;
    bool working, freed, timer_closed;
    /* Written on the pool, read on the loop afterwards. */
    bool ok;
    struct registration_result result;
    struct error error;
};

static void free_if_quiet(struct registration *registration)
{
    if (registration->freed && registration->timer_closed && !registration->working)
        free(registration);
}

static void ask(uv_work_t *work)
{
    struct registration *registration = work->data;
    registration->ok = registry_register(registration->config, registration->subject,
                                         registration->avsc, &registration->result.schema_id,
                                         registration->result.guid, &registration->error);
}

static void on_timer(uv_timer_t *timer);

static void answered(uv_work_t *work, int status)
{
    (void)status;
    struct registration *registration = work->data;
    registration->working = false;
    if (registration->freed) {
        free_if_quiet(registration);
        return;
    }
    if (registration->ok) {
        registration->done(registration->context, &registration->result, NULL);
        return;
    }
    if (registration->error.kind != ERROR_RETRY) {
        registration->done(registration->context, NULL, &registration->error);
        return;
    }
    log_warn("waiting_for_registry", LOG_TEXT("url", registration->config->registry.url),
             LOG_TEXT("reason", registration->error.message),
             LOG_INT("retry_ms", registration->wait_ms));
    (void)uv_timer_start(&registration->timer, on_timer, registration->wait_ms, 0);
    registration->wait_ms *= 2;
    if (registration->wait_ms > MAX_WAIT_MS)
        registration->wait_ms = MAX_WAIT_MS;
}

static void on_timer(uv_timer_t *timer)
{
    struct registration *registration = timer->data;
    registration->work.data = registration;
    registration->working = uv_queue_work(timer->loop, &registration->work, ask, answered) == 0;
}

struct registration *registration_start(uv_loop_t *loop, const struct config *config,
                                        const char *subject, struct span avsc,
                                        registration_done *done, void *context)
{
    struct registration *registration = calloc(1, sizeof *registration);
    if (!registration)
        return NULL;
    *registration = (struct registration){
        .config = config,
        .subject = subject,
        .avsc = avsc,
        .done = done,
        .context = context,
        .wait_ms = FIRST_WAIT_MS,
    };
    (void)uv_timer_init(loop, &registration->timer);
    registration->timer.data = registration;
    (void)uv_timer_start(&registration->timer, on_timer, 0, 0);
    return registration;
}

static void on_timer_closed(uv_handle_t *handle)
{
    struct registration *registration = handle->data;
    registration->timer_closed = true;
    free_if_quiet(registration);
}

void registration_free(struct registration *registration)
{
    if (!registration)
        return;
    registration->freed = true;
    uv_close((uv_handle_t *)&registration->timer, on_timer_closed);
}
