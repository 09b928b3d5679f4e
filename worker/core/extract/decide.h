/* decide: facts in, one value for each field out.
 *
 * Most fields take the first usable fact in the order of the rules. Title, authors and dates weigh
 * several: title.c, byline.c and dates.c. Pure. */
#ifndef BYLINE_CORE_EXTRACT_DECIDE_H
#define BYLINE_CORE_EXTRACT_DECIDE_H

#include "core/date.h"
#include "core/extract/facts.h"
#include "core/extract/link.h"

struct decision {
    struct facts *facts;
    struct arena *arena;
    struct link_base *links;
    struct span page_url;
    struct metadata *metadata;
};

/* Each sets its fields where the facts give them. */
void decide_fields(struct decision *decision);
void decide_title(struct decision *decision);
void decide_authors(struct decision *decision);
void decide_dates(struct decision *decision);

/* Sets a text field with its provenance; an empty text sets nothing. */
void decide_text(struct decision *decision, enum article_field field, struct span text,
                 const struct fact *fact);

#endif
