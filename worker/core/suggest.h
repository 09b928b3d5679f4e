/* suggest: "did you mean": the known name closest to one that is not known. Pure. */
#ifndef BYLINE_CORE_SUGGEST_H
#define BYLINE_CORE_SUGGEST_H

#include <stddef.h>

#include "core/span.h"

/* Feeds the candidates one after another; best is absent until one is close enough. */
struct suggest {
    struct span wanted;
    struct span best; /* borrowed from suggest_offer */
    size_t best_distance;
};

/* What is further away than a third of the name's length, and than two edits, is no suggestion. */
void suggest_init(struct suggest *suggest, struct span wanted);
void suggest_offer(struct suggest *suggest, struct span candidate);

#endif
