#include "core/text_article.h"

#include "core/author.h"
#include "core/date.h"
#include "core/text.h"

enum {
    HEAD_MAX_CHARACTERS = 160, /* a longer first line is no head */
    TITLE_MAX_CHARACTERS = 250,
    PUBLICATION_MAX_CHARACTERS = 90,
    SIGNATURE_MAX_CHARACTERS = 400, /* a longer last line is a paragraph */
};

struct line {
    struct span text; /* trimmed */
    size_t number;    /* from 1; 0: none */
};

/* The next line of *rest that is not empty. */
static struct line next_line(struct span *rest, size_t *number)
{
    while (rest->len > 0) {
        const char *end = memchr(rest->data, '\n', rest->len);
        size_t len = end ? (size_t)(end - rest->data) : rest->len;
        struct span text = text_trim(span_of(rest->data, len));
        size_t taken = end ? len + 1 : len;
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
    return false;
}

struct head {
    bool has_date;
    struct date_value date;
    struct span byline; /* absent: none */
};

/* A head has a date at its start, an author's label, or both: "24.01.2022 Author: X",
 * "By X, January 24, 2022". Text with neither is no head. */
static bool read_head(struct span line, struct head *ret_head)
{
    struct head head = {.has_date = false};
    if (text_count_characters(line) > HEAD_MAX_CHARACTERS)
        return false;
    struct date_value date;
    struct span byline = line;
    struct span raw;
    if (date_find(line, DATE_ORDER_UNKNOWN, &date, &raw) && date.has_date) {
        size_t before = (size_t)(raw.data - line.data);
        struct span behind = span_of(raw.data + raw.len, line.len - before - raw.len);
        struct span front = text_trim(span_of(line.data, before));
        bool at_start = text_count_words(front) <= 1;
        byline = at_start ? text_trim(behind) : front;
        while (byline.len > 0 && strchr(",;|-:.", byline.data[0]))
            byline = text_trim(span_of(byline.data + 1, byline.len - 1));
        if (!at_start && !names_author(front))
            return false;
        head.has_date = true;
        head.date = date;
        head.date.raw = raw;
    }
    if (names_author(byline))
        head.byline = byline;
    else if (head.has_date && byline.len > 0 && text_count_words(byline) > 4)
        return false; /* a sentence that starts with a date */
    else if (head.has_date && byline.len > 0)
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
        if (name.len == 0)
            name = unquoted(rest);
        if (name.len > 0 && text_count_characters(name) <= PUBLICATION_MAX_CHARACTERS &&
            text_count_words(name) <= 8)
            return name;
    }
    return SPAN_NONE;
}

/* The author of a last line "Jane Roe, historian, exclusively for X": what stands before its first
 * comma, where it looks like a name. */
static struct span signature(struct span line)
{
    const char *comma = memchr(line.data, ',', line.len);
    struct span name =
        comma ? text_trim(span_of(line.data, (size_t)(comma - line.data))) : SPAN_NONE;
    size_t words = text_count_words(name);
    return words >= 2 && words <= 4 ? name : SPAN_NONE;
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
    bool has_head = read_head(first.text, &head);
    struct line title = has_head ? next_line(&rest, &number) : first;
    struct line last = last_line(rest, number);
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
