/* network_shim: a preloaded library that writes down every TCP connection that is tried, so that
 * tests can say "nothing was sent".
 *
 *   SHIM_LOG=FILE     one line for each connect(2): ADDRESS PORT */
#include <arpa/inet.h>
#include <dlfcn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

/* Questions to the name server are not what is counted. */
static bool is_tcp(int fd, const struct sockaddr *address)
{
    int type = 0;
    socklen_t len = sizeof type;
    return (address->sa_family == AF_INET || address->sa_family == AF_INET6) &&
           getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) == 0 && type == SOCK_STREAM;
}

int connect(int fd, const struct sockaddr *address, socklen_t len)
{
    static int (*real)(int, const struct sockaddr *, socklen_t);
    char text[INET6_ADDRSTRLEN] = "?";
    const char *log = getenv("SHIM_LOG");
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "connect");
    FILE *file = log && is_tcp(fd, address) ? fopen(log, "a") : NULL;
    if (file) {
        const struct sockaddr_in *in = (const void *)address;
        const struct sockaddr_in6 *in6 = (const void *)address;
        bool v6 = address->sa_family == AF_INET6;
        (void)inet_ntop(address->sa_family, v6 ? (const void *)&in6->sin6_addr : &in->sin_addr,
                        text, sizeof text);
        fprintf(file, "%s %u\n", text, ntohs(v6 ? in6->sin6_port : in->sin_port));
        (void)fclose(file);
    }
    return real(fd, address, len);
}
