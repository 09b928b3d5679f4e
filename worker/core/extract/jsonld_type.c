#include "core/extract/jsonld_type.h"

#include "core/text.h"

enum { TYPES_MAX = 8 /* of one object */ };

static bool is_of_schema_org(struct span key, size_t name_bytes)
{
    static const char *const vocabularies[] = {"schema:", "http://schema.org/",
                                               "https://schema.org/"};
    struct span prefix = span_of(key.data, key.len - name_bytes);
    for (size_t i = 0; i < sizeof vocabularies / sizeof *vocabularies; i++)
        if (span_equals(prefix, vocabularies[i]))
            return true;
    return false;
}

const struct json *jsonld_get(const struct json *object, const char *name)
{
    const struct json *value = json_get(object, name);
    size_t len = strlen(name);
    if (value || !json_is(object, JSON_KIND_OBJECT))
        return value;
    if (name[0] == '@')
        return json_get(object, name + 1);
    for (const struct json *member = object->first; member; member = member->next)
        if (member->key.len > len &&
            memcmp(member->key.data + member->key.len - len, name, len) == 0 &&
            is_of_schema_org(member->key, len))
            return member;
    return NULL;
}

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
    const struct json *type = jsonld_get(object, "@type");
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

enum jsonld_rank jsonld_rank_of_names(struct span names, struct span *ret_type)
{
    enum jsonld_rank highest = JSONLD_OTHER;
    while ((names = span_trim(names)).len > 0) {
        size_t len = 1;
        while (len < names.len && (unsigned char)names.data[len] > ' ')
            len++;
        struct span type = local_type(span_of(names.data, len));
        enum jsonld_rank rank = rank_of(type);
        if (rank > highest) {
            highest = rank;
            *ret_type = type;
        }
        names = span_of(names.data + len, names.len - len);
    }
    return highest;
}

/* Types below schema.org's Organization whose names do not end with that word, and that sign
 * articles. */
static bool is_organization(struct span type)
{
    static const char word[] = "Organization";
    static const char *const others[] = {"Corporation",    "NGO",           "CollegeOrUniversity",
                                         "Consortium",     "LocalBusiness", "Project",
                                         "WorkersUnion",   "FundingAgency", "LibrarySystem",
                                         "OnlineBusiness", "OnlineStore",   "PoliticalParty"};
    size_t len = sizeof word - 1;
    if (type.len >= len && span_equals_nocase(span_of(type.data + type.len - len, len), word))
        return true;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (span_equals_nocase(type, others[i]))
            return true;
    return false;
}

enum author_kind jsonld_author_kind(struct span type)
{
    while (type.len > 0) {
        const char *space = memchr(type.data, ' ', type.len);
        size_t len = space ? (size_t)(space - type.data) : type.len;
        struct span name = local_type(span_of(type.data, len));
        if (span_equals_nocase(name, "Person"))
            return AUTHOR_PERSON;
        if (is_organization(name))
            return AUTHOR_ORGANIZATION;
        type = text_trim(span_of(type.data + len, type.len - len));
    }
    return AUTHOR_UNKNOWN;
}

enum author_kind jsonld_author_kind_of(const struct json *object)
{
    struct span types_of[TYPES_MAX];
    enum author_kind kind = AUTHOR_UNKNOWN;
    size_t count = read_types(object, types_of);
    for (size_t i = 0; i < count && kind == AUTHOR_UNKNOWN; i++)
        kind = jsonld_author_kind(types_of[i]);
    return kind;
}
