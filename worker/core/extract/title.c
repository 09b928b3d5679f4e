/* The headline without the site's name. */
#include "core/extract/decide.h"

#include "core/text.h"

enum { TITLE_MAX_CHARACTERS = 400 };

void decide_title(struct decision *decision)
{
    const struct fact *fact = NULL;
    while ((fact = facts_next(decision->facts, ARTICLE_TITLE, fact)) != NULL) {
        struct span text = text_clean(decision->arena, fact->value);
        if (text.len > 0 && text_count_characters(text) <= TITLE_MAX_CHARACTERS) {
            decide_text(decision, ARTICLE_TITLE, text, fact);
            return;
        }
    }
}
