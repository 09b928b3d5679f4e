/* Who wrote it. */
#include "core/author.h"
#include "core/extract/decide.h"
#include "core/text.h"

void decide_authors(struct decision *decision)
{
    const struct fact *fact = NULL;
    while ((fact = facts_next(decision->facts, ARTICLE_AUTHORS, fact)) != NULL) {
        const struct author *items;
        size_t count;
        if (!author_list(fact->value, decision->arena, &items, &count) || count == 0)
            continue;
        decision->metadata->fields[ARTICLE_AUTHORS] =
            (struct value){.kind = VALUE_AUTHORS,
                           .path = fact_path(fact, decision->arena),
                           .authors = {items, count}};
        return;
    }
}
