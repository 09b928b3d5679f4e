#include "core/extract/jsonld_repair.h"

struct repair {
    struct buf *out;
    struct span rest;
    char open[JSONLD_MAX_DEPTH]; /* '{' or '[' of each open value */
    size_t depth;
    bool value_ended;   /* the last token ended a value: a comma must follow */
    bool comma_waiting; /* a comma was read and not yet written */
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
}

/* Whether the quotation mark at the start of text ends its string: what follows is what may follow
 * a string. `"a "b" c"` has two that do not. */
static bool ends_string(struct span text)
{
    struct span behind = span_trim(span_of(text.data + 1, text.len - 1));
    char next = behind.len > 0 ? behind.data[0] : '\0';
    if (next == '\0' || next == '}' || next == ']' || next == ':')
        return true;
    if (next == ',') {
        /* A comma inside the sentence is followed by a word, one between values by a value. */
        char then = next_visible(span_of(behind.data + 1, behind.len - 1));
        return then == '\0' || strchr("\"{[]}-0123456789tfn/", then) != NULL;
    }
    /* A line's end behind it: only the comma is missing. */
    bool newline = memchr(text.data, '\n', (size_t)(behind.data - text.data)) != NULL;
    return next == '"' && newline;
}

static void copy_escape(struct repair *repair)
{
    char next = repair->rest.len > 1 ? repair->rest.data[1] : '\0';
    if (next != '\0' && strchr("\"\\/bfnrtu", next)) {
        buf_append(repair->out, repair->rest.data, 2);
        skip(repair, 2);
    } else {
        skip(repair, 1); /* \' and \& are no escapes: the mark alone is meant */
    }
}

static void copy_string(struct repair *repair)
{
    before_value(repair);
    buf_add_char(repair->out, '"');
    skip(repair, 1);
    while (repair->rest.len > 0) {
        char c = repair->rest.data[0];
        if (c == '"' && ends_string(repair->rest)) {
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
    repair->depth--;
    repair->comma_waiting = false;
    buf_add_char(repair->out, c);
    repair->value_ended = true;
}

/* A number, true, false, null: bytes up to what ends them. */
static void copy_word(struct repair *repair)
{
    size_t len = 1;
    while (len < repair->rest.len && !strchr(" \t\r\n,:{}[]\"", repair->rest.data[len]))
        len++;
    before_value(repair);
    buf_append(repair->out, repair->rest.data, len);
    skip(repair, len);
    repair->value_ended = true;
}

static bool skip_comment(struct repair *repair)
{
    static const struct {
        const char *open, *close;
    } comments[] = {{"<!--", NULL},    {"-->", NULL},         {"<![CDATA[", NULL}, {"]]>", NULL},
                    {"/*", "*/"},      {"//", "\n"},          {";", NULL},         {"<script", ">"},
                    {"</script", ">"}, {"\xEF\xBB\xBF", NULL}};
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
    case '"': copy_string(repair); break;
    case '{':
    case '[': copy_open(repair, c); break;
    case '}':
    case ']': copy_close(repair, c); break;
    case ',':
        repair->comma_waiting = repair->value_ended;
        repair->value_ended = false;
        skip(repair, 1);
        break;
    case ':':
        buf_add_char(repair->out, ':');
        repair->value_ended = false;
        skip(repair, 1);
        break;
    default:
        if ((unsigned char)c < 0x20)
            skip(repair, 1);
        else if (!skip_comment(repair))
            copy_word(repair);
    }
}

bool jsonld_repair(struct span broken, struct buf *out)
{
    /* No blanks at the end: the search behind each quotation mark would pass all of them. */
    struct repair repair = {.out = out, .rest = span_trim(broken)};
    bool started = false;
    while (repair.rest.len > 0 && repair.depth < JSONLD_MAX_DEPTH && !buf_failed(out)) {
        step(&repair);
        started = started || repair.depth > 0;
        if (started && repair.depth == 0)
            break; /* one value a block; what follows is no JSON */
    }
    while (repair.depth > 0)
        buf_add_char(out, repair.open[--repair.depth] == '{' ? '}' : ']');
    return !buf_failed(out);
}
