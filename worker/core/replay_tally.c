#include "core/replay_tally.h"

#include <stdlib.h>
#include <string.h>

void replay_tally_init(struct replay_tally *tally)
{
    *tally = (struct replay_tally){0};
}

void replay_tally_finish(struct replay_tally *tally)
{
    free(tally->rows);
    replay_tally_init(tally);
}

static void fill_cell(char cell[REPLAY_TALLY_CELL_BYTES], struct span text)
{
    size_t len = text.len < REPLAY_TALLY_CELL_BYTES ? text.len : REPLAY_TALLY_CELL_BYTES - 1;
    for (size_t i = 0; i < len; i++)
        cell[i] = text.data[i] > ' ' && text.data[i] < 0x7F ? text.data[i] : '?';
    if (len == 0)
        cell[len++] = '-';
    cell[len] = '\0';
}

static bool is_same(const struct replay_row *a, const struct replay_row *b)
{
    return a->fate == b->fate && strcmp(a->error_class, b->error_class) == 0 &&
           strcmp(a->host, b->host) == 0 && strcmp(a->topic, b->topic) == 0;
}

void replay_tally_add(struct replay_tally *tally, const struct replay_facts *facts,
                      enum replay_fate fate)
{
    struct replay_row row = {.fate = fate, .count = 1};
    fill_cell(row.error_class, facts->error_class);
    fill_cell(row.host, facts->host);
    fill_cell(row.topic, facts->source_topic);
    for (size_t i = 0; i < tally->count; i++)
        if (is_same(&tally->rows[i], &row)) {
            tally->rows[i].count++;
            return;
        }
    if (!tally->rows)
        tally->rows = calloc(REPLAY_TALLY_MAX_ROWS, sizeof *tally->rows);
    if (tally->rows && tally->count < REPLAY_TALLY_MAX_ROWS)
        tally->rows[tally->count++] = row;
    else
        tally->rest++;
}

static int by_count(const void *a, const void *b)
{
    const struct replay_row *left = a, *right = b;
    return (left->count < right->count) - (left->count > right->count);
}

static int widest(int width, const char *cell)
{
    int len = (int)strlen(cell);
    return len > width ? len : width;
}

void replay_tally_print(struct replay_tally *tally, struct buf *out)
{
    static const char *const fates[REPLAY_FATE_COUNT] = {
        [REPLAY_SEND] = "replay",
        [REPLAY_PARK] = "park",
        [REPLAY_SKIP] = "skip",
    };
    int class_width = 5, host_width = 4, topic_width = 12; /* of the titles */
    if (tally->count == 0)
        return;
    qsort(tally->rows, tally->count, sizeof *tally->rows, by_count);
    for (size_t i = 0; i < tally->count; i++) {
        class_width = widest(class_width, tally->rows[i].error_class);
        host_width = widest(host_width, tally->rows[i].host);
        topic_width = widest(topic_width, tally->rows[i].topic);
    }
    (void)buf_format(out, "%-*s  %-*s  %-*s  %9s  %s\n", class_width, "CLASS", host_width, "HOST",
                     topic_width, "SOURCE TOPIC", "LETTERS", "FATE");
    for (size_t i = 0; i < tally->count; i++) {
        const struct replay_row *row = &tally->rows[i];
        (void)buf_format(out, "%-*s  %-*s  %-*s  %9llu  %s\n", class_width, row->error_class,
                         host_width, row->host, topic_width, row->topic,
                         (unsigned long long)row->count, fates[row->fate]);
    }
    if (tally->rest > 0)
        (void)buf_format(out, "and %llu more of other kinds\n", (unsigned long long)tally->rest);
}
