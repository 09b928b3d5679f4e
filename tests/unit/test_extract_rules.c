/* One page for each rule of the ranked tables, with nothing but the place that the rule names. */
#include "page_cases.h"

#include <stdio.h>

#include "core/extract/facts.h"

/* What each field's pages say. */
#define SAYS_CANONICAL_URL "https://www.coast.example/tide"
#define SAYS_AMP_URL       "https://www.coast.example/amp"
#define SAYS_FEED_URLS     "https://www.coast.example/feed"
#define SAYS_TITLE         "Tide Rises"
#define SAYS_AUTHORS       "Jane Roe"
#define SAYS_PUBLISHED     "2022-01-24"
#define SAYS_MODIFIED      "2022-01-25"
#define SAYS_PUBLISHER     "Coast Review"
#define SAYS_DESCRIPTION   "About tides."
#define SAYS_LANGUAGE      "nb"
#define SAYS_IMAGE_URL     "https://www.coast.example/tide.jpg"
#define SAYS_SECTION       "Sea"
#define SAYS_TAGS          "sea"
#define SAYS_TYPE          "Report"
#define SAYS_FREE_ACCESS   "true"
#define SAYS_LICENSE       "https://www.coast.example/licence"
#define SAYS_DOI           "doi:10.1000/182"

static const char *const wanted[ARTICLE_FIELD_COUNT] = {
    [ARTICLE_CANONICAL_URL] = "\"canonical_url\":\"" SAYS_CANONICAL_URL "\"",
    [ARTICLE_AMP_URL] = "\"amp_url\":\"" SAYS_AMP_URL "\"",
    [ARTICLE_FEED_URLS] = "\"feed_urls\":[\"" SAYS_FEED_URLS "\"]",
    [ARTICLE_TITLE] = "\"title\":\"" SAYS_TITLE "\"",
    [ARTICLE_AUTHORS] = "\"authors\":[{\"name\":\"" SAYS_AUTHORS "\"",
    [ARTICLE_PUBLISHED] = "\"published\":{\"instant\":null,\"date\":\"" SAYS_PUBLISHED "\"",
    [ARTICLE_MODIFIED] = "\"modified\":{\"instant\":null,\"date\":\"" SAYS_MODIFIED "\"",
    [ARTICLE_PUBLISHER] = "\"publisher\":\"" SAYS_PUBLISHER "\"",
    [ARTICLE_DESCRIPTION] = "\"description\":\"" SAYS_DESCRIPTION "\"",
    [ARTICLE_LANGUAGE] = "\"language\":\"" SAYS_LANGUAGE "\"",
    [ARTICLE_IMAGE_URL] = "\"image_url\":\"" SAYS_IMAGE_URL "\"",
    [ARTICLE_SECTION] = "\"section\":\"" SAYS_SECTION "\"",
    [ARTICLE_TAGS] = "\"tags\":[\"" SAYS_TAGS "\"]",
    [ARTICLE_TYPE] = "\"type\":\"" SAYS_TYPE "\"",
    [ARTICLE_FREE_ACCESS] = "\"free_access\":true",
    [ARTICLE_LICENSE] = "\"license\":\"" SAYS_LICENSE "\"",
    [ARTICLE_DOI] = "\"doi\":\"10.1000/182\"",
};

struct rule_case {
    enum article_field field;
    enum origin origin;
    const char *name, *path, *html, *url;
};

#define NAMED(name, content) "<meta name='" name "' content='" content "'>"
#define HTML(field, origin, name, path, html)                                                      \
    {                                                                                              \
        ARTICLE_##field, ORIGIN_##origin, name, path, html, URL                                    \
    }
#define META(field, name) HTML(field, META, name, "meta[" name "]", NAMED(name, SAYS_##field))
#define PROP(field, name)                                                                          \
    HTML(field, ITEMPROP, name, "itemprop=" name, "<p itemprop='" name "'>" SAYS_##field "</p>")
#define RDFA(field, name)                                                                          \
    HTML(field, RDFA, name, "rdfa[" name "]", "<p property='schema:" name "'>" SAYS_##field "</p>")
#define LINK(field, name)                                                                          \
    HTML(field, LINK, name, "link[rel=" name "]",                                                  \
         "<link rel='" name "' type='application/rss+xml' href='" SAYS_##field "'>")
#define JSON(field, name)                                                                          \
    HTML(field, JSONLD, name, "jsonld /0/" name,                                                   \
         LD "{\"@type\":\"Article\",\"" name "\":\"" SAYS_##field "\"}" LD_END)
#define NODE(field, type, name)                                                                    \
    HTML(field, JSONLD_PAGE, type "." name, "jsonld /0/" name,                                     \
         LD "{\"@type\":\"" type "\",\"" name "\":\"" SAYS_##field "\"}" LD_END)

/* clang-format off */
static const struct rule_case cases[] = {
    LINK(CANONICAL_URL, "canonical"),
    META(CANONICAL_URL, "og:url"),
    JSON(CANONICAL_URL, "url"),
    JSON(CANONICAL_URL, "mainEntityOfPage"),
    META(CANONICAL_URL, "parsely-link"),
    META(CANONICAL_URL, "citation_public_url"),
    META(CANONICAL_URL, "citation_fulltext_html_url"),
    META(CANONICAL_URL, "twitter:url"),
    HTML(CANONICAL_URL, LINK, "canonical-in-body", "link[rel=canonical-in-body]",
         "<body><link rel='canonical' href='" SAYS_CANONICAL_URL "'>"),

    LINK(AMP_URL, "amphtml"),

    LINK(FEED_URLS, "alternate"),

    META(TITLE, "citation_title"),
    JSON(TITLE, "headline"),
    META(TITLE, "og:title"),
    HTML(TITLE, ELEMENT, "h1", "h1", "<h1>Tide Rises</h1>"),
    PROP(TITLE, "headline"),
    RDFA(TITLE, "headline"),
    META(TITLE, "twitter:title"),
    META(TITLE, "parsely-title"),
    META(TITLE, "sailthru.title"),
    JSON(TITLE, "name"),
    META(TITLE, "dc.title"),
    META(TITLE, "dcterms.title"),
    META(TITLE, "dc:title"),
    META(TITLE, "dcterms:title"),
    META(TITLE, "headline"),
    META(TITLE, "article:title"),
    META(TITLE, "title"),
    NODE(TITLE, "WebPage", "name"),
    HTML(TITLE, ELEMENT, "title", "title", "<title>Tide Rises</title>"),
    HTML(TITLE, ELEMENT, "h2", "h2", "<h2>Tide Rises</h2>"),
    HTML(TITLE, ELEMENT, "h3", "h3", "<h3>Tide Rises</h3>"),

    META(AUTHORS, "citation_author"),
    META(AUTHORS, "citation_authors"),
    JSON(AUTHORS, "author"),
    JSON(AUTHORS, "creator"),
    NODE(AUTHORS, "WebPage", "author"),
    META(AUTHORS, "parsely-author"),
    META(AUTHORS, "sailthru.author"),
    META(AUTHORS, "author"),
    META(AUTHORS, "dc.creator"),
    META(AUTHORS, "dcterms.creator"),
    META(AUTHORS, "dc:creator"),
    META(AUTHORS, "dcterms:creator"),
    META(AUTHORS, "article:author_name"),
    META(AUTHORS, "article:author:name"),
    META(AUTHORS, "og:article:author"),
    META(AUTHORS, "byl"),
    META(AUTHORS, "cxenseparse:author"),
    META(AUTHORS, "shareaholic:article_author_name"),
    META(AUTHORS, "vr:author"),
    META(AUTHORS, "bt:author"),
    META(AUTHORS, "articleauthor"),
    META(AUTHORS, "authors"),
    META(AUTHORS, "article:author"),
    META(AUTHORS, "book:author"),
    META(AUTHORS, "og:author"),
    HTML(AUTHORS, META, "twitter:data1", "meta[twitter:data1]", NAMED("twitter:label1",
         "By") NAMED("twitter:data1", "Jane Roe")),
    HTML(AUTHORS, META, "twitter:data2", "meta[twitter:data2]", NAMED("twitter:label2",
         "By") NAMED("twitter:data2", "Jane Roe")),
    PROP(AUTHORS, "author"),
    RDFA(AUTHORS, "author"),
    HTML(AUTHORS, LINK, "author", "link[rel=author]", "<a rel='author'>Jane Roe</a>"),
    HTML(AUTHORS, LINK, "author-page", "link[rel=author-page]",
         "<a href='/author/jane/'>Jane Roe</a>"),
    HTML(AUTHORS, CLASS, "author", "class author", "<p class='author'>Jane Roe</p>"),
    HTML(AUTHORS, TEXT, "by", "text by", "<p>By Jane Roe</p>"),
    HTML(AUTHORS, TEXT, "beside-date", "text beside-date", "<p>Jane Roe | 24 January 2022</p>"),

    JSON(PUBLISHED, "datePublished"),
    META(PUBLISHED, "article:published_time"),
    META(PUBLISHED, "og:article:published_time"),
    META(PUBLISHED, "og:published_time"),
    META(PUBLISHED, "citation_publication_date"),
    META(PUBLISHED, "citation_online_date"),
    META(PUBLISHED, "citation_date"),
    META(PUBLISHED, "parsely-pub-date"),
    META(PUBLISHED, "sailthru.date"),
    META(PUBLISHED, "datepublished"),
    PROP(PUBLISHED, "datePublished"),
    RDFA(PUBLISHED, "datePublished"),
    META(PUBLISHED, "dc.date.issued"),
    META(PUBLISHED, "dcterms.issued"),
    META(PUBLISHED, "dc.date.created"),
    META(PUBLISHED, "dcterms.created"),
    META(PUBLISHED, "dc.date"),
    META(PUBLISHED, "dcterms.date"),
    META(PUBLISHED, "dc:date"),
    META(PUBLISHED, "dc:created"),
    META(PUBLISHED, "dcterms:created"),
    META(PUBLISHED, "pubdate"),
    META(PUBLISHED, "publishdate"),
    META(PUBLISHED, "publish-date"),
    META(PUBLISHED, "publish_date"),
    META(PUBLISHED, "publication_date"),
    META(PUBLISHED, "published_date"),
    META(PUBLISHED, "published-date"),
    META(PUBLISHED, "publicationdate"),
    META(PUBLISHED, "date_published"),
    META(PUBLISHED, "cxenseparse:recs:publishtime"),
    META(PUBLISHED, "cxenseparse:publishtime"),
    META(PUBLISHED, "prism.publicationdate"),
    META(PUBLISHED, "pub_date"),
    META(PUBLISHED, "article.published"),
    META(PUBLISHED, "article:published"),
    META(PUBLISHED, "published_time"),
    META(PUBLISHED, "bt:pubdate"),
    META(PUBLISHED, "ptime"),
    META(PUBLISHED, "dateposted"),
    NODE(PUBLISHED, "WebPage", "datePublished"),
    JSON(PUBLISHED, "dateCreated"),
    JSON(PUBLISHED, "uploadDate"),
    JSON(PUBLISHED, "datePosted"),
    PROP(PUBLISHED, "dateCreated"),
    RDFA(PUBLISHED, "dateCreated"),
    META(PUBLISHED, "date"),
    HTML(PUBLISHED, META, "*published*date*", "meta[*published*date*]", NAMED("w-published-date",
         "2022-01-24")),
    HTML(PUBLISHED, ELEMENT, "title-date", "title-date", "<title>Tide Rises | 2022-01-24</title>"),
    {ARTICLE_PUBLISHED, ORIGIN_URL, "date", "url date", "",
     "https://www.coast.example/2022/01/24/tide"},
    HTML(PUBLISHED, ELEMENT, "time", "time", "<time datetime='2022-01-24'>Monday</time>"),
    HTML(PUBLISHED, CLASS, "date", "class date", "<p class='date'>2022-01-24</p>"),
    HTML(PUBLISHED, TEXT, "date", "text date", "<p>2022-01-24</p>"),

    JSON(MODIFIED, "dateModified"),
    META(MODIFIED, "article:modified_time"),
    META(MODIFIED, "og:updated_time"),
    META(MODIFIED, "dcterms.modified"),
    META(MODIFIED, "dc.date.modified"),
    META(MODIFIED, "dcterms:modified"),
    META(MODIFIED, "datemodified"),
    META(MODIFIED, "last-modified"),
    META(MODIFIED, "lastmod"),
    PROP(MODIFIED, "dateModified"),
    RDFA(MODIFIED, "dateModified"),
    NODE(MODIFIED, "WebPage", "dateModified"),

    JSON(PUBLISHER, "publisher"),
    META(PUBLISHER, "og:site_name"),
    META(PUBLISHER, "citation_journal_title"),
    META(PUBLISHER, "citation_publisher"),
    META(PUBLISHER, "dc.publisher"),
    META(PUBLISHER, "dcterms.publisher"),
    META(PUBLISHER, "dc:publisher"),
    PROP(PUBLISHER, "publisher"),
    RDFA(PUBLISHER, "publisher"),
    NODE(PUBLISHER, "WebSite", "name"),
    NODE(PUBLISHER, "Organization", "name"),
    META(PUBLISHER, "application-name"),
    META(PUBLISHER, "publisher"),
    META(PUBLISHER, "article:publisher_name"),

    META(DESCRIPTION, "og:description"),
    META(DESCRIPTION, "description"),
    JSON(DESCRIPTION, "description"),
    META(DESCRIPTION, "twitter:description"),
    META(DESCRIPTION, "sailthru.description"),
    META(DESCRIPTION, "dc.description"),
    META(DESCRIPTION, "dcterms.description"),
    META(DESCRIPTION, "dcterms.abstract"),
    META(DESCRIPTION, "dc:description"),
    META(DESCRIPTION, "citation_abstract"),
    PROP(DESCRIPTION, "description"),
    RDFA(DESCRIPTION, "description"),

    JSON(LANGUAGE, "inLanguage"),
    HTML(LANGUAGE, ELEMENT, "html", "html", "<html lang='nb'>"),
    NODE(LANGUAGE, "WebPage", "inLanguage"),
    META(LANGUAGE, "citation_language"),
    META(LANGUAGE, "dc.language"),
    META(LANGUAGE, "dcterms.language"),
    META(LANGUAGE, "dc:language"),
    PROP(LANGUAGE, "inLanguage"),
    RDFA(LANGUAGE, "inLanguage"),
    META(LANGUAGE, "og:locale"),
    META(LANGUAGE, "content-language"),
    META(LANGUAGE, "language"),

    META(IMAGE_URL, "og:image"),
    META(IMAGE_URL, "og:image:url"),
    META(IMAGE_URL, "og:image:secure_url"),
    JSON(IMAGE_URL, "image"),
    JSON(IMAGE_URL, "thumbnailUrl"),
    META(IMAGE_URL, "twitter:image"),
    META(IMAGE_URL, "twitter:image:src"),
    META(IMAGE_URL, "parsely-image-url"),
    META(IMAGE_URL, "sailthru.image.full"),
    PROP(IMAGE_URL, "image"),
    RDFA(IMAGE_URL, "image"),
    LINK(IMAGE_URL, "image_src"),
    META(IMAGE_URL, "image"),
    META(IMAGE_URL, "thumbnail"),

    META(SECTION, "article:section"),
    JSON(SECTION, "articleSection"),
    META(SECTION, "parsely-section"),
    META(SECTION, "section"),
    META(SECTION, "og:section"),
    PROP(SECTION, "articleSection"),
    RDFA(SECTION, "articleSection"),

    META(TAGS, "article:tag"),
    META(TAGS, "og:article:tag"),
    JSON(TAGS, "keywords"),
    META(TAGS, "parsely-tags"),
    META(TAGS, "sailthru.tags"),
    META(TAGS, "news_keywords"),
    META(TAGS, "citation_keywords"),
    META(TAGS, "keywords"),
    META(TAGS, "dc.subject"),
    META(TAGS, "dcterms.subject"),
    META(TAGS, "dc:subject"),
    PROP(TAGS, "keywords"),
    RDFA(TAGS, "keywords"),
    HTML(TAGS, LINK, "tag", "link[rel=tag]", "<a rel='tag'>sea</a>"),

    HTML(TYPE, ITEMPROP, "itemtype", "itemtype",
         "<div itemscope itemtype='https://schema.org/Report'></div>"),
    HTML(TYPE, RDFA, "typeof", "rdfa[typeof]", "<div typeof='schema:Report'></div>"),
    HTML(TYPE, JSONLD, "@type", "jsonld /0/@type", LD "{\"@type\":\"Report\"}" LD_END),
    META(TYPE, "og:type"),
    META(TYPE, "dc.type"),
    META(TYPE, "dcterms.type"),

    JSON(FREE_ACCESS, "isAccessibleForFree"),
    NODE(FREE_ACCESS, "WebPage", "isAccessibleForFree"),
    PROP(FREE_ACCESS, "isAccessibleForFree"),
    RDFA(FREE_ACCESS, "isAccessibleForFree"),
    META(FREE_ACCESS, "isaccessibleforfree"),
    META(FREE_ACCESS, "article:content_tier"),

    LINK(LICENSE, "license"),
    JSON(LICENSE, "license"),
    PROP(LICENSE, "license"),
    RDFA(LICENSE, "license"),
    META(LICENSE, "dcterms.license"),
    META(LICENSE, "dc.rights"),
    META(LICENSE, "dcterms.rights"),
    META(LICENSE, "dc:rights"),
    META(LICENSE, "citation_license"),

    META(DOI, "citation_doi"),
    META(DOI, "prism.doi"),
    META(DOI, "dc.identifier"),
    META(DOI, "dc.identifier.doi"),
    META(DOI, "dcterms.identifier"),
    META(DOI, "dc:identifier"),
    META(DOI, "bepress_citation_doi"),
    JSON(DOI, "identifier"),
    JSON(DOI, "sameAs"),
    JSON(DOI, "@id"),
    LINK(DOI, "cite-as"),
    LINK(DOI, "canonical"),
};
/* clang-format on */

enum { CASE_COUNT = sizeof cases / sizeof *cases };

static bool covers(const struct rule_case *c, const struct rule *rule)
{
    return c->field == rule->field && c->origin == rule->origin && span_equals(rule->name, c->name);
}

static void every_rule_gives_its_field(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASE_COUNT; i++) {
        char path[128];
        (void)snprintf(path, sizeof path, "\"%s\":{\"source\":\"page\",\"path\":\"%s\"}",
                       article_field_name(cases[i].field), cases[i].path);
        const struct page_case page[] = {
            {cases[i].name, cases[i].html, wanted[cases[i].field], NULL},
            {cases[i].name, cases[i].html, path, NULL},
        };
        page_cases_check(cases[i].url, page, 2);
    }
}

static void every_rule_has_a_case(void **state)
{
    (void)state;
    for (size_t i = 0; i < rule_count; i++) {
        size_t k = 0;
        while (k < CASE_COUNT && !covers(&cases[k], &rules[i]))
            k++;
        if (k == CASE_COUNT)
            fail_msg("no case for %s from %.*s", article_field_name(rules[i].field),
                     SPAN_ARG(rules[i].name));
    }
    assert_int_equal(CASE_COUNT, rule_count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rule_gives_its_field),
        cmocka_unit_test(every_rule_has_a_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
