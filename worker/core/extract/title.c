/* The headline without the site's name.
 *
 * What the reader sees as the headline is the first heading that agrees with what the page's
 * metadata call it: pages give search engines and social networks other wordings, so metadata
 * alone are the second choice. */
#include "core/extract/decide.h"
#include "core/extract/similar.h"
#include "core/extract/site_name.h"
#include "core/text.h"

enum {
    TITLE_MAX_CHARACTERS = 400,
    HEADING_MAX_CHARACTERS = 220, /* a longer one is the text's start */
    HEADINGS_MAX = 24,
    CLAIMS_MAX = 16,
    ALIKE = 25, /* percent of words: the same thing said otherwise */
    HALF_ALIKE = 40,
    HEADLINE_MIN_CHARACTERS = 12,
    HEADLINE_MIN_WORDS = 4,
    KICKER_MAX_WORDS = 5,
    VERY_ALIKE = 70,
    SAME_WORDS = 100,
    SLUG_MIN_WORDS = 3,
    SLOGAN_MAX = 40,    /* percent of the address's words in a slogan, at most */
    SLOGAN_BEHIND = 40, /* and behind the title's */
    HIDDEN_POINTS = 15, /* more than a first heading is ahead */
};

/* A metadata title, cleaned and without the site's name. */
struct claim {
    struct span text;
    const struct fact *fact;
    struct bag words;
    bool again; /* another claim says the same */
};

struct title_choice {
    struct decision *decision;
    struct site site;
    struct claim claims[CLAIMS_MAX]; /* by rank */
    size_t claim_count;
    struct span element; /* the title element, whole */
    struct span blog;    /* what it has before a claim */
    struct bag slug;
    unsigned spelled; /* percent of the address's words in the claim that has most */
};

static bool is_heading(const struct fact *fact)
{
    const struct rule *rule = &rules[fact->rule];
    return rule->origin == ORIGIN_ELEMENT && !span_equals(rule->name, "title");
}

static bool is_first_level(const struct fact *fact)
{
    return span_equals(rules[fact->rule].name, "h1");
}

static void add_claim(struct title_choice *choice, struct span text, const struct fact *fact)
{
    struct claim *claim = &choice->claims[choice->claim_count];
    claim->text = text;
    claim->fact = fact;
    claim->again = false;
    for (size_t i = 0; i < choice->claim_count; i++)
        claim->again |= span_equal(choice->claims[i].text, text);
    if (!claim->again)
        bag_read(text, &claim->words);
    choice->claim_count++;
}

static void read_claims(struct title_choice *choice)
{
    const struct fact *fact = NULL;
    while (choice->claim_count < CLAIMS_MAX &&
           (fact = facts_next(choice->decision->facts, ARTICLE_TITLE, fact)) != NULL) {
        if (is_heading(fact) || fact->flags & FACT_IS_BRAND)
            continue;
        struct span text = text_clean_markup(choice->decision->arena, fact->value);
        if (span_equals(rules[fact->rule].name, "title"))
            choice->element = text;
        text = site_name_strip(&choice->site, text);
        if (text.len > 0 && text_count_characters(text) <= TITLE_MAX_CHARACTERS &&
            !site_name_is(&choice->site, text))
            add_claim(choice, text, fact);
    }
}

/* How well a heading's words agree with the claims, 0 to 100. */
static unsigned agreement(const struct title_choice *choice, const struct bag *words)
{
    unsigned best = 0;
    for (size_t i = 0; i < choice->claim_count; i++) {
        /* Half of it for what only the longer one says: "Tips" agrees with many a title. */
        const struct bag *claim = &choice->claims[i].words;
        unsigned alike = choice->claims[i].again
                             ? 0
                             : (bag_to_shorter(words, claim) + bag_to_longer(words, claim)) / 2;
        if (alike > best)
            best = alike;
    }
    return best;
}

static const struct claim *claim_of(const struct title_choice *choice, enum origin origin,
                                    const char *name)
{
    for (size_t i = 0; i < choice->claim_count; i++) {
        const struct rule *rule = &rules[choice->claims[i].fact->rule];
        if (rule->origin == origin && span_equals(rule->name, name))
            return &choice->claims[i];
    }
    return NULL;
}

/* The last part of the address that says something: "/news/tide-rises.html" -> "tide-rises". */
static struct span slug_of(struct span url)
{
    size_t end = 0;
    while (end < url.len && url.data[end] != '?' && url.data[end] != '#')
        end++;
    while (end > 0 && url.data[end - 1] == '/')
        end--;
    size_t start = end;
    while (start > 0 && url.data[start - 1] != '/')
        start--;
    struct span slug = span_of(url.data + start, end - start);
    const char *dot = slug.len > 0 ? memchr(slug.data, '.', slug.len) : NULL;
    return dot ? span_of(slug.data, (size_t)(dot - slug.data)) : slug;
}

/* Percent of the address's words that a text has, too. */
static unsigned spelled(const struct title_choice *choice, const struct bag *words)
{
    const struct bag *slug = &choice->slug;
    return slug->count < SLUG_MIN_WORDS ? 0
                                        : (unsigned)(bag_shared(slug, words) * 100 / slug->count);
}

/* What the claims tell of headings that are none. */
static void read_others(struct title_choice *choice)
{
    bag_read(slug_of(choice->decision->page_url), &choice->slug);
    for (size_t i = 0; i < choice->claim_count; i++) {
        const struct claim *claim = &choice->claims[i];
        unsigned percent = claim->again ? 0 : spelled(choice, &claim->words);
        if (percent > choice->spelled)
            choice->spelled = percent;
        if (!claim->again && choice->blog.len == 0)
            choice->blog = site_name_before(choice->element, claim->text);
    }
}

/* Whether the address has few of the heading's words and more of a claim's: systems make addresses
 * of the title that the author gave, so the heading is a slogan. */
static bool is_slogan(const struct title_choice *choice, const struct bag *words)
{
    unsigned percent = spelled(choice, words);
    return percent <= SLOGAN_MAX && choice->spelled >= percent + SLOGAN_BEHIND;
}

/* Points of a heading for being the headline; 0: it is not. */
static unsigned weigh_heading(const struct title_choice *choice, const struct fact *fact,
                              struct span text, unsigned nth)
{
    const uint32_t elsewhere = FACT_IN_COMMENT | FACT_IN_RELATED | FACT_HIDDEN;
    struct bag words;
    bag_read(text, &words);
    unsigned alike = agreement(choice, &words);
    unsigned least = !is_first_level(fact) ? VERY_ALIKE : nth > 0 ? HALF_ALIKE : 0;
    if (text.len == 0 || (alike < least && choice->claim_count > 0))
        return 0;
    if (text_count_characters(text) > HEADING_MAX_CHARACTERS || site_name_is(&choice->site, text) ||
        similar_same_letters(choice->blog, text) || is_slogan(choice, &words))
        return 0;
    unsigned points = alike + (is_first_level(fact) ? 60 : 0) + (nth == 0 ? 10 : 0);
    points += fact->flags & (FACT_IN_ARTICLE | FACT_IN_MAIN) ? 10 : 0;
    /* A heading in the words of the metadata is the headline even in a slider. */
    bool in_slider = fact->flags & FACT_IN_RELATED && is_first_level(fact) && alike == SAME_WORDS;
    if (fact->flags & FACT_IN_ASIDE || (fact->flags & elsewhere && !in_slider))
        points /= 2;
    /* Of two that say the same, the one that readers see. */
    points -= fact->flags & FACT_UNSIGNED && points >= HIDDEN_POINTS ? HIDDEN_POINTS : 0;
    /* One word or two say little: "Blog", "News". */
    if (text_count_words(text) <= 2 && alike < 60 && text_count_characters(text) < 20)
        points /= 3;
    return points;
}

/* What stands around the headline is the article's: around a slogan in its place, too. */
static void mark_place(struct facts *facts, const struct fact *heading)
{
    facts->title_position = heading->position;
    facts->title_flags = heading->flags;
    facts->title_card = heading->card;
}

/* Whether a lesser heading has so few words of the claims that it need not be cleaned first. */
static bool is_far_off(const struct title_choice *choice, const struct fact *fact)
{
    struct bag words;
    if (is_first_level(fact) || choice->claim_count == 0)
        return false;
    bag_read(fact->value, &words);
    return agreement(choice, &words) < HALF_ALIKE;
}

static bool choose_heading(struct title_choice *choice)
{
    const struct fact *best = NULL;
    struct span best_text = SPAN_NONE;
    unsigned best_points = choice->claim_count > 0 ? 60 + ALIKE - 1 : 1;
    const struct fact *fact = NULL;
    unsigned nth = 0;
    while (nth < HEADINGS_MAX &&
           (fact = facts_next(choice->decision->facts, ARTICLE_TITLE, fact)) != NULL) {
        if (!is_heading(fact) || fact->flags & FACT_IS_BRAND)
            continue;
        if (is_far_off(choice, fact)) {
            nth++;
            continue;
        }
        struct span text =
            site_name_strip(&choice->site, text_clean(choice->decision->arena, fact->value));
        if (nth == 0 && is_first_level(fact) && !site_name_is(&choice->site, text))
            mark_place(choice->decision->facts, fact);
        unsigned points = weigh_heading(choice, fact, text, nth++);
        if (points > best_points) {
            best = fact;
            best_text = text;
            best_points = points;
        }
    }
    if (!best)
        return false;
    decide_text(choice->decision, ARTICLE_TITLE, best_text, best);
    mark_place(choice->decision->facts, best);
    return true;
}

static void use(const struct title_choice *choice, const struct claim *claim)
{
    decide_text(choice->decision, ARTICLE_TITLE, claim->text, claim->fact);
}

static bool ends_with_mark(struct span kicker)
{
    static const char *const marks[] = {": ", "| ", "- ", "\u2013 ", "\u2014 "};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        size_t len = strlen(marks[i]);
        if (kicker.len >= len && memcmp(kicker.data + kicker.len - len, marks[i], len) == 0)
            return true;
    }
    return false;
}

static bool last_byte_asks(struct span text)
{
    return text.data[text.len - 1] == '?' || text.data[text.len - 1] == '!';
}

/* Characters that are neither letters, digits nor spaces. */
static size_t count_marks(struct span text)
{
    size_t marks = 0;
    while (text.len > 0) {
        uint32_t c = text_next(&text);
        marks += !text_is_letter(c) && !text_is_space(c) && !(c >= '0' && c <= '9');
    }
    return marks;
}

/* The same first and last characters, or quotation marks: "## Tide" is no headline's writing. */
static bool same_edges(struct span a, struct span b)
{
    struct span x = a, y = b;
    bool begin = text_lower(text_next(&x)) == text_lower(text_next(&y));
    return begin &&
           ((unsigned char)a.data[a.len - 1] | 0x20) == ((unsigned char)b.data[b.len - 1] | 0x20);
}

/* Whether the heading's colon stands where text has the dash or bar of a system that joins parts.
 */
static bool is_joined(struct span text, struct span heading)
{
    bool joint =
        text_find_folded(text, " - ") < text.len || text_find_folded(text, " | ") < text.len;
    return joint && count_marks(text) == count_marks(heading) &&
           text_find_folded(heading, ": ") < heading.len;
}

/* The heading as written by whoever wrote its metadata: with the colon that the page shows as a
 * line's end. */
static void prefer_same_letters(const struct title_choice *choice, struct span heading)
{
    for (size_t i = 0; i < choice->claim_count; i++) {
        struct span text = choice->claims[i].text;
        if (similar_same_letters(text, heading) && same_edges(text, heading) &&
            !is_joined(text, heading) && last_byte_asks(text) >= last_byte_asks(heading)) {
            use(choice, &choice->claims[i]);
            return;
        }
    }
}

/* News sites keep one headline for readers, feeds and networks, and often print a kicker within the
 * heading: two of heading, og:title and headline that agree are believed, else the headline. */
static void decide_news_title(struct title_choice *choice, struct span heading)
{
    const struct claim *shared = claim_of(choice, ORIGIN_META, "og:title");
    const struct claim *own = claim_of(choice, ORIGIN_JSONLD, "headline");
    if (!shared)
        return;
    bool heading_agrees = own && similar_same_letters(heading, own->text);
    bool shared_agrees = !own || similar_same_letters(shared->text, own->text) ||
                         similar_same_letters(shared->text, heading);
    if (!heading_agrees)
        use(choice, shared_agrees ? shared : own);
}

/* A short kicker before the headline in a line of its own: "Tides" over "The Coast Sinks". */
static bool is_short(struct span kicker, struct span headline)
{
    return kicker.data[kicker.len - 1] == ' ' && text_count_words(kicker) <= KICKER_MAX_WORDS &&
           text_count_words(headline) >= HEADLINE_MIN_WORDS;
}

/* A kicker that the heading and its copies print before the headline: "Tides: Coast Sinks" where
 * og:title is "Coast Sinks". */
static void drop_kicker(const struct title_choice *choice, struct span heading)
{
    const struct claim *shared = claim_of(choice, ORIGIN_META, "og:title");
    if (!shared || heading.len <= shared->text.len)
        return;
    struct span kicker = span_of(heading.data, heading.len - shared->text.len);
    struct span tail = span_of(heading.data + kicker.len, shared->text.len);
    struct date_value date;
    if (span_equal(tail, shared->text) &&
        (ends_with_mark(kicker) || date_parse(kicker, &date) || is_short(kicker, tail)))
        use(choice, shared);
}

/* The first claim, or one that it continues behind a mark: "Coast Sinks-Sea" is "Coast Sinks" where
 * another source ends there. */
static const struct claim *shortest_start(const struct title_choice *choice)
{
    const struct claim *best = &choice->claims[0];
    for (size_t i = 1; i < choice->claim_count; i++) {
        struct span text = choice->claims[i].text;
        if (text.len >= best->text.len || text_count_characters(text) < HEADLINE_MIN_CHARACTERS ||
            memcmp(text.data, best->text.data, text.len) != 0)
            continue;
        struct span rest =
            text_trim(span_of(best->text.data + text.len, best->text.len - text.len));
        if (rest.len > 0 && strchr("-|", rest.data[0]))
            best = &choice->claims[i];
    }
    return best;
}

/* Where the first heading is the site's name, many a blog prints it before the headline in the
 * title element, with nothing but a space between them. */
static void strip_site_heading(const struct title_choice *choice, struct span *title)
{
    const struct fact *fact = NULL;
    while ((fact = facts_next(choice->decision->facts, ARTICLE_TITLE, fact)) != NULL) {
        if (!is_first_level(fact))
            continue;
        struct span name = text_clean(choice->decision->arena, fact->value);
        if (site_name_is(&choice->site, name) && title->len > name.len + 1 &&
            memcmp(title->data, name.data, name.len) == 0 && title->data[name.len] == ' ')
            *title = span_of(title->data + name.len + 1, title->len - name.len - 1);
        return;
    }
}

/* The first heading that is the site's own; absent on the home page itself. */
static struct span brand_of(const struct decision *decision)
{
    const struct fact *fact = NULL;
    while ((fact = facts_next(decision->facts, ARTICLE_TITLE, fact)) != NULL)
        if (is_heading(fact) && fact->flags & FACT_IS_BRAND)
            return text_clean(decision->arena, fact->value);
    return SPAN_NONE;
}

void decide_title(struct decision *decision)
{
    const struct value *publisher = &decision->metadata->fields[ARTICLE_PUBLISHER];
    const struct value *type = &decision->metadata->fields[ARTICLE_TYPE];
    struct title_choice choice = {.decision = decision};
    choice.site.publisher = publisher->kind == VALUE_TEXT ? publisher->text : SPAN_NONE;
    choice.site.host = site_name_host(decision->page_url);
    choice.site.brand = brand_of(decision);
    read_claims(&choice);
    read_others(&choice);
    const struct value *title = &decision->metadata->fields[ARTICLE_TITLE];
    if (choose_heading(&choice)) {
        struct span heading = title->text;
        prefer_same_letters(&choice, heading);
        if (type->kind == VALUE_TEXT &&
            text_find_folded(type->text, "newsarticle") < type->text.len)
            decide_news_title(&choice, heading);
        drop_kicker(&choice, title->text);
    } else if (choice.claim_count > 0) {
        struct claim claim = *shortest_start(&choice);
        strip_site_heading(&choice, &claim.text);
        use(&choice, &claim);
    }
}
