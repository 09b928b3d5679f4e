/* When it was published and when it was changed.
 *
 * Metadata are believed in the order of the rules. Dates that stand only in the page weigh by their
 * place and by the words before them: "Updated" is no publication. */
#include "core/extract/decide.h"

#include <string.h>

#include "core/extract/byline_text.h"
#include "core/extract/date_label.h"
#include "core/text.h"

enum {
    BESIDE = 8,       /* elements between the headline and what certainly belongs to it */
    NEAR_BEFORE = 40, /* elements between date and headline */
    NEAR_BEHIND = 120,
    DATES_PER_LINE = 3,
    SAYS_SO = 5,       /* points of a date that says that it is the publication's */
    SHOWN_POINTS = 11, /* of a date that stands beside the headline as its own */
    LAST_RESORT = 1,   /* of a date that is the article's where there is no other */
    NOWHERE = -100,    /* where no date is the article's */
    KNOWN_MAX = 64,
};

/* Days that the page gives in a form with one meaning. */
struct known_days {
    int32_t items[KNOWN_MAX];
    size_t count;
};

/* The best date that readers see, and where. */
struct visible {
    const struct fact *fact;
    struct date_value date;
    int points;
};

struct date_choice {
    struct decision *decision;
    enum date_order order;
    struct known_days known;
    struct known_days shown; /* without a word of change, in the headline's surroundings */
    struct visible published, modified;
    bool dateless[FACTS_MAX]; /* facts that were read and hold no date */
};

/* Only numbers with slashes or hyphens between them can be, and not where a year begins them. */
static bool may_be_ambiguous(struct span text)
{
    size_t digits = 0;
    bool marks = false;
    while (digits < text.len && text.data[digits] >= '0' && text.data[digits] <= '9')
        digits++;
    for (size_t i = 0; i < text.len; i++)
        marks |= text.data[i] == '/' || text.data[i] == '-' || text.data[i] & 0x80;
    return marks && digits < 4;
}

static bool is_ambiguous(struct span text)
{
    if (!may_be_ambiguous(text))
        return false;
    struct date_value day_first, month_first;
    return date_parse_ordered(text, DATE_ORDER_DAY_FIRST, &day_first) &&
           date_parse_ordered(text, DATE_ORDER_MONTH_FIRST, &month_first) &&
           day_first.date != month_first.date;
}

static bool is_known(const struct known_days *known, int32_t day)
{
    for (size_t i = 0; i < known->count; i++)
        if (known->items[i] == day)
            return true;
    return false;
}

static void learn(struct known_days *known, int32_t day)
{
    if (known->count < KNOWN_MAX)
        known->items[known->count++] = day;
}

/* The first moment of 1970 is what programs print for no moment at all. */
static bool is_zero(const struct date_value *date)
{
    return date->has_instant && date->instant_ms == 0;
}

static void learn_days(struct date_choice *choice)
{
    const struct facts *facts = choice->decision->facts;
    for (size_t i = 0; i < facts->count; i++) {
        enum article_field field = rules[facts->items[i].rule].field;
        struct span text = facts->items[i].value;
        struct date_value date;
        if (field != ARTICLE_PUBLISHED && field != ARTICLE_MODIFIED)
            continue;
        choice->dateless[i] = !date_parse(text, &date) || is_zero(&date);
        if (!choice->dateless[i] && date.has_date && !is_ambiguous(text))
            learn(&choice->known, date.date);
    }
}

/* The order for one text: the reading that another date of the page confirms, else the language's
 * custom. */
static enum date_order order_for(const struct date_choice *choice, struct span text)
{
    struct date_value day_first, month_first;
    if (!is_ambiguous(text))
        return choice->order;
    (void)date_parse_ordered(text, DATE_ORDER_DAY_FIRST, &day_first);
    (void)date_parse_ordered(text, DATE_ORDER_MONTH_FIRST, &month_first);
    bool day = is_known(&choice->known, day_first.date);
    bool month = is_known(&choice->known, month_first.date);
    if (day != month)
        return day ? DATE_ORDER_DAY_FIRST : DATE_ORDER_MONTH_FIRST;
    return choice->order;
}

static void use(const struct date_choice *choice, enum article_field field,
                const struct date_value *date, const struct fact *fact)
{
    choice->decision->metadata->fields[field] = (struct value){
        .kind = VALUE_DATE, .path = fact_path(fact, choice->decision->arena), .date = *date};
}

static bool is_visible(const struct fact *fact)
{
    const struct rule *rule = &rules[fact->rule];
    return rule->origin == ORIGIN_TEXT || rule->origin == ORIGIN_CLASS ||
           (rule->origin == ORIGIN_ELEMENT && span_equals(rule->name, "time"));
}

/* The first usable fact of metadata in rank order; one coarser than a day only where none gives a
 * day. */
static bool find_in_metadata(const struct date_choice *choice, enum article_field field,
                             const struct fact **ret_fact, struct date_value *ret_date)
{
    const struct fact *fact = NULL;
    const struct fact *best = NULL;
    while ((fact = facts_next(choice->decision->facts, field, fact)) != NULL) {
        struct date_value date;
        if (is_visible(fact) || fact->flags & (FACT_IN_COMMENT | FACT_IN_RELATED))
            continue;
        struct span text = text_clean(choice->decision->arena, fact->value);
        if (!date_parse_ordered(text, order_for(choice, text), &date) || is_zero(&date) ||
            (best && !date.has_date))
            continue;
        best = fact;
        *ret_fact = fact;
        *ret_date = date;
        if (date.has_date)
            return true;
    }
    return best != NULL;
}

/* --- the page's own text */

/* In the site's header over the article, in which the headline does not stand: most often the day
 * of the visit. */
static bool is_head_matter(const struct facts *facts, const struct fact *fact)
{
    const uint32_t inside = FACT_IN_ARTICLE | FACT_IN_MAIN;
    return fact->flags & FACT_IN_HEADER && !(facts->title_flags & FACT_IN_HEADER) &&
           !(fact->flags & inside) && fact->position < facts->title_position;
}

/* Points of a place for a date; below 1 it is none of the article's, unless it says so itself. */
static int weigh_place(const struct date_choice *choice, const struct fact *fact)
{
    uint32_t title = choice->decision->facts->title_position;
    uint32_t flags = facts_flags_apart(choice->decision->facts, fact);
    const struct rule *rule = &rules[fact->rule];
    uint32_t distance = title == UINT32_MAX       ? UINT32_MAX
                        : fact->position >= title ? fact->position - title
                                                  : title - fact->position;
    /* Other articles are announced behind the headline, not before it. */
    if (distance <= BESIDE && fact->position < title)
        flags &= ~(uint32_t)FACT_IN_RELATED;
    if (flags & (FACT_IN_COMMENT | FACT_IN_RELATED | FACT_HIDDEN | FACT_EVENT))
        return NOWHERE;
    /* A headline in no article may have its day in a box with a link. */
    if (facts_in_other_card(choice->decision->facts, fact))
        return choice->decision->facts->title_card ? NOWHERE : LAST_RESORT;
    int points = rule->origin == ORIGIN_ELEMENT ? 7 : rule->origin == ORIGIN_CLASS ? 6 : 4;
    points -= flags & FACT_IN_ASIDE ? 5 : 0;
    points -= flags & FACT_UNSIGNED ? 3 : 0;                           /* hidden, or of a picture */
    points -= flags & FACT_IN_LINK && !(flags & FACT_IN_DATE) ? 3 : 0; /* to another article */
    points -= text_count_words(fact->value) > 12 ? 2 : 0;
    points += flags & (FACT_IN_DATE | FACT_IN_BYLINE | FACT_IN_META) ? 2 : 0;
    points += flags & (FACT_IN_ARTICLE | FACT_IN_MAIN | FACT_IN_HEADER) ? 1 : 0;
    if (title == UINT32_MAX)
        return points;
    bool near = facts_near_title(choice->decision->facts, fact, NEAR_BEFORE, NEAR_BEHIND);
    /* A day somewhere in the text is most often part of the story. */
    const uint32_t named = FACT_IN_DATE | FACT_IN_BYLINE | FACT_IN_META;
    if (!near && rule->origin != ORIGIN_CLASS && !(flags & named))
        return 0;
    if (is_head_matter(choice->decision->facts, fact))
        return 0;
    points += distance <= BESIDE ? 2 : 0;
    return points + (near ? 6 : 0);
}

static void consider(struct visible *best, const struct fact *fact, const struct date_value *date,
                     int points)
{
    if (points > best->points)
        *best = (struct visible){fact, *date, points};
}

/* A sentence: the day in it is part of the story. A line of author and date is cut by marks. */
static bool is_prose(const struct fact *fact)
{
    enum { LINE_WORDS = 6 };
    enum origin origin = rules[fact->rule].origin;
    bool may_be =
        origin == ORIGIN_TEXT || (origin == ORIGIN_CLASS && !(fact->flags & FACT_IN_DATE));
    return may_be && text_count_words(fact->value) > LINE_WORDS &&
           !byline_text_is_parted(fact->value);
}

/* All dates of one line: each is told apart by the words before it. */
static void read_line(struct date_choice *choice, const struct fact *fact)
{
    int of_place = weigh_place(choice, fact);
    struct span text =
        of_place > NOWHERE ? text_clean(choice->decision->arena, fact->value) : SPAN_NONE;
    struct span rest = text;
    for (int left = DATES_PER_LINE; left > 0 && rest.len > 0; left--) {
        struct date_value date;
        struct span place;
        if (!date_find(rest, order_for(choice, rest), &date, &place) || !date.has_date)
            return;
        size_t before = (size_t)(place.data - rest.data);
        size_t label_len = before < DATE_LABEL_MAX_BYTES ? before : DATE_LABEL_MAX_BYTES;
        enum date_label label = date_label_read(span_of(place.data - label_len, label_len));
        /* Without words of its own, the date's element and the text before it say what it is. */
        if (label_len == 0 && rest.data == text.data)
            label = fact->flags & FACT_UPDATED     ? DATE_LABEL_UPDATED
                    : fact->flags & FACT_PUBLISHED ? DATE_LABEL_PUBLISHED
                    : fact->flags & FACT_OTHER_DAY ? DATE_LABEL_OTHER
                                                   : DATE_LABEL_NONE;
        /* "Last updated" is believed at a page's very end, too. */
        bool says = label == DATE_LABEL_UPDATED || label == DATE_LABEL_PUBLISHED;
        int points = of_place < 1 && says ? 1 : of_place;
        if (label == DATE_LABEL_UPDATED)
            consider(&choice->modified, fact, &date, points);
        else if (label != DATE_LABEL_OTHER && (says || !is_prose(fact)))
            consider(&choice->published, fact, &date,
                     points + (label == DATE_LABEL_PUBLISHED ? SAYS_SO : 0));
        if (label != DATE_LABEL_UPDATED && label != DATE_LABEL_OTHER && points >= SHOWN_POINTS)
            learn(&choice->shown, date.date);
        size_t behind = before + place.len;
        rest = span_of(rest.data + behind, rest.len - behind);
    }
}

static void read_visible(struct date_choice *choice)
{
    const struct facts *facts = choice->decision->facts;
    for (size_t i = 0; i < facts->count; i++) {
        const struct fact *fact = &facts->items[i];
        if (rules[fact->rule].field == ARTICLE_PUBLISHED && is_visible(fact) &&
            !choice->dateless[i])
            read_line(choice, fact);
    }
}

/* The day in the page's URL, and how it stands there; false without one. */
static bool find_day_of_url(const struct date_choice *choice, int32_t *ret_day,
                            struct span *ret_text)
{
    const struct fact *fact = NULL;
    struct date_value date;
    while ((fact = facts_next(choice->decision->facts, ARTICLE_PUBLISHED, fact)) != NULL) {
        if (rules[fact->rule].origin != ORIGIN_URL || !date_parse(fact->value, &date) ||
            !date.has_date)
            continue;
        *ret_day = date.date;
        *ret_text = fact->value;
        return true;
    }
    return false;
}

static bool is_day_of_url(const struct date_choice *choice, int32_t day)
{
    int32_t of_url;
    struct span text;
    return find_day_of_url(choice, &of_url, &text) && of_url == day;
}

/* Whether readers see an earlier day beside the headline than the metadata's, which they do not
 * see: some systems write the day of the last export as that of publication. */
static bool is_shown_earlier(const struct date_choice *choice, int32_t day)
{
    const struct visible *shown = &choice->published;
    return shown->points >= SHOWN_POINTS && shown->points > choice->modified.points &&
           !(shown->fact->flags & FACT_IN_LINK) && !is_prose(shown->fact) &&
           shown->date.date < day && !is_day_of_url(choice, day) &&
           !is_known(&choice->shown, day) && !is_known(&choice->shown, day - 1) &&
           !is_known(&choice->shown, day + 1);
}

/* Whether some offset from UTC that is in use makes this the day of the instant. */
static bool may_be_day_of(int64_t instant_ms, int32_t day)
{
    enum {
        DAY_MS = 86400 * 1000,
        EASTERNMOST_MS = 14 * 3600 * 1000,
        WESTERNMOST_MS = 12 * 3600 * 1000
    };
    int64_t start_ms = (int64_t)day * DAY_MS;
    return instant_ms + EASTERNMOST_MS >= start_ms &&
           instant_ms - WESTERNMOST_MS < start_ms + DAY_MS;
}

/* A moment told in UTC, and the day in the URL beside it: WordPress and others write /2025/12/18/
 * in the site's own time, which is the day that readers see. */
static void take_local_day(const struct date_choice *choice, struct date_value *date)
{
    int32_t day;
    struct span text;
    if (!date->has_instant || date->utc_offset_min != 0 || !find_day_of_url(choice, &day, &text) ||
        !memchr(text.data, '/', text.len) || !may_be_day_of(date->instant_ms, day))
        return;
    date->has_utc_offset &= day == date->date; /* another day is that of another offset */
    date->date = day;
}

static void decide_published(struct date_choice *choice)
{
    const struct fact *fact = NULL;
    struct date_value date;
    bool found = find_in_metadata(choice, ARTICLE_PUBLISHED, &fact, &date) && date.has_date;
    if (found)
        take_local_day(choice, &date);
    if (found && !is_shown_earlier(choice, date.date)) {
        use(choice, ARTICLE_PUBLISHED, &date, fact);
        return;
    }
    /* A visible update that is the only day of a page is what readers take for its date. */
    const struct visible *visible =
        choice->published.points > 0 ? &choice->published : &choice->modified;
    if (visible->points > 0)
        use(choice, ARTICLE_PUBLISHED, &visible->date, visible->fact);
    else if (fact)
        use(choice, ARTICLE_PUBLISHED, &date, fact);
}

/* What was changed in the moment of its publication was changed on the same day. */
static void take_published_day(const struct date_choice *choice, struct date_value *date)
{
    const struct value *published = &choice->decision->metadata->fields[ARTICLE_PUBLISHED];
    if (published->kind != VALUE_DATE || !published->date.has_instant || !date->has_instant ||
        published->date.instant_ms != date->instant_ms || !published->date.has_date)
        return;
    date->date = published->date.date;
    date->has_utc_offset = published->date.has_utc_offset;
    date->utc_offset_min = published->date.utc_offset_min;
}

static void decide_modified(struct date_choice *choice)
{
    const struct fact *fact = NULL;
    struct date_value date;
    if (find_in_metadata(choice, ARTICLE_MODIFIED, &fact, &date) && date.has_date) {
        take_published_day(choice, &date);
        use(choice, ARTICLE_MODIFIED, &date, fact);
    } else if (choice->modified.points > 0)
        use(choice, ARTICLE_MODIFIED, &choice->modified.date, choice->modified.fact);
}

void decide_dates(struct decision *decision)
{
    const struct value *language = &decision->metadata->fields[ARTICLE_LANGUAGE];
    struct date_choice choice = {.decision = decision};
    choice.order =
        language->kind == VALUE_TEXT ? date_order_of(language->text) : DATE_ORDER_DAY_FIRST;
    learn_days(&choice);
    read_visible(&choice);
    decide_published(&choice);
    decide_modified(&choice);
}
