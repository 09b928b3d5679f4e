#include "core/extract/facts.h"

#include <assert.h>

#include "core/text.h"

static size_t bucket_of(enum origin origin, struct span name)
{
    size_t first = (unsigned char)name.data[0] | 0x20;
    size_t last = (unsigned char)name.data[name.len - 1] | 0x20;
    return ((size_t)origin * 29 + first * 3 + last * 7 + name.len * 13) % RULE_BUCKETS;
}

static bool grow(struct facts *facts, size_t capacity)
{
    struct fact *items = arena_alloc(facts->arena, capacity * sizeof *items);
    if (!items)
        return false;
    if (facts->count > 0)
        memcpy(items, facts->items, facts->count * sizeof *items);
    facts->items = items;
    facts->capacity = capacity;
    return true;
}

bool facts_init(struct facts *facts, struct arena *arena)
{
    assert(rule_count <= RULES_MAX);
    *facts = (struct facts){.arena = arena, .title_position = UINT32_MAX};
    for (size_t i = rule_count; i > 0; i--) { /* backwards: the lists are in rank order */
        size_t bucket = bucket_of(rules[i - 1].origin, rules[i - 1].name);
        facts->next_rule[i - 1] = facts->bucket[bucket];
        facts->bucket[bucket] = (uint8_t)i;
    }
    return grow(facts, FACTS_AT_FIRST);
}

size_t rule_find(enum article_field field, enum origin origin, const char *name)
{
    size_t i = 0;
    while (i < rule_count && !(rules[i].field == field && rules[i].origin == origin &&
                               span_equals(rules[i].name, name)))
        i++;
    return i;
}

static bool same_name(struct span a, struct span b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++) {
        char c = a.data[i];
        char d = b.data[i];
        if (c != d && (c | 0x20) != (d | 0x20))
            return false;
    }
    return true;
}

/* At most FACT_VALUE_MAX_BYTES, ending at a character. */
static struct span cut(struct span value)
{
    if (value.len <= FACT_VALUE_MAX_BYTES)
        return value;
    size_t len = FACT_VALUE_MAX_BYTES;
    while (len > 0 && ((unsigned char)value.data[len] & 0xC0) == 0x80)
        len--;
    return span_of(value.data, len);
}

/* What a template prints for a value that it does not have. */
static bool is_nothing(struct span value)
{
    static const char *const words[] = {"null", "undefined", "None", "NaN"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (span_equals(value, words[i]))
            return true;
    /* ECMAScript, Object.prototype.toString */
    return memchr(value.data, '[', value.len) &&
           text_find_folded(value, "[object object]") < value.len;
}

static struct fact *add(struct facts *facts, size_t rule)
{
    struct fact *fact = &facts->items[facts->count++];
    *fact = (struct fact){.rule = (uint16_t)rule, .card = facts->card};
    uint16_t *link =
        facts->last[rule] ? &facts->items[facts->last[rule] - 1].next : &facts->first[rule];
    *link = facts->last[rule] = (uint16_t)facts->count;
    facts->counts[rule]++;
    return fact;
}

struct fact *facts_add(struct facts *facts, enum origin origin, struct span name, struct span value,
                       uint32_t flags, uint32_t position)
{
    size_t first = 0; /* index + 1 */
    value = text_trim(cut(value));
    if (value.len == 0 || name.len == 0)
        return NULL;
    for (size_t i = facts->bucket[bucket_of(origin, name)]; i > 0; i = facts->next_rule[i - 1]) {
        if (rules[i - 1].origin != origin || !same_name(rules[i - 1].name, name))
            continue;
        if (first == 0 && is_nothing(value))
            break;
        if (facts->counts[i - 1] == FACTS_MAX_OF_RULE)
            continue;
        if (facts->count == facts->capacity && !grow(facts, facts->capacity * 2))
            break;
        struct fact *fact = add(facts, i - 1);
        fact->value = value;
        fact->flags = flags;
        fact->position = position;
        first = first ? first : facts->count;
    }
    return first ? &facts->items[first - 1] : NULL;
}

bool facts_want(const struct facts *facts, enum origin origin, struct span name)
{
    size_t i = name.len > 0 ? facts->bucket[bucket_of(origin, name)] : 0;
    for (; i > 0; i = facts->next_rule[i - 1])
        if (rules[i - 1].origin == origin && same_name(rules[i - 1].name, name) &&
            facts->counts[i - 1] < FACTS_MAX_OF_RULE)
            return true;
    return false;
}

static bool own(struct arena *arena, struct span *span)
{
    if (!span->data)
        return true;
    *span = arena_copy(arena, *span);
    return span->data != NULL;
}

bool facts_own(struct facts *facts, size_t first)
{
    bool ok = true;
    for (size_t i = first; ok && i < facts->count; i++)
        ok = own(facts->arena, &facts->items[i].value) && own(facts->arena, &facts->items[i].url) &&
             own(facts->arena, &facts->items[i].orcid);
    return ok;
}

const struct fact *facts_of_rule(const struct facts *facts, size_t rule)
{
    return facts->first[rule] ? &facts->items[facts->first[rule] - 1] : NULL;
}

const struct fact *facts_same_rule(const struct facts *facts, const struct fact *after)
{
    return after->next ? &facts->items[after->next - 1] : NULL;
}

const struct fact *facts_next(const struct facts *facts, enum article_field field,
                              const struct fact *after)
{
    size_t rule = 0;
    if (after && after->next)
        return facts_same_rule(facts, after);
    while (!after && rule < rule_count && rules[rule].field != field)
        rule++;
    rule = after ? after->rule + 1u : rule;
    for (; rule < rule_count && rules[rule].field == field; rule++)
        if (facts->first[rule])
            return facts_of_rule(facts, rule);
    return NULL;
}

uint32_t facts_flags_apart(const struct facts *facts, const struct fact *fact)
{
    const uint32_t elsewhere = FACT_IN_ASIDE | FACT_IN_RELATED | FACT_IN_COMMENT;
    return fact->flags & ~(facts->title_flags & elsewhere);
}

uint16_t facts_add_card(struct facts *facts, uint16_t outer, bool links)
{
    if (facts->card_count == CARDS_MAX)
        return outer;
    facts->cards[++facts->card_count] = (struct card){outer, links};
    return facts->card_count;
}

static bool is_around_title(const struct facts *facts, uint16_t card)
{
    uint16_t at = facts->title_card;
    while (at != card && at != 0)
        at = facts->cards[at].outer;
    return at == card;
}

bool facts_in_other_card(const struct facts *facts, const struct fact *fact)
{
    if (facts->title_position == UINT32_MAX)
        return false;
    for (uint16_t card = fact->card; !is_around_title(facts, card); card = facts->cards[card].outer)
        if (facts->title_card != 0 || facts->cards[card].links)
            return true;
    return false;
}

bool facts_near_title(const struct facts *facts, const struct fact *fact, uint32_t before,
                      uint32_t behind)
{
    uint32_t title = facts->title_position;
    return fact->position >= title ? fact->position - title <= behind
                                   : title - fact->position <= before;
}

struct span fact_path(const struct fact *fact, struct arena *arena)
{
    static const struct {
        const char *before, *after;
    } frames[ORIGIN_COUNT] = {
        [ORIGIN_JSONLD] = {"jsonld ", ""},  [ORIGIN_JSONLD_PAGE] = {"jsonld ", ""},
        [ORIGIN_META] = {"meta[", "]"},     [ORIGIN_ITEMPROP] = {"itemprop=", ""},
        [ORIGIN_LINK] = {"link[rel=", "]"}, [ORIGIN_ELEMENT] = {"", ""},
        [ORIGIN_CLASS] = {"class ", ""},    [ORIGIN_TEXT] = {"text ", ""},
        [ORIGIN_URL] = {"url ", ""},        [ORIGIN_RDFA] = {"rdfa[", "]"},
    };
    if (fact->path.len > 0)
        return arena_copy(arena, fact->path);
    const struct rule *rule = &rules[fact->rule];
    return arena_format(arena, "%s%.*s%s", frames[rule->origin].before, SPAN_ARG(rule->name),
                        frames[rule->origin].after);
}
