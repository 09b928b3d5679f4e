/* log: facts with keys, one a line, to stderr (logfmt or JSON).
 *
 *   log_info("assigned", LOG_TEXT("topic", name), LOG_INT("partition", id));
 *   time=2026-11-23T23:40:01.123Z level=info event=assigned topic=articles partition=3
 *
 * A log that nobody reads must not hold the worker: a line that stderr does not take at once is
 * dropped and counted. Any thread may log. */
#ifndef BYLINE_LOG_H
#define BYLINE_LOG_H

#include <stdint.h>

#include "config/config.h"
#include "core/span.h"

struct log_field {
    const char *key; /* NULL ends the list */
    struct span text;
    int64_t number;
    bool is_number;
};

#define LOG_TEXT(name, value) ((struct log_field){.key = (name), .text = span_from(value)})
#define LOG_SPAN(name, value) ((struct log_field){.key = (name), .text = (value)})
#define LOG_INT(name, value)                                                                       \
    ((struct log_field){.key = (name), .number = (int64_t)(value), .is_number = true})

#define log_at(level, event, ...)                                                                  \
    log_fact((level), (event), (const struct log_field[]){__VA_ARGS__ __VA_OPT__(, ){0}})
#define log_error(event, ...) log_at(LOG_LEVEL_ERROR, event, __VA_ARGS__)
#define log_warn(event, ...)  log_at(LOG_LEVEL_WARN, event, __VA_ARGS__)
#define log_info(event, ...)  log_at(LOG_LEVEL_INFO, event, __VA_ARGS__)
#define log_debug(event, ...) log_at(LOG_LEVEL_DEBUG, event, __VA_ARGS__)

/* Once, before any other thread runs. Until then: info, logfmt. */
void log_configure(enum config_log_level level, enum config_log_format format);

bool log_enabled(enum config_log_level level);

/* fields end with one whose key is NULL. */
void log_fact(enum config_log_level level, const char *event, const struct log_field *fields);

/* Lines that stderr did not take. */
uint64_t log_dropped_count(void);

#endif
