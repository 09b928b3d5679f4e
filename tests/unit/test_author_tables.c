/* Every word of the tables of openings and credits: one that is lost, or that another hides, fails
 * here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/arena.h"
#include "core/author_credit.h"
#include "core/author_openings.h"

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

/* Before a name, in the languages of the press; none is part of a name. */
static const char *const certain[] = {"this article was written by",
                                      "this post was written by",
                                      "article written by",
                                      "originally written by",
                                      "medically written by",
                                      "written and researched by",
                                      "photos and words by",
                                      "guest post by",
                                      "guest blog by",
                                      "contributed by",
                                      "submitted by",
                                      "published by",
                                      "created by",
                                      "article by",
                                      "written by",
                                      "opinion by",
                                      "analysis by",
                                      "review by",
                                      "posted by",
                                      "shared by",
                                      "recipe by",
                                      "report by",
                                      "authored by",
                                      "story by",
                                      "blog by",
                                      "post by",
                                      "from the desk of",
                                      "about the author",
                                      "about author",
                                      "post author",
                                      "article author",
                                      "author(s)",
                                      "author",
                                      "contributors:",
                                      "contributor:",
                                      "writer:",
                                      "words:",
                                      "by",
                                      "all posts by",
                                      "view all posts by",
                                      "see all posts by",
                                      "more posts by",
                                      "all articles by",
                                      "more from",
                                      "more by",
                                      "posts by",
                                      "articles by",
                                      "reporting by",
                                      "reported by",
                                      "geschrieben von",
                                      "erstellt von",
                                      "eingestellt von",
                                      "gepostet von",
                                      "publiziert von",
                                      "veröffentlicht von",
                                      "aufgezeichnet von",
                                      "alle beiträge von",
                                      "alle artikel von",
                                      "zeige alle beiträge von",
                                      "alles von",
                                      "mehr von",
                                      "beitrag von",
                                      "blogbeitrag von",
                                      "blog beitrag von",
                                      "artikel von",
                                      "pressemitteilung von",
                                      "ein essay von",
                                      "eine kolumne von",
                                      "eine reportage von",
                                      "ein interview von",
                                      "aus der feder von",
                                      "verfasst von",
                                      "ein beitrag von",
                                      "ein artikel von",
                                      "eine analyse von",
                                      "ein kommentar von",
                                      "ein gastbeitrag von",
                                      "kommentar von",
                                      "gastbeitrag von",
                                      "interview von",
                                      "interview:",
                                      "bericht von",
                                      "autoren",
                                      "autorin",
                                      "autor/a:",
                                      "autores",
                                      "autora",
                                      "autor",
                                      "auteurs",
                                      "auteur",
                                      "autore",
                                      "text:",
                                      "tekst:",
                                      "testo:",
                                      "publié par",
                                      "rédigé par",
                                      "écrit par",
                                      "propos recueillis par",
                                      "voir tous les articles de",
                                      "tous les articles de",
                                      "un article de",
                                      "escrito por",
                                      "publicado por",
                                      "redactado por",
                                      "ver todas las entradas de",
                                      "todas las entradas de",
                                      "ver todos os posts de",
                                      "scritto da",
                                      "pubblicato da",
                                      "a cura di",
                                      "geschreven door",
                                      "skrevet av",
                                      "skriven av",
                                      "skrevet af",
                                      "napisał",
                                      "napisała",
                                      "opracował",
                                      "opracowała",
                                      "yazan:",
                                      "yazar:",
                                      "автор",
                                      "текст:",
                                      "авторы:",
                                      "από",
                                      "بقلم",
                                      "מאת",
                                      "作者",
                                      "記者",
                                      "记者",
                                      "文:",
                                      "文/",
                                      "撰文",
                                      "執筆者",
                                      "著者",
                                      "szerző:",
                                      "írta:",
                                      "kirjoittaja:",
                                      "kirjoittanut",
                                      "skribent:",
                                      "journalist:",
                                      "reporter:",
                                      "autorka:",
                                      "autoři:",
                                      "автори:",
                                      "написал",
                                      "написала",
                                      "scris de",
                                      "autori:",
                                      "inviato da",
                                      "gönderen:",
                                      "γράφει ο",
                                      "γράφει η",
                                      "ditulis oleh",
                                      "โดย",
                                      "文：",
                                      "文／",
                                      "取材・文",
                                      "執筆",
                                      "ライター",
                                      "penulis:",
                                      "tác giả:"};

/* These may be. */
static const char *const weak[] = {"authors", "von",   "par", "por",  "di",  "da",
                                   "de",      "door",  "av",  "af",   "του", "كتب",
                                   "글",      "przez", "bởi", "기자", "oleh"};

static void expect_name(const char *opening, struct span got)
{
    if (!span_equals(got, NAME))
        fail_msg("%s: got \"%.*s\"", opening, SPAN_ARG(got));
}

static void openings_go(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(certain); i++) {
        struct span text = arena_format(&arena, "%s " NAME, certain[i]);
        expect_name(certain[i], author_openings_skip(text));
        expect_name(certain[i], author_openings_skip_certain(text));
    }
    for (size_t i = 0; i < COUNT(weak); i++) {
        struct span text = arena_format(&arena, "%s " NAME, weak[i]);
        expect_name(weak[i], author_openings_skip(text));
        assert_true(author_openings_skip_certain(text).len == text.len);
        assert_true(author_openings_is_weak(text));
    }
}

/* Who is named behind these did not write it. */
static const char *const of_others[] = {"reviewed by",
                                        "medically reviewed",
                                        "fact checked",
                                        "fact-checked",
                                        "checked by",
                                        "updated by",
                                        "verified by",
                                        "approved by",
                                        "legally reviewed",
                                        "expert reviewed",
                                        "scientifically reviewed",
                                        "technically reviewed",
                                        "clinically reviewed",
                                        "credit:",
                                        "filed under",
                                        "filed in",
                                        "image credit",
                                        "photo credit",
                                        "researched by"};

static void others_open_no_byline(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(of_others); i++)
        if (!author_openings_of_other(arena_format(&arena, "%s " NAME, of_others[i])))
            fail_msg("%s", of_others[i]);
}

/* What people are credited for. */
static const char *const texts[] = {"text",   "texts", "texte", "textes", "texto",
                                    "textos", "testo", "testi", "tekst",  "teksti",
                                    "текст",  "words", "story"};

static const char *const pictures[] = {
    "photo",        "photos",       "photograph",    "photographs",   "photography",
    "photographer", "photographie", "photographies", "foto",          "fotos",
    "foto's",       "fotografie",   "fotografien",   "fotografías",   "fotografía",
    "fotografia",   "fotograf",     "kuva",          "kuvat",         "fotó",
    "фото",         "写真",         "撮影",          "攝影",          "摄影",
    "사진",         "picture",      "pictures",      "image",         "images",
    "bild",         "bilder",       "illustration",  "illustrations", "illustrationen",
    "illustrator",  "illustrated",  "ilustración",   "ilustraciones", "illustrazioni",
    "zeichnung",    "zeichnungen",  "artwork",       "graphic",       "graphics",
    "grafik",       "grafiken",     "video",         "videos",        "vidéo",
    "animation",    "animations",   "design",        "photographed",  "translation",
    "translated",   "traducción",   "übersetzung",   "edited"};

static const char *const joiners[] = {"and ", "& ", "und ", "et ", "y ",    "e ",
                                      "en ",  "i ", "och ", "og ", "plus ", ", "};

static const char *const bys[] = {"by", "von", "par", "por", "di",   "da",   "de",
                                  "av", "af",  "of",  "per", "door", "przez"};

static const char *const whole[] = {"as told to", "art by", "additional reporting by"};

static void expect_credit(const char *word, struct span text, enum author_credit want)
{
    size_t bytes;
    if (author_credit_at(text, &bytes) != want || bytes == 0)
        fail_msg("%s in \"%.*s\"", word, SPAN_ARG(text));
}

static void credits_are_known(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++)
        expect_credit(texts[i], arena_format(&arena, "%s: " NAME, texts[i]), AUTHOR_CREDIT_TEXT);
    for (size_t i = 0; i < COUNT(pictures); i++)
        expect_credit(pictures[i], arena_format(&arena, "%s: " NAME, pictures[i]),
                      AUTHOR_CREDIT_OTHER);
    for (size_t i = 0; i < COUNT(joiners); i++)
        expect_credit(joiners[i], arena_format(&arena, "text %sfoto: " NAME, joiners[i]),
                      AUTHOR_CREDIT_TEXT);
    for (size_t i = 0; i < COUNT(bys); i++)
        expect_credit(bys[i], arena_format(&arena, "foto %s " NAME, bys[i]), AUTHOR_CREDIT_OTHER);
    for (size_t i = 0; i < COUNT(whole); i++)
        expect_credit(whole[i], arena_format(&arena, "%s " NAME, whole[i]), AUTHOR_CREDIT_OTHER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(openings_go),
        cmocka_unit_test(others_open_no_byline),
        cmocka_unit_test(credits_are_known),
    };
    return cmocka_run_group_tests(tests, start, end);
}
