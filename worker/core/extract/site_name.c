#include "core/extract/site_name.h"

#include "core/extract/similar.h"
#include "core/text.h"

enum {
    MOST_OF_IT = 50,      /* percent of the words */
    MOST_IDEOGRAPHS = 80, /* percent of the characters where each counts as a word */
    FIRST_IDEOGRAPH = 0x2E80,
};

/* What stands between a headline and its site's name, always with spaces around it. */
static bool is_separator(uint32_t c)
{
    switch (c) {
    case '|':
    case '-':
    case '/':
    case '~':
    case ':':
    case '<':
    case '>':
    case '_':
    case 0xAB: /* « */
    case 0xB7:
    case 0xBB:
    case 0x2013:
    case 0x2014:
    case 0x2015: /* ― */
    case 0x2022:
    case 0x2039: /* ‹ */
    case 0x203A:
    case 0x2223:
    case 0x2502: /* │ */
    case 0x30FB: /* ・ */
    case 0xFF0D: /* － */
    case 0xFF0F: /* ／ */
    case 0xFF1A: /* ： */
    case 0xFF5C: return true;
    default: return false;
    }
}

struct span site_name_host(struct span url)
{
    size_t scheme = text_find_folded(url, "://");
    if (scheme >= url.len)
        return SPAN_NONE;
    struct span host = span_of(url.data + scheme + 3, url.len - scheme - 3);
    if (text_starts_folded(host, "www."))
        host = span_of(host.data + 4, host.len - 4);
    size_t len = 0;
    while (len < host.len && !strchr("/?#:", host.data[len]))
        len++;
    return span_of(host.data, len);
}

/* Bytes before the label of host that somebody registered, "harbor" of sport.harbor.co.uk.
 * *ret_end: where it ends. */
static size_t registered_label(struct span host, size_t *ret_end)
{
    /* Under which others register: second levels of countries, and hosts of blogs. */
    static const char *const shared[] = {"co",  "com", "org", "net",      "gov",       "ac",
                                         "edu", "or",  "ne",  "blogspot", "wordpress", "substack"};
    size_t end = host.len, start = host.len;
    for (int labels = 0; start > 0; labels++) {
        size_t before = start;
        while (before > 0 && host.data[before - 1] != '.')
            before--;
        struct span label = span_of(host.data + before, start - before);
        bool skip = labels == 0 && before > 0;
        for (size_t i = 0; labels == 1 && before > 0 && i < sizeof shared / sizeof *shared; i++)
            skip |= text_equals_folded(label, shared[i]);
        end = start;
        start = before;
        if (!skip)
            break;
        start = before - 1;
    }
    *ret_end = end;
    return start;
}

/* Whether the letters of text are the label of host that was registered, alone or with those
 * before or behind it: "Harbor", "harbor.com", "Sport Harbor"; but not "UK", "Sport". */
static bool names_host(struct span host, struct span text)
{
    size_t least_end;
    size_t last_start = registered_label(host, &least_end);
    for (size_t start = 0; start <= last_start && start < host.len; start++) {
        if (start > 0 && host.data[start - 1] != '.')
            continue;
        for (size_t end = least_end; end <= host.len; end++)
            if ((end == host.len || host.data[end] == '.') &&
                similar_same_letters(span_of(host.data + start, end - start), text))
                return true;
    }
    return false;
}

/* Equal to one of the site's names. */
static bool is_exactly(const struct site *site, struct span text)
{
    return similar_same_letters(site->publisher, text) || similar_same_letters(site->brand, text) ||
           names_host(site->host, text);
}

/* Bytes of "The ", "Die ", ... at the start of a name. */
static size_t article_at(struct span text)
{
    static const char *const articles[] = {"the ", "der ", "die ", "das ", "le ",
                                           "la ",  "el ",  "il ",  "de ",  "o "};
    for (size_t i = 0; i < sizeof articles / sizeof *articles; i++)
        if (text_starts_folded(text, articles[i]))
            return strlen(articles[i]);
    return 0;
}

static bool is_ideograph(struct span text)
{
    return text.len > 0 && text_next(&text) >= FIRST_IDEOGRAPH;
}

bool site_name_is(const struct site *site, struct span text)
{
    text = text_trim(text);
    if (text.len == 0)
        return false;
    size_t article = article_at(text);
    if (article > 0 && site_name_is(site, span_of(text.data + article, text.len - article)))
        return true;
    if (is_exactly(site, text))
        return true;
    /* "Example Labs" of "Example", "The Example" of "Example News"; but not a headline that names
     * its site among other words */
    return text_count_words(text) <= 5 && site->publisher.len > 0 &&
           text_count_words(site->publisher) <= 5 &&
           similar_to_shorter(site->publisher, text) == 100 &&
           similar_to_longer(site->publisher, text) >=
               (is_ideograph(text) ? MOST_IDEOGRAPHS : MOST_OF_IT);
}

struct cut {
    struct span before, behind;
    uint32_t separator;
};

/* "_" or "-" before the name of a section or a site: few characters of Chinese or Japanese. */
static bool is_unspaced_bar(uint32_t c, struct span behind)
{
    enum { NAME_MAX_CHARACTERS = 8 };
    return (c == '_' || c == '-') && is_ideograph(behind) &&
           text_count_characters(behind) <= NAME_MAX_CHARACTERS;
}

/* Full-width forms bring their own space; some also stand inside headlines, so that a site's name
 * must be beside them. */
static bool is_wide(uint32_t c)
{
    return c == 0x2015 || c == 0xFF0D || c == 0xFF0F || c == 0xFF1A;
}

/* The last separator in title, with spaces around it (or a full-width one; scripts without spaces
 * have none around "_" and "-" either). */
static bool last_cut(const struct site *site, struct span title, struct cut *ret_cut)
{
    bool found = false;
    struct span rest = title;
    uint32_t before = 0;
    while (rest.len > 0) {
        struct span here = rest;
        uint32_t c = text_next(&rest);
        bool spaced = before == ' ' && rest.len > 0 && rest.data[0] == ' ';
        bool colon = c == ':' && rest.len > 0 && rest.data[0] == ' ';
        bool bar = c == '|' || c == 0xFF5C || is_unspaced_bar(c, rest) ||
                   (is_wide(c) && site_name_is(site, rest));
        if (is_separator(c) && ((spaced && c != ':') || colon || bar)) {
            ret_cut->before = text_trim(span_of(title.data, title.len - here.len));
            ret_cut->behind = text_trim(rest);
            ret_cut->separator = c;
            /* "A Headline :: Coast", "A Headline || Coast" */
            struct span *front = &ret_cut->before;
            while (front->len > 1 && c < 0x80 && front->data[front->len - 1] == (char)c &&
                   (front->data[front->len - 2] == ' ' || front->data[front->len - 2] == (char)c))
                *front = text_trim(span_of(front->data, front->len - 1));
            found = ret_cut->before.len > 0 && ret_cut->behind.len > 0;
        }
        before = c;
    }
    return found;
}

static bool first_cut(struct span title, struct cut *ret_cut)
{
    struct span rest = title;
    uint32_t before = 0;
    while (rest.len > 0) {
        struct span here = rest;
        uint32_t c = text_next(&rest);
        bool spaced = before == ' ' && rest.len > 0 && rest.data[0] == ' ';
        bool colon = c == ':' && rest.len > 0 && rest.data[0] == ' ';
        if (is_separator(c) && ((spaced && c != ':') || colon || c == '|' || is_wide(c))) {
            *ret_cut = (struct cut){text_trim(span_of(title.data, title.len - here.len)),
                                    text_trim(rest), c};
            return ret_cut->before.len > 0 && ret_cut->behind.len > 0;
        }
        before = c;
    }
    return false;
}

/* Behind a bar stands a site or section, unless it is the longer part. */
static bool is_furniture(const struct site *site, const struct cut *cut)
{
    if (site_name_is(site, cut->behind))
        return true;
    bool bar = cut->separator == '|' || cut->separator == 0xFF5C ||
               is_unspaced_bar(cut->separator, cut->behind);
    return bar && text_count_words(cut->behind) <= 5 &&
           text_count_words(cut->before) >= text_count_words(cut->behind);
}

/* "Site \u00BB Blog Archive \u00BB Headline": the first themes of WordPress, and their
 * translations. */
static bool is_archive(struct span text)
{
    struct cut cut;
    return first_cut(text, &cut) && cut.separator == 0xBB &&
           text_starts_folded(cut.before, "blog archiv");
}

/* Without a name that itself holds separators: "A Headline - Coast - The Sea" of "Coast - The Sea".
 */
static struct span strip_whole(struct span name, struct span title)
{
    if (name.len == 0 || title.len <= name.len ||
        memcmp(title.data + title.len - name.len, name.data, name.len) != 0)
        return title;
    struct span rest = text_trim(span_of(title.data, title.len - name.len));
    size_t last = rest.len;
    while (last > 0 && ((unsigned char)rest.data[--last] & 0xC0) == 0x80)
        ;
    struct span mark = span_of(rest.data + last, rest.len - last);
    bool parted = last > 0 && rest.data[last - 1] == ' ' && is_separator(text_next(&mark));
    return parted ? text_trim(span_of(rest.data, last)) : title;
}

/* "A Headline (Coast)": a site's very name in brackets at the end, as Japan's press sets it. */
static struct span strip_bracket(const struct site *site, struct span title)
{
    static const struct {
        const char *open, *close;
    } pairs[] = {{"(", ")"}, {"[", "]"}, {"\uFF08", "\uFF09"}, {"\u3010", "\u3011"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        size_t open = strlen(pairs[i].open), close = strlen(pairs[i].close);
        size_t at = title.len > close ? title.len - close : 0;
        if (at == 0 || memcmp(title.data + at, pairs[i].close, close) != 0)
            continue;
        size_t start = at;
        while (start > open && memcmp(title.data + start - open, pairs[i].open, open) != 0)
            start--;
        if (start > open && is_exactly(site, span_of(title.data + start, at - start)))
            return text_trim(span_of(title.data, start - open));
    }
    return title;
}

struct span site_name_strip(const struct site *site, struct span title)
{
    struct cut cut;
    title = strip_whole(site->brand, strip_whole(site->publisher, text_trim(title)));
    title = strip_bracket(site, title);
    for (int rounds = 4; rounds > 0 && last_cut(site, title, &cut) && is_furniture(site, &cut);
         rounds--)
        title = cut.before;
    /* In front stands many a series or product of the site: only its very name goes. */
    if (first_cut(title, &cut) && (is_exactly(site, cut.before) || is_archive(cut.behind)))
        title = cut.behind;
    if (first_cut(title, &cut) && is_archive(title))
        title = cut.behind;
    return title;
}

struct span site_name_before(struct span title, struct span headline)
{
    struct cut cut;
    bool found = first_cut(text_trim(title), &cut) && similar_same_letters(cut.behind, headline);
    return found ? cut.before : SPAN_NONE;
}
