#include "core/extract/jsonld_repair.h"

#include <stdint.h>

#include "core/hex.h"
#include "core/text.h"

struct repair {
    struct buf *out;
    struct span rest;
    char open[JSONLD_MAX_DEPTH]; /* '{' or '[' of each open value */
    size_t depth;
    bool value_ended;   /* the last token ended a value: a comma must follow */
    bool comma_waiting; /* a comma was read and not yet written */
    bool value_waiting; /* a colon was written: a value must follow */
};

static void skip(struct repair *repair, size_t bytes)
{
    if (bytes > repair->rest.len)
        bytes = repair->rest.len;
    repair->rest = span_of(repair->rest.data + bytes, repair->rest.len - bytes);
}

static void skip_past(struct repair *repair, const char *end)
{
    size_t len = strlen(end);
    while (repair->rest.len > 0 && !span_starts_with(repair->rest, end))
        skip(repair, 1);
    skip(repair, len);
}

/* The first byte at or behind text that is no white space, or 0. */
static char next_visible(struct span text)
{
    text = span_trim(text);
    return text.len > 0 ? text.data[0] : '\0';
}

/* Writes the comma that stands, or should stand, before a value or name. */
static void before_value(struct repair *repair)
{
    if (repair->comma_waiting || repair->value_ended)
        buf_add_char(repair->out, ',');
    repair->comma_waiting = false;
    repair->value_ended = false;
    repair->value_waiting = false;
}

/* `"width": ,` where a template had nothing to print. */
static void fill_value(struct repair *repair)
{
    if (repair->value_waiting)
        buf_add_text(repair->out, "null");
    repair->value_ended |= repair->value_waiting;
    repair->value_waiting = false;
}

/* Whether text begins with a name without quotation marks, a colon, and what begins a value. */
static bool begins_member(struct span text)
{
    enum { NAME_MAX_BYTES = 40 };
    size_t len = 0;
    while (len < text.len && len <= NAME_MAX_BYTES && !strchr(" \t\r\n,:{}[]\"", text.data[len]))
        len++;
    struct span rest = span_of(text.data + len, text.len - len);
    if (len == 0 || len > NAME_MAX_BYTES || rest.len < 2 || rest.data[0] != ':')
        return false;
    char value = next_visible(span_of(rest.data + 1, rest.len - 1));
    return value != '\0' && strchr("\"'{[", value) != NULL;
}

/* Whether the quotation mark at the start of text ends its string: what follows is what may follow
 * a string. `"a "b" c"` has two that do not. */
static bool ends_string(struct span text)
{
    char quote = text.data[0];
    struct span behind = text_trim(span_of(text.data + 1, text.len - 1));
    char next = behind.len > 0 ? behind.data[0] : '\0';
    if (next == '\0' || next == '}' || next == ']' || next == ':')
        return true;
    if (next == ',') {
        /* A comma inside the sentence is followed by a word, one between values by a value. */
        struct span then = text_trim(span_of(behind.data + 1, behind.len - 1));
        return then.len == 0 || then.data[0] == quote ||
               strchr("\"{[]}-0123456789tfn/", then.data[0]) != NULL || begins_member(then);
    }
    /* A line's end behind it: only the comma is missing. */
    bool newline = memchr(text.data, '\n', (size_t)(behind.data - text.data)) != NULL;
    return next == quote && newline;
}

enum { UNIT_BYTES = 6 /* \uD83C */ };

/* The unit of UTF-16 that text escapes at its start, or -1. */
static int32_t read_unit(struct span text)
{
    int32_t unit = 0;
    if (text.len < UNIT_BYTES || !span_starts_with(text, "\\u"))
        return -1;
    for (size_t i = 2; i < UNIT_BYTES; i++) {
        int digit = hex_value(text.data[i]);
        if (digit < 0)
            return -1;
        unit = unit * 16 + digit;
    }
    return unit;
}

/* A character, or what is left of one that somebody cut in half. */
static void copy_units(struct repair *repair, int32_t unit)
{
    bool first_half = unit >= 0xD800 && unit < 0xDC00,
         second_half = unit >= 0xDC00 && unit < 0xE000;
    struct span behind = span_of(repair->rest.data + UNIT_BYTES, repair->rest.len - UNIT_BYTES);
    int32_t next = first_half ? read_unit(behind) : -1;
    bool pair = next >= 0xDC00 && next < 0xE000;
    if (second_half || (first_half && !pair))
        buf_add_text(repair->out, "\\ufffd");
    else
        buf_append(repair->out, repair->rest.data, pair ? 2 * UNIT_BYTES : UNIT_BYTES);
    skip(repair, pair ? 2 * UNIT_BYTES : UNIT_BYTES);
}

static void copy_escape(struct repair *repair)
{
    char next = repair->rest.len > 1 ? repair->rest.data[1] : '\0';
    int32_t unit = read_unit(repair->rest);
    if (unit >= 0) {
        copy_units(repair, unit);
    } else if (next != '\0' && strchr("\"\\/bfnrt", next)) {
        buf_append(repair->out, repair->rest.data, 2);
        skip(repair, 2);
    } else {
        skip(repair, 1); /* \' and \& are no escapes: the mark alone is meant */
    }
}

static void copy_string(struct repair *repair)
{
    char quote = repair->rest.data[0];
    before_value(repair);
    buf_add_char(repair->out, '"');
    skip(repair, 1);
    while (repair->rest.len > 0) {
        char c = repair->rest.data[0];
        if (c == quote && ends_string(repair->rest)) {
            skip(repair, 1);
            break;
        }
        if (c == '\\') {
            copy_escape(repair);
            continue;
        }
        if (c == '"')
            buf_add_text(repair->out, "\\\"");
        else if ((unsigned char)c < 0x20)
            buf_add_char(repair->out, ' ');
        else
            buf_add_char(repair->out, c);
        skip(repair, 1);
    }
    buf_add_char(repair->out, '"');
    repair->value_ended = true;
}

static void copy_open(struct repair *repair, char c)
{
    before_value(repair);
    buf_add_char(repair->out, c);
    repair->open[repair->depth++] = c;
    skip(repair, 1);
}

static void copy_close(struct repair *repair, char c)
{
    skip(repair, 1);
    char matching = c == '}' ? '{' : '[';
    if (repair->depth == 0 || repair->open[repair->depth - 1] != matching)
        return; /* one too many */
    fill_value(repair);
    repair->depth--;
    repair->comma_waiting = false;
    buf_add_char(repair->out, c);
    repair->value_ended = true;
}

/* What a word is in JSON: itself, or what another language calls by that name. */
static struct span word_in_json(struct span word)
{
    static const char *const names[][2] = {{"True", "true"},
                                           {"False", "false"},
                                           {"None", "null"},
                                           {"NaN", "null"},
                                           {"undefined", "null"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (span_equals(word, names[i][0]))
            return span_from(names[i][1]);
    return word;
}

/* Whether a word is a value of JSON: true, false, null, or a number (RFC 8259, 6). */
static bool is_json_word(struct span word)
{
    size_t i = word.len > 0 && word.data[0] == '-', start = i;
    if (span_equals(word, "true") || span_equals(word, "false") || span_equals(word, "null"))
        return true;
    while (i < word.len && word.data[i] >= '0' && word.data[i] <= '9')
        i++;
    if (i == start || (i > start + 1 && word.data[start] == '0'))
        return false;
    if (i < word.len && word.data[i] == '.') {
        start = ++i;
        while (i < word.len && word.data[i] >= '0' && word.data[i] <= '9')
            i++;
        if (i == start)
            return false;
    }
    if (i < word.len && (word.data[i] | 0x20) == 'e') {
        i++;
        if (i < word.len && (word.data[i] == '+' || word.data[i] == '-'))
            i++;
        start = i;
        while (i < word.len && word.data[i] >= '0' && word.data[i] <= '9')
            i++;
        if (i == start)
            return false;
    }
    return i == word.len;
}

/* A word in quotation marks, without what they may not hold. */
static void quote_word(struct repair *repair, struct span word)
{
    buf_add_char(repair->out, '"');
    for (size_t i = 0; i < word.len; i++) {
        unsigned char c = (unsigned char)word.data[i];
        buf_add_char(repair->out, c < 0x20 || c == '\\' ? ' ' : word.data[i]);
    }
    buf_add_char(repair->out, '"');
}

/* A number, true, false, null: bytes up to what ends them; or a name that lacks its quotation
 * marks, as JavaScript permits. */
static void copy_word(struct repair *repair)
{
    size_t len = 1;
    while (len < repair->rest.len && !strchr(" \t\r\n,:{}[]\"", repair->rest.data[len]))
        len++;
    struct span word = span_of(repair->rest.data, len);
    skip(repair, len);
    bool is_name = next_visible(repair->rest) == ':' && !repair->value_waiting &&
                   repair->open[repair->depth - 1] == '{';
    before_value(repair);
    word = is_name ? word : word_in_json(word);
    if (!is_name && is_json_word(word))
        buf_add(repair->out, word);
    else
        quote_word(repair, word); /* 2022-01-24, 0123, 5px: one bad value costs no block */
    repair->value_ended = true;
}

static bool skip_comment(struct repair *repair)
{
    static const struct {
        const char *open, *close;
    } comments[] = {
        {"<!--", NULL},    {"-->", NULL},          {"<![CDATA[", NULL}, {"]]>", NULL},
        {"/*", "*/"},      {"//", "\n"},           {";", NULL},         {"<script", ">"},
        {"</script", ">"}, {"\xEF\xBB\xBF", NULL}, {"\xC2\xA0", NULL}};
    for (size_t i = 0; i < sizeof comments / sizeof *comments; i++) {
        if (!span_starts_with(repair->rest, comments[i].open))
            continue;
        skip(repair, strlen(comments[i].open));
        if (comments[i].close)
            skip_past(repair, comments[i].close);
        return true;
    }
    return false;
}

static void step(struct repair *repair)
{
    char c = repair->rest.data[0];
    switch (c) {
    case ' ':
    case '\t':
    case '\r':
    case '\n': skip(repair, 1); break;
    case '"':
    case '\'': copy_string(repair); break;
    case '{':
    case '[': copy_open(repair, c); break;
    case '}':
    case ']': copy_close(repair, c); break;
    case ',':
        fill_value(repair);
        repair->comma_waiting = repair->value_ended;
        repair->value_ended = false;
        skip(repair, 1);
        break;
    case ':':
        buf_add_char(repair->out, ':');
        repair->value_ended = false;
        repair->value_waiting = true;
        skip(repair, 1);
        break;
    default:
        if ((unsigned char)c < 0x20)
            skip(repair, 1);
        else if (!skip_comment(repair))
            copy_word(repair);
    }
}

bool jsonld_repair(struct span *broken, struct buf *out)
{
    /* No blanks at the end: the search behind each quotation mark would pass all of them. */
    struct repair repair = {.out = out, .rest = span_trim(*broken)};
    bool started = false;
    while (repair.rest.len > 0 && repair.depth < JSONLD_MAX_DEPTH && !buf_failed(out)) {
        bool inside = repair.depth > 0;
        char c = repair.rest.data[0];
        if (inside || c == '{' || c == '[')
            step(&repair);
        else if (!skip_comment(&repair))
            skip(&repair, 1); /* window.data = {...}; */
        started = started || repair.depth > 0;
        if (started && repair.depth == 0)
            break;
    }
    fill_value(&repair);
    while (repair.depth > 0)
        buf_add_char(out, repair.open[--repair.depth] == '{' ? '}' : ']');
    *broken = repair.rest;
    return !buf_failed(out);
}
