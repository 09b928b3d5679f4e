/* clock_shim: a preloaded library that moves the wall clock of one process while it runs.
 *
 *   CLOCK_FILE=FILE   8 bytes, seconds to add, native order; read anew at each look at the clock
 *
 * The monotonic clock stays. What waits until a time of the wall clock waits as long as it would.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t *offset_s;

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("CLOCK_FILE");
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    void *page = fd >= 0 ? mmap(NULL, sizeof *offset_s, PROT_READ, MAP_SHARED, fd, 0) : MAP_FAILED;
    if (page != MAP_FAILED)
        offset_s = page;
    (void)unsetenv("LD_PRELOAD");
}

static time_t offset(void)
{
    return offset_s ? (time_t)*offset_s : 0;
}

int clock_gettime(clockid_t clock, struct timespec *ret_time)
{
    long failed = syscall(SYS_clock_gettime, clock, ret_time);
    if (!failed && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        ret_time->tv_sec += offset();
    return (int)failed;
}

int gettimeofday(struct timeval *restrict ret_time, void *restrict zone)
{
    struct timespec now;
    (void)zone;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    *ret_time = (struct timeval){now.tv_sec, now.tv_nsec / 1000};
    return 0;
}

int timespec_get(struct timespec *ret_time, int base)
{
    return clock_gettime(CLOCK_REALTIME, ret_time) == 0 ? base : 0;
}

time_t time(time_t *ret_time)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    if (ret_time)
        *ret_time = now.tv_sec;
    return now.tv_sec;
}

/* As that clock has it which runs where the kernel waits. */
static struct timespec unmoved(const struct timespec *until)
{
    enum { LONG_UPTIME_S = 1000000000 }; /* beyond it, a time is not of the monotonic clock */
    struct timespec time = *until;
    if (time.tv_sec > LONG_UPTIME_S)
        time.tv_sec -= offset();
    return time;
}

int pthread_cond_timedwait(pthread_cond_t *restrict cond, pthread_mutex_t *restrict mutex,
                           const struct timespec *restrict until)
{
    static int (*real)(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);
    const struct timespec time = unmoved(until);
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "pthread_cond_timedwait");
    return real(cond, mutex, &time);
}

int cnd_timedwait(cnd_t *restrict cond, mtx_t *restrict mutex,
                  const struct timespec *restrict until)
{
    static int (*real)(cnd_t *, mtx_t *, const struct timespec *);
    const struct timespec time = unmoved(until);
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "cnd_timedwait");
    return real(cond, mutex, &time);
}
