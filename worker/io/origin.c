#include "io/origin.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

struct origin {
    struct MHD_Daemon *daemon;
    const struct origin_page *pages;
};

static const struct origin_page not_found = {"", MHD_HTTP_NOT_FOUND, "text/plain", NULL,
                                             "There is no such page.\n"};

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_bytes, void **state)
{
    (void)method;
    (void)version;
    (void)upload;
    (void)upload_bytes;
    (void)state;
    const struct origin *origin = context;
    const struct origin_page *page = origin->pages;
    while (page->path && strcmp(page->path, url) != 0)
        page++;
    if (!page->path)
        page = &not_found;
    struct MHD_Response *response = MHD_create_response_from_buffer(
        strlen(page->body), (void *)page->body, MHD_RESPMEM_PERSISTENT);
    if (!response)
        return MHD_NO;
    if (page->content_type)
        (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, page->content_type);
    if (page->location)
        (void)MHD_add_response_header(response, MHD_HTTP_HEADER_LOCATION, page->location);
    enum MHD_Result result = MHD_queue_response(connection, (unsigned)page->status, response);
    MHD_destroy_response(response);
    return result;
}

struct origin *origin_new(const struct origin_page *pages, struct error *ret_error)
{
    struct sockaddr_in loopback = {.sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct origin *origin = calloc(1, sizeof *origin);
    if (!origin) {
        (void)error_set(ret_error, ERROR_FATAL, "out of memory");
        return NULL;
    }
    origin->pages = pages;
    origin->daemon =
        MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL, on_request, origin,
                         MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&loopback, MHD_OPTION_END);
    if (!origin->daemon) {
        (void)error_set(ret_error, ERROR_FATAL, "the demo's web server did not start");
        free(origin);
        return NULL;
    }
    return origin;
}

int origin_port(const struct origin *origin)
{
    return MHD_get_daemon_info(origin->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
}

void origin_free(struct origin *origin)
{
    if (!origin)
        return;
    MHD_stop_daemon(origin->daemon);
    free(origin);
}
