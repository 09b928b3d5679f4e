#include "core/text_article.h"

#include "core/author.h"
#include "core/author_openings.h"
#include "core/author_words.h"
#include "core/date.h"
#include "core/date_words.h"
#include "core/extract/date_label.h"
#include "core/text.h"

enum {
    HEAD_MAX_CHARACTERS = 160, /* a longer first line is no head */
    NAMES_MAX_WORDS = 8,
    TITLE_MAX_CHARACTERS = 250,
    PUBLICATION_MAX_CHARACTERS = 90,
    SIGNATURE_MAX_CHARACTERS = 400, /* a longer last line is a paragraph */
};

struct line {
    struct span text; /* trimmed */
    size_t number;    /* from 1; 0: none */
};

/* Bytes before the line's end: LF, CR LF, or a CR alone. */
static size_t line_bytes(struct span text)
{
    size_t len = 0;
    while (len < text.len && text.data[len] != '\n' && text.data[len] != '\r')
        len++;
    return len;
}

/* The next line of *rest that is not empty. */
static struct line next_line(struct span *rest, size_t *number)
{
    while (rest->len > 0) {
        size_t len = line_bytes(*rest);
        struct span text = text_trim(span_of(rest->data, len));
        bool pair = rest->len - len > 1 && rest->data[len] == '\r' && rest->data[len + 1] == '\n';
        size_t taken = len < rest->len ? len + 1 + pair : len;
        *rest = span_of(rest->data + taken, rest->len - taken);
        ++*number;
        if (text.len > 0)
            return (struct line){text, *number};
    }
    return (struct line){SPAN_NONE, 0};
}

/* The last line that is not empty. Its number is counted from before, a line above it. */
static struct line last_line(struct span rest, size_t number)
{
    struct line last = {SPAN_NONE, 0};
    for (;;) {
        struct line line = next_line(&rest, &number);
        if (line.number == 0)
            return last;
        last = line;
    }
}

static struct span path_of(struct arena *arena, size_t line)
{
    return arena_format(arena, "line %zu", line);
}

/* "Author: X" and its fellows, as a line of the head has them. */
static bool names_author(struct span text)
{
    static const char *const labels[] = {"author:", "authors:", "by ",     "by:",     "von ",
                                         "autor:",  "autorin:", "par ",    "auteur:", "autore:",
                                         "por ",    "автор:",   "авторы:", "作者"};
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        if (text_starts_folded(text, labels[i]))
            return true;
    return author_openings_skip(text).len < text.len;
}

/* What follows "By " and its fellows, which open headlines too; absent where text has none. Only a
 * colon makes the word a label. */
static struct span behind_preposition(struct span text)
{
    static const char *const prepositions[] = {"by ", "von ", "par ", "por "};
    for (size_t i = 0; i < sizeof prepositions / sizeof *prepositions; i++) {
        size_t len = strlen(prepositions[i]);
        if (text_starts_folded(text, prepositions[i]))
            return text_trim(span_of(text.data + len, text.len - len));
    }
    return SPAN_NONE;
}

struct head {
    bool has_date;
    struct date_value date;
    struct span byline; /* absent: none */
};

/* A first line and what follows it. */
struct opening {
    struct span line;
    struct span next;  /* the line behind it that is not empty; absent: none */
    bool stands_apart; /* an empty line is between the two */
};

/* "24.01.2022" is a day, "01/02/2022" one of two: its year is sure, which makes it a head's date
 * all the same. */
static bool is_head_date(const struct date_value *date, struct span raw)
{
    return date->has_date || (date->precision == DATE_YEAR && memchr(raw.data, '/', raw.len));
}

/* Without the marks that part a date from what stands beside it. */
static struct span strip_marks(struct span text)
{
    static const char *const marks[] = {",", ";", "|", "-",      ":",      ".",      "/",     "(",
                                        ")", "[", "]", "\u2013", "\u2014", "\u00B7", "\u2022"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks;) {
        size_t len = strlen(marks[i]);
        text = text_trim(text);
        bool front = text.len >= len && memcmp(text.data, marks[i], len) == 0;
        bool back = text.len >= len && memcmp(text.data + text.len - len, marks[i], len) == 0;
        if (front)
            text = span_of(text.data + len, text.len - len);
        else if (back)
            text.len -= len;
        i = front || back ? 0 : i + 1;
    }
    return text;
}

/* Words but for the small ones of a written date: "den", "on", "Uhr". */
static size_t count_words(struct span text)
{
    size_t words = 0;
    while (text.len > 0) {
        size_t len = 0;
        while (len < text.len && text.data[len] != ' ')
            len++;
        struct span word = strip_marks(span_of(text.data, len));
        words += word.len > 0 && !date_word_filler(word);
        text = text_trim(span_of(text.data + len, text.len - len));
    }
    return words;
}

/* Whether the words before a date only lead to it: "Monday, 24 January", "Published on". */
static bool leads_to_date(struct span front)
{
    bool label = date_label_read(front) == DATE_LABEL_PUBLISHED && text_count_words(front) <= 3;
    return label || count_words(front) <= 1;
}

static bool are_names(struct span text, struct arena *arena)
{
    const struct author *items;
    size_t count = 0;
    if (text.len == 0 || text_count_words(text) > NAMES_MAX_WORDS ||
        !author_list(text, arena, &items, &count))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!author_words_look_like_person(items[i].name, true))
            return false;
    return count > 0;
}

/* Whether a byline opens with "By" and then something else than names: "By the sea", "Von der
 * Flut". */
static bool is_phrase(struct span byline, struct arena *arena)
{
    struct span names = behind_preposition(byline);
    bool is_small = names.len > 0 && names.data[0] >= 'a' && names.data[0] <= 'z';
    return names.data && (is_small || !are_names(names, arena));
}

/* A headline has no full stop and is no paragraph. */
static bool may_be_title(struct span line)
{
    return line.len > 0 && line.data[line.len - 1] != '.' &&
           text_count_characters(line) <= HEAD_MAX_CHARACTERS;
}

/* Whether names without a label may be a head's: a headline follows, not the text, to which
 * "Hurricane Ada, 24 January 2022" would be the headline itself. */
static bool may_be_byline(const struct opening *opening, struct span names, struct arena *arena)
{
    return (opening->next.len == 0 || may_be_title(opening->next)) && are_names(names, arena);
}

/* A head has a date, names, or both: "24.01.2022 Author: X", "By X, January 24, 2022",
 * "X, 24 January 2022". Without a date the names need a label. */
static bool read_head(const struct opening *opening, struct arena *arena, struct head *ret_head)
{
    struct head head = {.has_date = false};
    struct span line = opening->line, byline = line, raw;
    const char *raw_start = line.data;
    if (text_count_characters(line) > HEAD_MAX_CHARACTERS)
        return false;
    if (date_find(line, DATE_ORDER_UNKNOWN, &head.date, &raw) && is_head_date(&head.date, raw)) {
        size_t before = (size_t)(raw.data - line.data);
        struct span behind = span_of(raw.data + raw.len, line.len - before - raw.len);
        struct span front = text_trim(span_of(line.data, before));
        bool at_start = leads_to_date(front);
        byline = strip_marks(at_start ? behind : front);
        if (count_words(byline) == 0)
            byline.len = 0; /* "Uhr" */
        bool parted = strip_marks(front).len < front.len || opening->stands_apart;
        if (!at_start && (!parted || strip_marks(behind).len > 0) && !names_author(front))
            return false;
        head.has_date = true;
        head.date.raw = raw;
        raw_start = raw.data;
    }
    bool named = names_author(byline) && (head.has_date || !is_phrase(byline, arena));
    if (head.has_date && byline.len > 0 && !named && !may_be_byline(opening, byline, arena))
        return false; /* a sentence, or a headline with a date */
    if (byline.len > 0 && byline.data < raw_start)
        byline.len =
            (size_t)(line.data + line.len - byline.data); /* author_list knows "X on DAY" */
    if (named || head.has_date)
        head.byline = byline;
    *ret_head = head;
    return head.has_date || head.byline.len > 0;
}

/* The name between a pair of quotation marks, or absent. */
static struct span quoted(struct span text)
{
    static const struct {
        const char *open, *close;
    } pairs[] = {{"“", "”"},   {"«", "»"}, {"„", "“"},  {"„", "”"},
                 {"\"", "\""}, {"‘", "’"}, {"「", "」"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        size_t open = text_find_folded(text, pairs[i].open);
        if (open >= text.len)
            continue;
        size_t start = open + strlen(pairs[i].open);
        struct span rest = span_of(text.data + start, text.len - start);
        size_t close = text_find_folded(rest, pairs[i].close);
        if (close < rest.len)
            return text_trim(span_of(rest.data, close));
    }
    return SPAN_NONE;
}

/* A name written without quotation marks: what follows the marker, if it starts like a name. */
static struct span unquoted(struct span rest)
{
    struct span name = text_trim(rest);
    while (name.len > 0 && strchr(".!", name.data[name.len - 1]))
        name.len--;
    struct span first = name;
    if (text_starts_folded(name, "the "))
        first = span_of(name.data + 4, name.len - 4);
    bool like_name = first.len > 0 && text_is_upper(text_next(&first));
    return like_name && !memchr(name.data, '.', name.len) ? name : SPAN_NONE;
}

/* The author of a last line "Jane Roe, historian, exclusively for X": what stands before its first
 * comma, where it looks like a name. */
static struct span signature(struct span line)
{
    const char *comma = memchr(line.data, ',', line.len);
    struct span name =
        comma ? text_trim(span_of(line.data, (size_t)(comma - line.data))) : SPAN_NONE;
    size_t words = text_count_words(name);
    bool person = words >= 2 && words <= 4 && author_words_look_like_person(name, false);
    return person ? name : SPAN_NONE;
}

/* The publication that a last line names: "exclusively for the online magazine “X”",
 * "especially for X". */
static struct span publication(struct span line)
{
    static const char *const markers[] = {
        "exclusively for ", "especially for ",     "specially for ",       "written for ",
        "for the online ",  "for the journal ",    "for the magazine ",    "for the newspaper ",
        "exklusiv für ",    "exclusivement pour ", "exclusivamente para ", "специально для ",
        "эксклюзивно для ", "first published in ", "first published by ",  "first appeared in ",
    };
    for (size_t i = 0; i < sizeof markers / sizeof *markers; i++) {
        size_t at = text_find_folded(line, markers[i]);
        if (at >= line.len)
            continue;
        size_t start = at + strlen(markers[i]);
        struct span rest = span_of(line.data + start, line.len - start);
        struct span name = quoted(rest);
        if (name.len == 0 && (at == 0 || signature(line).len > 0))
            name = unquoted(rest);
        if (name.len > 0 && text_count_characters(name) <= PUBLICATION_MAX_CHARACTERS &&
            text_count_words(name) <= 8)
            return name;
    }
    return SPAN_NONE;
}

static bool set_authors(struct metadata *metadata, struct arena *arena, struct span byline,
                        size_t line)
{
    const struct author *items;
    size_t count;
    if (!author_list(byline, arena, &items, &count))
        return false;
    if (count > 0)
        metadata->fields[ARTICLE_AUTHORS] = (struct value){
            .kind = VALUE_AUTHORS, .path = path_of(arena, line), .authors = {items, count}};
    return true;
}

static bool set_clean_text(struct metadata *metadata, struct arena *arena, enum article_field field,
                           struct span text, size_t line)
{
    struct span cleaned = text_clean(arena, text);
    metadata_set_text(metadata, field, cleaned, path_of(arena, line));
    return cleaned.data != NULL;
}

bool text_article_parse(struct span text, struct arena *arena, struct metadata *ret_metadata,
                        struct error *ret_error)
{
    if (!span_is_utf8(text))
        return error_poison(ret_error, ERROR_CLASS_DECODE, "text article is not UTF-8");
    struct span rest = text;
    if (span_starts_with(rest, "\xEF\xBB\xBF"))
        rest = span_of(rest.data + 3, rest.len - 3);
    size_t number = 0;
    struct line first = next_line(&rest, &number);
    if (first.number == 0)
        return error_poison(ret_error, ERROR_CLASS_DECODE, "text article is empty");

    struct metadata metadata = {0};
    struct head head = {.has_date = false};
    struct span behind = rest;
    struct line second = next_line(&behind, &number);
    const struct opening opening = {first.text, second.text, second.number > first.number + 1};
    bool has_head = read_head(&opening, arena, &head);
    struct line title = has_head ? second : first;
    rest = behind;
    struct line last = last_line(rest, number);
    if (last.number == 0 && !has_head)
        last = second;
    bool ok = true;
    if (title.number > 0 && text_count_characters(title.text) <= TITLE_MAX_CHARACTERS)
        ok = set_clean_text(&metadata, arena, ARTICLE_TITLE, title.text, title.number);
    if (ok && head.byline.len > 0)
        ok = set_authors(&metadata, arena, head.byline, first.number);
    if (head.has_date)
        metadata.fields[ARTICLE_PUBLISHED] = (struct value){
            .kind = VALUE_DATE, .path = path_of(arena, first.number), .date = head.date};
    struct span publisher = SPAN_NONE;
    if (last.number > 0 && text_count_characters(last.text) <= SIGNATURE_MAX_CHARACTERS)
        publisher = publication(last.text);
    if (ok && publisher.len > 0) {
        ok = set_clean_text(&metadata, arena, ARTICLE_PUBLISHER, publisher, last.number);
        struct span signer = signature(last.text);
        if (ok && signer.len > 0 && metadata.fields[ARTICLE_AUTHORS].kind == VALUE_NONE)
            ok = set_authors(&metadata, arena, signer, last.number);
    }
    if (!ok)
        return error_poison(ret_error, ERROR_CLASS_TOO_LARGE, "text article needs too much memory");
    metadata_set_text(&metadata, ARTICLE_TEXT, text, span_from("text"));
    *ret_metadata = metadata;
    return true;
}
