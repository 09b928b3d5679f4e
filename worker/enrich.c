#include "enrich.h"

#include <stdlib.h>

#include "core/json_map.h"
#include "core/template.h"
#include "lookup.h"
#include "page_work.h"

struct enricher {
    struct fetch *fetch;
    struct lookup *lookups;
    size_t lookup_count;
    struct page_pool pages;
};

enum run_state { RUN_WAITING, RUN_RUNNING, RUN_ENDED };

/* One lookup of one event. */
struct lookup_run {
    struct enrichment *enrichment;
    const struct lookup *lookup;
    enum run_state state;
    struct fetch_request *request;
    struct page_work *page;          /* while the pool parses its answer */
    const struct metadata *metadata; /* what it found, in the arena or in page; NULL: nothing */
};

static const struct error no_room = {ERROR_POISON, ERROR_CLASS_TOO_LARGE,
                                     "the event leaves no room for its lookups"};

/* ---- the lookups ---- */

struct enricher *enricher_new(uv_loop_t *loop, const struct config *config, struct fetch *fetch,
                              struct lookup_metrics *metrics, struct error *ret_error)
{
    struct enricher *enricher = calloc(1, sizeof *enricher);
    struct lookup *lookups = calloc(config->enrich.count + 1, sizeof *lookups);
    if (!enricher || !lookups) {
        free(enricher);
        free(lookups);
        (void)error_set(ret_error, ERROR_FATAL, "out of memory");
        return NULL;
    }
    *enricher = (struct enricher){.fetch = fetch, .lookups = lookups, .pages = {.loop = loop}};
    for (size_t i = 0; i < config->enrich.count; i++) {
        enricher->lookup_count++;
        if (!lookup_resolve(&lookups[i], &config->enrich.items[i], &metrics[i], ret_error)) {
            enricher_free(enricher);
            return NULL;
        }
    }
    return enricher;
}

void enricher_free(struct enricher *enricher)
{
    if (!enricher)
        return;
    for (size_t i = 0; i < enricher->lookup_count; i++)
        lookup_finish(&enricher->lookups[i]);
    page_pool_finish(&enricher->pages);
    free(enricher->lookups);
    free(enricher);
}

/* ---- one lookup's end ---- */

static struct fetch_record *record_of(struct lookup_run *run)
{
    struct enrichment *enrichment = run->enrichment;
    return &enrichment->article->fetches[run - enrichment->runs];
}

static void advance(struct enrichment *enrichment);

static void run_end(struct lookup_run *run)
{
    struct enrichment *enrichment = run->enrichment;
    if (run->state == RUN_RUNNING)
        enrichment->running_count--;
    run->state = RUN_ENDED;
    run->lookup->metrics->fetches[record_of(run)->outcome]++;
    advance(enrichment);
}

static void run_skip(struct lookup_run *run, struct span reason)
{
    struct fetch_record *record = record_of(run);
    record->outcome = FETCH_SKIPPED;
    record->error = reason;
    run_end(run);
}

/* 200 with a body that says nothing: permanent, so no retry. */
static void run_fail(struct lookup_run *run, const char *message)
{
    struct fetch_record *record = record_of(run);
    record->outcome = FETCH_ERROR;
    record->error = arena_copy(run->enrichment->arena, span_from(message));
    run->metadata = NULL;
    run_end(run);
}

/* ---- pages ---- */

static void on_page(struct page_work *page)
{
    struct lookup_run *run = page->owner;
    run->page = NULL;
    page->next = run->enrichment->pages;
    run->enrichment->pages = page;
    if (page->ok) {
        run->metadata = &page->metadata;
        run_end(run);
    } else {
        run_fail(run, page->error.message);
    }
}

/* Of a page or a JSON answer. body holds bytes; NULL for a page that came inside the event. */
static void run_page(struct lookup_run *run, struct span bytes, struct span content_type,
                     struct span url, struct body *body)
{
    const struct page page = {.bytes = bytes, .content_type = content_type, .url = url};
    struct page_pool *pool = &run->enrichment->enricher->pages;
    if (!page_work_start(pool, &page, run->lookup->map, body, run, on_page, &run->page))
        run_fail(run, "no memory for the answer");
}

/* ---- answers ---- */

static struct span without_secrets(const struct lookup *lookup, struct span text,
                                   struct arena *arena)
{
    const struct config_list *secrets = &lookup->config->url_secrets;
    return template_mask(text, secrets->items, secrets->count, arena);
}

/* A URL of the operator's as it goes into records and messages. */
static struct span shown_url(const struct lookup *lookup, struct span url, struct arena *arena)
{
    return lookup->trusted ? without_secrets(lookup, template_redact(url, arena), arena) : url;
}

static void run_json(struct lookup_run *run, const struct fetch_answer *answer)
{
    struct error error;
    struct span body = span_of(answer->body->data, answer->body->len);
    if (body.len > PAGE_WORK_INLINE_BYTES) {
        run_page(run, body, SPAN_NONE, SPAN_NONE, answer->body);
        return;
    }
    struct arena *arena = run->enrichment->arena;
    struct metadata *metadata = arena_alloc(arena, sizeof *metadata);
    if (!metadata || !json_map_apply(run->lookup->map, body, arena, metadata, &error)) {
        run_fail(run, metadata ? error.message : no_room.message);
        return;
    }
    run->metadata = metadata;
    run_end(run);
}

static void run_fetched_page(struct lookup_run *run, const struct fetch_answer *answer)
{
    struct arena *arena = run->enrichment->arena;
    struct article *article = run->enrichment->article;
    struct span url = shown_url(run->lookup, arena_copy(arena, answer->final_url), arena);
    metadata_set_text(&article->metadata, ARTICLE_FINAL_URL, url, span_from("redirects"));
    article->provenance[ARTICLE_FINAL_URL] = (struct provenance){
        .source = run->lookup->name, .fetch = (int)(run - run->enrichment->runs)};
    run_page(run, span_of(answer->body->data, answer->body->len), answer->content_type, url,
             answer->body);
}

static void on_answer(void *context, const struct fetch_answer *answer)
{
    struct lookup_run *run = context;
    struct fetch_record *record = record_of(run);
    run->request = NULL;
    record->outcome = answer->outcome;
    record->http_status = answer->http_status;
    record->attempts = answer->attempts;
    record->duration_ms = answer->duration_ms;
    record->from_cache = answer->from_cache;
    record->error = without_secrets(run->lookup, arena_copy(run->enrichment->arena, answer->error),
                                    run->enrichment->arena);
    if (answer->outcome != FETCH_OK || !answer->body)
        run_end(run);
    else if (run->lookup->config->type == LOOKUP_JSON)
        run_json(run, answer);
    else
        run_fetched_page(run, answer);
}

/* ---- starting ---- */

static bool field_is_known(const struct article *article, enum article_field field)
{
    return article->metadata.fields[field].kind != VALUE_NONE;
}

/* The event brought its page along: nothing to fetch. */
static bool page_is_given(const struct lookup_run *run)
{
    return run->lookup->config->type == LOOKUP_PAGE && run->enrichment->article->content.data;
}

static void start_given_page(struct lookup_run *run)
{
    const struct article *article = run->enrichment->article;
    const struct value *url = &article->metadata.fields[ARTICLE_SOURCE_URL];
    struct fetch_record *record = record_of(run);
    record->outcome = FETCH_OK;
    record->from_cache = true;
    record->url = url->kind == VALUE_TEXT ? url->text : span_of("", 0);
    run_page(run, article->content, article->content_type, record->url, NULL);
}

static void start_fetch(struct lookup_run *run, struct span url)
{
    struct enrichment *enrichment = run->enrichment;
    const struct lookup *lookup = run->lookup;
    struct span body = SPAN_NONE, missing;
    if (lookup->body && template_expand_json(lookup->body, enrichment->article, enrichment->arena,
                                             &body, &missing) == TEMPLATE_FAILED) {
        run_fail(run, "out of memory");
        return;
    }
    record_of(run)->url = shown_url(lookup, url, enrichment->arena);
    const struct fetch_spec spec = {
        .url = url,
        .trusted = lookup->trusted,
        /* Of the operator's own host, which every event needs: giving up would only turn the whole
         * topic into dead letters. */
        .patient = lookup->trusted && lookup->config->required,
        .post = lookup->body != NULL,
        .body = body,
        .headers = lookup->headers,
        .header_count = lookup->config->headers.count,
        .accept = lookup->config->type == LOOKUP_JSON
                      ? span_from("application/json")
                      : span_from("text/html,application/xhtml+xml;q=0.9,*/*;q=0.5"),
        .rate_limit_status = lookup->config->rate_limit_status,
        .metrics = lookup->metrics,
    };
    run->request = fetch_start(enrichment->enricher->fetch, &spec, on_answer, run);
}

/* Starts or skips the lookup if its time has come. all_before_ended: no lookup before it can
 * still find what it needs. */
static void run_try(struct lookup_run *run, bool all_before_ended)
{
    struct enrichment *enrichment = run->enrichment;
    const struct lookup *lookup = run->lookup;
    struct span url, missing;
    if (lookup->when != ARTICLE_FIELD_COUNT) {
        bool known = field_is_known(enrichment->article, lookup->when);
        if (!all_before_ended && !(known && !lookup->when_absent))
            return;
        if (known == lookup->when_absent) {
            run_skip(run, arena_format(enrichment->arena, "when: %s", lookup->config->when));
            return;
        }
    }
    if (page_is_given(run)) {
        run->state = RUN_RUNNING;
        enrichment->running_count++;
        start_given_page(run);
        return;
    }
    switch (
        template_expand_url(lookup->url, enrichment->article, enrichment->arena, &url, &missing)) {
    case TEMPLATE_MISSING:
        if (all_before_ended)
            run_skip(run,
                     arena_format(enrichment->arena, "the event has no %.*s", SPAN_ARG(missing)));
        return;
    case TEMPLATE_FAILED: run_fail(run, "out of memory"); return;
    case TEMPLATE_OK: break;
    }
    run->state = RUN_RUNNING;
    enrichment->running_count++;
    start_fetch(run, url);
}

/* ---- the end ---- */

static struct span source_name(const struct lookup_run *run)
{
    return page_is_given(run) ? span_from("page") : run->lookup->name;
}

static bool is_answer(enum fetch_outcome outcome)
{
    return outcome == FETCH_OK || outcome == FETCH_NOT_FOUND;
}

static enum article_status status_of(const struct article *article)
{
    size_t ok = 0, not_found = 0, failed = 0;
    for (size_t i = 0; i < article->fetch_count; i++) {
        enum fetch_outcome outcome = article->fetches[i].outcome;
        ok += outcome == FETCH_OK;
        not_found += outcome == FETCH_NOT_FOUND;
        failed += !is_answer(outcome) && outcome != FETCH_SKIPPED;
        /* The host has failed and the cache stood in: an answer, and yet not a whole one. */
        failed += outcome == FETCH_OK && article->fetches[i].error.len > 0;
    }
    if (failed > 0)
        return STATUS_PARTIAL;
    if (ok > 0)
        return STATUS_OK;
    return not_found > 0 ? STATUS_NOT_FOUND : STATUS_SKIPPED;
}

static void require(struct enrichment *enrichment, const struct lookup_run *run)
{
    const struct fetch_record *record = &enrichment->article->fetches[run - enrichment->runs];
    if (!run->lookup->config->required || is_answer(record->outcome) ||
        record->outcome == FETCH_SKIPPED || enrichment->error)
        return;
    struct error *error = arena_alloc(enrichment->arena, sizeof *error);
    enrichment->error = error ? error : &no_room;
    enrichment->attempts = record->attempts;
    enum error_class what =
        record->outcome == FETCH_REFUSED ? ERROR_CLASS_REFUSED : ERROR_CLASS_LOOKUP;
    if (error)
        (void)error_poison(error, what, "lookup %s: %s: %.*s (%s)", run->lookup->config->name,
                           fetch_outcome_name(record->outcome), SPAN_ARG(record->error),
                           arena_format(enrichment->arena, "%.*s", SPAN_ARG(record->url)).data);
}

static void end(struct enrichment *enrichment)
{
    enrichment->ended = true;
    for (size_t i = 0; i < enrichment->enricher->lookup_count; i++)
        require(enrichment, &enrichment->runs[i]);
    enrichment->article->status = status_of(enrichment->article);
    enrichment->done(enrichment);
}

/* Merges what has ended, in order, and starts what that makes possible. A lookup may end while it
 * is being started: then the outer call goes on with it. */
static void advance(struct enrichment *enrichment)
{
    if (enrichment->advancing || enrichment->ended)
        return;
    enrichment->advancing = true;
    size_t count = enrichment->enricher->lookup_count;
    bool moved = true;
    while (moved) {
        moved = false;
        while (enrichment->merged_count < count &&
               enrichment->runs[enrichment->merged_count].state == RUN_ENDED) {
            struct lookup_run *run = &enrichment->runs[enrichment->merged_count];
            if (run->metadata)
                article_merge(enrichment->article, run->metadata, source_name(run),
                              (int)enrichment->merged_count);
            enrichment->merged_count++;
        }
        for (size_t i = enrichment->merged_count; i < count; i++) {
            struct lookup_run *run = &enrichment->runs[i];
            if (run->state == RUN_WAITING)
                run_try(run, i == enrichment->merged_count);
            if (i == enrichment->merged_count && run->state == RUN_ENDED)
                moved = true;
        }
    }
    enrichment->advancing = false;
    if (enrichment->merged_count == count)
        end(enrichment);
}

void enrich_start(struct enrichment *enrichment, struct enricher *enricher, struct article *article,
                  struct arena *arena, void (*done)(struct enrichment *enrichment))
{
    *enrichment =
        (struct enrichment){.enricher = enricher, .article = article, .arena = arena, .done = done};
    size_t count = enricher->lookup_count;
    enrichment->runs = arena_alloc(arena, (count + 1) * sizeof *enrichment->runs);
    article->fetches = arena_alloc(arena, (count + 1) * sizeof *article->fetches);
    if (!enrichment->runs || !article->fetches) {
        enrichment->error = &no_room;
        enrichment->ended = true;
        done(enrichment);
        return;
    }
    article->fetch_count = count;
    for (size_t i = 0; i < count; i++) {
        enrichment->runs[i] =
            (struct lookup_run){.enrichment = enrichment, .lookup = &enricher->lookups[i]};
        article->fetches[i] =
            (struct fetch_record){.lookup = enricher->lookups[i].name, .url = span_of("", 0)};
    }
    advance(enrichment);
}

void enrich_waits_for(const struct enrichment *enrichment, struct span *ret_name,
                      struct span *ret_host)
{
    const struct lookup_run *run = &enrichment->runs[enrichment->merged_count];
    *ret_name = run->lookup->name;
    *ret_host = run->request ? fetch_request_host(run->request) : SPAN_NONE;
}

void enrich_cancel(struct enrichment *enrichment)
{
    if (!enrichment->enricher || enrichment->ended)
        return;
    enrichment->ended = true;
    for (size_t i = 0; i < enrichment->enricher->lookup_count; i++) {
        struct lookup_run *run = &enrichment->runs[i];
        if (run->request)
            fetch_cancel(run->request);
        if (run->page)
            page_work_cancel(run->page);
        run->request = NULL;
        run->page = NULL;
    }
}

void enrich_finish(struct enrichment *enrichment)
{
    while (enrichment->pages) {
        struct page_work *page = enrichment->pages;
        enrichment->pages = page->next;
        page_work_release(page);
    }
    *enrichment = (struct enrichment){0};
}
