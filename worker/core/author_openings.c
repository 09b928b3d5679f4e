#include "core/author_openings.h"

#include "core/author_credit.h"
#include "core/author_words.h"
#include "core/text.h"

/* Longest first where one starts another. A prefix that is also part of names ("von", "di", "oleh",
 * "authors") is weak: it goes only before two words or more, or before a desk's or agency's one. */
static const struct {
    const char *words;
    bool weak;
} prefixes[] = {
    {"this article was written by", false},
    {"this post was written by", false},
    {"article written by", false},
    {"originally written by", false},
    {"medically written by", false},
    {"written and researched by", false},
    {"guest post by", false},
    {"guest blog by", false},
    {"contributed by", false},
    {"submitted by", false},
    {"published by", false},
    {"created by", false},
    {"article by", false},
    {"written by", false},
    {"opinion by", false},
    {"analysis by", false},
    {"review by", false},
    {"posted by", false},
    {"shared by", false},
    {"recipe by", false},
    {"report by", false},
    {"authored by", false},
    {"blog by", false},
    {"post by", false},
    {"from the desk of", false},
    {"about the author", false},
    {"about author", false},
    {"post author", false},
    {"article author", false},
    {"author(s)", false},
    {"authors", true},
    {"author", false},
    {"contributors:", false},
    {"contributor:", false},
    {"writer:", false},
    {"by", false},
    {"all posts by", false},
    {"view all posts by", false},
    {"see all posts by", false},
    {"more posts by", false},
    {"all articles by", false},
    {"more from", false},
    {"more by", false},
    {"posts by", false},
    {"articles by", false},
    {"reporting by", false},
    {"reported by", false},
    {"geschrieben von", false},
    {"erstellt von", false},
    {"eingestellt von", false},
    {"gepostet von", false},
    {"publiziert von", false},
    {"veröffentlicht von", false},
    {"aufgezeichnet von", false},
    {"alle beiträge von", false},
    {"alle artikel von", false},
    {"zeige alle beiträge von", false},
    {"alles von", false},
    {"mehr von", false},
    {"beitrag von", false},
    {"blogbeitrag von", false},
    {"blog beitrag von", false},
    {"artikel von", false},
    {"pressemitteilung von", false},
    {"ein essay von", false},
    {"eine kolumne von", false},
    {"eine reportage von", false},
    {"ein interview von", false},
    {"aus der feder von", false},
    {"verfasst von", false},
    {"ein beitrag von", false},
    {"ein artikel von", false},
    {"eine analyse von", false},
    {"ein kommentar von", false},
    {"ein gastbeitrag von", false},
    {"kommentar von", false},
    {"gastbeitrag von", false},
    {"interview von", false},
    {"interview:", false},
    {"bericht von", false},
    {"autoren", false},
    {"autorin", false},
    {"autor/a:", false},
    {"autores", false},
    {"autora", false},
    {"autor", false},
    {"auteurs", false},
    {"auteur", false},
    {"autore", false},
    {"von", true},
    {"publié par", false},
    {"rédigé par", false},
    {"écrit par", false},
    {"propos recueillis par", false},
    {"voir tous les articles de", false},
    {"tous les articles de", false},
    {"un article de", false},
    {"par", true},
    {"escrito por", false},
    {"publicado por", false},
    {"redactado por", false},
    {"ver todas las entradas de", false},
    {"todas las entradas de", false},
    {"ver todos os posts de", false},
    {"por", true},
    {"scritto da", false},
    {"pubblicato da", false},
    {"a cura di", false},
    {"di", true},
    {"da", true},
    {"de", true},
    {"door", true},
    {"geschreven door", false},
    {"skrevet av", false},
    {"skriven av", false},
    {"skrevet af", false},
    {"av", true},
    {"af", true},
    {"napisał", false},
    {"napisała", false},
    {"opracował", false},
    {"opracowała", false},
    {"yazan:", false},
    {"yazar:", false},
    {"автор", false},
    {"авторы:", false},
    {"από", false},
    {"του", true},
    {"بقلم", false},
    {"كتب", true},
    {"מאת", false},
    {"作者", false},
    {"記者", false},
    {"记者", false},
    {"文:", false},
    {"文/", false},
    {"撰文", false},
    {"執筆者", false},
    {"著者", false},
    {"글", true},
    {"przez", true},
    {"szerző:", false},
    {"írta:", false},
    {"kirjoittaja:", false},
    {"kirjoittanut", false},
    {"skribent:", false},
    {"journalist:", false},
    {"reporter:", false},
    {"autorka:", false},
    {"autoři:", false},
    {"автори:", false},
    {"написал", false},
    {"написала", false},
    {"scris de", false},
    {"autori:", false},
    {"inviato da", false},
    {"gönderen:", false},
    {"γράφει ο", false},
    {"γράφει η", false},
    {"ditulis oleh", false},
    {"bởi", true},
    {"โดย", false},
    {"文：", false},
    {"文／", false},
    {"取材・文", false},
    {"執筆", false},
    {"ライター", false},
    {"기자", true},
    {"oleh", true},
    {"penulis:", false},
    {"tác giả:", false},
    /* Credits: author_credit knows them, but byline_text looks for the letters of these. */
    {"photos and words by", false},
    {"story by", false},
    {"words:", false},
    {"text:", false},
    {"tekst:", false},
    {"testo:", false},
    {"текст:", false},
};

enum { PREFIX_COUNT = sizeof prefixes / sizeof *prefixes };

/* A prefix ends at a space, a colon or a slash; scripts without spaces need none. */
static bool ends_word(struct span prefix, struct span rest)
{
    unsigned char last = (unsigned char)prefix.data[prefix.len - 1];
    if (last == ':' || last == '/')
        return true;
    if (prefix.len >= 3 && (unsigned char)prefix.data[0] >= 0xE0)
        return true;
    if (rest.len == 0)
        return true;
    uint32_t next = text_next(&rest);
    return text_is_space(next) || next == ':' || next == '-' || next == 0xFF1A || next == '/';
}

static struct span skip_marks(struct span text)
{
    while (text.len > 0) {
        struct span rest = text;
        uint32_t c = text_next(&rest);
        if (!text_is_space(c) && c != ':' && c != '-' && c != '/' && c != 0xFF1A && c != 0x2013 &&
            c != 0x2014 && c != '|' && c != ',' && c != 0xFF0F && c != 0xFF5C)
            break;
        text = rest;
    }
    return text;
}

static bool starts_upper_or_caseless(struct span text)
{
    if (text.len == 0)
        return false;
    uint32_t c = text_next(&text);
    return text_is_upper(c) || (text_is_letter(c) && c >= 0x590);
}

/* Templates set "By" and the name without a space: "ByJane Roe"; "Byron" goes on in lower case. */
static bool skip_glued(struct span *text)
{
    if (text->len < 4 || memcmp(text->data, "By", 2) != 0)
        return false;
    struct span rest = span_of(text->data + 2, text->len - 2);
    struct span name = rest;
    if (!text_is_upper(text_next(&name)))
        return false;
    *text = rest;
    return true;
}

/* "von jana": a name of one word behind a preposition in small letters. */
static bool opens_alone(struct span text)
{
    bool small = span_starts_with(text, "von ") || span_starts_with(text, "par ") ||
                 span_starts_with(text, "por ");
    return small && text_count_words(text) == 2;
}

/* "Von: Jana", "글 | 김현주": no name goes on like this. */
static bool has_mark(struct span rest)
{
    rest = text_trim(rest);
    uint32_t c = rest.len > 0 ? text_next(&rest) : 0;
    return c == ':' || c == 0xFF1A || c == '|' || c == 0xFF5C || c == '/' || c == 0xFF0F;
}

/* Whether a weak prefix of text, before behind, opens a byline: "Von Jana Beispiel", "Par AFP"; but
 * "Von" and "Vonnegut" are names. */
static bool opens_weakly(struct span text, struct span behind)
{
    struct span rest = skip_marks(behind);
    size_t words = text_count_words(rest);
    if (behind.len == 0 || !text_is_space((unsigned char)behind.data[0]))
        return false;
    if (words == 1 && author_words_is_organization(rest))
        return true;
    bool enough = words >= 2 || (unsigned char)text.data[0] >= 0xE0;
    return (enough && starts_upper_or_caseless(rest)) || opens_alone(text);
}

const char *author_openings_at(size_t index)
{
    return index < PREFIX_COUNT ? prefixes[index].words : NULL;
}

/* Whether text starts with the prefix's words, and what stands behind them. */
static bool starts_with(struct span text, size_t index, struct span *ret_rest)
{
    /* Folding keeps the number of bytes for every prefix in the table. */
    struct span prefix = span_from(prefixes[index].words);
    if (!text_starts_folded(text, prefixes[index].words) || text.len < prefix.len)
        return false;
    *ret_rest = span_of(text.data + prefix.len, text.len - prefix.len);
    return ends_word(prefix, *ret_rest);
}

/* weakly: a preposition opens, too. */
static bool skip_one(struct span *text, bool weakly)
{
    for (size_t i = 0; i < PREFIX_COUNT; i++) {
        struct span rest;
        if (!starts_with(*text, i, &rest))
            continue;
        if (prefixes[i].weak && !has_mark(rest) && !(weakly && opens_weakly(*text, rest)))
            continue;
        *text = skip_marks(rest);
        return true;
    }
    return false;
}

/* "Text und Fotos:", "Words by" */
static bool skip_credit(struct span *text)
{
    size_t bytes;
    if (author_credit_at(*text, &bytes) != AUTHOR_CREDIT_TEXT)
        return false;
    *text = skip_marks(span_of(text->data + bytes, text->len - bytes));
    return true;
}

/* A preposition behind another opening belongs to the name: "By Di Wu Chen". */
static struct span skip_all(struct span text, bool weakly)
{
    text = skip_marks(text);
    for (int rounds = 3; rounds > 0 && (skip_credit(&text) || skip_one(&text, weakly)); rounds--)
        weakly = false;
    (void)skip_glued(&text);
    return text;
}

struct span author_openings_skip(struct span text)
{
    return skip_all(text, true);
}

struct span author_openings_skip_certain(struct span text)
{
    return skip_all(text, false);
}

bool author_openings_is_weak(struct span text)
{
    struct span rest;
    size_t i = 0;
    while (i < PREFIX_COUNT && !starts_with(text, i, &rest))
        i++;
    return i < PREFIX_COUNT && prefixes[i].weak;
}

bool author_openings_at_start(struct span text)
{
    size_t i = 0;
    while (i < PREFIX_COUNT && (prefixes[i].weak || !text_starts_folded(text, prefixes[i].words)))
        i++;
    return i < PREFIX_COUNT && skip_one(&text, false);
}

bool author_openings_of_other(struct span text)
{
    static const char *const openings[] = {
        "reviewed by",
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
        "researched by",
    };
    size_t bytes;
    for (size_t i = 0; i < sizeof openings / sizeof *openings; i++)
        if (text_starts_folded(text, openings[i]))
            return true;
    return author_credit_at(text, &bytes) == AUTHOR_CREDIT_OTHER;
}
