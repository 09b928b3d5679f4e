#include "core/extract/byline_text.h"

#include "core/author_credit.h"
#include "core/author_openings.h"
#include "core/extract/node_text.h"
#include "core/text.h"

enum {
    LEVELS_UP_MAX = 4,    /* from a label to the element that also holds the name */
    LINE_MAX_BYTES = 120, /* of a byline that is a paragraph's first line */
    LABEL_MAX_BYTES = 64, /* more than any opening has */
};

/* Words that open a visible byline. The list is short on purpose: it decides which text nodes are
 * looked at; author_list knows more. */
static const char *const openings[] = {
    "by ",
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
    "מאת",
};

/* The same in scripts without spaces, where a mark must follow: a word may as well go on, and
 * behind a space stands a button's text ("reporter subscribe") as often as a name. */
static const char *const unspaced[] = {"作者", "記者", "记者", "文",       "撰文",
                                       "執筆", "著者", "기자", "ライター", "글"};

static bool opens_unspaced(struct span text)
{
    for (size_t i = 0; i < sizeof unspaced / sizeof *unspaced; i++) {
        size_t len = strlen(unspaced[i]);
        if (!span_starts_with(text, unspaced[i]))
            continue;
        struct span rest = span_of(text.data + len, text.len - len);
        uint32_t c = rest.len > 0 ? text_next(&rest) : 0;
        while (rest.len > 0 && text_is_space(c))
            c = text_next(&rest);
        return c == ':' || c == 0xFF1A || c == '/' || c == 0xFF0F || c == '|' || c == 0xFF5C;
    }
    return false;
}

bool byline_text_opens(struct span text)
{
    for (size_t i = 0; i < sizeof openings / sizeof *openings; i++)
        if (text_starts_folded(text, openings[i]))
            return true;
    size_t bytes;
    return opens_unspaced(text) || author_credit_at(text, &bytes) == AUTHOR_CREDIT_TEXT;
}

bool byline_text_is_label(struct span text)
{
    /* Words that author_openings takes for a part of the name where nothing follows. */
    static const char *const words[] = {"von", "par", "por", "door", "av", "authors", "oleh"};
    struct span rest = text;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text_equals_folded(text, words[i]))
            return true;
    return text.len > 0 && text.len <= LABEL_MAX_BYTES && text_is_letter(text_next(&rest)) &&
           author_openings_skip(text).len == 0;
}

/* The part of whole from text on, where text starts a line of it or stands behind a mark; absent
 * where it stands inside a sentence. */
static struct span from_line(struct span whole, struct span text)
{
    struct span rest = whole;
    uint32_t before = '|';
    while (rest.len >= text.len) {
        bool in_sentence = text_is_letter(before) || before == ',' || before == ')';
        if (!in_sentence && memcmp(rest.data, text.data, text.len) == 0)
            return rest;
        uint32_t c = text_next(&rest);
        before = text_is_space(c) ? before : c;
    }
    return SPAN_NONE;
}

/* 1 to 26 for letters of ASCII, 0 for everything else. */
static unsigned letter_of(char c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z' ? (unsigned)c & 31 : 0;
}

static void add_start(struct byline_starts *starts, const char *opening)
{
    if ((unsigned char)opening[0] >= 0x80) {
        starts->other[opening[0] & 63] |= UINT64_C(1) << (opening[1] & 63);
        return;
    }
    starts->third[opening[0] & 31][opening[1] & 31] |= 1u << letter_of(opening[2]);
}

void byline_starts_init(struct byline_starts *starts)
{
    memset(starts, 0, sizeof *starts);
    for (size_t i = 0; i < sizeof openings / sizeof *openings; i++)
        add_start(starts, openings[i]);
    for (size_t i = 0; author_openings_at(i); i++)
        add_start(starts, author_openings_at(i));
}

/* The same for the first letter of a text in another script, which may be a capital one. */
static bool other_matches(const struct byline_starts *starts, struct span text)
{
    char small[4];
    (void)text_put(small, text_lower(text_next(&text)));
    return (unsigned char)small[0] >= 0x80 && starts->other[small[0] & 63] >> (small[1] & 63) & 1;
}

bool byline_starts_match(const struct byline_starts *starts, struct span text)
{
    if (text.len < 2)
        return false;
    if ((unsigned char)text.data[0] >= 0x80)
        return other_matches(starts, text);
    char third = text.len > 2 ? text.data[2] : ' ';
    bool glued = third >= 'A' && third <= 'Z'; /* "ByJane Roe" */
    uint32_t thirds = starts->third[text.data[0] & 31][text.data[1] & 31];
    return thirds & 1u << letter_of(third) || (glued && thirds & 1);
}

struct span byline_text_start(struct span text)
{
    while (text.len > 0 && strchr("|-/,", text.data[0]))
        text = text_trim(span_of(text.data + 1, text.len - 1));
    return text;
}

/* The line that text opens in an element that holds much more: "By <a>Jane Roe</a><br>The tide". */
static struct span first_line(lxb_dom_node_t *element, struct span text, struct arena *arena)
{
    struct span line = from_line(node_text_cut(element, BYLINE_TEXT_MAX_BYTES, arena), text);
    const char *bar = line.len > 0 ? memchr(line.data, '|', line.len) : NULL;
    size_t len = bar ? (size_t)(bar - line.data) : LINE_MAX_BYTES;
    return len < LINE_MAX_BYTES ? span_of(line.data, len) : SPAN_NONE;
}

struct span byline_text(lxb_dom_node_t *text_node, struct arena *arena)
{
    const lexbor_str_t *str = &lxb_dom_interface_text(text_node)->char_data.data;
    struct span text = byline_text_start(text_trim(span_of((const char *)str->data, str->length)));
    bool label = byline_text_is_label(text);
    if (text.len < 2 || !(label || byline_text_opens(text)))
        return SPAN_NONE;
    lxb_dom_node_t *element = text_node->parent;
    for (int levels = LEVELS_UP_MAX; levels > 0 && element; levels--) {
        struct span whole = node_text(element, BYLINE_TEXT_MAX_BYTES, arena);
        struct span rest = from_line(whole, text);
        if (whole.len == 0 && label)
            return first_line(element, text, arena);
        if (rest.len == 0)
            return label || whole.len > 0 ? SPAN_NONE : text;
        if (!byline_text_is_label(rest))
            return rest;
        element = element->parent;
    }
    return SPAN_NONE;
}

struct span byline_text_behind_date(struct span line, struct span date)
{
    const char *end = date.data + date.len;
    struct span rest = text_trim(span_of(end, (size_t)(line.data + line.len - end)));
    bool dash = rest.len > 2 && rest.data[0] == '-' && rest.data[1] == ' ';
    rest = byline_text_start(rest);
    return dash || byline_text_opens(rest) ? rest : SPAN_NONE;
}

bool byline_text_is_parted(struct span text)
{
    while (text.len > 0) {
        uint32_t c = text_next(&text);
        if (c == '|' || c == 0xB7 || c == 0x2022 || c == 0x30FB)
            return true;
    }
    return false;
}

static bool ends_folded(struct span text, const char *end)
{
    size_t len = strlen(end);
    return text.len >= len && text_equals_folded(span_of(text.data + text.len - len, len), end);
}

bool byline_text_is_card_label(struct span text)
{
    return byline_text_is_label(text) ||
           (ends_folded(text, " by") && !byline_text_names_other(SPAN_NONE, text));
}

bool byline_text_names_other(struct span before_last, struct span last)
{
    static const char *const ends[] = {
        "reviewed by",      "checked by",      "verified by",   "approved by",
        "reviewed",         "edited",          "checked",       "verified",
        "approved",         "reviewer",        "editor",        "reviewers",
        "editors",          "expert reviewer", "researched by", "contributions from",
        "contributions by",
    };
    if (text_equals_folded(last, "by"))
        last = before_last;
    while (last.len > 0 && (last.data[last.len - 1] == ':' || last.data[last.len - 1] == ' '))
        last.len--;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (ends_folded(last, ends[i]))
            return true;
    return author_credit_at_end(last) == AUTHOR_CREDIT_OTHER;
}

bool byline_text_is_author_page(struct span href)
{
    static const char *const folders[] = {
        "author/",  "authors/",    "autor/",     "autoren/",     "autores/",
        "auteur/",  "auteurs/",    "autore/",    "contributor/", "contributors/",
        "writers/", "journalist/", "redakteur/", "byline/"};
    const char *end = href.data + href.len;
    const char *slash = href.len > 0 ? memchr(href.data, '/', href.len) : NULL;
    for (; slash; slash = memchr(slash + 1, '/', (size_t)(end - slash - 1))) {
        struct span rest = span_of(slash, (size_t)(end - slash));
        if (rest.len < 2 || !strchr("acwjrb", rest.data[1] | 0x20))
            continue;
        struct span folder = span_of(rest.data + 1, rest.len - 1);
        for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
            if (text_starts_folded(folder, folders[i]) && folder.len > strlen(folders[i]))
                return true;
    }
    return false;
}
