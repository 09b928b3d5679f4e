/* Who wrote it.
 *
 * Places are asked in the order of the rules. Metadata name authors outright, though often only
 * the site itself; such a name waits while a person may still be found. Visible bylines must look
 * like names and stand near the headline. */
#include "core/author.h"
#include "core/author_openings.h"
#include "core/author_words.h"
#include "core/date.h"
#include "core/extract/byline_text.h"
#include "core/extract/decide.h"
#include "core/extract/site_name.h"
#include "core/text.h"

enum {
    NEAR_BEFORE = 80, /* elements between byline and headline */
    NEAR_BEHIND = 160,
    DATE_LINE_BEHIND = 24, /* elements between the headline and the line of date and name */
    SAME_BYLINE = 40,      /* elements between the first and the last link of one byline */
    NEXT_NAME = 24,        /* and between two of them */
    BESIDE_HEADLINE = 16,  /* points of a byline near the headline, in no furniture */
    LEADING_PIECES = 3,    /* of a visible byline that may be no names: initials, a section */
};

struct people {
    struct author items[AUTHOR_MAX];
    size_t count;
    const struct fact *fact; /* the first that named one */
};

struct byline_choice {
    struct decision *decision;
    struct site site;
    bool any_signer; /* visible bylines need not name a person */
};

static bool is_visible(enum origin origin)
{
    return origin == ORIGIN_CLASS || origin == ORIGIN_TEXT || origin == ORIGIN_LINK;
}

static bool same_name(struct span a, struct span b)
{
    while (a.len > 0 && b.len > 0)
        if (text_lower(text_next(&a)) != text_lower(text_next(&b)))
            return false;
    return a.len == b.len;
}

static bool contains_name(struct span text, struct span name)
{
    for (; text.len >= name.len; text = span_of(text.data + 1, text.len - 1))
        if (same_name(span_of(text.data, name.len), name))
            return true;
    return false;
}

static void add_person(struct people *people, const struct author *author, const struct fact *fact)
{
    for (size_t i = 0; i < people->count; i++)
        if (same_name(people->items[i].name, author->name))
            return;
    if (people->count == AUTHOR_MAX)
        return;
    if (people->count == 0)
        people->fact = fact;
    people->items[people->count++] = *author;
}

/* --- metadata */

static bool is_last_name_first(const struct rule *rule)
{
    return text_starts_folded(rule->name, "citation_") || text_starts_folded(rule->name, "dc");
}

/* The next piece of text, which is not empty, up to a separator. */
static struct span next_piece(struct span *text, char separator)
{
    const char *end = memchr(text->data, separator, text->len);
    size_t len = end ? (size_t)(end - text->data) : text->len;
    struct span piece = text_trim(span_of(text->data, len));
    len += end != NULL;
    *text = span_of(text->data + len, text->len - len);
    return piece;
}

/* "Roe, Jane; Mustermann, Max": each piece by itself. Where a plural name has no semicolons, "Jane
 * Roe, Max Mustermann" are two names. */
static struct span names_in_order(const struct rule *rule, struct span text, struct arena *arena)
{
    struct span out = SPAN_NONE;
    const char *comma = text.len > 0 ? memchr(text.data, ',', text.len) : NULL;
    bool plural = span_equals(rule->name, "citation_authors");
    if (text.len == 0 || !memchr(text.data, ';', text.len)) {
        size_t before = comma ? (size_t)(comma - text.data) : 0;
        bool list = plural && comma && text_count_words(span_of(text.data, before)) > 1 &&
                    text_count_words(span_of(comma + 1, text.len - before - 1)) > 1;
        return list ? text : author_name_in_order(text, arena);
    }
    while (text.len > 0) {
        struct span name = author_name_in_order(next_piece(&text, ';'), arena);
        out = arena_format(arena, "%.*s%s%.*s", SPAN_ARG(out), out.len > 0 ? "; " : "",
                           SPAN_ARG(name));
    }
    return out;
}

static void add_named(const struct byline_choice *choice, struct people *people,
                      const struct fact *fact)
{
    struct arena *arena = choice->decision->arena;
    struct span text = text_clean_markup(arena, fact->value);
    if (text_starts_folded(text, "http://") || text_starts_folded(text, "https://") ||
        text_find_folded(text, "{{") < text.len)
        return;
    if (is_last_name_first(&rules[fact->rule]))
        text = names_in_order(&rules[fact->rule], text, arena);
    const struct author *items;
    size_t count;
    if (!author_list_named(text, arena, &items, &count))
        return;
    for (size_t i = 0; i < count; i++) {
        struct author author = items[i];
        if (count == 1) {
            author.url = link_resolve(choice->decision->links, fact->url, arena);
            author.orcid = author_orcid(fact->orcid, arena);
        }
        if (fact->kind != AUTHOR_UNKNOWN)
            author.kind = fact->kind;
        add_person(people, &author, fact);
    }
}

/* --- what the reader sees */

/* Points of a visible byline by its place; below 0 it is none of the article's. */
static int weigh_place(const struct byline_choice *choice, const struct fact *fact)
{
    uint32_t title = choice->decision->facts->title_position;
    uint32_t flags = facts_flags_apart(choice->decision->facts, fact);
    int points = 10;
    if (flags & (FACT_IN_COMMENT | FACT_IN_RELATED | FACT_HIDDEN) ||
        facts_in_other_card(choice->decision->facts, fact))
        return -1;
    if (flags & FACT_IN_ASIDE)
        points -= 8;
    if (flags & FACT_IN_BIO)
        points -= 3;
    if (flags & FACT_IN_BYLINE)
        points += 2;
    if (title == UINT32_MAX)
        return points;
    /* Lists of events have lines of date and place. */
    if (span_equals(rules[fact->rule].name, "beside-date") &&
        !facts_near_title(choice->decision->facts, fact, DATE_LINE_BEHIND, DATE_LINE_BEHIND))
        return -1;
    bool near = facts_near_title(choice->decision->facts, fact, NEAR_BEFORE, NEAR_BEHIND);
    return points + (near ? 6 : 0);
}

static bool has_opening(struct span text)
{
    struct span rest = author_openings_skip(text);
    return rest.len < text.len && rest.len > 0;
}

/* Whether a byline near the headline may be signed by a team, a site or an account. */
static bool may_sign(const struct fact *fact, struct span text, struct span name)
{
    bool alone = rules[fact->rule].origin == ORIGIN_LINK || fact->flags & FACT_IS_NAME;
    bool opens = has_opening(text) && !(fact->flags & FACT_IN_HEADING); /* "By Sea" */
    /* "Von Berlin nach Paris" */
    bool way = opens && author_openings_is_weak(text) && !author_words_look_like_person(name, true);
    bool says_so = alone || (opens && !way);
    return !(fact->flags & FACT_IN_ASIDE) && says_so && author_words_may_sign(name, alone);
}

static bool ends_sentence(struct span text)
{
    uint32_t last = 0;
    while (text.len > 0)
        last = text_next(&text);
    return last == '.' || last == '!' || last == '?' || last == 0x2026;
}

/* "Von Jana Beispiel, der Autorin, stammt der Satz.": behind a comma the text goes on in small
 * letters with no role, agency or date, and ends as a sentence does. */
static bool is_sentence(struct span text)
{
    if (text.len == 0 || !ends_sentence(text) || byline_text_is_parted(text))
        return false;
    (void)next_piece(&text, ',');
    while (text.len > 0) {
        struct span piece = next_piece(&text, ',');
        struct span rest = piece;
        uint32_t first = piece.len > 0 ? text_next(&rest) : 0;
        struct date_value date;
        struct span place;
        if (text_is_letter(first) && !text_is_upper(first) && first < 0x590 &&
            text_count_words(piece) >= 2 && !author_words_is_role(piece) &&
            !author_words_is_organization(piece) &&
            !date_find(piece, DATE_ORDER_UNKNOWN, &date, &place))
            return true;
    }
    return false;
}

/* "Von Mensch zu Mensch": in a heading a preposition is the start of one. */
static bool is_prose(const struct fact *fact, struct span text)
{
    return rules[fact->rule].origin == ORIGIN_TEXT &&
           (is_sentence(text) || (fact->flags & FACT_IN_HEADING && author_openings_is_weak(text)));
}

/* The names at the start of a visible byline: what follows the last of them is something else. */
static void read_visible(const struct byline_choice *choice, const struct fact *fact,
                         struct people *ret_people)
{
    struct arena *arena = choice->decision->arena;
    const struct author *items;
    size_t count;
    struct span text = text_clean(arena, fact->value);
    /* "By Topic" in a menu is none. */
    bool one_word = (has_opening(text) && !(fact->flags & (FACT_IN_ASIDE | FACT_IN_HEADING))) ||
                    rules[fact->rule].origin == ORIGIN_LINK;
    if (is_prose(fact, text) || !author_list(text, arena, &items, &count))
        return;
    /* "By March, Coast Bank had sold it" */
    if (count > 0 && has_opening(text) && author_words_is_no_name(items[0].name))
        return;
    for (size_t i = 0; i < count; i++) {
        bool first = ret_people->count == 0;
        bool signs = choice->any_signer && first && i == 0 && may_sign(fact, text, items[i].name);
        if (signs || author_words_look_like_person(items[i].name, one_word && first && i == 0)) {
            struct author author = items[i];
            if (fact->url.len > 0 && count == 1)
                author.url = link_resolve(choice->decision->links, fact->url, arena);
            add_person(ret_people, &author, fact);
        } else if (!first || i >= LEADING_PIECES) {
            break;
        }
    }
}

/* The best placed byline of a rule, and its neighbours of the same kind. */
static void gather_visible(const struct byline_choice *choice, size_t rule,
                           struct people *ret_people)
{
    const struct facts *facts = choice->decision->facts;
    int best_points = 0;
    const struct fact *best = NULL;
    const struct fact *fact = facts_of_rule(facts, rule);
    for (; fact; fact = facts_same_rule(facts, fact)) {
        int points = weigh_place(choice, fact);
        if (points <= best_points)
            continue;
        struct people people = {.count = 0};
        read_visible(choice, fact, &people);
        if (people.count > 0) {
            best = fact;
            best_points = points;
            *ret_people = people;
        }
    }
    uint32_t last = best ? best->position : 0;
    for (fact = best ? facts_same_rule(facts, best) : NULL; fact;
         fact = facts_same_rule(facts, fact)) {
        bool neighbour =
            fact->position - best->position <= SAME_BYLINE && fact->position - last <= NEXT_NAME &&
            weigh_place(choice, fact) == best_points && rules[rule].origin != ORIGIN_TEXT;
        if (!neighbour)
            continue;
        read_visible(choice, fact, ret_people);
        last = fact->position;
    }
}

/* --- the choice */

static void gather(const struct byline_choice *choice, size_t rule, struct people *ret_people)
{
    const struct facts *facts = choice->decision->facts;
    ret_people->count = 0;
    ret_people->fact = NULL;
    if (is_visible(rules[rule].origin)) {
        gather_visible(choice, rule, ret_people);
        return;
    }
    const struct fact *fact = facts_of_rule(facts, rule);
    for (; fact; fact = facts_same_rule(facts, fact))
        if (!(fact->flags & (FACT_IN_COMMENT | FACT_IN_RELATED)))
            add_named(choice, ret_people, fact);
}

/* "katies", "andrew.keaveney", "page.author": an account of the CMS, or a template's variable. */
static bool is_account(struct span name)
{
    bool lower = false, mark = false;
    if (memchr(name.data, ' ', name.len))
        return false;
    for (struct span rest = name; rest.len > 0;) {
        bool first = rest.data == name.data;
        uint32_t c = text_next(&rest);
        lower |= first && text_is_letter(c) && !text_is_upper(c) && c < 0x590;
        mark |= c == '.' || c == '_' || (c >= '0' && c <= '9') ||
                (!first && c < 0x80 && text_is_upper(c));
    }
    return lower || mark;
}

/* The site as its own author says little. */
static bool is_generic(const struct byline_choice *choice, const struct author *author)
{
    return is_account(author->name) || site_name_is(&choice->site, author->name) ||
           author->kind == AUTHOR_ORGANIZATION;
}

static void drop_site(const struct byline_choice *choice, struct people *people)
{
    size_t kept = 0;
    for (size_t i = 0; i < people->count; i++)
        if (!site_name_is(&choice->site, people->items[i].name))
            people->items[kept++] = people->items[i];
    if (kept > 0)
        people->count = kept;
}

static bool has_person(const struct byline_choice *choice, const struct people *people)
{
    for (size_t i = 0; i < people->count; i++)
        if (!is_generic(choice, &people->items[i]))
            return true;
    return false;
}

static void use(const struct byline_choice *choice, const struct people *people)
{
    struct arena *arena = choice->decision->arena;
    struct author *items = arena_alloc(arena, people->count * sizeof *items);
    if (!items)
        return;
    memcpy(items, people->items, people->count * sizeof *items);
    for (size_t i = 0; i < people->count; i++)
        if (items[i].kind == AUTHOR_UNKNOWN && site_name_is(&choice->site, items[i].name))
            items[i].kind = AUTHOR_ORGANIZATION;
    choice->decision->metadata->fields[ARTICLE_AUTHORS] = (struct value){
        .kind = VALUE_AUTHORS,
        .path = fact_path(people->fact, arena),
        .authors = {items, people->count},
    };
}

/* Whether readers find one of the names in any visible byline. */
static bool are_shown(const struct byline_choice *choice, const struct people *people)
{
    const struct facts *facts = choice->decision->facts;
    for (size_t i = 0; i < facts->count; i++) {
        const struct rule *rule = &rules[facts->items[i].rule];
        if (rule->field != ARTICLE_AUTHORS || !is_visible(rule->origin))
            continue;
        for (size_t k = 0; k < people->count; k++)
            if (contains_name(facts->items[i].value, people->items[k].name))
                return true;
    }
    return false;
}

/* The byline that readers see beside the headline, where metadata name somebody whom they see
 * nowhere: the account that entered the article. */
static bool find_shown(const struct byline_choice *choice, struct people *ret_people)
{
    size_t by = rule_find(ARTICLE_AUTHORS, ORIGIN_TEXT, "by");
    gather(choice, by, ret_people);
    drop_site(choice, ret_people);
    /* One word behind "by" may just as well be part of the story. */
    return has_person(choice, ret_people) &&
           weigh_place(choice, ret_people->fact) >= BESIDE_HEADLINE &&
           author_words_look_like_person(ret_people->items[0].name, false);
}

/* Whether readers see these names in a byline that does not name the others, and at least as near
 * to the headline. */
static bool signs_itself(const struct byline_choice *choice, const struct people *signer,
                         const struct people *others)
{
    const struct facts *facts = choice->decision->facts;
    bool site = site_name_is(&choice->site, signer->items[0].name);
    int least = weigh_place(choice, others->fact) + site;
    for (size_t i = 0; i < facts->count; i++) {
        const struct fact *fact = &facts->items[i];
        const struct rule *rule = &rules[fact->rule];
        if (rule->field == ARTICLE_AUTHORS && is_visible(rule->origin) &&
            contains_name(fact->value, signer->items[0].name) &&
            !contains_name(fact->value, others->items[0].name) &&
            weigh_place(choice, fact) >= least)
            return true;
    }
    return false;
}

/* Whether a visible byline is that of some column: the desk or agency that the metadata name signs
 * the article itself. */
static bool yields(const struct byline_choice *choice, const struct people *people,
                   const struct people *fallback)
{
    return is_visible(rules[people->fact->rule].origin) && fallback->count > 0 &&
           signs_itself(choice, fallback, people);
}

/* An agency or desk is more than the site's own name. */
static bool is_better_signer(const struct byline_choice *choice, const struct people *people,
                             const struct people *fallback)
{
    return people->count > 0 && !is_account(people->items[0].name) &&
           !site_name_is(&choice->site, people->items[0].name) &&
           site_name_is(&choice->site, fallback->items[0].name) &&
           (!is_visible(rules[people->fact->rule].origin) ||
            weigh_place(choice, people->fact) >= BESIDE_HEADLINE);
}

/* The first rule that names a person, else the first that names anyone. False where none does. */
static bool decide_from(const struct byline_choice *choice)
{
    struct people people, fallback = {.count = 0};
    for (size_t rule = 0; rule < rule_count; rule++) {
        bool asked = rules[rule].field == ARTICLE_AUTHORS &&
                     (choice->any_signer || !span_equals(rules[rule].name, "beside-date"));
        if (!asked)
            continue;
        gather(choice, rule, &people);
        drop_site(choice, &people);
        if (has_person(choice, &people) && !yields(choice, &people, &fallback)) {
            struct people shown;
            bool unseen = !is_visible(rules[rule].origin) && !are_shown(choice, &people);
            use(choice, unseen && find_shown(choice, &shown) ? &shown : &people);
            return true;
        }
        if (fallback.count == 0 || is_better_signer(choice, &people, &fallback))
            fallback = people;
    }
    if (fallback.count > 0)
        use(choice, &fallback);
    return fallback.count > 0;
}

void decide_authors(struct decision *decision)
{
    const struct value *publisher = &decision->metadata->fields[ARTICLE_PUBLISHER];
    struct byline_choice choice = {.decision = decision};
    choice.site.publisher = publisher->kind == VALUE_TEXT ? publisher->text : SPAN_NONE;
    choice.site.host = site_name_host(decision->page_url);
    if (!decide_from(&choice)) {
        choice.any_signer = true;
        (void)decide_from(&choice);
    }
}
