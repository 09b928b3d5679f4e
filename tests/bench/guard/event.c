/* guard_event COUNT: core's part of COUNT events of the bench, without Kafka, curl and clocks, so
 * that its instructions are the same on every run.
 *
 *   decode -> expand the URL -> map the answer -> may it be kept -> complete -> encode -> turn */
#include <stdio.h>
#include <stdlib.h>

#include "core/article_complete.h"
#include "core/avro_encode.h"
#include "core/cache_policy.h"
#include "core/decode.h"
#include "core/default_schema.h"
#include "core/json_map.h"
#include "core/key_order.h"
#include "core/ledger.h"
#include "core/template.h"
#include "core/url.h"

static const char event_text[] =
    "{\"event_id\":\"00000017\",\"title\":\"tttttttttttttttttttttttttttttttttttttttttttttt\"}";
static const char answer_text[] =
    "{\"id\": \"00000017\", \"section\": \"Science\", \"keywords\": [\"tides\", \"harbours\", "
    "\"measurement\"], \"license\": \"CC-BY-4.0\", \"rank\": 17, \"note\": \""
    "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"
    "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"
    "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnn\"}";

enum { ARENA_BYTES = 1 << 20, NOW_MS = 1000 };
static const int64_t wall_ms = INT64_C(1795490000000);

struct guard {
    struct template *url;
    struct url_parser *urls;
    struct json_map *map;
    struct avro_plan *plan;
    struct key_order order;
    struct ledger ledger;
    struct arena arena;
    struct buf out;
};

static void must(bool ok, const char *what)
{
    if (ok)
        return;
    fprintf(stderr, "%s failed\n", what);
    exit(1);
}

static void set_up(struct guard *guard)
{
    static const struct json_map_entry entries[] = {
        {SPAN_LITERAL("section"), SPAN_LITERAL("/section")},
        {SPAN_LITERAL("tags"), SPAN_LITERAL("/keywords")},
        {SPAN_LITERAL("license"), SPAN_LITERAL("/license")},
        {SPAN_LITERAL("extra.rank"), SPAN_LITERAL("/rank")},
    };
    struct error error;
    guard->url = template_new("http://127.0.0.1:8080/articles/{event_id}", &error);
    guard->urls = url_parser_new();
    guard->map = json_map_new(entries, sizeof entries / sizeof *entries, &error);
    guard->plan = avro_plan_new(default_enriched_schema_span(), &error);
    must(guard->url && guard->urls && guard->map && guard->plan, "setting up");
    key_order_init(&guard->order);
    ledger_init(&guard->ledger);
    arena_init(&guard->arena, ARENA_BYTES);
    buf_init(&guard->out, ARENA_BYTES);
}

static void look_up(struct guard *guard, struct article *article)
{
    const struct cache_headers headers = {
        .date = SPAN_LITERAL("Tue, 24 Nov 2026 04:00:00 GMT"),
    };
    const struct cache_bounds bounds = {.ttl_ms = 600000, .negative_ttl_ms = 60000};
    struct metadata *metadata = arena_alloc(&guard->arena, sizeof *metadata);
    struct cache_lifetime lifetime;
    struct span text, missing;
    struct error error;
    struct url url;
    must(metadata != NULL, "memory");
    must(template_expand_url(guard->url, article, &guard->arena, &text, &missing) == TEMPLATE_OK,
         "the URL's template");
    must(url_parse(guard->urls, text, NULL, &url, &error), "the URL");
    url_finish(&url);
    must(json_map_apply(guard->map, span_from(answer_text), &guard->arena, metadata, &error),
         "the answer");
    (void)cache_judge(200, &headers, &bounds, wall_ms, NOW_MS, &lifetime);
    article_merge(article, metadata, span_from("catalog"), 0);
}

static void run_event(struct guard *guard, int64_t offset)
{
    struct article *article = arena_alloc(&guard->arena, sizeof *article);
    struct span value = span_from(event_text);
    struct key_member turn = {0};
    struct event event;
    struct error error;
    must(article != NULL, "memory");
    must(ledger_open(&guard->ledger, offset), "the ledger");
    must(key_order_enter(&guard->order, &turn, (uint64_t)offset % 1000), "the turn");
    must(decode_event(decode_detect(value), value, &guard->arena, &event, &error), "decoding");
    article_merge(article, &event.metadata, span_from("event"), -1);
    look_up(guard, article);
    must(article_complete(article, &guard->arena), "completing");
    article->status = STATUS_OK;
    article->enriched_at_ms = wall_ms;
    article->enricher_version = span_from("guard");
    buf_reset(&guard->out);
    must(avro_encode(guard->plan, article, &guard->out, &error), "encoding");
    (void)key_order_leave(&guard->order, &turn);
    ledger_finish(&guard->ledger, offset);
    arena_reset(&guard->arena);
}

int main(int argc, char **argv)
{
    struct guard guard;
    must(argc == 2, "guard_event COUNT");
    long count = strtol(argv[1], NULL, 10);
    set_up(&guard);
    for (long offset = 0; offset < count; offset++)
        run_event(&guard, offset);
    printf("%zu bytes a record\n", guard.out.len);
    buf_finish(&guard.out);
    arena_finish(&guard.arena);
    ledger_finish_all(&guard.ledger);
    key_order_finish(&guard.order);
    avro_plan_free(guard.plan);
    json_map_free(guard.map);
    url_parser_free(guard.urls);
    template_free(guard.url);
    return 0;
}
