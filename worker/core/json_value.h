/* json_value: JSON values as the values of an article. Results live in the arena, never in the tree
 * or its text. Pure. */
#ifndef BYLINE_CORE_JSON_VALUE_H
#define BYLINE_CORE_JSON_VALUE_H

#include "core/arena.h"
#include "core/article.h"
#include "core/json.h"

enum json_result {
    JSON_RESULT_SET,
    JSON_RESULT_NOTHING, /* absent, null, or cannot become what is wanted */
    JSON_RESULT_FAILED,  /* the arena is full */
};

/* "object", "number", ... */
const char *json_type_name(const struct json *json);

/* The value of a field of that kind (text, texts, authors, date, bool); its path is left out. */
enum json_result json_value_of(const struct json *json, enum value_kind kind, struct arena *arena,
                               struct value *ret_value);

/* Any value as one text: strings as they are, arrays and objects as compact JSON. */
enum json_result json_text_of(const struct json *json, struct arena *arena, struct span *ret_text);

#endif
