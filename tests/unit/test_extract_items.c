/* Microdata and RDFa: what an item says, and which words are schema.org's. */
#include "page_cases.h"

#define PERSON  "itemprop='author' itemscope itemtype='https://schema.org/Person'"
#define RPERSON "property='schema:author' typeof='schema:Person'"

static const struct page_case microdata[] = {
    {"a person", "<div " PERSON "><b itemprop='name'>Jane Roe</b></div>",
     "{\"name\":\"Jane Roe\",\"kind\":\"person\"", NULL},
    {"an organization",
     "<div itemprop='author' itemscope itemtype='http://schema.org/NewsMediaOrganization'><b "
     "itemprop='name'>Jane Roe</b></div>",
     "{\"name\":\"Jane Roe\",\"kind\":\"organization\"", NULL},
    {"a person's page",
     "<div " PERSON "><a itemprop='url' href='/jane'><b itemprop='name'>Jane Roe</b></a></div>",
     "\"url\":\"https://www.coast.example/jane\"", NULL},
    {"a link that is the person", "<a " PERSON " href='/jane'><b itemprop='name'>Jane Roe</b></a>",
     "\"url\":\"https://www.coast.example/jane\"", NULL},
    {"a person's ORCID",
     "<div " PERSON "><b itemprop='name'>Jane Roe</b><link itemprop='url' href='/jane'><link "
     "itemprop='sameAs' href='https://orcid.org/0000-0002-1825-0097'></div>",
     "\"url\":\"https://www.coast.example/jane\",\"orcid\":\"0000-0002-1825-0097\"", NULL},
    {"a profile elsewhere, and the person's page",
     "<div " PERSON "><b itemprop='name'>Jane Roe</b><link itemprop='sameAs' "
     "href='https://a.example/@jane'><link itemprop='url' href='/jane'></div>",
     "\"url\":\"https://www.coast.example/jane\"", NULL},
    {"an ORCID as identifier",
     "<div " PERSON "><b itemprop='name'>Jane Roe</b><meta itemprop='identifier' "
     "content='0000-0002-1825-0097'></div>",
     "\"orcid\":\"0000-0002-1825-0097\"", NULL},
    {"a name in parts",
     "<div " PERSON "><i itemprop='givenName'>Jane</i> <i itemprop='familyName'>Roe</i>, "
     "Harwich</div>",
     "{\"name\":\"Jane Roe\"", "Harwich"},
    {"the name of an item inside the item",
     "<div " PERSON
     "><div itemprop='worksFor' itemscope itemtype='https://schema.org/Organization'>"
     "<b itemprop='name'>Coast Review</b></div><b itemprop='name'>Jane Roe</b></div>",
     "[{\"name\":\"Jane Roe\"", "Coast Review"},
    {"two words in one attribute", "<b itemprop='creator author'>Jane Roe</b>",
     "\"name\":\"Jane Roe\"", NULL},
    {"an image's address",
     "<div itemprop='image' itemscope itemtype='https://schema.org/ImageObject'><meta "
     "itemprop='url' content='/tide.jpg'><i itemprop='name'>A tide</i></div>",
     "\"image_url\":\"https://www.coast.example/tide.jpg\"", NULL},
    {"a link to an image", "<a itemprop='image' href='/tide.jpg'>see</a>",
     "\"image_url\":\"https://www.coast.example/tide.jpg\"", NULL},
    {"a review is not the article's",
     "<div itemscope itemtype='https://schema.org/Review'><b itemprop='author'>Jane Roe</b><b "
     "itemprop='headline'>Fine</b></div>",
     "\"title\":null,\"authors\":[]", NULL},
    {"an article that reviews something",
     "<div itemscope itemtype='https://schema.org/ReviewNewsArticle'><b itemprop='author'>Jane "
     "Roe</b></div>",
     "\"name\":\"Jane Roe\"", NULL},
    {"a picture that is the image", "<img itemprop='image' src='/tide.jpg'>",
     "\"image_url\":\"https://www.coast.example/tide.jpg\"", NULL},
    {"a figure that is the image",
     "<figure itemprop='image'><img src='/tide.jpg'><figcaption>A tide</figcaption></figure>",
     "\"image_url\":\"https://www.coast.example/tide.jpg\"", NULL},
    {"a figure without a picture", "<figure itemprop='image'>A tide</figure>", "\"title\":null",
     "image_url"},
    {"an embedded object", "<object itemprop='image' data='/tide.svg'>A tide</object>",
     "\"image_url\":\"https://www.coast.example/tide.svg\"", NULL},
    {"a section in a meta element", "<meta itemprop='articleSection' content='Sea'>",
     "\"section\":\"Sea\"", NULL},
    {"a language in a meta element", "<meta itemprop='inLanguage' content='de'>",
     "\"language\":\"de\"", NULL},
    {"a licence in a meta element", "<meta itemprop='license' content='CC BY 4.0'>",
     "\"license\":\"CC BY 4.0\"", NULL},
    {"a section of a comment",
     "<div class='comments'><meta itemprop='articleSection' content='Sea'></div>", "\"title\":null",
     "\"section\""},
    {"the item's type",
     "<meta property='og:type' content='article'><body itemscope "
     "itemtype='https://schema.org/WebPage'><div itemscope "
     "itemtype='https://schema.org/NewsArticle'>x</div>",
     "\"type\":\"NewsArticle\"", NULL},
    {"a type in letters whose last byte is a blank elsewhere",
     "<div itemscope itemtype='\u00E0 \v https://schema.org/Report'></div>", "\"type\":\"Report\"",
     NULL},
    {"the type of a part",
     "<meta property='og:type' content='article'><div itemprop='video' itemscope "
     "itemtype='https://schema.org/VideoObject'>x</div>",
     "\"type\":\"article\"", NULL},
    {"the type of a teaser",
     "<div class='related'><div itemscope itemtype='https://schema.org/NewsArticle'>x</div></div>",
     "\"title\":null", "\"type\""},
};

static const struct page_case rdfa[] = {
    {"a person",
     "<div " RPERSON "><a property='schema:url' href='/jane'><b property='schema:name'>Jane "
     "Roe</b></a></div>",
     "{\"name\":\"Jane "
     "Roe\",\"kind\":\"person\",\"url\":\"https://www.coast.example/jane\"",
     NULL},
    {"provenance", "<h3 property='schema:headline'>Tide</h3>", "\"path\":\"rdfa[headline]\"",
     "meta["},
    {"a vocabulary and names alone",
     "<div vocab='https://schema.org/' typeof='Article'><h3 property='headline'>Tide</h3></div>",
     "\"path\":\"rdfa[headline]\"", NULL},
    {"names alone without a vocabulary", "<h3 property='headline'>Tide</h3>",
     "\"path\":\"rdfa[headline]\"", NULL},
    {"names of another vocabulary",
     "<div vocab='http://xmlns.com/foaf/0.1/'><b property='headline'>Tide</b></div>",
     "\"title\":null", NULL},
    {"schema.org inside another vocabulary",
     "<div vocab='http://xmlns.com/foaf/0.1/'><div vocab='http://schema.org'><h3 "
     "property='headline'>Tide</h3></div></div>",
     "\"title\":\"Tide\"", NULL},
    {"a prefix of the page's own",
     "<html prefix='og: https://ogp.me/ns# s: https://schema.org/'><h3 "
     "property='s:headline'>Tide</h3>",
     "\"title\":\"Tide\"", NULL},
    {"a prefix that nobody declared", "<b property='s:headline'>Tide</b>", "\"title\":null", NULL},
    {"a whole address", "<h3 property='https://schema.org/headline'>Tide</h3>",
     "\"title\":\"Tide\"", NULL},
    {"a meta element", "<meta property='schema:headline' content='Tide'>",
     "\"path\":\"rdfa[headline]\"", NULL},
    {"a meta element inside a person",
     "<div " RPERSON "><meta property='schema:name' content='Jane Roe'></div>",
     "\"name\":\"Jane Roe\"", NULL},
    {"Dublin Core, two terms at once",
     "<span property='dc:date dc:created' content='2022-01-24'></span>",
     "\"path\":\"rdfa[dc:date]\"", NULL},
    {"a comment's type",
     "<div typeof='schema:Comment'><b property='schema:author'>Jane Roe</b></div>",
     "\"authors\":[]", NULL},
    {"a prefix as RDFa 1.0 declares it",
     "<html xmlns:s='http://schema.org/'><h3 property='s:headline'>Tide</h3>",
     "\"path\":\"rdfa[headline]\"", NULL},
    {"Dublin Core by another prefix",
     "<html xmlns:dct='http://purl.org/dc/terms/'><meta property='dct:title' content='Tide'>",
     "\"title\":\"Tide\"", NULL},
    {"Dublin Core by its own prefix", "<meta property='dcterms:issued' content='2022-01-24'>",
     "\"date\":\"2022-01-24\"", NULL},
    {"Dublin Core by another prefix, on an element",
     "<html prefix='d: http://purl.org/dc/terms/'><p property='d:issued' "
     "content='2022-01-24'>x</p>",
     "\"date\":\"2022-01-24\"", NULL},
};

TABLE_TEST(what_microdata_says, microdata)
TABLE_TEST(what_rdfa_says, rdfa)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_microdata_says),
        cmocka_unit_test(what_rdfa_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
