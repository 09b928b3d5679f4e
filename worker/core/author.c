#include "core/author.h"

#include "core/author_credit.h"
#include "core/author_openings.h"
#include "core/author_words.h"
#include "core/date.h"
#include "core/text.h"

enum {
    BYLINE_MAX_BYTES = 2048,
    NAME_MAX_CHARACTERS = 90,
    NAME_MAX_WORDS = 8,
};

/* What parts two pieces of a byline without a word. */
static bool is_separator(uint32_t c)
{
    switch (c) {
    case ',':
    case ';':
    case '|':
    case '\n':
    case 0xB7:   /* · */
    case 0x2022: /* • */
    case 0x2014: /* em dash */
    case 0x3001: /* 、 */
    case 0xFF0C:
    case 0xFF0F: /* ／ */
    case 0xFF1B:
    case 0x60C: return true;
    default: return false;
    }
}

/* Separators that count only with a space on both sides: hyphens and slashes are also inside
 * names. */
static bool is_spaced_separator(uint32_t c)
{
    return c == '-' || c == 0x2013 || c == '/' || c == '+' || c == '>';
}

static bool has_digit(struct span text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.data[i] >= '0' && text.data[i] <= '9')
            return true;
    return false;
}

static bool has_letter(struct span text)
{
    while (text.len > 0)
        if (text_is_letter(text_next(&text)))
            return true;
    return false;
}

static bool looks_like_address(struct span text)
{
    bool at = memchr(text.data, '@', text.len) != NULL;
    return at || text_find_folded(text, "http") < text.len ||
           text_find_folded(text, "www.") < text.len;
}

/* "Jane (Poe) Roe": between two single words stands a name as well. */
static bool is_inner_name(struct span name)
{
    const char *open = memchr(name.data, '(', name.len);
    const char *close = memchr(name.data, ')', name.len);
    if (!open || !close || close < open)
        return false;
    struct span before = text_trim(span_of(name.data, (size_t)(open - name.data)));
    struct span behind = text_trim(span_of(close + 1, (size_t)(name.data + name.len - close - 1)));
    return text_count_words(before) == 1 && text_count_words(behind) == 1;
}

/* Cuts "(AP)" and everything behind it, an e-mail in brackets, and the end of brackets that opened
 * with another name: "Jane Roe (with John Doe and Max Poe)". */
static struct span strip_brackets(struct span name)
{
    if (is_inner_name(name))
        return text_trim(name);
    for (size_t i = 1; i < name.len; i++)
        if (strchr("([<)]", name.data[i]))
            name.len = i;
    return text_trim(name);
}

static struct span strip_marks(struct span name)
{
    name = text_trim(name);
    while (name.len > 0 && strchr(":*\"@#.-/_", name.data[0]))
        name = text_trim(span_of(name.data + 1, name.len - 1));
    while (name.len > 0 && strchr(":*\"-/_>", name.data[name.len - 1]))
        name = text_trim(span_of(name.data, name.len - 1));
    bool abbreviated = name.len >= 3 && name.data[name.len - 1] == '.' &&
                       (name.data[name.len - 3] == ' ' ||
                        text_equals_folded(span_of(name.data + name.len - 3, 3), "jr.") ||
                        text_equals_folded(span_of(name.data + name.len - 3, 3), "sr."));
    if (name.len > 0 && name.data[name.len - 1] == '.' && !abbreviated &&
        text_count_words(name) > 1)
        name.len--;
    return name;
}

/* Credentials behind the last name: "Jane Roe PhD", "Jane Roe MS RD". */
static struct span strip_credentials(struct span name)
{
    for (;;) {
        size_t space = name.len;
        while (space > 0 && name.data[space - 1] != ' ')
            space--;
        struct span last = span_of(name.data + space, name.len - space);
        struct span before = text_trim(span_of(name.data, space));
        if (text_count_words(before) < 2 || !author_words_is_credential(last))
            return name;
        /* "Do" and "Ma" are names as well; letters behind a name are written in capitals. */
        struct span rest = last;
        uint32_t first = text_next(&rest);
        uint32_t second = rest.len > 0 ? text_next(&rest) : 0;
        if (!text_is_upper(first) ||
            (last.len <= 3 && text_is_letter(second) && !text_is_upper(second)))
            return name;
        name = before;
    }
}

/* The press of Korea, Japan and China sets "reporter" behind the name. */
static struct span strip_reporter(struct span name)
{
    static const char *const titles[] = {" 기자", "기자", "記者", "记者"};
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
        size_t len = strlen(titles[i]);
        if (name.len > len && memcmp(name.data + name.len - len, titles[i], len) == 0)
            return text_trim(span_of(name.data, name.len - len));
    }
    return name;
}

/* "Jane Roe on behalf of the Coast Team", "Jane Roe for Coast Weekly"; not "The Center for Coast
 * Studies". */
static struct span strip_behalf(struct span name)
{
    static const char *const words[] = {" for ",  " via ",  " f\u00FCr ",
                                        " pour ", " para ", " voor "};
    size_t at = text_find_folded(name, " on behalf of ");
    if (at < name.len)
        return span_of(name.data, at);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        at = text_find_folded(name, words[i]);
        struct span before = span_of(name.data, at);
        if (at < name.len && text_count_words(before) >= 2 && !author_words_is_organization(before))
            return before;
    }
    return name;
}

/* Where the author was, or the category of the post, behind a name that an opening announced: "By
 * Jane Roe in London", "Posted by jroe in News". */
static struct span strip_place(struct span name, bool posted)
{
    static const char *const words[] = {" in ", " aus ", " under "};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t at = text_find_folded(name, words[i]);
        if (at < name.len && (posted || text_count_words(span_of(name.data, at)) >= 2))
            return span_of(name.data, at);
    }
    return name;
}

/* An e-mail address or an account behind the name: "Jane Roe @jroe". */
static struct span strip_account(struct span name)
{
    size_t space = name.len;
    while (space > 0 && name.data[space - 1] != ' ')
        space--;
    struct span before = text_trim(span_of(name.data, space));
    bool account = memchr(name.data + space, '@', name.len - space) != NULL;
    return account && text_count_words(before) >= 2 ? before : name;
}

static struct span skip_openings(struct span text, bool weakly)
{
    return weakly ? author_openings_skip(text) : author_openings_skip_certain(text);
}

/* weakly: a preposition may open it. */
static struct span clean_piece(struct span piece, bool weakly)
{
    piece = strip_behalf(skip_openings(strip_marks(piece), weakly));
    piece = strip_reporter(strip_credentials(strip_marks(strip_account(strip_brackets(piece)))));
    return piece;
}

/* "王小明／台北報導": behind the name stands from where it was reported. */
static bool is_report(struct span piece)
{
    static const char *const words[] = {"報導", "报道", "報道", "综合", "綜合"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t len = strlen(words[i]);
        if (piece.len >= len && memcmp(piece.data + piece.len - len, words[i], len) == 0)
            return true;
    }
    return false;
}

static bool ends_with_colon(struct span piece)
{
    uint32_t last = 0;
    while (piece.len > 0)
        last = text_next(&piece);
    return last == ':' || last == 0xFF1A;
}

static bool is_name(struct span piece)
{
    if (piece.len < 2 || piece.data[0] == '(' || !has_letter(piece) || looks_like_address(piece))
        return false;
    if (text_count_characters(piece) > NAME_MAX_CHARACTERS ||
        text_count_words(piece) > NAME_MAX_WORDS)
        return false;
    return !author_words_is_placeholder(piece) && !ends_with_colon(piece) && !is_report(piece);
}

/* The piece at the start of rest, ended by a separator or a joining word. */
static struct span take_piece(struct span *rest)
{
    struct span whole = *rest;
    uint32_t before = ' ';
    while (rest->len > 0) {
        struct span here = *rest;
        uint32_t c = text_next(rest);
        bool spaced = before == ' ' && rest->len > 0 && rest->data[0] == ' ';
        if (is_separator(c) || (is_spaced_separator(c) && spaced))
            return span_of(whole.data, whole.len - here.len);
        if (before == ' ' && here.len < whole.len) {
            bool weak = false;
            size_t credit;
            if (author_credit_at(here, &credit) != AUTHOR_CREDIT_NONE) {
                *rest = here; /* "Jane Roe Photos by John Doe" */
                return text_trim(span_of(whole.data, whole.len - here.len));
            }
            size_t joiner = author_words_joiner(here, &weak);
            struct span left = text_trim(span_of(whole.data, whole.len - here.len));
            struct span right =
                joiner < here.len ? span_of(here.data + joiner, here.len - joiner) : SPAN_NONE;
            bool parts = joiner > 0 &&
                         (!weak || (text_count_words(left) >= 2 && text_count_words(right) >= 2));
            if (parts) {
                *rest = right;
                return left;
            }
        }
        before = c;
    }
    return whole;
}

struct pieces {
    struct author items[AUTHOR_MAX];
    size_t count;
};

static bool is_suffix(struct span piece)
{
    static const char *const suffixes[] = {"jr", "jr.", "sr", "sr.", "ii", "iii", "iv"};
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++)
        if (text_equals_folded(piece, suffixes[i]))
            return true;
    return false;
}

static bool is_known(const struct pieces *pieces, struct span name)
{
    for (size_t i = 0; i < pieces->count; i++)
        if (span_equal(pieces->items[i].name, name))
            return true;
    return false;
}

/* A piece behind the first name that says what the person does or has. */
static bool is_attribute(struct span piece)
{
    return author_words_is_role(piece) || author_words_is_credential(piece);
}

static void add_piece(struct pieces *pieces, struct span raw, bool weakly)
{
    struct span trimmed = text_trim(raw);
    if (text_starts_folded(trimmed, "\u00A9") || author_credit_in_brackets(trimmed))
        return;                           /* of the picture */
    if (span_starts_with(trimmed, "in ")) /* a category behind the date */
        return;
    if (is_suffix(trimmed) && pieces->count > 0) {
        struct span *name = &pieces->items[pieces->count - 1].name;
        name->len = (size_t)(trimmed.data + trimmed.len - name->data);
        return;
    }
    struct span name = clean_piece(raw, weakly);
    /* Dates, reading times, counts: names have no digits. */
    if (!is_name(name) || has_digit(name) || is_attribute(name) || is_known(pieces, name) ||
        pieces->count == AUTHOR_MAX)
        return;
    enum author_kind kind =
        author_words_is_organization(name) ? AUTHOR_ORGANIZATION : AUTHOR_UNKNOWN;
    pieces->items[pieces->count++] = (struct author){.name = name, .kind = kind};
}

/* A byline of one piece is a name even where its words are those of a role, or have digits:
 * "Community Editor", "Studio 54 Team". */
static void add_whole(struct pieces *pieces, struct span text, bool weakly)
{
    struct span name = clean_piece(text, weakly);
    struct span rest = name;
    struct span first = take_piece(&rest);
    struct date_value date;
    if (is_name(name) && rest.len == 0 && first.len == name.len && !date_parse(name, &date) &&
        !author_words_is_credential(name) && !author_openings_of_other(text))
        pieces->items[pieces->count++] = (struct author){.name = name};
}

static void add_pieces(struct pieces *pieces, struct span text, bool weakly)
{
    struct span rest = skip_openings(text, weakly);
    bool opened = rest.len < text.len;
    bool posted = text_starts_folded(text, "posted") || text_starts_folded(text, "published");
    bool of_other = false; /* who is named now did something else than write */
    while (rest.len > 0) {
        size_t bytes = 0;
        struct span start = text_trim(rest);
        enum author_credit credit = author_credit_at(start, &bytes);
        if (credit != AUTHOR_CREDIT_NONE)
            of_other = credit == AUTHOR_CREDIT_OTHER;
        else if (author_openings_of_other(start))
            of_other = true;
        else if (of_other && author_openings_at_start(start))
            of_other = false;
        /* With the space in front: "Roe, Doe, and Poe" */
        if (bytes > 0)
            rest = span_of(start.data + bytes, start.len - bytes);
        struct span piece = take_piece(&rest);
        if (!of_other)
            add_piece(pieces, opened ? strip_place(piece, posted) : piece, weakly && !opened);
    }
}

/* Without the preposition of the date behind it: "Jane Roe on" January 24. */
static struct span strip_preposition(struct span text)
{
    static const char *const words[] = {" on", " am", " vom", " le", " el",
                                        " em", " il", " op",  " at"};
    text = text_trim(text);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t len = strlen(words[i]);
        if (text.len > len &&
            text_equals_folded(span_of(text.data + text.len - len, len), words[i]))
            return text_trim(span_of(text.data, text.len - len));
    }
    return text;
}

/* A date inside a byline parts it: "Jane Roe, January 24, 2022". */
static void add_around_date(struct pieces *pieces, struct span text, bool weakly)
{
    struct date_value date;
    struct span place;
    if (!has_digit(text) || !date_find(text, DATE_ORDER_UNKNOWN, &date, &place)) {
        add_pieces(pieces, text, weakly);
        return;
    }
    add_pieces(pieces, strip_preposition(span_of(text.data, (size_t)(place.data - text.data))),
               weakly);
    const char *behind = place.data + place.len;
    add_pieces(pieces, span_of(behind, (size_t)(text.data + text.len - behind)), weakly);
}

static bool list(struct span byline, bool weakly, struct arena *arena,
                 const struct author **ret_items, size_t *ret_count)
{
    if (byline.len > BYLINE_MAX_BYTES)
        byline.len = BYLINE_MAX_BYTES;
    struct span text = text_clean(arena, byline);
    if (!text.data)
        return false;
    struct pieces pieces = {.count = 0};
    add_around_date(&pieces, text, weakly);
    if (pieces.count == 0)
        add_whole(&pieces, text, weakly);
    if (pieces.count == 0) {
        *ret_items = NULL;
        *ret_count = 0;
        return true;
    }
    struct author *items = arena_alloc(arena, pieces.count * sizeof *items);
    if (!items)
        return false;
    memcpy(items, pieces.items, pieces.count * sizeof *items);
    *ret_items = items;
    *ret_count = pieces.count;
    return true;
}

bool author_list(struct span byline, struct arena *arena, const struct author **ret_items,
                 size_t *ret_count)
{
    return list(byline, true, arena, ret_items, ret_count);
}

bool author_list_named(struct span names, struct arena *arena, const struct author **ret_items,
                       size_t *ret_count)
{
    return list(names, false, arena, ret_items, ret_count);
}

struct span author_name_in_order(struct span name, struct arena *arena)
{
    const char *comma = name.len ? memchr(name.data, ',', name.len) : NULL;
    if (!comma)
        return name;
    struct span last = text_trim(span_of(name.data, (size_t)(comma - name.data)));
    struct span first = text_trim(span_of(comma + 1, name.len - (size_t)(comma + 1 - name.data)));
    const char *second = first.len ? memchr(first.data, ',', first.len) : NULL;
    struct span suffix = SPAN_NONE; /* "King, Martin Luther, Jr." */
    if (second) {
        suffix = text_trim(span_of(second + 1, (size_t)(first.data + first.len - second) - 1));
        first = text_trim(span_of(first.data, (size_t)(second - first.data)));
    }
    if (first.len == 0 || last.len == 0 || (second && !is_suffix(suffix)) ||
        text_count_words(last) > 3 || is_suffix(first) || is_attribute(first))
        return name;
    return arena_format(arena, "%.*s %.*s%s%.*s", SPAN_ARG(first), SPAN_ARG(last),
                        suffix.len > 0 ? ", " : "", SPAN_ARG(suffix));
}

enum { ORCID_BYTES = 19 };

/* 0000-0000-0000-0000 at p, which has ORCID_BYTES bytes; its last digit is that of ISO 7064, MOD
 * 11-2, over the others. */
static bool is_orcid(const char *p)
{
    unsigned total = 0;
    for (size_t i = 0; i < ORCID_BYTES - 1; i++) {
        bool hyphen = i % 5 == 4;
        if (hyphen ? p[i] != '-' : p[i] < '0' || p[i] > '9')
            return false;
        if (!hyphen)
            total = (total + (unsigned)(p[i] - '0')) * 2 % 11;
    }
    unsigned check = (12 - total) % 11;
    char last = p[ORCID_BYTES - 1];
    return check == 10 ? last == 'X' || last == 'x' : last == (char)('0' + check);
}

struct span author_orcid(struct span text, struct arena *arena)
{
    for (size_t i = 0; i + ORCID_BYTES <= text.len; i++)
        if (is_orcid(text.data + i))
            return arena_format(
                arena, "%.*s%c", ORCID_BYTES - 1, text.data + i,
                text.data[i + ORCID_BYTES - 1] == 'x' ? 'X' : text.data[i + ORCID_BYTES - 1]);
    return SPAN_NONE;
}
