/* ledger: which offsets of one partition may be committed.
 *
 *   offset     40 41 43 44 47          (42, 45, 46: compacted away or transaction markers)
 *   finished    1  1  0  1  0          safe = first unfinished = 43
 *
 * Records are opened in the order they are read and finish in any order. Only the contiguous
 * finished prefix may be committed. Pure. Not thread-safe; the pipeline owns one per assigned
 * partition. */
#ifndef BYLINE_CORE_LEDGER_H
#define BYLINE_CORE_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How far reading may run ahead of the oldest unfinished record, in records. */
enum { LEDGER_MAX_OPEN = 65536 };

struct ledger {
    uint64_t *entries; /* ring of offset << 1 | finished, ascending */
    size_t capacity;   /* power of two, or 0 before the first open */
    size_t head;       /* index of the oldest entry, taken modulo capacity */
    size_t count;
    size_t unfinished_count;
    int64_t next_offset;     /* behind the last opened, -1: none yet */
    uint64_t finished_total; /* ever, so that a change can be seen */
};

void ledger_init(struct ledger *ledger);
void ledger_finish_all(struct ledger *ledger); /* frees; for the end of an assignment */

/* No more than LEDGER_MAX_OPEN / 16 may still be opened: the partition has to wait. */
bool ledger_is_nearly_full(const struct ledger *ledger);
/* Half of it is free again. */
bool ledger_has_room(const struct ledger *ledger);

/* Opens an offset, larger than any before. False when full or without memory. */
bool ledger_open(struct ledger *ledger, int64_t offset) __attribute__((warn_unused_result));

/* Marks offset finished. Offsets may finish in any order; one that is not open is a bug. */
void ledger_finish(struct ledger *ledger, int64_t offset);

/* The offset to commit (next to read), or -1 while nothing has finished. */
int64_t ledger_safe_offset(const struct ledger *ledger);

/* Finished records beyond the safe offset, run by run: start with end = ledger_safe_offset. Offsets
 * that were never opened join the run before them. */
struct ledger_run {
    int64_t first, end;
    size_t index; /* where the next look starts */
};
bool ledger_next_run(const struct ledger *ledger, struct ledger_run *run);

/* Opened and not finished. */
size_t ledger_unfinished(const struct ledger *ledger);

#endif
