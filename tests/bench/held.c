/* held: how long an event loop is away from its poll, for LD_PRELOAD.
 *
 * Stands before epoll_wait(2) of libuv on the first thread and keeps in the file that BENCH_HELD
 * names, as a decimal line, the longest CPU time in microseconds between a return of it and the
 * next call: CPU time, so that a busy machine does not count. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

enum { LOOP_EVENTS = 1024 }; /* that libuv asks for; the worker's other epoll set asks for fewer */

static long cpu_micros(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return now.tv_sec * 1000000L + now.tv_nsec / 1000;
}

static void keep(long micros)
{
    static int file = -1;
    char line[32];
    const char *path = getenv("BENCH_HELD");
    if (file < 0 && path)
        file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    int len = snprintf(line, sizeof line, "%10ld\n", micros);
    if (file >= 0 && pwrite(file, line, (size_t)len, 0) != len)
        perror("held");
}

int epoll_wait(int epoll, struct epoll_event *events, int count, int timeout_ms)
{
    static int (*next)(int, struct epoll_event *, int, int);
    static long returned_at, longest;
    if (!next)
        *(void **)&next = dlsym(RTLD_NEXT, "epoll_wait");
    if (gettid() != getpid() || count != LOOP_EVENTS)
        return next(epoll, events, count, timeout_ms);
    long held = returned_at > 0 ? cpu_micros() - returned_at : 0;
    if (held > longest)
        keep(longest = held);
    int ready = next(epoll, events, count, timeout_ms);
    returned_at = cpu_micros();
    return ready;
}
