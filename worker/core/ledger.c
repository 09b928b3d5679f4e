#include "core/ledger.h"

#include <assert.h>
#include <stdlib.h>

enum { FIRST_CAPACITY = 256 };

static uint64_t *entry_at(const struct ledger *ledger, size_t index)
{
    return &ledger->entries[(ledger->head + index) & (ledger->capacity - 1)];
}

static int64_t offset_of(uint64_t entry)
{
    return (int64_t)(entry >> 1);
}

static bool is_finished(uint64_t entry)
{
    return entry & 1;
}

void ledger_init(struct ledger *ledger)
{
    *ledger = (struct ledger){.next_offset = -1};
}

void ledger_finish_all(struct ledger *ledger)
{
    if (!ledger)
        return;
    free(ledger->entries);
    ledger_init(ledger);
}

bool ledger_is_nearly_full(const struct ledger *ledger)
{
    return ledger->count >= LEDGER_MAX_OPEN - LEDGER_MAX_OPEN / 16;
}

bool ledger_has_room(const struct ledger *ledger)
{
    return ledger->count <= LEDGER_MAX_OPEN / 2;
}

static bool grow(struct ledger *ledger)
{
    size_t capacity = ledger->capacity ? ledger->capacity * 2 : FIRST_CAPACITY;
    uint64_t *entries = malloc(capacity * sizeof *entries);
    if (!entries)
        return false;
    for (size_t i = 0; i < ledger->count; i++)
        entries[i] = *entry_at(ledger, i);
    free(ledger->entries);
    ledger->entries = entries;
    ledger->capacity = capacity;
    ledger->head = 0;
    return true;
}

bool ledger_open(struct ledger *ledger, int64_t offset)
{
    assert(offset >= 0 && offset >= ledger->next_offset);
    if (ledger->count == LEDGER_MAX_OPEN || (ledger->count == ledger->capacity && !grow(ledger)))
        return false;
    *entry_at(ledger, ledger->count++) = (uint64_t)offset << 1;
    ledger->unfinished_count++;
    ledger->next_offset = offset + 1;
    return true;
}

/* Where offset stands; offsets without gaps are found at the first look. */
static size_t find(const struct ledger *ledger, int64_t offset)
{
    size_t low = 0, high = ledger->count;
    size_t guess = (size_t)(offset - offset_of(*entry_at(ledger, 0)));
    while (low < high) {
        size_t middle = guess < high && guess >= low ? guess : low + (high - low) / 2;
        int64_t found = offset_of(*entry_at(ledger, middle));
        if (found == offset)
            return middle;
        if (found < offset)
            low = middle + 1;
        else
            high = middle;
        guess = SIZE_MAX;
    }
    return SIZE_MAX;
}

static void drop_finished_prefix(struct ledger *ledger)
{
    while (ledger->count > 0 && is_finished(*entry_at(ledger, 0))) {
        ledger->head = (ledger->head + 1) & (ledger->capacity - 1);
        ledger->count--;
    }
}

void ledger_finish(struct ledger *ledger, int64_t offset)
{
    assert(ledger->count > 0);
    size_t index = find(ledger, offset);
    assert(index != SIZE_MAX && !is_finished(*entry_at(ledger, index)));
    *entry_at(ledger, index) |= 1;
    ledger->unfinished_count--;
    ledger->finished_total++;
    drop_finished_prefix(ledger);
}

int64_t ledger_safe_offset(const struct ledger *ledger)
{
    if (ledger->finished_total == 0)
        return -1;
    return ledger->count > 0 ? offset_of(*entry_at(ledger, 0)) : ledger->next_offset;
}

bool ledger_next_run(const struct ledger *ledger, struct ledger_run *run)
{
    size_t i = run->index;
    while (i < ledger->count && !is_finished(*entry_at(ledger, i)))
        i++;
    if (i == ledger->count)
        return false;
    run->first = offset_of(*entry_at(ledger, i));
    while (i < ledger->count && is_finished(*entry_at(ledger, i)))
        i++;
    run->end = i < ledger->count ? offset_of(*entry_at(ledger, i)) : ledger->next_offset;
    run->index = i;
    return true;
}

size_t ledger_unfinished(const struct ledger *ledger)
{
    return ledger->unfinished_count;
}
