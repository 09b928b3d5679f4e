#include "core/replay_progress.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define VERSION "r1"

enum { FIRST_CAPACITY = 16, MAX_PAIR_BYTES = 44, MAX_DIGITS = 18 };

void replay_progress_init(struct replay_progress *progress, int64_t start)
{
    assert(start >= 0);
    *progress = (struct replay_progress){.start = start};
}

void replay_progress_finish(struct replay_progress *progress)
{
    free(progress->runs);
    *progress = (struct replay_progress){0};
}

/* The first run that ends at or behind offset: the one that holds it, touches it or follows it. */
static size_t find(const struct replay_progress *progress, int64_t offset)
{
    size_t low = 0, high = progress->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (progress->runs[middle].end < offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool make_room(struct replay_progress *progress)
{
    if (progress->count < progress->capacity)
        return true;
    size_t capacity = progress->capacity ? progress->capacity * 2 : FIRST_CAPACITY;
    if (capacity > REPLAY_PROGRESS_MAX_RUNS)
        return false;
    struct settled_run *runs = realloc(progress->runs, capacity * sizeof *runs);
    if (!runs)
        return false;
    progress->runs = runs;
    progress->capacity = capacity;
    return true;
}

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* Puts run in the place of the replaced ones from index at on. */
static void put(struct replay_progress *progress, size_t at, size_t replaced,
                struct settled_run run)
{
    if (replaced == 0 && !make_room(progress)) {
        progress->forgotten_count += run.end - run.first;
        return;
    }
    struct settled_run *place = progress->runs + at;
    memmove(place + 1, place + replaced, (progress->count - at - replaced) * sizeof *place);
    *place = run;
    progress->count = progress->count - replaced + 1;
}

static void advance_start(struct replay_progress *progress)
{
    if (progress->count == 0 || progress->runs[0].first > progress->start)
        return;
    progress->start = progress->runs[0].end;
    progress->count--;
    memmove(progress->runs, progress->runs + 1, progress->count * sizeof *progress->runs);
}

int64_t replay_progress_settle(struct replay_progress *progress, int64_t first, int64_t end)
{
    struct settled_run run = {first > progress->start ? first : progress->start, end};
    if (run.first >= run.end)
        return 0;
    int64_t new_count = run.end - run.first;
    bool is_apart = progress->count == 0 || progress->runs[0].first > end;
    if (run.first == progress->start && is_apart) {
        progress->start = end; /* in order, as most are: nothing to remember */
        return new_count;
    }
    size_t at = find(progress, run.first), behind = at;
    for (; behind < progress->count && progress->runs[behind].first <= end; behind++) {
        const struct settled_run *old = &progress->runs[behind];
        new_count -= smaller(old->end, end) - larger(old->first, first);
        run.first = smaller(old->first, run.first);
        run.end = larger(old->end, run.end);
    }
    put(progress, at, behind - at, run);
    advance_start(progress);
    return new_count;
}

bool replay_progress_has(const struct replay_progress *progress, int64_t offset)
{
    if (offset < progress->start)
        return true;
    size_t at = find(progress, offset + 1);
    return at < progress->count && progress->runs[at].first <= offset;
}

int64_t replay_progress_settled_count(const struct replay_progress *progress)
{
    int64_t count = 0;
    for (size_t i = 0; i < progress->count; i++)
        count += progress->runs[i].end - progress->runs[i].first;
    return count;
}

int64_t replay_progress_write(const struct replay_progress *progress, struct buf *out)
{
    int64_t from = progress->start, left_out = 0;
    size_t begin = out->len;
    for (size_t i = 0; i < progress->count; i++) {
        const struct settled_run *run = &progress->runs[i];
        if (out->len - begin > REPLAY_PROGRESS_MAX_BYTES - MAX_PAIR_BYTES) {
            left_out += run->end - run->first;
            continue;
        }
        (void)buf_format(out, "%s %lld+%lld", i == 0 ? VERSION : "", (long long)(run->first - from),
                         (long long)(run->end - run->first));
        from = run->end;
    }
    return left_out;
}

void replay_progress_pad(struct buf *out)
{
    if (out->len == 0)
        (void)buf_add_text(out, VERSION);
    while (out->len < REPLAY_PROGRESS_MAX_BYTES && buf_add_char(out, ' '))
        continue;
}

/* A number above 0, taken from the front of text; 0 where there is none. */
static int64_t take_number(struct span *text)
{
    int64_t number = 0;
    size_t len = 0;
    for (; len < text->len && len < MAX_DIGITS; len++) {
        char c = text->data[len];
        if (c < '0' || c > '9')
            break;
        number = number * 10 + (c - '0');
    }
    *text = span_of(text->data + len, text->len - len);
    return number;
}

static bool take_char(struct span *text, char c)
{
    if (text->len == 0 || text->data[0] != c)
        return false;
    *text = span_of(text->data + 1, text->len - 1);
    return true;
}

bool replay_progress_read(struct replay_progress *progress, struct span text)
{
    const int64_t start = progress->start;
    assert(progress->count == 0);
    if (!span_starts_with(text, VERSION) || text.len > REPLAY_PROGRESS_MAX_BYTES)
        return false;
    struct span rest = span_of(text.data + strlen(VERSION), text.len - strlen(VERSION));
    int64_t from = start;
    while (rest.len > 0 && rest.data[rest.len - 1] == ' ')
        rest.len--;
    while (rest.len > 0) {
        int64_t left = take_char(&rest, ' ') ? take_number(&rest) : 0;
        int64_t settled = left > 0 && take_char(&rest, '+') ? take_number(&rest) : 0;
        if (settled <= 0 || left > INT64_MAX - from || settled > INT64_MAX - from - left) {
            replay_progress_finish(progress);
            replay_progress_init(progress, start);
            return false;
        }
        (void)replay_progress_settle(progress, from + left, from + left + settled);
        from += left + settled;
    }
    return true;
}
