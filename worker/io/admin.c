#include "io/admin.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/admin_parts.h"

enum {
    MAX_PAGE_BYTES = 16 << 20, /* /metrics with thousands of partitions */
    MAX_CONNECTIONS = 64,
    IDLE_SECONDS = 10,
    RECHECK_MS = 100, /* timeouts inside libmicrohttpd */
};

struct admin {
    struct admin_handlers handlers;
    struct MHD_Daemon *daemon;
    uv_poll_t readable;
    uv_timer_t tick;
    struct buf page; /* reused for every answer */
    int open_handles;
};

static enum MHD_Result answer(struct admin *admin, struct MHD_Connection *connection,
                              unsigned status, const char *type)
{
    struct span page = buf_span(&admin->page);
    struct MHD_Response *response =
        MHD_create_response_from_buffer(page.len, (void *)page.data, MHD_RESPMEM_MUST_COPY);
    if (!response)
        return MHD_NO;
    (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    enum MHD_Result result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result answer_check(struct admin *admin, struct MHD_Connection *connection,
                                    bool (*check)(void *context, struct buf *out))
{
    bool ok = check(admin->handlers.context, &admin->page);
    return answer(admin, connection, ok ? MHD_HTTP_OK : MHD_HTTP_SERVICE_UNAVAILABLE,
                  "text/plain; charset=utf-8");
}

/* The page may run its own script and style and ask this server, nothing else. */
static enum MHD_Result answer_status_page(struct MHD_Connection *connection)
{
    static const char policy[] =
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
        "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'";
    struct MHD_Response *response = MHD_create_response_from_buffer(
        status_page_bytes, (void *)status_page, MHD_RESPMEM_PERSISTENT);
    if (!response)
        return MHD_NO;
    (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE,
                                  "text/html; charset=utf-8");
    (void)MHD_add_response_header(response, "Content-Security-Policy", policy);
    (void)MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    enum MHD_Result result = MHD_queue_response(connection, MHD_HTTP_OK, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_bytes, void **state)
{
    (void)version;
    (void)upload;
    (void)upload_bytes;
    (void)state;
    struct admin *admin = context;
    buf_reset(&admin->page);
    if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0) {
        (void)buf_add_text(&admin->page, "only GET\n");
        return answer(admin, connection, MHD_HTTP_METHOD_NOT_ALLOWED, "text/plain");
    }
    if (strcmp(url, "/metrics") == 0) {
        admin->handlers.metrics(admin->handlers.context, &admin->page);
        return answer(admin, connection, MHD_HTTP_OK, "text/plain; version=0.0.4; charset=utf-8");
    }
    if (strcmp(url, "/debug/partitions") == 0) {
        admin->handlers.partitions(admin->handlers.context, &admin->page);
        return answer(admin, connection, MHD_HTTP_OK, "application/json");
    }
    if (strcmp(url, "/healthz") == 0)
        return answer_check(admin, connection, admin->handlers.healthy);
    if (strcmp(url, "/readyz") == 0)
        return answer_check(admin, connection, admin->handlers.ready);
    if (strcmp(url, "/") == 0)
        return answer_status_page(connection);
    (void)buf_add_text(&admin->page, "byline: / /metrics /healthz /readyz /debug/partitions\n");
    return answer(admin, connection, MHD_HTTP_NOT_FOUND, "text/plain");
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
    (void)status;
    (void)events;
    struct admin *admin = poll->data;
    (void)MHD_run(admin->daemon);
}

static void on_tick(uv_timer_t *tick)
{
    struct admin *admin = tick->data;
    (void)MHD_run(admin->daemon);
}

/* ADDRESS:PORT, [ADDRESS]:PORT or :PORT, which is every IPv4 address. */
static bool parse_listen(const char *listen, struct sockaddr_storage *ret_address)
{
    char host[64] = "0.0.0.0";
    const char *colon = strrchr(listen, ':');
    char *end = NULL;
    long port = colon ? strtol(colon + 1, &end, 10) : -1;
    if (!colon || end == colon + 1 || *end || port < 0 || port > 65535)
        return false;
    const char *start = listen;
    size_t len = (size_t)(colon - listen);
    if (len >= 2 && start[0] == '[' && start[len - 1] == ']') {
        start++;
        len -= 2;
    }
    if (len >= sizeof host)
        return false;
    if (len > 0) {
        memcpy(host, start, len);
        host[len] = '\0';
    }
    if (strcmp(host, "localhost") == 0)
        (void)snprintf(host, sizeof host, "127.0.0.1");
    *ret_address = (struct sockaddr_storage){0};
    struct sockaddr_in *v4 = (struct sockaddr_in *)ret_address;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)ret_address;
    if (inet_pton(AF_INET, host, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons((uint16_t)port);
        return true;
    }
    if (inet_pton(AF_INET6, host, &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons((uint16_t)port);
        return true;
    }
    return false;
}

struct admin *admin_new(uv_loop_t *loop, const char *listen, const struct admin_handlers *handlers,
                        struct error *ret_error)
{
    struct sockaddr_storage address;
    if (!parse_listen(listen, &address)) {
        (void)error_set(ret_error, ERROR_USAGE,
                        "admin.listen: \"%s\" is not ADDRESS:PORT, as in 127.0.0.1:9464", listen);
        return NULL;
    }
    struct admin *admin = calloc(1, sizeof *admin);
    if (!admin) {
        (void)error_set(ret_error, ERROR_FATAL, "out of memory");
        return NULL;
    }
    admin->handlers = *handlers;
    unsigned flags = MHD_USE_EPOLL | (address.ss_family == AF_INET6 ? MHD_USE_IPv6 : 0u);
    errno = 0;
    admin->daemon = MHD_start_daemon(flags, 0, NULL, NULL, on_request, admin, MHD_OPTION_SOCK_ADDR,
                                     (struct sockaddr *)&address, MHD_OPTION_CONNECTION_LIMIT,
                                     (unsigned)MAX_CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT,
                                     (unsigned)IDLE_SECONDS, MHD_OPTION_END);
    if (!admin->daemon) {
        (void)error_set(ret_error, ERROR_FATAL, "admin.listen: cannot listen on %s: %s", listen,
                        errno ? strerror(errno) : "refused");
        free(admin);
        return NULL;
    }
    buf_init(&admin->page, MAX_PAGE_BYTES);
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(admin->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    (void)uv_poll_init(loop, &admin->readable, info->epoll_fd);
    (void)uv_timer_init(loop, &admin->tick);
    admin->open_handles = 2;
    admin->readable.data = admin;
    admin->tick.data = admin;
    (void)uv_poll_start(&admin->readable, UV_READABLE, on_readable);
    (void)uv_timer_start(&admin->tick, on_tick, RECHECK_MS, RECHECK_MS);
    return admin;
}

int admin_port(const struct admin *admin)
{
    return MHD_get_daemon_info(admin->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
}

static void on_handle_closed(uv_handle_t *handle)
{
    struct admin *admin = handle->data;
    if (--admin->open_handles > 0)
        return;
    MHD_stop_daemon(admin->daemon);
    buf_finish(&admin->page);
    free(admin);
}

void admin_free(struct admin *admin)
{
    if (!admin)
        return;
    uv_close((uv_handle_t *)&admin->readable, on_handle_closed);
    uv_close((uv_handle_t *)&admin->tick, on_handle_closed);
}
