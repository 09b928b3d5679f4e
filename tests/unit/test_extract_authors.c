#include "page_cases.h"

#define LONG_TEXT                                                                                  \
    SENTENCE SENTENCE SENTENCE SENTENCE SENTENCE SENTENCE SENTENCE SENTENCE SENTENCE SENTENCE
#define SENTENCE "The tide rises along the coast, and nobody knows why. "

static const struct page_case authors[] = {
    {"JSON-LD person",
     LD "{\"@type\":\"Article\",\"author\":{\"@type\":\"Person\",\"name\":\"Jane "
        "Roe\",\"url\":\"/jane\","
        "\"sameAs\":\"https://orcid.org/0000-0002-1825-0097\"}}" LD_END,
     "{\"name\":\"Jane "
     "Roe\",\"kind\":\"person\",\"url\":\"https://www.coast.example/jane\",\"orcid\":"
     "\"0000-0002-1825-0097\"}",
     NULL},
    {"JSON-LD list",
     LD "{\"@type\":\"Article\",\"author\":[{\"name\":\"Jane Roe\"},{\"name\":\"John "
        "Doe\"}]}" LD_END,
     "\"John Doe\"", NULL},
    {"JSON-LD text", LD "{\"@type\":\"Article\",\"author\":\"Jane Roe\"}" LD_END, "\"Jane Roe\"",
     NULL},
    {"JSON-LD reference by @id",
     LD "{\"@graph\":[{\"@type\":\"Article\",\"author\":{\"@id\":\"#j\"}},{\"@type\":\"Person\",\"@"
        "id\":"
        "\"#j\",\"name\":\"Jane Roe\"}]}" LD_END,
     "\"Jane Roe\"", NULL},
    {"reference across blocks",
     LD "{\"@type\":\"Article\",\"author\":{\"@id\":\"#j\"}}" LD_END LD
        "{\"@type\":\"Person\",\"@id\":\"#j\",\"name\":\"Jane Roe\"}" LD_END,
     "\"Jane Roe\"", NULL},
    {"Highwire, last name first",
     "<meta name='citation_author' content='Roe, Jane'><meta name='citation_author' content='Doe, "
     "John'>",
     "\"Jane Roe\"", "\"Roe\""},
    {"Highwire, each with an ORCID",
     "<meta name='citation_author_orcid' content='0000-0002-1694-233X'><meta "
     "name='citation_author' "
     "content='Roe, Jane'><meta name='citation_author' content='Doe, John'><meta "
     "name='citation_author_institution' content='Coast'><meta name='citation_author_orcid' "
     "content='https://orcid.org/0000-0002-1825-0097'>",
     "{\"name\":\"Jane Roe\",\"kind\":\"unknown\",\"url\":null,\"orcid\":null},{\"name\":\"John "
     "Doe\",\"kind\":\"unknown\",\"url\":null,\"orcid\":\"0000-0002-1825-0097\"}",
     NULL},
    {"meta author", "<meta name='author' content='Jane Roe'>", "\"Jane Roe\"", NULL},
    {"Parse.ly", "<meta name='parsely-author' content='Jane Roe'>", "\"Jane Roe\"", NULL},
    {"rel=author", "<a rel='author' href='/jane'>Jane Roe</a>",
     "\"url\":\"https://www.coast.example/jane\"", NULL},
    {"author archive", "<a href='/author/jane-roe/'>Jane Roe</a>", "\"Jane Roe\"", NULL},
    {"microdata",
     "<span itemprop='author' itemscope itemtype='https://schema.org/Person'><b "
     "itemprop='name'>Jane Roe</b> writes</span>",
     "\"name\":\"Jane Roe\"", "writes"},
    {"byline class", "<h1>Tide</h1><div class='post-byline'>By Jane Roe | 5 min read</div>",
     "\"name\":\"Jane Roe\"", "min"},
    {"visible byline", "<h1>Tide</h1><p>By <a href='/j'>Jane Roe</a></p>", "\"Jane Roe\"", NULL},
    {"a sentence is no byline", "<h1>Tide</h1><p>By signing up, you agree.</p>", "\"authors\":[]",
     NULL},
    {"the site is no author while a person is named",
     "<meta property='og:site_name' content='Coast'><meta name='author' "
     "content='Coast'><h1>Tide</h1><p "
     "class='author'>Jane Roe</p>",
     "\"Jane Roe\"", "\"name\":\"Coast\""},
    {"the site is better than nobody",
     "<meta property='og:site_name' content='Coast'><meta name='author' content='Coast'>",
     "\"name\":\"Coast\",\"kind\":\"organization\"", NULL},
    {"readers' comments name no author",
     "<h1>Tide</h1><div class='comments'><span class='author'>Jane Roe</span></div>",
     "\"authors\":[]", NULL},
    {"an address is no name", "<meta property='article:author' content='https://a.example/jane'>",
     "\"authors\":[]", NULL},
    {"names with commas between",
     "<meta name='citation_authors' content='Jane Roe, Max Mustermann'>", "[{\"name\":\"Jane Roe\"",
     "Mustermann Jane"},
    {"names with commas between, the second",
     "<meta name='citation_authors' content='Jane Roe, Max Mustermann'>",
     "{\"name\":\"Max Mustermann\"", NULL},
    {"last names first", "<meta name='citation_authors' content='Roe, Jane; Mustermann, Max'>",
     "{\"name\":\"Max Mustermann\"", "Roe, Jane"},
    {"last names first, of Dublin Core",
     "<meta name='DC.creator' content='Roe, Jane; Mustermann, Max'>", "[{\"name\":\"Jane Roe\"",
     "\"Roe\""},
};

static const struct page_case traps[] = {
    {"an X card's reading time",
     "<meta name='twitter:label1' content='Est. reading time'><meta name='twitter:data1' "
     "content='Seven minutes'><meta name='twitter:label2' content='Written by'><meta "
     "name='twitter:data2' content='Jane Roe'>",
     "[{\"name\":\"Jane Roe\"", "minutes"},
    {"an X card's label in other words",
     "<meta name='twitter:label1' content='Interview by'><meta name='twitter:data1' content='Jane "
     "Roe'>",
     "\"Jane Roe\"", NULL},
    {"By and the name without a space", "<h1>Tide</h1><p><b>By</b><i>Jane Roe</i></p>",
     "\"name\":\"Jane Roe\"", NULL},
    {"a label over the name", "<h1>Tide</h1><div><h3>Author</h3><p>Jane Roe</p></div>",
     "\"Jane Roe\"", NULL},
    {"a label over several names",
     "<h1>Tide</h1><div><h6>Author(s)</h6><ul><li>Jane Roe</li><li>John Doe</li></ul></div>",
     "\"John Doe\"", NULL},
    {"a label far from the headline's line: what stands before it",
     "<h1>Tide</h1><div><p>Last Updated</p><p>Written by</p><p>Jane Roe</p></div>",
     "[{\"name\":\"Jane Roe\"", "Last"},
    {"by in a sentence", "<h1>Tide</h1><p>It comes from <a>a book</a> by <b>John Doe</b>.</p>",
     "\"authors\":[]", NULL},
    {"a reviewer is no author",
     "<h1>Tide</h1><p>Written by <a href='/author/jane/'>Jane Roe</a></p><p>Reviewed by <a "
     "href='/author/john/'>John Doe</a></p>",
     "\"Jane Roe\"", "John Doe"},
    {"a reviewer whose label is a link",
     "<h1>Tide</h1><p><a href='/process'>Medically reviewed</a> by <a rel='author'>John Doe</a></p>"
     "<p>By <a rel='author'>Jane Roe</a></p>",
     "\"Jane Roe\"", "John Doe"},
    {"an account of the CMS, while a person is named",
     "<meta name='author' content='jroe'><h1>Tide</h1><p>By <a>Jane Roe</a></p>", "\"Jane Roe\"",
     "jroe"},
    {"a variable of the template, while a person is named",
     "<meta name='author' content='page.author'><h1>Tide</h1><p class='author'>Jane Roe</p>",
     "\"Jane Roe\"", "page.author"},
    {"an account is better than nobody", "<meta name='author' content='jroe'>", "\"jroe\"", NULL},
    {"a class for the name alone", "<h1>Tide</h1><p class='creator-name'>Newsdesk</p>",
     "\"Newsdesk\"", NULL},
    {"a class for the byline needs more", "<h1>Tide</h1><p class='author'>Newsdesk</p>",
     "\"authors\":[]", NULL},
    {"a name in the line of the date", "<h1>Tide</h1><p>Jane Roe | Writer | 24 January 2022</p>",
     "\"Jane Roe\"", NULL},
    {"a line without a date names nobody", "<h1>Tide</h1><p>Free Coffee | From 100 Euros</p>",
     "\"authors\":[]", NULL},
    {"a menu over the article", "<h1>Tide</h1><p>By Topic</p>", "\"authors\":[]", NULL},
    {"names in spans of one class",
     "<h1>Tide</h1><div class='byline'><span class='x'>Jane Roe</span> <span class='x'>John "
     "Doe</span></div>",
     "{\"name\":\"John Doe\"", "Jane Roe John"},
    {"first and last name in spans",
     "<h1>Tide</h1><div class='byline'><span class='x'>Jane</span> <span "
     "class='x'>Roe</span></div>",
     "\"Jane Roe\"", NULL},
    {"by a name on a day", "<h1>Tide</h1><p>by <b>COAST ONE</b> on <b>Jan 24, 2022</b></p>",
     "\"name\":\"COAST ONE\"", NULL},
    {"a menu's entry", "<h1>Tide</h1><nav><a>By Topic</a></nav>", "\"authors\":[]", NULL},
    {"a team signs", "<h1>Tide</h1><p class='author'>By <a>the Coast editors</a></p>",
     "\"authors\":[]", NULL},
    {"a team with a capital signs",
     "<h1>Tide</h1><p class='author'>By <a>The Coast editors</a></p>", "\"The Coast editors\"",
     NULL},
    {"an account's own page", "<h1>Tide</h1><a href='/author/jroe/'>crazy coasters</a>",
     "\"crazy coasters\"", NULL},
    {"a name that starts with a digit", "<h1>Tide</h1><p>By 3c Coast</p>", "\"3c Coast\"", NULL},
    {"what an author is", "<h1>Tide</h1><p class='author-description'>Licensed Harbour Master</p>",
     "\"authors\":[]", NULL},
    {"on behalf of others", "<h1>Tide</h1><p>By Jane Roe on behalf of the Coast Group</p>",
     "\"name\":\"Jane Roe\"", "behalf"},
    {"an account that readers see nowhere, and a byline beside the headline",
     "<meta name='author' content='Ann Clerk'><h1>Tide</h1><p>By Jane Roe</p>",
     "[{\"name\":\"Jane Roe\"", "Clerk"},
    {"a heading with By that names nobody",
     LD "{\"@type\":\"Article\",\"author\":{\"name\":\"Jane Roe\"}}" LD_END
        "<h1>Tide</h1><h2>By Sea And Land</h2>",
     "[{\"name\":\"Jane Roe\"", "Sea"},
    {"a line with By and single words",
     "<meta name='author' content='Jane Roe'><h1>Tide</h1><p>By Sea And Land</p>",
     "[{\"name\":\"Jane Roe\"", "Sea"},
    {"a heading with By, and nobody else", "<h1>Tide</h1><h2>By Sea And Land</h2>",
     "\"authors\":[]", NULL},
    {"a byline that is a heading, and nobody else", "<h1>Tide</h1><h3>By Jane Roe</h3>",
     "[{\"name\":\"Jane Roe\"", NULL},
    {"an author whom readers see, and somebody else's line",
     "<meta name='author' content='Jane Roe'><h1>Tide</h1><p>By John Doe</p><a "
     "href='/author/jane'>JANE ROE</a>",
     "[{\"name\":\"Jane Roe\"", "Doe"},
    {"a preposition before a link", "<h1>Tide</h1><p>Von <a>Jana Beispiel</a></p>",
     "\"name\":\"Jana Beispiel\"", NULL},
    {"a preposition in a sentence",
     "<h1>Tide</h1><p>Das <b>Haus</b> von <a>Jana Beispiel</a> steht.</p>", "\"authors\":[]", NULL},
    {"a byline as the first line of a long paragraph",
     "<h1>Tide</h1><p>Von <b>Jana Beispiel</b> und <b>Jan Muster</b><br>" LONG_TEXT "</p>",
     "\"name\":\"Jan Muster\"", NULL},
    {"a long paragraph that opens with a name",
     "<h1>Tide</h1><p>Von <b>Jana Beispiel</b> kommt " LONG_TEXT "</p>", "\"authors\":[]", NULL},
    {"a byline behind a bar", "<h1>Tide</h1><p><b>| By</b> <i>Jane Roe</i></p>",
     "\"name\":\"Jane Roe\"", NULL},
    {"a byline behind the date", "<h1>Tide</h1><p>24 January 2022 10:30 by Jane Roe</p>",
     "\"name\":\"Jane Roe\"", NULL},
    {"a name behind the date and a dash", "<h1>Tide</h1><p>24.01.2022 - Jane Roe</p>",
     "\"name\":\"Jane Roe\"", NULL},
    {"a list of days and places far from the headline",
     "<h1>Tide</h1>" I_16 I_16 "<p>24.01.2022 - Coast Hall</p>", "\"authors\":[]", NULL},
    {"a label four levels above the name",
     "<h1>Tide</h1><div><div><p><b>By</b></p></div><div><p>Jane Roe</p></div></div>",
     "\"name\":\"Jane Roe\"", NULL},
    {"an hCard", "<h1>Tide</h1><p><b class='author vcard'>oz</b></p>", "\"name\":\"oz\"", NULL},
    {"who took the picture", "<h1>Tide</h1><figure><figcaption>By John Doe</figcaption></figure>",
     "\"authors\":[]", NULL},
    {"a heading that only begins like a byline",
     "<meta name='author' content='Jane Roe'><h1>Tide</h1><h2>By Sea And Land</h2>",
     "[{\"name\":\"Jane Roe\"", NULL},
    {"a byline in a heading",
     "<meta name='author' content='Ann Clerk'><h1>Tide</h1><h2>By <a>Jane Roe</a></h2>",
     "[{\"name\":\"Jane Roe\"", NULL},
    {"a desk that signs, beside the people of a column",
     "<meta name='author' content='Tide News Desk'><h1>Tide</h1><p>By Tide News Desk</p>"
     "<a href='/author/jane/'>Jane Roe</a>",
     "[{\"name\":\"Tide News Desk\"", "Roe"},
    {"a desk that signs together with a person",
     "<meta name='author' content='Tide News'><h1>Tide</h1><p>By Jane Roe, Tide News</p>",
     "[{\"name\":\"Jane Roe\"", NULL},
    {"an agency says more than the site",
     "<meta property='og:site_name' content='Coast'><meta name='author' content='Coast'>"
     "<h1>Tide</h1><p>By Tide Agency</p>",
     "[{\"name\":\"Tide Agency\"", NULL},
    {"the site's name with an article in another language",
     "<meta name='author' content='Die Coast'><h1>Tide</h1><a href='/author/jana/'>Jana "
     "Beispiel</a>",
     "[{\"name\":\"Jana Beispiel\"", NULL},
    {"names of teasers behind the byline",
     "<h1>Tide</h1><p><a href='/author/jane/'>Jane Roe</a>, <a href='/author/john/'>John "
     "Doe</a></p>" I_16 I_8 I_8 "<a href='/author/ann/'>Ann Poe</a>",
     "\"John Doe\"", "Ann Poe"},
    {"an account that readers see nowhere, and a line at the page's end",
     "<meta name='author' content='Jane Roe'><h1>Tide</h1><footer><p>By John Doe</p></footer>",
     "[{\"name\":\"Jane Roe\"", "Doe"},
    {"a byline that nobody sees", "<h1>Tide</h1><div hidden><p>By Jane Roe</p></div>",
     "\"authors\":[]", NULL},
    {"a class that nobody sees", "<h1>Tide</h1><p class='author' hidden>Jane Roe</p>",
     "\"authors\":[]", NULL},
    {"a byline in a caption", "<h1>Tide</h1><div class='image-caption'><p>By Jane Roe</p></div>",
     "\"authors\":[]", NULL},
    {"a byline in a credit", "<h1>Tide</h1><p class='photo-credit'><b>By Jane Roe</b></p>",
     "\"authors\":[]", NULL},
    {"a byline in a list of comments",
     "<h1>Tide</h1><ol class='commentlist'><li><p>By Jane Roe</p></li></ol>", "\"authors\":[]",
     NULL},
};

TABLE_TEST(every_source_of_an_author, authors)
TABLE_TEST(who_is_no_author, traps)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_source_of_an_author),
        cmocka_unit_test(who_is_no_author),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
