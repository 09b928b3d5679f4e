#include "config/scalar.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/suggest.h"

struct unit {
    const char *name;
    int64_t factor;
};

static const struct unit duration_units[] = {
    {"ms", 1}, {"s", 1000}, {"m", 60 * 1000}, {"h", 60 * 60 * 1000}, {NULL, 0}};

static const struct unit size_units[] = {{"", 1},
                                         {"B", 1},
                                         {"kB", 1000},
                                         {"KiB", 1024},
                                         {"MB", 1000 * 1000},
                                         {"MiB", 1024 * 1024},
                                         {"GB", 1000 * 1000 * 1000},
                                         {"GiB", 1024 * 1024 * 1024},
                                         {NULL, 0}};

static const struct unit no_units[] = {{"", 1}, {NULL, 0}};

static const struct unit *units_of(enum key_type type)
{
    if (type == KEY_DURATION)
        return duration_units;
    return type == KEY_SIZE ? size_units : no_units;
}

void scalar_print(enum key_type type, int64_t value, char *ret_text, size_t size)
{
    const struct unit *units = units_of(type);
    const struct unit *best = &units[0];
    for (const struct unit *unit = units; unit->name; unit++) {
        bool decimal_size = type == KEY_SIZE && strchr("kMG", unit->name[0]) && unit->name[0] &&
                            unit->name[1] == 'B';
        if (value != 0 && !decimal_size && unit->factor > best->factor && value % unit->factor == 0)
            best = unit;
    }
    (void)snprintf(ret_text, size, "%" PRId64 "%s", value / best->factor, best->name);
}

static bool out_of_bounds(const struct config_key *key, char *ret_reason)
{
    char min[32], max[32];
    scalar_print(key->type, key->min, min, sizeof min);
    scalar_print(key->type, key->max, max, sizeof max);
    (void)snprintf(ret_reason, SCALAR_REASON_BYTES, "must be from %s to %s", min, max);
    return false;
}

static bool wrong_type(const struct config_key *key, char *ret_reason)
{
    (void)snprintf(ret_reason, SCALAR_REASON_BYTES, "must be %s", config_type_name(key->type));
    return false;
}

/* Digits and a unit. */
static bool read_integer(const struct config_key *key, const char *text, int64_t *ret_value,
                         char *ret_reason)
{
    size_t digits = strspn(text + (*text == '-'), "0123456789") + (*text == '-');
    if (digits == (size_t)(*text == '-'))
        return wrong_type(key, ret_reason);
    const struct unit *unit = units_of(key->type);
    while (unit->name && strcmp(unit->name, text + digits) != 0)
        unit++;
    if (!unit->name && strcmp(text, "0") == 0) /* needs no unit */
        unit = units_of(key->type);
    if (!unit->name)
        return wrong_type(key, ret_reason);
    errno = 0;
    long long number = strtoll(text, NULL, 10);
    int64_t value;
    if (errno == ERANGE || __builtin_mul_overflow((int64_t)number, unit->factor, &value) ||
        value < key->min || value > key->max)
        return out_of_bounds(key, ret_reason);
    *ret_value = value;
    return true;
}

static bool read_number(const struct config_key *key, const char *text, double *ret_value,
                        char *ret_reason)
{
    char *end = NULL;
    double value = strtod(text, &end);
    if (end == text || *end || text[strspn(text, "0123456789.eE+-")] || !isfinite(value))
        return wrong_type(key, ret_reason);
    if (value < (double)key->min || value > (double)key->max)
        return out_of_bounds(key, ret_reason);
    *ret_value = value;
    return true;
}

static bool read_bool(const struct config_key *key, const char *text, bool *ret_value,
                      char *ret_reason)
{
    bool value = strcmp(text, "true") == 0;
    if (!value && strcmp(text, "false") != 0)
        return wrong_type(key, ret_reason);
    *ret_value = value;
    return true;
}

int scalar_choice(const struct config_key *key, const char *text,
                  char ret_reason[SCALAR_REASON_BYTES])
{
    struct suggest suggest;
    suggest_init(&suggest, span_from(text));
    size_t len = (size_t)snprintf(ret_reason, SCALAR_REASON_BYTES, "must be ");
    for (int i = 0; key->choices[i]; i++) {
        if (strcmp(key->choices[i], text) == 0)
            return i;
        suggest_offer(&suggest, span_from(key->choices[i]));
        const char *comma = i == 0 ? "" : (key->choices[i + 1] ? ", " : " or ");
        len += (size_t)snprintf(ret_reason + len, SCALAR_REASON_BYTES - len, "%s%s", comma,
                                key->choices[i]);
    }
    if (suggest.best.data)
        (void)snprintf(ret_reason + len, SCALAR_REASON_BYTES - len, " (did you mean %.*s?)",
                       SPAN_ARG(suggest.best));
    return -1;
}

bool scalar_read(const struct config_key *key, const char *text, void *base,
                 char ret_reason[SCALAR_REASON_BYTES])
{
    void *field = (char *)base + key->offset;
    int64_t integer;
    int choice;
    switch (key->type) {
    case KEY_BOOL: return read_bool(key, text, field, ret_reason);
    case KEY_NUMBER: return read_number(key, text, field, ret_reason);
    case KEY_DURATION:
    case KEY_SIZE: return read_integer(key, text, field, ret_reason);
    case KEY_INT:
        if (!read_integer(key, text, &integer, ret_reason))
            return false;
        *(int *)field = (int)integer;
        return true;
    case KEY_ENUM: /* every enum of config.h has an int's size and values from 0 */
        choice = scalar_choice(key, text, ret_reason);
        if (choice >= 0)
            memcpy(field, &choice, sizeof choice);
        return choice >= 0;
    default: return wrong_type(key, ret_reason);
    }
}
