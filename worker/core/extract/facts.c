#include "core/extract/facts.h"

#include "core/text.h"

bool facts_init(struct facts *facts, struct arena *arena)
{
    *facts = (struct facts){.arena = arena, .title_position = UINT32_MAX};
    facts->items = arena_alloc(arena, FACTS_MAX * sizeof *facts->items);
    return facts->items != NULL;
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

struct fact *facts_add(struct facts *facts, enum origin origin, struct span name, struct span value,
                       uint32_t flags, uint32_t position)
{
    struct fact *first = NULL;
    value = text_trim(cut(value));
    if (value.len == 0 || name.len == 0)
        return NULL;
    for (size_t i = 0; i < rule_count; i++) {
        if (rules[i].origin != origin || !same_name(rules[i].name, name))
            continue;
        if (facts->count == FACTS_MAX)
            break;
        struct fact *fact = &facts->items[facts->count++];
        *fact = (struct fact){.rule = i, .value = value, .flags = flags, .position = position};
        first = first ? first : fact;
    }
    return first;
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

const struct fact *facts_next(const struct facts *facts, enum article_field field,
                              const struct fact *after)
{
    const struct fact *next = NULL;
    for (size_t i = 0; i < facts->count; i++) {
        const struct fact *fact = &facts->items[i];
        if (rules[fact->rule].field != field)
            continue;
        bool behind =
            !after || fact->rule > after->rule || (fact->rule == after->rule && fact > after);
        if (behind && (!next || fact->rule < next->rule))
            next = fact;
    }
    return next;
}

uint32_t facts_flags_apart(const struct facts *facts, const struct fact *fact)
{
    const uint32_t elsewhere = FACT_IN_ASIDE | FACT_IN_RELATED | FACT_IN_COMMENT;
    return fact->flags & ~(facts->title_flags & elsewhere);
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
        [ORIGIN_URL] = {"url ", ""},
    };
    if (fact->path.len > 0)
        return arena_copy(arena, fact->path);
    const struct rule *rule = &rules[fact->rule];
    return arena_format(arena, "%s%.*s%s", frames[rule->origin].before, SPAN_ARG(rule->name),
                        frames[rule->origin].after);
}
