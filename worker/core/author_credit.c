#include "core/author_credit.h"

#include "core/text.h"

enum {
    WORKS_MAX = 4,      /* "words, photos and video by" */
    END_MAX_BYTES = 60, /* of a text that may end with a credit */
};

struct kind {
    const char *word;
    enum author_credit credit;
};

/* What the press credits people for, in lower case; "foto" would hide "foto's" behind it. */
static const struct kind works[] = {
    {"text", AUTHOR_CREDIT_TEXT},           {"texts", AUTHOR_CREDIT_TEXT},
    {"texte", AUTHOR_CREDIT_TEXT},          {"textes", AUTHOR_CREDIT_TEXT},
    {"texto", AUTHOR_CREDIT_TEXT},          {"textos", AUTHOR_CREDIT_TEXT},
    {"testo", AUTHOR_CREDIT_TEXT},          {"testi", AUTHOR_CREDIT_TEXT},
    {"tekst", AUTHOR_CREDIT_TEXT},          {"teksti", AUTHOR_CREDIT_TEXT},
    {"текст", AUTHOR_CREDIT_TEXT},          {"words", AUTHOR_CREDIT_TEXT},
    {"story", AUTHOR_CREDIT_TEXT},          {"photo", AUTHOR_CREDIT_OTHER},
    {"photos", AUTHOR_CREDIT_OTHER},        {"photograph", AUTHOR_CREDIT_OTHER},
    {"photographs", AUTHOR_CREDIT_OTHER},   {"photography", AUTHOR_CREDIT_OTHER},
    {"photographer", AUTHOR_CREDIT_OTHER},  {"photographie", AUTHOR_CREDIT_OTHER},
    {"photographies", AUTHOR_CREDIT_OTHER}, {"foto's", AUTHOR_CREDIT_OTHER},
    {"fotos", AUTHOR_CREDIT_OTHER},         {"foto", AUTHOR_CREDIT_OTHER},
    {"fotografie", AUTHOR_CREDIT_OTHER},    {"fotografien", AUTHOR_CREDIT_OTHER},
    {"fotografías", AUTHOR_CREDIT_OTHER},   {"fotografía", AUTHOR_CREDIT_OTHER},
    {"fotografia", AUTHOR_CREDIT_OTHER},    {"fotograf", AUTHOR_CREDIT_OTHER},
    {"kuva", AUTHOR_CREDIT_OTHER},          {"kuvat", AUTHOR_CREDIT_OTHER},
    {"fotó", AUTHOR_CREDIT_OTHER},          {"фото", AUTHOR_CREDIT_OTHER},
    {"写真", AUTHOR_CREDIT_OTHER},          {"撮影", AUTHOR_CREDIT_OTHER},
    {"攝影", AUTHOR_CREDIT_OTHER},          {"摄影", AUTHOR_CREDIT_OTHER},
    {"사진", AUTHOR_CREDIT_OTHER},          {"picture", AUTHOR_CREDIT_OTHER},
    {"pictures", AUTHOR_CREDIT_OTHER},      {"image", AUTHOR_CREDIT_OTHER},
    {"images", AUTHOR_CREDIT_OTHER},        {"bild", AUTHOR_CREDIT_OTHER},
    {"bilder", AUTHOR_CREDIT_OTHER},        {"illustration", AUTHOR_CREDIT_OTHER},
    {"illustrations", AUTHOR_CREDIT_OTHER}, {"illustrationen", AUTHOR_CREDIT_OTHER},
    {"illustrator", AUTHOR_CREDIT_OTHER},   {"illustrated", AUTHOR_CREDIT_OTHER},
    {"ilustración", AUTHOR_CREDIT_OTHER},   {"ilustraciones", AUTHOR_CREDIT_OTHER},
    {"illustrazioni", AUTHOR_CREDIT_OTHER}, {"zeichnung", AUTHOR_CREDIT_OTHER},
    {"zeichnungen", AUTHOR_CREDIT_OTHER},   {"artwork", AUTHOR_CREDIT_OTHER},
    {"graphic", AUTHOR_CREDIT_OTHER},       {"graphics", AUTHOR_CREDIT_OTHER},
    {"grafik", AUTHOR_CREDIT_OTHER},        {"grafiken", AUTHOR_CREDIT_OTHER},
    {"video", AUTHOR_CREDIT_OTHER},         {"videos", AUTHOR_CREDIT_OTHER},
    {"vidéo", AUTHOR_CREDIT_OTHER},         {"animation", AUTHOR_CREDIT_OTHER},
    {"animations", AUTHOR_CREDIT_OTHER},    {"design", AUTHOR_CREDIT_OTHER},
    {"photographed", AUTHOR_CREDIT_OTHER},  {"translation", AUTHOR_CREDIT_OTHER},
    {"translated", AUTHOR_CREDIT_OTHER},    {"traducción", AUTHOR_CREDIT_OTHER},
    {"übersetzung", AUTHOR_CREDIT_OTHER},   {"edited", AUTHOR_CREDIT_OTHER},
};

static const char *const joiners[] = {"and ", "& ", "und ", "et ", "y ",    "e ",
                                      "en ",  "i ", "och ", "og ", "plus ", ", "};
static const char *const bys[] = {"by", "von", "par", "por", "di",   "da",   "de",
                                  "av", "af",  "of",  "per", "door", "przez"};
static const char *const whole[] = {"as told to", "art by", "additional reporting by"};

/* Bytes of the word at the start of text, where its end is one. */
static size_t word_bytes(struct span text, const char *word)
{
    size_t len = text_may_start(text, word) ? text_match_folded(text, word) : 0;
    struct span rest = span_of(text.data + len, text.len - len);
    bool ends = len > 0 && (rest.len == 0 || !text_is_letter(text_next(&rest)));
    return ends ? len : 0;
}

static struct span behind(struct span text, size_t bytes)
{
    return text_trim(span_of(text.data + bytes, text.len - bytes));
}

/* Two bytes as they are, and as small letters of ASCII: most texts open with no work, and that
 * much says so. */
static bool may_be(struct span text, const char *word)
{
    return text.len >= 2 && (text.data[0] | 0x20) == word[0] && (text.data[1] | 0x20) == word[1];
}

/* The work at the start of text; *ret_bytes of its word, 0: none. */
static enum author_credit work_at(struct span text, size_t *ret_bytes)
{
    /* Capitals of other alphabets have other bytes. */
    bool other = text.len > 0 && (unsigned char)text.data[0] >= 0x80;
    *ret_bytes = 0;
    for (size_t i = 0; i < sizeof works / sizeof *works; i++)
        if ((other ? (unsigned char)*works[i].word >= 0x80 : may_be(text, works[i].word)) &&
            (*ret_bytes = word_bytes(text, works[i].word)) > 0)
            return works[i].credit;
    return AUTHOR_CREDIT_NONE;
}

/* Works joined by "and": *ret_rest is what follows. A text among them makes it one. */
static enum author_credit works_at(struct span text, struct span *ret_rest)
{
    enum author_credit credit = AUTHOR_CREDIT_NONE;
    for (int left = WORKS_MAX; left > 0; left--) {
        size_t bytes;
        enum author_credit one = work_at(text, &bytes);
        if (one == AUTHOR_CREDIT_NONE)
            return AUTHOR_CREDIT_NONE;
        credit = credit == AUTHOR_CREDIT_TEXT ? credit : one;
        text = *ret_rest = behind(text, bytes);
        size_t joiner = 0;
        for (size_t i = 0; joiner == 0 && i < sizeof joiners / sizeof *joiners; i++)
            joiner = text_starts_folded(text, joiners[i]) ? strlen(joiners[i]) : 0;
        if (joiner == 0)
            break;
        text = behind(text, joiner);
    }
    return credit;
}

/* Bytes of "by" or a colon at the start of text. */
static size_t by_bytes(struct span text)
{
    struct span rest = text;
    uint32_t c = text.len > 0 ? text_next(&rest) : 0;
    size_t bytes = c == ':' || c == 0xFF1A || c == '/' || c == 0xFF0F ? text.len - rest.len : 0;
    for (size_t i = 0; bytes == 0 && i < sizeof bys / sizeof *bys; i++)
        bytes = word_bytes(text, bys[i]);
    return bytes;
}

enum author_credit author_credit_at(struct span text, size_t *ret_bytes)
{
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
        if ((*ret_bytes = word_bytes(text, whole[i])) > 0)
            return AUTHOR_CREDIT_OTHER;
    struct span rest = text;
    enum author_credit credit = works_at(text, &rest);
    size_t by = credit != AUTHOR_CREDIT_NONE ? by_bytes(rest) : 0;
    *ret_bytes = by > 0 ? (size_t)(rest.data + by - text.data) : 0;
    return by > 0 ? credit : AUTHOR_CREDIT_NONE;
}

/* A colon, or a short word: all that can end a credit. */
static bool ends_with_by(struct span text)
{
    enum { BY_MAX_BYTES = 5 };
    size_t word = 0;
    while (word < text.len && text.data[text.len - 1 - word] != ' ')
        word++;
    return text.len > 0 && (word <= BY_MAX_BYTES || text.data[text.len - 1] == ':' ||
                            (unsigned char)text.data[text.len - 1] >= 0x80);
}

enum author_credit author_credit_at_end(struct span text)
{
    text = text_trim(text);
    if (!ends_with_by(text))
        return AUTHOR_CREDIT_NONE;
    size_t start = text.len > END_MAX_BYTES ? text.len - END_MAX_BYTES : 0;
    for (size_t i = start; i < text.len; i++) {
        size_t bytes;
        struct span rest = span_of(text.data + i, text.len - i);
        enum author_credit credit =
            i == 0 || rest.data[-1] == ' ' ? author_credit_at(rest, &bytes) : AUTHOR_CREDIT_NONE;
        if (credit != AUTHOR_CREDIT_NONE && bytes == rest.len)
            return credit;
    }
    return AUTHOR_CREDIT_NONE;
}

bool author_credit_in_brackets(struct span text)
{
    const char *open = text.len > 0 ? memchr(text.data, '(', text.len) : NULL;
    if (!open)
        return false;
    struct span inside = behind(text, (size_t)(open + 1 - text.data));
    struct span rest = inside;
    return works_at(inside, &rest) == AUTHOR_CREDIT_OTHER && (rest.len == 0 || rest.data[0] == ')');
}
