/* facts: what a page's parts say, before anyone decides whom to believe.
 *
 *   <meta property="og:title" content="A">  ->  {rule: title from meta og:title, value: "A"}
 *
 * A rule ties one place of a page to one field of the article; the order of the rules of a field is
 * their rank. Facts are kept in an array, in document order, of each rule a bounded number. Values
 * are borrowed from the tree, from JSON or from the arena: whoever decides copies what it keeps.
 * Pure. */
#ifndef BYLINE_CORE_EXTRACT_FACTS_H
#define BYLINE_CORE_EXTRACT_FACTS_H

#include <stdint.h>

#include "core/arena.h"
#include "core/article.h"
#include "core/span.h"

enum {
    RULES_MAX = 255,
    FACTS_MAX_OF_RULE = 128, /* of each rule the first so many: no place crowds out another */
    FACTS_MAX = RULES_MAX * FACTS_MAX_OF_RULE,
    FACTS_AT_FIRST = 128,
    RULE_BUCKETS = 128,
    FACT_VALUE_MAX_BYTES = 4096, /* longer values are cut at a character */
    CARDS_MAX = 512,             /* of a page; what stands in more of them stands in none */
};

/* Where on a page a rule looks. */
enum origin {
    ORIGIN_JSONLD = 0,  /* property of the article's node */
    ORIGIN_JSONLD_PAGE, /* TYPE.property of another node: WebPage, WebSite, Organization */
    ORIGIN_META,        /* meta name, property or itemprop */
    ORIGIN_ITEMPROP,    /* microdata on an element */
    ORIGIN_RDFA,        /* RDFa property on any element */
    ORIGIN_LINK,        /* rel of link and a */
    ORIGIN_ELEMENT,     /* an element by name */
    ORIGIN_CLASS,       /* class or id that says what the element holds */
    ORIGIN_TEXT,        /* visible text */
    ORIGIN_URL,         /* the page's address */
    ORIGIN_COUNT,
};

struct rule {
    enum article_field field;
    enum origin origin;
    struct span name;   /* lower case for meta names */
    const char *source; /* the specification or convention that gives it this meaning */
};

/* The rules of a field stand together. */
extern const struct rule rules[];
extern const size_t rule_count;

/* The rule of a field for a place, or rule_count. */
size_t rule_find(enum article_field field, enum origin origin, const char *name);

/* Circumstances of a fact from the tree. */
enum fact_flag {
    FACT_IN_ARTICLE = 1 << 0,
    FACT_IN_HEADER = 1 << 1,
    FACT_IN_ASIDE = 1 << 2,   /* aside, nav, footer, or a class that says so */
    FACT_IN_COMMENT = 1 << 3, /* readers' comments and reviews */
    FACT_IN_LINK = 1 << 4,
    FACT_IN_MAIN = 1 << 5,
    FACT_IN_RELATED = 1 << 6, /* teasers of other articles */
    FACT_UPDATED = 1 << 7,    /* a class or word that says "modified" */
    FACT_IN_BYLINE = 1 << 8,
    FACT_IN_BIO = 1 << 9, /* a box about the author */
    FACT_IN_DATE = 1 << 10,
    FACT_HIDDEN = 1 << 11,
    FACT_IN_HEADING = 1 << 12,
    FACT_IN_META = 1 << 13,     /* a class for the line of author and date */
    FACT_PUBLISHED = 1 << 15,   /* the text before says "published" */
    FACT_IS_NAME = 1 << 16,     /* a class for the author's name alone */
    FACT_OTHER_VOCAB = 1 << 17, /* RDFa's names here are not schema.org's */
    FACT_IS_BRAND = 1 << 18, /* a heading with a link to the home page, or a class that says so */
    FACT_UNSIGNED =
        1 << 19, /* a picture's caption or credit, or hidden: no byline is the article's */
    FACT_OTHER_DAY = 1 << 20, /* the text before says that the day is that of something else */
    FACT_EVENT = 1 << 14,     /* microdata of an event, a product, ...: its dates are not ours */
};

struct fact {
    uint16_t rule;
    uint16_t next; /* the next fact of the rule: its index + 1, 0: none */
    uint16_t card; /* the innermost one around it, 0: none */
    struct span value;
    struct span path; /* absent: made from the rule's origin and name */
    uint32_t flags;
    uint32_t position; /* elements before it */
    /* of authors only */
    struct span url, orcid;
    enum author_kind kind;
};

/* An article element, or a box whose heading is a link. */
struct card {
    uint16_t outer; /* the next one around it, 0: none */
    bool links;     /* its heading is a link: most often to another article */
};

struct facts {
    struct arena *arena;
    struct fact *items; /* moves when facts are added */
    size_t count, capacity;
    uint16_t first[RULES_MAX], last[RULES_MAX]; /* facts of each rule: index + 1, 0: none */
    uint8_t counts[RULES_MAX];                  /* of the facts of each rule */
    uint8_t bucket[RULE_BUCKETS];               /* rules by place: index + 1, 0: none */
    uint8_t next_rule[RULES_MAX];               /* in the same bucket */
    uint32_t title_position;                    /* of the main heading, UINT32_MAX while unknown */
    uint32_t title_flags;                       /* its circumstances */
    uint16_t title_card, card;                  /* the cards around it, and around what is added */
    uint16_t card_count;
    struct card cards[CARDS_MAX + 1]; /* from 1 on */
};

bool facts_init(struct facts *facts, struct arena *arena);

/* Adds a fact for every rule of that place; a place without a rule adds nothing. name compares
 * without case. Empty values are dropped. Returns the first fact added, or NULL. */
struct fact *facts_add(struct facts *facts, enum origin origin, struct span name, struct span value,
                       uint32_t flags, uint32_t position);

/* Whether facts_add would take a value from that place: for values that cost something to find. */
bool facts_want(const struct facts *facts, enum origin origin, struct span name);

/* Copies what the facts from index first on borrow into the arena. False without memory. */
bool facts_own(struct facts *facts, size_t first) __attribute__((warn_unused_result));

/* Goes through the facts of one rule in document order; NULL at the end. */
const struct fact *facts_of_rule(const struct facts *facts, size_t rule);
const struct fact *facts_same_rule(const struct facts *facts, const struct fact *after);

/* Goes through the facts of a field by rank, document order within a rank: pass NULL first. NULL
 * at the end. */
const struct fact *facts_next(const struct facts *facts, enum article_field field,
                              const struct fact *after);

/* The circumstances of a fact that tell it from the headline: what both share, such as a slider
 * that holds the whole article, says nothing. */
uint32_t facts_flags_apart(const struct facts *facts, const struct fact *fact);

/* A new card inside outer; outer itself where there are too many. */
uint16_t facts_add_card(struct facts *facts, uint16_t outer, bool links);

/* Whether a fact stands in another article than the headline, or in a card around a link. */
bool facts_in_other_card(const struct facts *facts, const struct fact *fact);

/* Whether a fact stands at most so many elements before or behind the headline; there must be one.
 */
bool facts_near_title(const struct facts *facts, const struct fact *fact, uint32_t before,
                      uint32_t behind);

/* Where it came from, in words for provenance. */
struct span fact_path(const struct fact *fact, struct arena *arena);

#endif
