/* The metadata of a commit as anybody may have written it: read, used and written again. */
#include <assert.h>
#include <stdint.h>

#include "core/replay_progress.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct replay_progress progress, again;
    struct buf text;
    replay_progress_init(&progress, 1000);
    replay_progress_init(&again, 1000);
    buf_init(&text, REPLAY_PROGRESS_MAX_BYTES);
    if (replay_progress_read(&progress, span_of((const char *)data, size))) {
        (void)replay_progress_has(&progress, 1001);
        int64_t left_out = replay_progress_write(&progress, &text);
        assert(!buf_failed(&text));
        assert(text.len == 0 || replay_progress_read(&again, buf_span(&text)));
        assert(replay_progress_settled_count(&again) + left_out ==
               replay_progress_settled_count(&progress));
    }
    buf_finish(&text);
    replay_progress_finish(&progress);
    replay_progress_finish(&again);
    return 0;
}
