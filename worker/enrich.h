/* enrich: the lookups of one event, run side by side, merged in their configured order.
 *
 *   event --> [page]    \
 *         --> [catalog]  > merge, event first --> article, or the error of a required lookup
 *         --> [crossref]/  (waits for the DOI that an earlier lookup finds)
 *
 * A lookup starts once every field of its URL is known; one that needs a field nobody before it
 * found is skipped. Knows nothing of Kafka. One loop thread; large pages are parsed on libuv's
 * pool as a pure function of their bytes. */
#ifndef BYLINE_ENRICH_H
#define BYLINE_ENRICH_H

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

#include "config/config.h"
#include "core/arena.h"
#include "core/article.h"
#include "core/error.h"
#include "core/metrics.h"
#include "io/fetch.h"

struct enricher; /* the configured lookups, resolved once */
struct lookup_run;
struct page_work;

/* One event's lookups; the caller's memory, zeroed. */
struct enrichment {
    struct enricher *enricher;
    struct article *article; /* filled */
    struct arena *arena;
    struct lookup_run *runs; /* one a configured lookup, in the arena */
    size_t merged_count;     /* lookups before this one are in the article */
    size_t running_count;
    struct page_work *pages; /* what the article's spans may point into */
    bool ended;
    bool advancing;
    int attempts;              /* requests sent for the lookup that failed, for the dead letter */
    const struct error *error; /* in the arena; NULL: the article is complete */
    void (*done)(struct enrichment *enrichment);
};

/* metrics: one for each lookup of the configuration. Everything is borrowed. */
struct enricher *enricher_new(uv_loop_t *loop, const struct config *config, struct fetch *fetch,
                              struct lookup_metrics *metrics, struct error *ret_error)
    __attribute__((warn_unused_result));
void enricher_free(struct enricher *enricher);

/* article already holds what the event says. done is called exactly once, possibly before
 * this returns, unless enrich_cancel comes first. */
void enrich_start(struct enrichment *enrichment, struct enricher *enricher, struct article *article,
                  struct arena *arena, void (*done)(struct enrichment *enrichment));

/* Before it has ended: the first lookup that has not, which is number merged_count. The host is
 * absent while an answer is parsed. Both live until the loop goes on. */
void enrich_waits_for(const struct enrichment *enrichment, struct span *ret_name,
                      struct span *ret_host);

/* No done after this. */
void enrich_cancel(struct enrichment *enrichment);

/* Gives back what the article's spans point into; the article is dead after it. */
void enrich_finish(struct enrichment *enrichment);

#endif
