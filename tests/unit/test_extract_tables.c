/* Every word of the tables that tell bylines, labels of days and headings of other articles: one
 * that is lost, or that another hides, fails here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/arena.h"
#include "core/extract/byline_text.h"
#include "core/extract/date_label.h"
#include "core/extract/related_heading.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))
#define NAME         "Jana Beispiel"

static struct arena arena;

static int start(void **state)
{
    (void)state;
    arena_init(&arena, 1 << 20);
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_finish(&arena);
    return 0;
}

static const char *const visible[] = {"by ",
                                      "by:",
                                      "written by",
                                      "author:",
                                      "posted by",
                                      "von ",
                                      "par ",
                                      "por ",
                                      "autor:",
                                      "autor ",
                                      "published by",
                                      "authored by",
                                      "автор",
                                      "texte ",
                                      "a cura di",
                                      "di ",
                                      "door ",
                                      "av ",
                                      "skrevet",
                                      "escrito por",
                                      "geschrieben von",
                                      "article by",
                                      "blog by",
                                      "autorin",
                                      "autoren",
                                      "auteur",
                                      "autore:",
                                      "autora:",
                                      "autores:",
                                      "redactie:",
                                      "writer:",
                                      "reporter:",
                                      "erstellt von",
                                      "verfasst von",
                                      "beitrag von",
                                      "blog beitrag von",
                                      "blogbeitrag von",
                                      "ein beitrag von",
                                      "gepostet von",
                                      "veröffentlicht von",
                                      "rédigé par",
                                      "écrit par",
                                      "publié par",
                                      "publicado por",
                                      "scritto da",
                                      "guest post by",
                                      "post by",
                                      "contributed by",
                                      "submitted by",
                                      "reporting by",
                                      "opinion by",
                                      "analysis by",
                                      "reported by",
                                      "af ",
                                      "skribent:",
                                      "journalist:",
                                      "przez ",
                                      "szerző:",
                                      "írta:",
                                      "kirjoittaja:",
                                      "yazar:",
                                      "yazan:",
                                      "scris de",
                                      "oleh ",
                                      "oleh:",
                                      "penulis:",
                                      "tác giả:",
                                      "بقلم",
                                      "מאת"};

/* A mark must follow. */
static const char *const unspaced[] = {"作者", "記者", "记者", "文",       "撰文",
                                       "執筆", "著者", "기자", "ライター", "글"};

static const char *const labels[] = {"von", "par", "por", "door", "av", "authors", "oleh"};

/* Credits whose first letters the walk looks for. */
static const char *const credited[] = {
    "photos and words by", "story by", "words:", "text:", "tekst:", "testo:", "текст:"};

static void credits_are_looked_at(void **state)
{
    (void)state;
    struct byline_starts starts;
    byline_starts_init(&starts);
    for (size_t i = 0; i < COUNT(credited); i++)
        if (!byline_starts_match(&starts, arena_format(&arena, "%s " NAME, credited[i])))
            fail_msg("%s", credited[i]);
}

static void visible_openings_are_known(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(visible); i++)
        if (!byline_text_opens(arena_format(&arena, "%s" NAME, visible[i])))
            fail_msg("%s", visible[i]);
    for (size_t i = 0; i < COUNT(unspaced); i++)
        if (!byline_text_opens(arena_format(&arena, "%s\uFF1A" NAME, unspaced[i])) ||
            !byline_text_opens(arena_format(&arena, "%s | " NAME, unspaced[i])) ||
            byline_text_opens(arena_format(&arena, "%s " NAME, unspaced[i])))
            fail_msg("%s", unspaced[i]);
    for (size_t i = 0; i < COUNT(labels); i++)
        if (!byline_text_is_label(span_from(labels[i])))
            fail_msg("%s", labels[i]);
}

static const char *const reviews[] = {
    "reviewed by",     "checked by",      "verified by",   "approved by",
    "reviewed",        "edited",          "checked",       "verified",
    "approved",        "reviewer",        "editor",        "reviewers",
    "editors",         "expert reviewer", "researched by", "contributions from",
    "contributions by"};

static const char *const folders[] = {
    "author/", "authors/",     "autor/",        "autoren/", "autores/",    "auteur/",    "auteurs/",
    "autore/", "contributor/", "contributors/", "writers/", "journalist/", "redakteur/", "byline/"};

static void reviewers_are_told_from_authors(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(reviews); i++)
        if (!byline_text_names_other(SPAN_NONE, arena_format(&arena, "Tide %s:", reviews[i])))
            fail_msg("%s", reviews[i]);
}

static void pages_of_authors_are_known(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(folders); i++)
        if (!byline_text_is_author_page(arena_format(&arena, "/%sjana", folders[i])))
            fail_msg("%s", folders[i]);
}

/* Before days. */
static const char *const changes[] = {
    "updat",    "modif",           "review",     "revis",       "edited",   "aktualisiert",
    "geändert", "letzte änderung", "mis à jour", "mise à jour", "actualiz", "atualiz",
    "aggiorn",  "bijgewerkt",      "uppdater",   "oppdater",    "opdater",  "päivit",
    "aktualiz", "güncel",          "обновлен",   "оновлен",     "更新",     "수정"};

static const char *const publications[] = {
    "publish",  "posted",     "veröffentlicht", "erschienen",  "publié",
    "publicad", "pubblicato", "gepubliceerd",   "publicer",    "publisert",
    "udgivet",  "julkaistu",  "opublikowan",    "опубликован", "опубліковано",
    "yayın",    "发布",       "發布",           "公開",        "입력"};

static const char *const other_days[] = {"©",
                                         "copyright",
                                         "joined",
                                         "since",
                                         "event",
                                         "expires",
                                         "valid",
                                         "accessed",
                                         "retrieved",
                                         "born",
                                         "released",
                                         "release date",
                                         "when:",
                                         "deadline",
                                         "due:",
                                         "due date",
                                         "due by",
                                         "closing date",
                                         "apply by",
                                         "starts",
                                         "effective",
                                         "einsendeschluss",
                                         "bewerbungsschluss",
                                         "date limite",
                                         "fecha límite"};

static void expect_labels(const char *const *words, size_t count, enum date_label want)
{
    for (size_t i = 0; i < count; i++)
        if (date_label_read(arena_format(&arena, "%s ", words[i])) != want)
            fail_msg("%s", words[i]);
}

static void labels_of_days_are_known(void **state)
{
    (void)state;
    expect_labels(changes, COUNT(changes), DATE_LABEL_UPDATED);
    expect_labels(publications, COUNT(publications), DATE_LABEL_PUBLISHED);
    expect_labels(other_days, COUNT(other_days), DATE_LABEL_OTHER);
}

/* Over other articles. */
static const char *const headings[] = {"more stories",
                                       "more articles",
                                       "more news",
                                       "more posts",
                                       "more from",
                                       "more on ",
                                       "more in ",
                                       "more like this",
                                       "more to read",
                                       "related",
                                       "recommended",
                                       "you may also",
                                       "you might also",
                                       "you may like",
                                       "you might like",
                                       "read next",
                                       "read more",
                                       "read also",
                                       "also read",
                                       "up next",
                                       "what to read next",
                                       "keep reading",
                                       "most read",
                                       "most popular",
                                       "most viewed",
                                       "popular posts",
                                       "popular articles",
                                       "popular stories",
                                       "trending",
                                       "latest news",
                                       "latest stories",
                                       "latest articles",
                                       "latest posts",
                                       "latest from",
                                       "recent posts",
                                       "recent articles",
                                       "recent news",
                                       "recent stories",
                                       "other stories",
                                       "other articles",
                                       "other news",
                                       "similar articles",
                                       "similar posts",
                                       "editor's picks",
                                       "editors' picks",
                                       "top stories",
                                       "mehr zum thema",
                                       "mehr zu ",
                                       "mehr aus ",
                                       "das könnte sie auch",
                                       "das könnte dich auch",
                                       "auch interessant",
                                       "weitere artikel",
                                       "weitere themen",
                                       "weitere beiträge",
                                       "weitere nachrichten",
                                       "weitere meldungen",
                                       "ähnliche artikel",
                                       "ähnliche beiträge",
                                       "verwandte artikel",
                                       "verwandte beiträge",
                                       "verwandte themen",
                                       "lesen sie auch",
                                       "lesen sie mehr",
                                       "meistgelesen",
                                       "neueste artikel",
                                       "neueste beiträge",
                                       "à lire aussi",
                                       "a lire aussi",
                                       "lire aussi",
                                       "sur le même sujet",
                                       "sur le même thème",
                                       "articles liés",
                                       "articles similaires",
                                       "articles récents",
                                       "les plus lus",
                                       "vous aimerez aussi",
                                       "lea también",
                                       "te puede interesar",
                                       "le puede interesar",
                                       "noticias relacionadas",
                                       "artículos relacionados",
                                       "entradas relacionadas",
                                       "más noticias",
                                       "más leídas",
                                       "lo más leído",
                                       "lo más visto",
                                       "leggi anche",
                                       "articoli correlati",
                                       "articoli recenti",
                                       "potrebbe interessarti",
                                       "ti potrebbe interessare",
                                       "i più letti",
                                       "leia também",
                                       "leia mais",
                                       "veja também",
                                       "mais lidas",
                                       "notícias relacionadas",
                                       "artigos relacionados",
                                       "lees ook",
                                       "meer nieuws",
                                       "meer over",
                                       "gerelateerd",
                                       "meest gelezen",
                                       "les også",
                                       "läs också",
                                       "läs mer",
                                       "læs også",
                                       "lue myös",
                                       "czytaj też",
                                       "czytaj także",
                                       "zobacz także",
                                       "čtěte také",
                                       "читайте также",
                                       "читайте також",
                                       "похожие",
                                       "ilgili haberler",
                                       "関連記事",
                                       "あわせて読みたい",
                                       "相关",
                                       "相關",
                                       "관련"};

static void headings_of_other_articles_are_known(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(headings); i++)
        if (!related_heading_is(span_from(headings[i])))
            fail_msg("%s", headings[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(visible_openings_are_known),
        cmocka_unit_test(credits_are_looked_at),
        cmocka_unit_test(reviewers_are_told_from_authors),
        cmocka_unit_test(pages_of_authors_are_known),
        cmocka_unit_test(labels_of_days_are_known),
        cmocka_unit_test(headings_of_other_articles_are_known),
    };
    return cmocka_run_group_tests(tests, start, end);
}
