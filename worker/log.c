#include "log.h"

#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "core/buf.h"

/* What a pipe takes whole once it is writable (PIPE_BUF on Linux). */
enum { MAX_LINE_BYTES = 4096 };

static enum config_log_level max_level = LOG_LEVEL_INFO;
static enum config_log_format line_format = LOG_LOGFMT;
static atomic_uint_fast64_t dropped_count;

void log_configure(enum config_log_level level, enum config_log_format format)
{
    max_level = level;
    line_format = format;
}

bool log_enabled(enum config_log_level level)
{
    return level <= max_level;
}

uint64_t log_dropped_count(void)
{
    return atomic_load(&dropped_count);
}

static bool needs_quotes(struct span text)
{
    if (text.len == 0)
        return true;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c <= ' ' || c == '"' || c == '=' || c == '\\' || c >= 0x7F)
            return true;
    }
    return false;
}

static void add_field(struct buf *line, const char *key, struct span text)
{
    if (line_format == LOG_JSON) {
        (void)buf_format(line, "%s\"%s\":", line->len > 1 ? "," : "", key);
        (void)buf_add_json_string(line, text);
    } else {
        (void)buf_format(line, "%s%s=", line->len > 0 ? " " : "", key);
        if (needs_quotes(text))
            (void)buf_add_json_string(line, text);
        else
            (void)buf_add(line, text);
    }
}

static void add_number(struct buf *line, const char *key, int64_t number)
{
    if (line_format == LOG_JSON)
        (void)buf_format(line, ",\"%s\":%lld", key, (long long)number);
    else
        (void)buf_format(line, " %s=%lld", key, (long long)number);
}

static void add_time(struct buf *line)
{
    struct timespec now;
    struct tm utc;
    char text[40];
    (void)clock_gettime(CLOCK_REALTIME, &now);
    (void)gmtime_r(&now.tv_sec, &utc);
    size_t len = strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
    (void)snprintf(text + len, sizeof text - len, ".%03dZ", (int)(now.tv_nsec / 1000000));
    add_field(line, "time", span_from(text));
}

/* Only when it cannot block: with room in the pipe, or none needed. */
static void write_line(struct span line)
{
    struct pollfd stderr_ready = {.fd = STDERR_FILENO, .events = POLLOUT};
    if (poll(&stderr_ready, 1, 0) != 1 || !(stderr_ready.revents & POLLOUT) ||
        write(STDERR_FILENO, line.data, line.len) != (ssize_t)line.len)
        (void)atomic_fetch_add(&dropped_count, 1);
}

void log_fact(enum config_log_level level, const char *event, const struct log_field *fields)
{
    static const char *const level_names[] = {
        [LOG_LEVEL_ERROR] = "error",
        [LOG_LEVEL_WARN] = "warn",
        [LOG_LEVEL_INFO] = "info",
        [LOG_LEVEL_DEBUG] = "debug",
    };
    if (!log_enabled(level))
        return;
    char memory[MAX_LINE_BYTES + 1]; /* the last word may be that there is no other */
    struct buf line;
    buf_init_on(&line, memory, sizeof memory);
    if (line_format == LOG_JSON)
        (void)buf_add_char(&line, '{');
    add_time(&line);
    add_field(&line, "level", span_from(level_names[level]));
    add_field(&line, "event", span_from(event));
    for (const struct log_field *field = fields; field->key; field++) {
        if (field->is_number)
            add_number(&line, field->key, field->number);
        else
            add_field(&line, field->key, field->text);
    }
    (void)buf_add_text(&line, line_format == LOG_JSON ? "}\n" : "\n");
    if (buf_failed(&line))
        (void)atomic_fetch_add(&dropped_count, 1);
    else
        write_line(buf_span(&line));
}
