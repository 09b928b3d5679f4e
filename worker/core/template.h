/* template: URLs and JSON bodies with {FIELD} for what is known of an article.
 *
 *   http://localhost:8080/articles/{event_id}?by={authors}      path and query: percent-encoded
 *   {url}                                                       the whole URL, as it is
 *   {"title": "{title}", "doi": {doi}}                          JSON: escaped, null where unknown
 *
 * FIELD is a field of schemas/enriched-article.avsc that a source can give, `url` for source_url,
 * or extra.NAME. Of authors it is the first one's name, of a list its first item, of a date its
 * day. Any other brace stands for itself. Pure; a template is read-only after template_new. */
#ifndef BYLINE_CORE_TEMPLATE_H
#define BYLINE_CORE_TEMPLATE_H

#include <stdbool.h>

#include "core/arena.h"
#include "core/article.h"
#include "core/error.h"
#include "core/span.h"

struct template;

enum template_result {
    TEMPLATE_OK,
    TEMPLATE_MISSING, /* a field has no value, or one that cannot stand in a path ("." and "..") */
    TEMPLATE_FAILED,  /* without memory */
};

/* ERROR_USAGE for a field that does not exist. */
struct template *template_new(const char *text, struct error *ret_error)
    __attribute__((warn_unused_result));
void template_free(struct template *);

/* What the configuration must know before the first event: that the template is an http or https
 * URL with a host of its own, or {FIELD} alone; and that it becomes valid JSON. */
bool template_check_url(const struct template *, struct error *ret_error)
    __attribute__((warn_unused_result));
bool template_check_json(const struct template *, struct error *ret_error)
    __attribute__((warn_unused_result));

/* True where scheme and host are written in the template: then they are the operator's own. */
bool template_host_is_fixed(const struct template *);

/* *ret lives in the arena; *ret_missing is the name of the field, set with TEMPLATE_MISSING. */
enum template_result template_expand_url(const struct template *, const struct article *article,
                                         struct arena *arena, struct span *ret,
                                         struct span *ret_missing);

/* Never TEMPLATE_MISSING: a field without a value is null, and nothing inside a string. */
enum template_result template_expand_json(const struct template *, const struct article *article,
                                          struct arena *arena, struct span *ret,
                                          struct span *ret_missing);

/* Whether a header or a query parameter of that name holds a secret: key, token, password, ... */
bool template_names_a_secret(struct span name);

/* url without userinfo and with *** for values of query parameters that name a secret, for logs and
 * records; absent without memory. */
struct span template_redact(struct span url, struct arena *arena);

/* text with *** for each of the secrets (NUL-terminated, not empty) in it; absent without memory.
 */
struct span template_mask(struct span text, char *const *secrets, size_t count,
                          struct arena *arena);

/* The field that a name in a template or in `when` means, or ARTICLE_FIELD_COUNT. */
enum article_field template_field_find(struct span name);

#endif
