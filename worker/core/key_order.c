#include "core/key_order.h"

#include <assert.h>
#include <stdlib.h>

/* A failed insertion leaves the line out of the table instead of ending the process. */
#define HASH_NONFATAL_OOM                    1
#define HASH_FUNCTION(keyptr, keylen, hashv) ((hashv) = (unsigned)*(const uint64_t *)(keyptr))
#include <uthash.h>

struct key_line {
    uint64_t key_hash;
    struct key_member *first, *last;
    struct key_member *unsent; /* the first that is not sent, NULL: none */
    bool flows;                /* further ones may be sent before the first has left */
    struct key_line *next_spare;
    UT_hash_handle hh;
};

void key_order_init(struct key_order *order)
{
    *order = (struct key_order){0};
}

void key_order_finish(struct key_order *order)
{
    struct key_line *line, *next;
    HASH_ITER(hh, order->lines, line, next)
    {
        HASH_DEL(order->lines, line);
        free(line);
    }
    while (order->spare) {
        next = order->spare->next_spare;
        free(order->spare);
        order->spare = next;
    }
}

static struct key_line *line_new(struct key_order *order, uint64_t key_hash)
{
    struct key_line *line = order->spare;
    if (line)
        order->spare = line->next_spare;
    else
        line = malloc(sizeof *line);
    if (!line)
        return NULL;
    *line = (struct key_line){.key_hash = key_hash};
    HASH_ADD(hh, order->lines, key_hash, sizeof line->key_hash, line);
    if (!line->hh.tbl) {
        free(line);
        return NULL;
    }
    return line;
}

bool key_order_enter(struct key_order *order, struct key_member *member, uint64_t key_hash)
{
    struct key_line *line;
    HASH_FIND(hh, order->lines, &key_hash, sizeof key_hash, line);
    if (!line)
        line = line_new(order, key_hash);
    if (!line)
        return false;
    *member = (struct key_member){.line = line, .previous = line->last};
    if (line->last)
        line->last->next = member;
    else
        line->first = member;
    line->last = member;
    if (!line->unsent)
        line->unsent = member;
    return true;
}

bool key_order_has_turn(const struct key_member *member)
{
    const struct key_line *line = member->line;
    return !line || (line->unsent == member && (line->first == member || line->flows));
}

struct key_member *key_order_send(struct key_member *member)
{
    struct key_line *line = member->line;
    assert(key_order_has_turn(member));
    if (!line)
        return NULL;
    line->unsent = member->next;
    return line->flows ? line->unsent : NULL;
}

struct key_member *key_order_leave(struct key_order *order, struct key_member *member)
{
    struct key_line *line = member->line;
    if (!line)
        return NULL;
    bool was_first = line->first == member;
    if (line->unsent == member)
        line->unsent = member->next;
    else if (was_first)
        line->flows = true;
    if (member->previous)
        member->previous->next = member->next;
    else
        line->first = member->next;
    if (member->next)
        member->next->previous = member->previous;
    else
        line->last = member->previous;
    *member = (struct key_member){0};
    if (!line->first) {
        HASH_DEL(order->lines, line);
        line->next_spare = order->spare;
        order->spare = line;
        return NULL;
    }
    return was_first ? line->unsent : NULL;
}

void key_order_recall(struct key_order *order)
{
    struct key_line *line, *next;
    HASH_ITER(hh, order->lines, line, next)
    {
        line->unsent = line->first;
        line->flows = false;
    }
}
