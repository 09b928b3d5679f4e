/* offset_map: which records beyond the committed offset are finished, as text for the commit's
 * metadata (design: promise 1).
 *
 *   committed 100, finished 101 102 103 106        b1.AQMCAQ
 *                                                  |  +-- base64url of LEB128 run lengths:
 *   100  101 102 103  104 105  106                 |      1 open, 3 finished, 2 open, 1 finished
 *    -    #   #   #    -   -    #                  +-- version
 *
 * Runs are lengths in offsets, open and finished in turn, counted from the committed offset.
 * What does not fit in OFFSET_MAP_MAX_BYTES is left out: those records are done again. Text from
 * elsewhere is checked and bounded. Pure. */
#ifndef BYLINE_CORE_OFFSET_MAP_H
#define BYLINE_CORE_OFFSET_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/ledger.h"
#include "core/span.h"

/* The broker's default offset.metadata.max.bytes. */
enum { OFFSET_MAP_MAX_BYTES = 4096 };

/* Writes the map of a ledger; returns its length without the NUL, 0 where nothing lies beyond. */
size_t offset_map_write(const struct ledger *ledger, char ret_text[OFFSET_MAP_MAX_BYTES + 1]);

/* One run of finished offsets: first <= offset < end. */
struct offset_run {
    int64_t first, end;
};

/* The finished runs of a map, ascending, for one partition; zeroed is none. */
struct offset_map {
    struct offset_run *runs;
    size_t count;
    size_t next; /* runs before this one have been passed */
};

/* False, and an empty map, for text that is not ours. committed is the offset it came with. */
bool offset_map_read(struct span text, int64_t committed, struct offset_map *ret_map);
void offset_map_finish(struct offset_map *map);

/* Was this record finished before? Offsets are asked in ascending order. */
bool offset_map_has(struct offset_map *map, int64_t offset);

#endif
