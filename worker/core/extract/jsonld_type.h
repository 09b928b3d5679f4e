/* jsonld_type: what kind of thing an object of JSON-LD says that it is.
 *
 * Types compare without case and without the address of their vocabulary. Pure. */
#ifndef BYLINE_CORE_EXTRACT_JSONLD_TYPE_H
#define BYLINE_CORE_EXTRACT_JSONLD_TYPE_H

#include "core/article.h"
#include "core/json.h"

/* How much an object of a type may be a page's article. */
enum jsonld_rank { JSONLD_OTHER = 0, JSONLD_PAGE, JSONLD_WORK, JSONLD_ARTICLE };

/* The value of schema.org's property, or NULL: "headline", also as "schema:headline" or by its
 * whole address; "@type" and "@id" also by the names that schema.org's context gives them, "type",
 * "id". */
const struct json *jsonld_get(const struct json *object, const char *name);

/* The highest rank of an object's types. */
enum jsonld_rank jsonld_rank(const struct json *object);

/* The same for names parted by spaces, as microdata and RDFa have them; *ret_type is the name with
 * that rank, without its vocabulary. */
enum jsonld_rank jsonld_rank_of_names(struct span names, struct span *ret_type);

/* Whether one of them is schema.org's name. */
bool jsonld_has_type(const struct json *object, const char *name);

/* What an author of such a type is: a person, an organization of some kind, or unknown. type is a
 * list of names with or without their vocabulary, parted by spaces. */
enum author_kind jsonld_author_kind(struct span type);

/* The same for the types of an object. */
enum author_kind jsonld_author_kind_of(const struct json *object);

/* A string's text; absent for any other value. */
struct span jsonld_text(const struct json *value);

#endif
