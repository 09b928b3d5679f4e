#include "core/extract/language.h"

#include <stdint.h>

#include "core/text.h"

enum {
    TAG_MAX_BYTES = 35, /* RFC 5646, 4.4.1 */
    SUBTAGS_MAX = TAG_MAX_BYTES / 2 + 1,
    EXTLANGS_MAX = 3,
};

struct subtags {
    struct span items[SUBTAGS_MAX]; /* lower case */
    size_t count;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_alpha(struct span subtag, size_t min, size_t max)
{
    for (size_t i = 0; i < subtag.len; i++)
        if (is_digit(subtag.data[i]))
            return false;
    return subtag.len >= min && subtag.len <= max;
}

static bool is_alphanumeric(struct span subtag, size_t min, size_t max)
{
    return subtag.len >= min && subtag.len <= max;
}

static bool is_region(struct span subtag)
{
    bool number = subtag.len == 3 && is_digit(subtag.data[0]) && is_digit(subtag.data[1]) &&
                  is_digit(subtag.data[2]);
    return number || is_alpha(subtag, 2, 2);
}

static bool is_variant(struct span subtag)
{
    return is_alphanumeric(subtag, 5, 8) || (subtag.len == 4 && is_digit(subtag.data[0]));
}

static bool is_singleton(struct span subtag)
{
    return subtag.len == 1 && subtag.data[0] != 'x';
}

/* Cuts tag, in lower case, at its hyphens; false where a piece is empty or has other characters. */
static bool split(struct span tag, struct subtags *ret_subtags)
{
    size_t start = 0;
    ret_subtags->count = 0;
    for (size_t i = 0; i <= tag.len; i++) {
        char c = i < tag.len ? tag.data[i] : '-';
        if (c != '-') {
            if (!is_digit(c) && (c < 'a' || c > 'z'))
                return false;
            continue;
        }
        if (i == start || ret_subtags->count == SUBTAGS_MAX)
            return false;
        ret_subtags->items[ret_subtags->count++] = span_of(tag.data + start, i - start);
        start = i + 1;
    }
    return true;
}

static bool stands_in(const struct subtags *subtags, size_t from, size_t to, struct span subtag)
{
    for (size_t i = from; i < to; i++)
        if (span_equal(subtags->items[i], subtag))
            return true;
    return false;
}

/* Past the subtags from i on that a part takes; SIZE_MAX for a tag that is none. */
static size_t skip_variants(const struct subtags *subtags, size_t i)
{
    size_t first = i;
    for (; i < subtags->count && is_variant(subtags->items[i]); i++)
        if (stands_in(subtags, first, i, subtags->items[i]))
            return SIZE_MAX;
    return i;
}

static size_t skip_extensions(const struct subtags *subtags, size_t i)
{
    uint64_t seen = 0; /* singletons: letters and digits */
    while (i < subtags->count && is_singleton(subtags->items[i])) {
        char c = subtags->items[i].data[0];
        uint64_t bit = UINT64_C(1) << (is_digit(c) ? c - '0' : c - 'a' + 10);
        size_t first = ++i;
        while (i < subtags->count && is_alphanumeric(subtags->items[i], 2, 8))
            i++;
        if (i == first || seen & bit)
            return SIZE_MAX;
        seen |= bit;
    }
    return i;
}

static size_t skip_private_use(const struct subtags *subtags, size_t i)
{
    if (i == subtags->count || !span_equals(subtags->items[i], "x"))
        return i;
    size_t first = ++i;
    while (i < subtags->count && is_alphanumeric(subtags->items[i], 1, 8))
        i++;
    return i > first ? i : SIZE_MAX;
}

static bool is_tag(const struct subtags *subtags)
{
    const struct span *items = subtags->items;
    size_t count = subtags->count;
    if (count == 0 || !is_alpha(items[0], 2, 3) || span_equals(items[0], "und"))
        return false;
    size_t i = 1;
    while (i < count && i <= EXTLANGS_MAX && is_alpha(items[i], 3, 3))
        i++;
    if (i < count && is_alpha(items[i], 4, 4))
        i++;
    if (i < count && is_region(items[i]))
        i++;
    i = skip_variants(subtags, i);
    if (i != SIZE_MAX)
        i = skip_extensions(subtags, i);
    if (i != SIZE_MAX)
        i = skip_private_use(subtags, i);
    return i == count;
}

/* ISO 639-2 and old codes, which BCP 47 does not have where there is one of two letters (RFC 5646,
 * 2.2.1), and the registry's own replacements. */
static const char *const short_forms[][2] = {
    {"afr", "af"}, {"alb", "sq"}, {"ara", "ar"}, {"arm", "hy"}, {"baq", "eu"}, {"bel", "be"},
    {"ben", "bn"}, {"bul", "bg"}, {"cat", "ca"}, {"ces", "cs"}, {"chi", "zh"}, {"cze", "cs"},
    {"dan", "da"}, {"deu", "de"}, {"dut", "nl"}, {"ell", "el"}, {"eng", "en"}, {"est", "et"},
    {"eus", "eu"}, {"fas", "fa"}, {"fin", "fi"}, {"fra", "fr"}, {"fre", "fr"}, {"geo", "ka"},
    {"ger", "de"}, {"gle", "ga"}, {"glg", "gl"}, {"gre", "el"}, {"heb", "he"}, {"hin", "hi"},
    {"hrv", "hr"}, {"hun", "hu"}, {"hye", "hy"}, {"ice", "is"}, {"in", "id"},  {"ind", "id"},
    {"isl", "is"}, {"ita", "it"}, {"iw", "he"},  {"ji", "yi"},  {"jpn", "ja"}, {"kat", "ka"},
    {"kor", "ko"}, {"lav", "lv"}, {"lit", "lt"}, {"mac", "mk"}, {"may", "ms"}, {"mkd", "mk"},
    {"msa", "ms"}, {"nld", "nl"}, {"nno", "nn"}, {"nob", "nb"}, {"nor", "no"}, {"per", "fa"},
    {"pol", "pl"}, {"por", "pt"}, {"ron", "ro"}, {"rum", "ro"}, {"rus", "ru"}, {"slk", "sk"},
    {"slo", "sk"}, {"slv", "sl"}, {"spa", "es"}, {"sqi", "sq"}, {"srp", "sr"}, {"swe", "sv"},
    {"tam", "ta"}, {"tha", "th"}, {"tur", "tr"}, {"ukr", "uk"}, {"urd", "ur"}, {"vie", "vi"},
    {"wel", "cy"}, {"cym", "cy"}, {"zho", "zh"},
};

static struct span shorten(struct span language)
{
    for (size_t i = 0; i < sizeof short_forms / sizeof *short_forms; i++)
        if (span_equals(language, short_forms[i][0]))
            return span_from(short_forms[i][1]);
    return language;
}

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

/* Regions in capitals and scripts with one: subtags of two and four characters that neither begin
 * the tag nor follow a singleton (RFC 5646, 2.1.1). tag holds the subtags. */
static void set_case(const struct subtags *subtags, char *tag)
{
    size_t at = 0;
    for (size_t i = 0; i < subtags->count && subtags->items[i].len > 1; i++) {
        size_t len = subtags->items[i].len;
        if (i > 0 && len == 2)
            tag[at + 1] = upper(tag[at + 1]);
        if (i > 0 && (len == 2 || len == 4))
            tag[at] = upper(tag[at]);
        at += len + 1;
    }
}

/* The first of a list, without a locale's character set, in lower case with hyphens. */
static struct span normalized(struct span text, struct arena *arena)
{
    size_t len = 0;
    text = text_trim(text);
    while (len < text.len && !strchr(",;.@", text.data[len]))
        len++;
    text = text_trim(span_of(text.data, len));
    if (text.len == 0 || text.len > TAG_MAX_BYTES)
        return SPAN_NONE;
    char *tag = arena_alloc(arena, text.len);
    for (size_t i = 0; tag && i < text.len; i++) {
        char c = text.data[i];
        tag[i] = c == '_' ? '-' : c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
    }
    return span_of(tag, tag ? text.len : 0);
}

struct span language_tag(struct span text, struct arena *arena)
{
    struct subtags subtags;
    struct span tag = normalized(text, arena);
    if (tag.len == 0 || !split(tag, &subtags) || !is_tag(&subtags))
        return SPAN_NONE;
    struct span language = shorten(subtags.items[0]);
    size_t rest = tag.len - subtags.items[0].len;
    char *out = arena_alloc(arena, tag.len);
    if (!out)
        return SPAN_NONE;
    memcpy(out, language.data, language.len);
    memcpy(out + language.len, tag.data + subtags.items[0].len, rest);
    subtags.items[0] = language;
    set_case(&subtags, out);
    return span_of(out, language.len + rest);
}
