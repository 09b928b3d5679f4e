#include "core/metrics_read.h"

#include <stdlib.h>

/* What stands before `end`; text is moved behind that byte, or to its end. */
static struct span take_until(struct span *text, char end)
{
    const char *found = text->len > 0 ? memchr(text->data, end, text->len) : NULL;
    size_t len = found ? (size_t)(found - text->data) : text->len;
    struct span taken = span_of(text->data, len);
    *text = span_of(text->data + len + (found != NULL), text->len - len - (found != NULL));
    return taken;
}

/* Bytes of a quoted value up to its closing quote. */
static size_t quoted_len(struct span text)
{
    size_t i = 0;
    while (i < text.len && text.data[i] != '"')
        i += text.data[i] == '\\' && i + 1 < text.len ? 2 : 1;
    return i;
}

/* Moves labels behind the next NAME="VALUE" and its comma. False where there is none. */
static bool next_label(struct span *labels, struct span *ret_name, struct span *ret_value)
{
    struct span name = take_until(labels, '=');
    if (labels->len == 0 || labels->data[0] != '"')
        return false;
    struct span rest = span_of(labels->data + 1, labels->len - 1);
    size_t len = quoted_len(rest);
    if (len >= rest.len)
        return false;
    *ret_name = name;
    *ret_value = span_of(rest.data, len);
    *labels = span_of(rest.data + len + 1, rest.len - len - 1);
    if (labels->len > 0 && labels->data[0] == ',')
        *labels = span_of(labels->data + 1, labels->len - 1);
    return true;
}

static bool parse_number(struct span text, double *ret_value)
{
    char copy[64], *end;
    if (text.len == 0 || text.len >= sizeof copy)
        return false;
    memcpy(copy, text.data, text.len);
    copy[text.len] = '\0';
    *ret_value = strtod(copy, &end);
    return *end == '\0';
}

static bool parse_line(struct span line, struct metrics_sample *ret_sample)
{
    struct metrics_sample sample = {0};
    if (line.len == 0 || line.data[0] == '#')
        return false;
    const char *brace = memchr(line.data, '{', line.len);
    if (brace) {
        sample.name = take_until(&line, '{');
        struct span labels = line, name, value;
        while (line.len > 0 && line.data[0] != '}')
            if (!next_label(&line, &name, &value))
                return false;
        if (line.len < 2)
            return false;
        sample.labels = span_of(labels.data, labels.len - line.len);
        line = span_of(line.data + 2, line.len - 2); /* "} " */
    } else {
        sample.name = take_until(&line, ' ');
    }
    if (!parse_number(line, &sample.value))
        return false;
    *ret_sample = sample;
    return true;
}

bool metrics_read(struct span *text, struct metrics_sample *ret_sample)
{
    while (text->len > 0)
        if (parse_line(take_until(text, '\n'), ret_sample))
            return true;
    return false;
}

struct span metrics_label_of(const struct metrics_sample *sample, const char *name)
{
    struct span labels = sample->labels, found, value;
    while (labels.len > 0 && next_label(&labels, &found, &value))
        if (span_equals(found, name))
            return value;
    return SPAN_NONE;
}

double metrics_sum(struct span text, const char *name, const char *label, struct span value)
{
    struct metrics_sample sample;
    double sum = 0;
    while (metrics_read(&text, &sample))
        if (span_equals(sample.name, name) &&
            (!label || span_equal(metrics_label_of(&sample, label), value)))
            sum += sample.value;
    return sum;
}
