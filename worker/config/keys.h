/* keys: every key of the configuration, as one table.
 *
 *   path in YAML -> type, place in struct config, default, bounds, meaning
 *
 * Loading, freeing, error messages and docs/configuration.md all follow this table; a new key is
 * one line here and one member in config.h. Pure data. */
#ifndef BYLINE_CONFIG_KEYS_H
#define BYLINE_CONFIG_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum key_type {
    KEY_STRING,   /* char * */
    KEY_PATH,     /* char *; relative to the folder of the configuration file */
    KEY_BOOL,     /* bool */
    KEY_INT,      /* int */
    KEY_NUMBER,   /* double */
    KEY_DURATION, /* int64_t milliseconds */
    KEY_SIZE,     /* int64_t bytes */
    KEY_ENUM,     /* an enum whose values are the indices of choices */
    KEY_LIST,     /* struct config_list */
    KEY_MAP,      /* struct config_map */
    KEY_LOOKUPS,  /* the list `enrich` */
};

struct config_key {
    const char *path; /* "http.retry.attempts"; of a lookup's keys the name alone */
    enum key_type type;
    size_t offset;              /* into struct config, or struct config_lookup */
    const char *default_text;   /* of a list its only item; "" for empty lists and maps */
    int64_t min, max;           /* of numbers, durations (ms) and sizes (bytes) */
    const char *const *choices; /* of KEY_ENUM and, where not NULL, KEY_STRING; ends with NULL */
    bool secret;                /* its value is never printed */
    const char *meaning;        /* one sentence for docs/configuration.md */
};

/* The keys of the file, and those of one item of `enrich`. */
extern const struct config_key config_keys[];
extern const size_t config_key_count;
extern const struct config_key config_lookup_keys[];
extern const size_t config_lookup_key_count;

/* "a duration such as 500ms, 30s, 5m or 1h", for messages. */
const char *config_type_name(enum key_type type);

#endif
