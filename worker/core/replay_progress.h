/* replay_progress: which dead letters of one partition are settled, that is, replayed or parked and
 * acknowledged.
 *
 *   offset    40 41 42 43 44 45 46 47
 *   settled    1  1  0  1  1  0  0  1       start = 42, text "r1 1+2 2+1"
 *                                           (one left, two settled, two left, one settled)
 *
 * The start is committed as the offset, the runs behind it as the commit's metadata: so a run with
 * filters leaves holes, and neither loses a letter nor replays one twice. Text from elsewhere is
 * checked. Both memory and text are bounded; what does not fit is forgotten, which means that it is
 * replayed again, never that it is lost. Pure. */
#ifndef BYLINE_CORE_REPLAY_PROGRESS_H
#define BYLINE_CORE_REPLAY_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/span.h"

enum {
    REPLAY_PROGRESS_MAX_BYTES = 4096, /* the broker's default offset.metadata.max.bytes */
    REPLAY_PROGRESS_MAX_RUNS = 16384,
};

/* first <= offset < end */
struct settled_run {
    int64_t first, end;
};

struct replay_progress {
    int64_t start;            /* all before it is settled */
    struct settled_run *runs; /* ascending, apart, all behind start */
    size_t count, capacity;
    int64_t forgotten_count; /* settled and not remembered */
};

/* Nothing from start on is settled. */
void replay_progress_init(struct replay_progress *progress, int64_t start);
void replay_progress_finish(struct replay_progress *progress);

/* first <= offset < end are settled; offsets that hold no record may be among them. Returns how
 * many of them were not settled before. */
int64_t replay_progress_settle(struct replay_progress *progress, int64_t first, int64_t end);

bool replay_progress_has(const struct replay_progress *progress, int64_t offset);

/* Settled offsets at or behind the start. */
int64_t replay_progress_settled_count(const struct replay_progress *progress);

/* Appends the runs as text, at most REPLAY_PROGRESS_MAX_BYTES and nothing where there are none.
 * Returns how many settled offsets did not fit. */
int64_t replay_progress_write(const struct replay_progress *progress, struct buf *out);

/* Fills what was written up to REPLAY_PROGRESS_MAX_BYTES, with spaces that are read as nothing. */
void replay_progress_pad(struct buf *out);

/* Adds the runs of a text to a progress that has only its start. False, and none of them, for text
 * that is not ours. */
bool replay_progress_read(struct replay_progress *progress, struct span text)
    __attribute__((warn_unused_result));

#endif
