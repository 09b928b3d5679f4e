#include "core/cache_policy.h"

#include "core/http_date.h"

enum {
    MAX_DELTA_SECONDS = 86400 * 365,
    DEFAULT_IF_ERROR_MS = 3600 * 1000, /* where it says nothing (RFC 9111, section 4.2.4) */
    ABSENT = -1,
};

/* What Cache-Control says; seconds are ABSENT where it does not. */
struct directives {
    bool no_store, no_cache, must_revalidate;
    int64_t max_age, stale_while_revalidate, stale_if_error;
};

static bool parse_seconds(struct span text, int64_t *ret_seconds)
{
    int64_t seconds = 0;
    if (text.len >= 2 && text.data[0] == '"' && text.data[text.len - 1] == '"')
        text = span_of(text.data + 1, text.len - 2);
    if (text.len == 0)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
        seconds = seconds * 10 + (text.data[i] - '0');
        if (seconds > MAX_DELTA_SECONDS)
            seconds = MAX_DELTA_SECONDS;
    }
    *ret_seconds = seconds;
    return true;
}

static void read_directive(struct directives *d, struct span name, struct span value)
{
    const struct {
        const char *name;
        bool *flag;
        int64_t *seconds;
    } known[] = {
        {"no-store", &d->no_store, NULL},
        {"no-cache", &d->no_cache, NULL},
        {"must-revalidate", &d->must_revalidate, NULL},
        {"max-age", NULL, &d->max_age},
        {"stale-while-revalidate", NULL, &d->stale_while_revalidate},
        {"stale-if-error", NULL, &d->stale_if_error},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (!span_equals_nocase(name, known[i].name))
            continue;
        if (known[i].flag)
            *known[i].flag = true;
        else if (!parse_seconds(value, known[i].seconds))
            *known[i].seconds = 0; /* not a number: stale at once (section 4.2.1) */
    }
}

/* name[=value], name="quoted, value" (section 5.2). A comma inside quotes does not separate. */
static struct directives read_directives(struct span text)
{
    struct directives d = {
        .max_age = ABSENT, .stale_while_revalidate = ABSENT, .stale_if_error = ABSENT};
    for (size_t i = 0; i < text.len;) {
        size_t start = i, equals = 0;
        bool quoted = false;
        for (; i < text.len && (quoted || text.data[i] != ','); i++) {
            if (text.data[i] == '"')
                quoted = !quoted;
            else if (text.data[i] == '=' && equals == 0)
                equals = i;
        }
        size_t name_end = equals > 0 ? equals : i;
        struct span name = span_trim(span_of(text.data + start, name_end - start));
        struct span value =
            equals > 0 ? span_trim(span_of(text.data + equals + 1, i - equals - 1)) : SPAN_NONE;
        read_directive(&d, name, value);
        i++; /* the comma */
    }
    return d;
}

static int64_t at_most(int64_t value, int64_t limit)
{
    return value < limit ? value : limit;
}

/* How long the origin calls it fresh, less the age it came with; ABSENT where it does not say. */
static int64_t origin_freshness_ms(const struct directives *d, const struct cache_headers *headers,
                                   int64_t wall_ms)
{
    int64_t fresh_ms, date_ms = wall_ms, expires_ms, age_seconds = 0;
    if (d->max_age == ABSENT && !headers->expires.data)
        return ABSENT;
    if (headers->date.data)
        (void)http_date_parse(headers->date, wall_ms, &date_ms);
    if (d->max_age != ABSENT)
        fresh_ms = d->max_age * 1000;
    else if (http_date_parse(headers->expires, wall_ms, &expires_ms))
        fresh_ms = expires_ms - date_ms;
    else
        fresh_ms = 0; /* "0" and other words mean: already expired (section 5.3) */
    if (headers->age.data)
        (void)parse_seconds(span_trim(headers->age), &age_seconds);
    int64_t age_ms = age_seconds * 1000;
    if (wall_ms - date_ms > age_ms)
        age_ms = wall_ms - date_ms;
    return fresh_ms > age_ms ? fresh_ms - age_ms : 0;
}

static int64_t stale_ms(int64_t seconds, int64_t default_ms)
{
    return seconds == ABSENT ? default_ms : at_most(seconds * 1000, CACHE_MAX_STALE_MS);
}

bool cache_judge(int http_status, const struct cache_headers *headers,
                 const struct cache_bounds *bounds, int64_t wall_ms, int64_t now_ms,
                 struct cache_lifetime *ret_lifetime)
{
    bool negative = http_status == 404 || http_status == 410;
    if (!negative && http_status != 200 && http_status != 203)
        return false;
    struct directives d = read_directives(headers->cache_control);
    if (d.no_store || (headers->vary.data && memchr(headers->vary.data, '*', headers->vary.len)))
        return false;
    int64_t bound_ms = negative ? bounds->negative_ttl_ms : bounds->ttl_ms;
    int64_t fresh_ms = d.no_cache ? 0 : origin_freshness_ms(&d, headers, wall_ms);
    fresh_ms = fresh_ms == ABSENT ? bound_ms : at_most(fresh_ms, bound_ms);
    bool stale_forbidden = d.must_revalidate || d.no_cache || negative;
    int64_t revalidate_ms = stale_forbidden ? 0 : stale_ms(d.stale_while_revalidate, 0);
    int64_t error_ms = stale_forbidden ? 0 : stale_ms(d.stale_if_error, DEFAULT_IF_ERROR_MS);
    bool validator = headers->etag.data || headers->last_modified.data;
    if (fresh_ms == 0 && revalidate_ms == 0 && error_ms == 0 && !(validator && !negative))
        return false;
    ret_lifetime->fresh_until_ms = now_ms + fresh_ms;
    ret_lifetime->while_revalidate_until_ms = ret_lifetime->fresh_until_ms + revalidate_ms;
    ret_lifetime->if_error_until_ms =
        ret_lifetime->fresh_until_ms + (error_ms > revalidate_ms ? error_ms : revalidate_ms);
    return true;
}

bool cache_forbidden(struct span cache_control)
{
    return read_directives(cache_control).no_store;
}

enum cache_state cache_state(const struct cache_lifetime *lifetime, int64_t now_ms)
{
    if (now_ms < lifetime->fresh_until_ms)
        return CACHE_FRESH;
    if (now_ms < lifetime->while_revalidate_until_ms)
        return CACHE_STALE_SERVE;
    if (now_ms < lifetime->if_error_until_ms)
        return CACHE_STALE_ERROR;
    return CACHE_GONE;
}
