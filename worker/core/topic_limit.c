#include "core/topic_limit.h"

static bool is_forgotten(const struct topic_limit *limit, uint64_t now_ms)
{
    return limit->refused_bytes == 0 || now_ms - limit->refused_ms > TOPIC_LIMIT_MEMORY_MS;
}

bool topic_limit_refused(struct topic_limit *limit, size_t bytes, uint64_t now_ms)
{
    if (bytes <= limit->batch_bytes && limit->batch_bytes > TOPIC_LIMIT_MIN_BATCH) {
        limit->company_refused = true;
        return false;
    }
    if (is_forgotten(limit, now_ms) || bytes < limit->refused_bytes) {
        limit->refused_bytes = bytes;
        limit->refused_ms = now_ms;
    }
    return true;
}

size_t topic_limit_renew(struct topic_limit *limit)
{
    if (limit->company_refused)
        limit->batch_bytes /= 2;
    if (limit->batch_bytes < TOPIC_LIMIT_MIN_BATCH)
        limit->batch_bytes = TOPIC_LIMIT_MIN_BATCH;
    limit->company_refused = false;
    return limit->batch_bytes;
}

bool topic_limit_forbids(const struct topic_limit *limit, size_t bytes, uint64_t now_ms)
{
    return !limit->is_compressed && !is_forgotten(limit, now_ms) && bytes >= limit->refused_bytes;
}
