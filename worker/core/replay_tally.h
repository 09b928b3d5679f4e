/* replay_tally: dead letters counted by class, host, source topic and fate: the table of a dry run.
 *
 *   CLASS   HOST                 SOURCE TOPIC  LETTERS  FATE
 *   lookup  metadata.example     articles           12  replay
 *   decode  -                    articles            3  skip
 *
 * Bounded: past REPLAY_TALLY_MAX_ROWS, letters that no row has yet are counted as one rest. Text
 * of the letters is shown without anything that a terminal would act on. Pure. */
#ifndef BYLINE_CORE_REPLAY_TALLY_H
#define BYLINE_CORE_REPLAY_TALLY_H

#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/replay_filter.h"

enum { REPLAY_TALLY_MAX_ROWS = 1000, REPLAY_TALLY_CELL_BYTES = 64 };

struct replay_row {
    char error_class[REPLAY_TALLY_CELL_BYTES]; /* longer ones are cut */
    char host[REPLAY_TALLY_CELL_BYTES];
    char topic[REPLAY_TALLY_CELL_BYTES];
    enum replay_fate fate;
    uint64_t count;
};

struct replay_tally {
    struct replay_row *rows;
    size_t count;
    uint64_t rest;
};

void replay_tally_init(struct replay_tally *tally);
void replay_tally_finish(struct replay_tally *tally);

void replay_tally_add(struct replay_tally *tally, const struct replay_facts *facts,
                      enum replay_fate fate);

/* The largest counts first. Sorts the rows. */
void replay_tally_print(struct replay_tally *tally, struct buf *out);

#endif
