/* demo_articles: the events and pages that `byline demo` brings along. Own writing. */
#ifndef BYLINE_CLI_DEMO_ARTICLES_H
#define BYLINE_CLI_DEMO_ARTICLES_H

#include "io/origin.h"

struct demo_event {
    const char *key;
    const char *value; /* %d stands for the origin's port, at most once */
};

/* Ended by a NULL value. */
extern const struct demo_event demo_events[];

/* Ended by a NULL path. */
extern const struct origin_page demo_pages[];

#endif
