#include "cli/worker.h"

#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "cli/cli.h"
#include "log.h"

enum { SECOND_SIGNAL_STATUS = 130 };

static void on_stopped(void *context, const struct error *error)
{
    struct worker *worker = context;
    worker->failed = error != NULL;
    uv_stop(&worker->loop);
}

void worker_stop(struct worker *worker)
{
    worker->stopping = true;
    pipeline_stop(worker->pipeline);
}

static void on_signal(uv_signal_t *handle, int number)
{
    struct worker *worker = handle->data;
    if (worker->stopping) {
        log_warn("killed", LOG_TEXT("reason", "second signal"));
        _exit(SECOND_SIGNAL_STATUS);
    }
    log_info("signal", LOG_TEXT("name", number == SIGTERM ? "SIGTERM" : "SIGINT"));
    worker_stop(worker);
}

static void watch(struct worker *worker, uv_signal_t *handle, int number)
{
    (void)uv_signal_init(&worker->loop, handle);
    handle->data = worker;
    (void)uv_signal_start(handle, on_signal, number);
}

/* The soft limit is there for programs that still use select(2). */
static void raise_descriptor_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
}

int worker_start(struct worker *worker, const struct config *config)
{
    struct error error = {0};
    *worker = (struct worker){0};
    (void)signal(SIGPIPE, SIG_IGN);
    raise_descriptor_limit();
    if (uv_loop_init(&worker->loop) != 0) {
        fputs("byline: no event loop could be made\n", stderr);
        return EXIT_WORK_FAILED;
    }
    worker->pipeline = pipeline_new(&worker->loop, config, on_stopped, worker, &error);
    if (!worker->pipeline) {
        fprintf(stderr, "byline: %s\n", error.message);
        (void)uv_loop_close(&worker->loop);
        return error.kind == ERROR_USAGE ? EXIT_USAGE : EXIT_WORK_FAILED;
    }
    watch(worker, &worker->sigterm, SIGTERM);
    watch(worker, &worker->sigint, SIGINT);
    pipeline_start(worker->pipeline);
    return EXIT_DONE;
}

int worker_run(struct worker *worker, void (*before_close)(void *context), void *context)
{
    (void)uv_run(&worker->loop, UV_RUN_DEFAULT);
    if (before_close)
        before_close(context);
    uv_close((uv_handle_t *)&worker->sigterm, NULL);
    uv_close((uv_handle_t *)&worker->sigint, NULL);
    pipeline_free(worker->pipeline);
    (void)uv_loop_close(&worker->loop);
    return worker->failed ? EXIT_WORK_FAILED : EXIT_DONE;
}
