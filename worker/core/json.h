/* json: JSON texts (RFC 8259) as a tree in an arena.
 *
 *   {"tags": ["a", 7]}     OBJECT
 *                            first -> ARRAY, key "tags"
 *                                       first -> STRING "a" -> next -> NUMBER "7"
 *
 * Strings without escapes and numbers are borrowed from the text, so it outlives the tree. A number
 * stays as it is written until somebody asks for its value. Pure.
 *
 * For what is read for every event or page: an eighth of jansson's instructions. jansson still
 * reads schemas and what else is rare; its functions start with json_ too, so names that it has are
 * taken. */
#ifndef BYLINE_CORE_JSON_H
#define BYLINE_CORE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/span.h"

enum { JSON_MAX_DEPTH = 2048 }; /* arrays and objects in each other */

enum json_kind {
    JSON_KIND_NULL,
    JSON_KIND_FALSE,
    JSON_KIND_TRUE,
    JSON_KIND_NUMBER,
    JSON_KIND_STRING,
    JSON_KIND_ARRAY,
    JSON_KIND_OBJECT,
};

struct json {
    enum json_kind kind;
    uint32_t count;     /* members of an array or an object */
    struct span text;   /* of a string, without its escapes; of a number, as written */
    struct span key;    /* of an object's member */
    struct json *first; /* member */
    struct json *next;  /* in the same array or object */
};

struct json_error {
    size_t line, column; /* from 1; columns are bytes */
    const char *reason;
    bool no_memory; /* the arena is full: nothing is wrong with the text */
};

/* The tree of the whole text, or NULL. Of members with one key all are kept. */
struct json *json_read(struct span text, struct arena *arena, struct json_error *ret_error)
    __attribute__((warn_unused_result));

/* As json_read, but what follows the first value is not looked at. */
struct json *json_read_start(struct span text, struct arena *arena, struct json_error *ret_error)
    __attribute__((warn_unused_result));

/* A key that comes twice in the object, or in one below it; absent where there is none, or no
 * memory to look for one. */
struct span json_duplicate_key(const struct json *json, struct arena *arena);

/* NULL where json is no object or has no such member. The last of several counts. */
const struct json *json_member(const struct json *object, struct span key);
const struct json *json_get(const struct json *object, const char *key);

/* NULL where json is no array or is shorter. */
const struct json *json_item(const struct json *array, size_t index);

/* These take NULL, which is of no kind. */
bool json_is(const struct json *json, enum json_kind kind);
bool json_is_container(const struct json *json);

/* False for what is no number, has a fraction or an exponent, or exceeds 64 bits. */
bool json_to_integer(const struct json *json, int64_t *ret_integer);

/* Without white space. Numbers as they were written. False once out has failed. */
bool json_write(const struct json *json, struct buf *out);

#endif
