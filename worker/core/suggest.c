#include "core/suggest.h"

enum { MAX_NAME_BYTES = 64, MIN_EDITS_ALLOWED = 2 };

static size_t least(size_t a, size_t b, size_t c)
{
    size_t ab = a < b ? a : b;
    return ab < c ? ab : c;
}

/* Optimal string alignment: inserting, deleting, replacing a byte or swapping two neighbours counts
 * one each. Both names are at most MAX_NAME_BYTES long. */
static size_t edit_distance(struct span a, struct span b)
{
    size_t rows[3][MAX_NAME_BYTES + 1];
    for (size_t j = 0; j <= b.len; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i - 1) % 3];
        const size_t *two_above = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            size_t replaced = above[j - 1] + (a.data[i - 1] != b.data[j - 1]);
            row[j] = least(above[j] + 1, row[j - 1] + 1, replaced);
            if (i > 1 && j > 1 && a.data[i - 1] == b.data[j - 2] && a.data[i - 2] == b.data[j - 1])
                row[j] = least(row[j], row[j], two_above[j - 2] + 1);
        }
    }
    return rows[a.len % 3][b.len];
}

void suggest_init(struct suggest *suggest, struct span wanted)
{
    size_t allowed = wanted.len / 3;
    if (allowed < MIN_EDITS_ALLOWED)
        allowed = MIN_EDITS_ALLOWED;
    if (allowed >= wanted.len) /* replacing all of it is no likeness */
        allowed = wanted.len > 0 ? wanted.len - 1 : 0;
    *suggest = (struct suggest){.wanted = wanted, .best_distance = allowed + 1};
}

void suggest_offer(struct suggest *suggest, struct span candidate)
{
    if (suggest->wanted.len > MAX_NAME_BYTES || candidate.len > MAX_NAME_BYTES)
        return;
    size_t distance = edit_distance(suggest->wanted, candidate);
    if (distance < suggest->best_distance) {
        suggest->best_distance = distance;
        suggest->best = candidate;
    }
}
