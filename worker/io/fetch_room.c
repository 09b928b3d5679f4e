/* What the process has room for: threads of the resolver, and descriptors. libcurl looks each name
 * up on a thread of its own, which outlives its exchange where the resolver hangs. */
#include <sys/resource.h>
#include <sys/stat.h>

#include "io/fetch_parts.h"

enum {
    MAX_THREADS = 512,       /* of the process; stacks of 8 MiB, hardly touched */
    OTHER_DESCRIPTORS = 128, /* of Kafka, the loop, the log */
};

/* The directory has an entry for each thread beside its own two. */
bool room_for_a_thread(void)
{
    struct stat threads;
    return stat("/proc/self/task", &threads) != 0 || threads.st_nlink < MAX_THREADS + 2;
}

long room_for_idle_connections(const struct fetch *fetch)
{
    struct rlimit limit;
    const long most = 2 * FETCH_SHARD_CONNECTIONS;
    const long used = OTHER_DESCRIPTORS + 2L * fetch->config->http.in_flight;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur > INT32_MAX)
        return most;
    long left = ((long)limit.rlim_cur - used) / (2 * (long)fetch->shard_count);
    return left < 1 ? 1 : left > most ? most : left;
}
