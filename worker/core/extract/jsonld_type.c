#include "core/extract/jsonld_type.h"

enum { TYPES_MAX = 8 /* of one object */ };

struct span jsonld_text(const json_t *value)
{
    return json_is_string(value) ? span_of(json_string_value(value), json_string_length(value))
                                 : SPAN_NONE;
}

/* schema.org types that a page's article may have. */
static const struct {
    const char *type;
    enum jsonld_rank rank;
} types[] = {
    {"newsarticle", JSONLD_ARTICLE},
    {"article", JSONLD_ARTICLE},
    {"blogposting", JSONLD_ARTICLE},
    {"reportagenewsarticle", JSONLD_ARTICLE},
    {"analysisnewsarticle", JSONLD_ARTICLE},
    {"opinionnewsarticle", JSONLD_ARTICLE},
    {"backgroundnewsarticle", JSONLD_ARTICLE},
    {"reviewnewsarticle", JSONLD_ARTICLE},
    {"askpublicnewsarticle", JSONLD_ARTICLE},
    {"advertisercontentarticle", JSONLD_ARTICLE},
    {"satiricalarticle", JSONLD_ARTICLE},
    {"scholarlyarticle", JSONLD_ARTICLE},
    {"medicalscholarlyarticle", JSONLD_ARTICLE},
    {"techarticle", JSONLD_ARTICLE},
    {"liveblogposting", JSONLD_ARTICLE},
    {"socialmediaposting", JSONLD_ARTICLE},
    {"discussionforumposting", JSONLD_ARTICLE},
    {"report", JSONLD_ARTICLE},
    {"recipe", JSONLD_WORK},
    {"howto", JSONLD_WORK},
    {"creativework", JSONLD_WORK},
    {"videoobject", JSONLD_WORK},
    {"podcastepisode", JSONLD_WORK},
    {"guide", JSONLD_WORK},
    {"course", JSONLD_WORK},
    {"webpage", JSONLD_PAGE},
    {"medicalwebpage", JSONLD_PAGE},
    {"itempage", JSONLD_PAGE},
    {"aboutpage", JSONLD_PAGE},
    {"qapage", JSONLD_PAGE},
};

/* "https://schema.org/Article" and "schema:Article" mean "Article". */
static struct span local_type(struct span type)
{
    for (size_t i = type.len; i > 0; i--)
        if (type.data[i - 1] == '/' || type.data[i - 1] == ':' || type.data[i - 1] == '#')
            return span_of(type.data + i, type.len - i);
    return type;
}

bool jsonld_has_type(const json_t *object, const char *name)
{
    const json_t *type = json_object_get(object, "@type");
    if (json_is_string(type))
        return span_equals_nocase(local_type(jsonld_text(type)), name);
    size_t index;
    const json_t *item;
    json_array_foreach(type, index, item)
    {
        if (index < TYPES_MAX && span_equals_nocase(local_type(jsonld_text(item)), name))
            return true;
    }
    return false;
}

static enum jsonld_rank rank_of(const json_t *type)
{
    struct span name = local_type(jsonld_text(type));
    for (size_t i = 0; name.len > 0 && i < sizeof types / sizeof *types; i++)
        if ((name.data[0] | 0x20) == *types[i].type && span_equals_nocase(name, types[i].type))
            return types[i].rank;
    return JSONLD_OTHER;
}

enum jsonld_rank jsonld_rank(const json_t *object)
{
    const json_t *type = json_object_get(object, "@type");
    enum jsonld_rank highest = rank_of(type);
    size_t index;
    const json_t *item;
    json_array_foreach(type, index, item)
    {
        enum jsonld_rank rank = index < TYPES_MAX ? rank_of(item) : JSONLD_OTHER;
        highest = rank > highest ? rank : highest;
    }
    return highest;
}
