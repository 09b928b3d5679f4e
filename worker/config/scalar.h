/* scalar: one value of the configuration from its text: numbers, durations, sizes, names. Pure. */
#ifndef BYLINE_CONFIG_SCALAR_H
#define BYLINE_CONFIG_SCALAR_H

#include <stdbool.h>

#include "config/keys.h"

enum { SCALAR_REASON_BYTES = 256 };

/* Writes the value at its offset into base (struct config or struct config_lookup) for every type
 * that one text can give but KEY_STRING and KEY_PATH. False with a reason such as "must be at least
 * 1" or `must be one of auto, json`, which quotes nothing of text. */
bool scalar_read(const struct config_key *key, const char *text, void *base,
                 char ret_reason[SCALAR_REASON_BYTES]) __attribute__((warn_unused_result));

/* The index of text in the key's choices, or -1 with the reason. */
int scalar_choice(const struct config_key *key, const char *text,
                  char ret_reason[SCALAR_REASON_BYTES]);

/* 90000 as "90s" and 65536 as "64KiB": the largest unit that leaves a whole number. */
void scalar_print(enum key_type type, int64_t value, char *ret_text, size_t size);

#endif
