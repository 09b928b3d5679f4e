/* lookup: one configured lookup, its templates and pointers resolved once. Read-only afterwards. */
#ifndef BYLINE_LOOKUP_H
#define BYLINE_LOOKUP_H

#include <stdbool.h>

#include "config/config.h"
#include "core/article.h"
#include "core/error.h"
#include "core/json_map.h"
#include "core/metrics.h"
#include "core/template.h"
#include "io/fetch.h"

struct lookup {
    const struct config_lookup *config;
    struct span name;
    struct template *url;
    struct template *body; /* NULL: GET */
    struct json_map *map;  /* of LOOKUP_JSON */
    struct fetch_header *headers;
    enum article_field when; /* ARTICLE_FIELD_COUNT: always */
    bool when_absent;
    bool trusted;
    struct lookup_metrics *metrics;
};

/* Borrows config and metrics. ERROR_USAGE names the lookup; call lookup_finish in either case. */
bool lookup_resolve(struct lookup *lookup, const struct config_lookup *config,
                    struct lookup_metrics *metrics, struct error *ret_error)
    __attribute__((warn_unused_result));
void lookup_finish(struct lookup *lookup);

#endif
