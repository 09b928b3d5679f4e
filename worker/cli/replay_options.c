#include "cli/replay_options.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/suggest.h"
#include "core/when.h"

const char replay_options_usage[] =
    "usage: byline replay --config FILE [--class C] [--host H] [--since T] [--until T]\n"
    "                     [--limit N] [--rate N] [--dry-run]\n"
    "  C is decode, schema, lookup, refused, too_large or encode\n"
    "  T is a time such as 2026-11-23T10:00:00Z, 2026-11-23 or '2h ago'\n";

struct parser {
    struct replay_options *options;
    int64_t now_ms;
    struct error *error;
};

static bool read_config(const struct parser *p, const char *text)
{
    p->options->config = text;
    return true;
}

static bool read_class(const struct parser *p, const char *text)
{
    struct suggest suggest;
    suggest_init(&suggest, span_from(text));
    for (enum error_class i = 0; i < ERROR_CLASS_COUNT; i++) {
        p->options->error_class = error_class_name(i);
        if (strcmp(text, error_class_name(i)) == 0)
            return true;
        suggest_offer(&suggest, span_from(error_class_name(i)));
    }
    return error_set(p->error, ERROR_USAGE, "--class: \"%.40s\" is none%s%.*s%s", text,
                     suggest.best.data ? ": did you mean " : "", SPAN_ARG(suggest.best),
                     suggest.best.data ? "?" : "");
}

static bool read_host(const struct parser *p, const char *text)
{
    p->options->host = text;
    if (*text && !strpbrk(text, "/ @"))
        return true;
    return error_set(p->error, ERROR_USAGE, "--host: \"%.80s\" is not the name of a host", text);
}

static bool read_time(const struct parser *p, const char *option, const char *text, int64_t *ret_ms)
{
    if (when_parse(span_from(text), p->now_ms, ret_ms))
        return true;
    return error_set(p->error, ERROR_USAGE,
                     "%s: \"%.80s\" is not a time such as 2026-11-23T10:00:00Z or '2h ago'", option,
                     text);
}

static bool read_since(const struct parser *p, const char *text)
{
    return read_time(p, "--since", text, &p->options->since_ms);
}

static bool read_until(const struct parser *p, const char *text)
{
    return read_time(p, "--until", text, &p->options->until_ms);
}

static bool read_limit(const struct parser *p, const char *text)
{
    char *end = NULL;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || errno || number == 0)
        return error_set(p->error, ERROR_USAGE, "--limit: \"%.40s\" is not a whole number above 0",
                         text);
    p->options->limit = number;
    return true;
}

static bool read_rate(const struct parser *p, const char *text)
{
    char *end = NULL;
    double number = strtod(text, &end);
    if (end == text || *end || !isfinite(number) || number <= 0)
        return error_set(p->error, ERROR_USAGE, "--rate: \"%.40s\" is not a number above 0", text);
    p->options->rate = number;
    return true;
}

static const struct {
    const char *name;
    bool (*read)(const struct parser *parser, const char *text);
} options_with_value[] = {
    {"--config", read_config}, {"--class", read_class}, {"--host", read_host},
    {"--since", read_since},   {"--until", read_until}, {"--limit", read_limit},
    {"--rate", read_rate},
};

static bool read_option(const struct parser *p, const char *name, const char *value)
{
    for (size_t i = 0; i < sizeof options_with_value / sizeof *options_with_value; i++)
        if (strcmp(name, options_with_value[i].name) == 0)
            return value ? options_with_value[i].read(p, value)
                         : error_set(p->error, ERROR_USAGE, "%s wants a value", name);
    return error_set(p->error, ERROR_USAGE, "replay does not know \"%.80s\"", name);
}

bool replay_options_parse(int argc, char **argv, int64_t now_ms, struct replay_options *ret_options,
                          struct error *ret_error)
{
    struct replay_options options = {.since_ms = INT64_MIN, .until_ms = INT64_MAX};
    const struct parser parser = {&options, now_ms, ret_error};
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "--dry-run") == 0)
            options.dry_run = true;
        else if (!read_option(&parser, argv[i], i + 1 < argc ? argv[i + 1] : NULL))
            return false;
        else
            i++;
    }
    if (!options.config)
        return error_set(ret_error, ERROR_USAGE, "--config is missing");
    if (options.since_ms >= options.until_ms)
        return error_set(ret_error, ERROR_USAGE, "--since lies behind --until: nothing is between");
    *ret_options = options;
    return true;
}
