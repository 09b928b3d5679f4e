/* jsonld_type: what kind of thing an object of JSON-LD says that it is.
 *
 * Types compare without case and without the address of their vocabulary. Pure. */
#ifndef BYLINE_CORE_EXTRACT_JSONLD_TYPE_H
#define BYLINE_CORE_EXTRACT_JSONLD_TYPE_H

#include "core/json.h"

/* How much an object of a type may be a page's article. */
enum jsonld_rank { JSONLD_OTHER = 0, JSONLD_PAGE, JSONLD_WORK, JSONLD_ARTICLE };

/* The highest rank of an object's types. */
enum jsonld_rank jsonld_rank(const struct json *object);

/* Whether one of them is schema.org's name. */
bool jsonld_has_type(const struct json *object, const char *name);

/* A string's text; absent for any other value. */
struct span jsonld_text(const struct json *value);

#endif
