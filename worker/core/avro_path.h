/* avro_path: the place in a record that a message talks about, such as "authors[2].name".
 *
 * Each level of a recursive walk keeps one on its stack and points up; only an error writes it
 * out. Pure. */
#ifndef BYLINE_CORE_AVRO_PATH_H
#define BYLINE_CORE_AVRO_PATH_H

#include <stddef.h>

struct avro_path {
    const struct avro_path *up; /* NULL at the root */
    const char *name;           /* of a field; NULL for an item of an array or map */
    size_t index;               /* of an item */
};

enum { AVRO_PATH_MAX = 200 };

/* Writes the path into text, NUL-terminated, its end cut where it is too long; the root is
 * "(root)". Returns text. */
const char *avro_path_text(const struct avro_path *path, char text[AVRO_PATH_MAX]);

#endif
