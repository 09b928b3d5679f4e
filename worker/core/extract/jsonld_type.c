#include "core/extract/jsonld_type.h"

enum { TYPES_MAX = 8 /* of one object */ };

struct span jsonld_text(const struct json *value)
{
    return json_is(value, JSON_KIND_STRING) ? value->text : SPAN_NONE;
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

static size_t read_types(const struct json *object, struct span *ret_types)
{
    const struct json *type = json_get(object, "@type");
    size_t count = 0;
    if (json_is(type, JSON_KIND_ARRAY))
        for (type = type->first; type && count < TYPES_MAX; type = type->next)
            ret_types[count++] = local_type(jsonld_text(type));
    else
        ret_types[count++] = local_type(jsonld_text(type));
    return count;
}

bool jsonld_has_type(const struct json *object, const char *name)
{
    struct span types_of[TYPES_MAX];
    size_t count = read_types(object, types_of);
    for (size_t i = 0; i < count; i++)
        if (span_equals_nocase(types_of[i], name))
            return true;
    return false;
}

static enum jsonld_rank rank_of(struct span type)
{
    for (size_t i = 0; type.len > 0 && i < sizeof types / sizeof *types; i++)
        if ((type.data[0] | 0x20) == *types[i].type && span_equals_nocase(type, types[i].type))
            return types[i].rank;
    return JSONLD_OTHER;
}

enum jsonld_rank jsonld_rank(const struct json *object)
{
    struct span types_of[TYPES_MAX];
    enum jsonld_rank highest = JSONLD_OTHER;
    size_t count = read_types(object, types_of);
    for (size_t i = 0; i < count; i++) {
        enum jsonld_rank rank = rank_of(types_of[i]);
        highest = rank > highest ? rank : highest;
    }
    return highest;
}
