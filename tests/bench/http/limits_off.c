/* limits_off: host_limits as it would be if it only counted what is under way (connections are
 * spread by it), linked in its place with ld --wrap. */
#include "core/host_limits.h"

void __wrap_host_limits_begin(struct host_limits *limits);
int64_t __wrap_host_limits_ready_at(struct host_limits *limits, int64_t now_ms);
void __wrap_host_limits_end(struct host_limits *limits, int64_t now_ms, enum host_verdict verdict);

int64_t __wrap_host_limits_ready_at(struct host_limits *limits, int64_t now_ms)
{
    (void)limits;
    return now_ms;
}

void __wrap_host_limits_begin(struct host_limits *limits)
{
    limits->in_flight++;
}

void __wrap_host_limits_end(struct host_limits *limits, int64_t now_ms, enum host_verdict verdict)
{
    (void)now_ms;
    (void)verdict;
    limits->in_flight--;
}
