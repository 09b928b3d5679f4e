/* key_order: whose turn it is to be published.
 *
 *   key A:  a1 -> a2 -> a3      a2 may be published once a1 has left
 *   key B:  b1                  b1 waits for nobody
 *
 *   key C:  c1 -> c2 -> c3      c1 and c2 are sent, c3 has its turn: the line flows, because
 *           sent  sent          one that was sent before c1 has left from its first place
 *
 * Who publishes without waiting for an answer sends its members, and lets each leave when it is
 * answered. The first of a line is sent alone. Where one is refused the line is recalled: those
 * that have not left take their turns again.
 *
 * Members enter in the order they were read; the first of each line has its turn. Keys are told
 * apart by a 64-bit hash: two keys with the same hash share a line, which only makes them wait for
 * each other. Members are embedded in the caller's structs; the table holds only lines that have
 * members, so it is bounded by the events in flight. Pure. Not thread-safe. */
#ifndef BYLINE_CORE_KEY_ORDER_H
#define BYLINE_CORE_KEY_ORDER_H

#include <stdbool.h>
#include <stdint.h>

struct key_line;

struct key_member {
    struct key_line *line; /* NULL: in no line, always its turn */
    struct key_member *previous, *next;
};

struct key_order {
    struct key_line *lines; /* uthash table */
    struct key_line *spare; /* kept for reuse */
};

void key_order_init(struct key_order *order);
void key_order_finish(struct key_order *order);

/* Puts member at the end of its key's line. False without memory. */
bool key_order_enter(struct key_order *order, struct key_member *member, uint64_t key_hash)
    __attribute__((warn_unused_result));

bool key_order_has_turn(const struct key_member *member);

/* The member has its turn, and passes it on. Returns the one whose turn has come by that, or
 * NULL. */
struct key_member *key_order_send(struct key_member *member);

/* Takes a member out, wherever it stands. Returns the member whose turn has come by that, or
 * NULL. */
struct key_member *key_order_leave(struct key_order *order, struct key_member *member);

/* No member is sent any more, in no line. */
void key_order_recall(struct key_order *order);

#endif
