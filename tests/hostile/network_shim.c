/* network_shim: a preloaded library that answers name look-ups from a table and writes down every
 * connection that is tried, so that tests can say "nothing was sent".
 *
 *   SHIM_NAMES="rebind.test=127.0.0.2|127.0.0.1;many.test=127.0.0.3,127.0.0.4;slow.test=hang"
 *       look-up n of a name gives its n-th group, the last one again and again; one that begins
 *       with "+MS," comes so many milliseconds late
 *   SHIM_LOG=FILE     one line for each connect(2): ADDRESS PORT */
#include <arpa/inet.h>
#include <dlfcn.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_NAMES = 16, HANG_SECONDS = 30 };

int connect(int fd, const struct sockaddr *address, socklen_t len)
{
    static int (*real)(int, const struct sockaddr *, socklen_t);
    char text[INET6_ADDRSTRLEN] = "?";
    const char *log = getenv("SHIM_LOG");
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "connect");
    FILE *file = log && (address->sa_family == AF_INET || address->sa_family == AF_INET6)
                     ? fopen(log, "a")
                     : NULL;
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

/* The addresses of this look-up, comma-separated, in a static buffer; NULL for a name that is not
 * in the table. */
static const char *find_group(const char *name)
{
    static struct {
        char name[64];
        int lookups;
    } seen[MAX_NAMES];
    static char group[65536];
    const char *table = getenv("SHIM_NAMES");
    size_t len = strlen(name), slot = 0;
    for (; table && *table; table = *table ? table + 1 : table) {
        if (strncmp(table, name, len) == 0 && table[len] == '=')
            break;
        table += strcspn(table, ";");
    }
    if (!table || !*table)
        return NULL;
    table += len + 1;
    while (slot < MAX_NAMES - 1 && *seen[slot].name && strcmp(seen[slot].name, name) != 0)
        slot++;
    (void)snprintf(seen[slot].name, sizeof seen[slot].name, "%s", name);
    for (int skip = seen[slot].lookups++; skip > 0 && table[strcspn(table, "|;")] == '|'; skip--)
        table += strcspn(table, "|;") + 1;
    (void)snprintf(group, sizeof group, "%.*s", (int)strcspn(table, "|;"), table);
    return group;
}

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
                struct addrinfo **ret_list)
{
    static int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    struct addrinfo *first = NULL, **end = &first, numeric = *hints;
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
    const char *group = name ? find_group(name) : NULL;
    if (!group)
        return real(name, service, hints, ret_list);
    if (strcmp(group, "hang") == 0) {
        (void)sleep(HANG_SECONDS);
        return EAI_AGAIN;
    }
    if (*group == '+') {
        (void)usleep((useconds_t)atoi(group + 1) * 1000);
        group += strcspn(group, ",") + 1;
    }
    numeric.ai_flags |= AI_NUMERICHOST;
    while (*group) {
        char address[INET6_ADDRSTRLEN] = "";
        size_t len = strcspn(group, ",");
        (void)snprintf(address, sizeof address, "%.*s", (int)len, group);
        group += group[len] ? len + 1 : len;
        if (real(address, service, &numeric, end) == 0)
            while (*end)
                end = &(*end)->ai_next;
    }
    *ret_list = first;
    return first ? 0 : EAI_NONAME;
}
