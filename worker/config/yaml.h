/* yaml: a YAML text as libfyaml's tree, and the lines on which its parts stand.
 *
 * The tree lives until yaml_finish. Aliases are left unresolved: they cannot multiply anything. */
#ifndef BYLINE_CONFIG_YAML_H
#define BYLINE_CONFIG_YAML_H

#include <libfyaml.h>

#include "core/error.h"
#include "core/span.h"

struct yaml {
    struct fy_document *document;
    struct fy_node *root; /* NULL: the text holds nothing */
    const char *name;     /* for messages, borrowed */
};

/* Parses text, which must outlive the tree; ERROR_USAGE with NAME:LINE on failure. */
bool yaml_parse(struct span text, const char *name, struct yaml *ret_yaml, struct error *ret_error)
    __attribute__((warn_unused_result));
void yaml_finish(struct yaml *yaml);

/* Counted from 1. */
int yaml_line(struct fy_node *node);

/* The line of "http/retry/attempts" or "enrich/0/url", or of as much of that path as exists. */
int yaml_find_line(const struct yaml *yaml, const char *path);

/* True for nothing at all, ~ and null. */
bool yaml_is_null(struct fy_node *node);

/* A scalar's text; absent for anything else. */
struct span yaml_text(struct fy_node *node);

#endif
