/* When it was published and when it was changed. */
#include "core/extract/decide.h"

#include "core/text.h"

static void decide_date(struct decision *decision, enum article_field field, enum date_order order)
{
    const struct fact *fact = NULL;
    while ((fact = facts_next(decision->facts, field, fact)) != NULL) {
        struct date_value date;
        struct span clean = text_clean(decision->arena, fact->value);
        if (!date_parse_ordered(clean, order, &date) || !date.has_date)
            continue;
        decision->metadata->fields[field] = (struct value){
            .kind = VALUE_DATE, .path = fact_path(fact, decision->arena), .date = date};
        return;
    }
}

void decide_dates(struct decision *decision)
{
    const struct value *language = &decision->metadata->fields[ARTICLE_LANGUAGE];
    enum date_order order = date_order_of(language->kind ? language->text : SPAN_NONE);
    decide_date(decision, ARTICLE_PUBLISHED, order);
    decide_date(decision, ARTICLE_MODIFIED, order);
}
