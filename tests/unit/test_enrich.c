/* The lookups of one event, with answers that the test gives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "enrich.h"

static struct {
    fetch_done *answer;
    void *context;
    int done_count;
} stage;

struct fetch_request *__wrap_fetch_start(struct fetch *fetch, const struct fetch_spec *spec,
                                         fetch_done *done, void *context);

struct fetch_request *__wrap_fetch_start(struct fetch *fetch, const struct fetch_spec *spec,
                                         fetch_done *done, void *context)
{
    (void)fetch, (void)spec;
    stage.answer = done;
    stage.context = context;
    return NULL; /* nothing that could be cancelled */
}

static void on_done(struct enrichment *enrichment)
{
    (void)enrichment;
    stage.done_count++;
}

/* {"s":"news","more":[[],[], ... 0]} */
static struct body *json_body(size_t at_least)
{
    static const char head[] = "{\"s\":\"news\",\"more\":[", tail[] = "0]}";
    struct buf text;
    buf_init(&text, 2 * at_least + 64);
    assert_true(buf_add_text(&text, head));
    while (text.len < at_least)
        assert_true(buf_add_text(&text, "[],"));
    assert_true(buf_add_text(&text, tail));
    struct body *body = body_new(buf_span(&text));
    buf_finish(&text);
    assert_non_null(body);
    return body;
}

static void a_large_json_answer_is_parsed_off_the_loop(void **state)
{
    (void)state;
    static const char text[] =
        "output: {framing: single_object}\n"
        "enrich:\n"
        "  - {name: a, type: json, url: 'http://a/', fields: {section: /s}}\n";
    static const struct {
        size_t bytes;
        bool on_loop, is_cancelled, is_json;
    } cases[] = {
        {100, true, false, true},       {30 << 10, true, false, true},
        {33 << 10, false, false, true}, {1 << 20, false, false, true},
        {1 << 20, false, true, true},   {33 << 10, false, false, false},
    };
    struct error error;
    struct lookup_metrics metrics = {0};
    struct config *config = config_parse(text, "byline.yaml", &error);
    uv_loop_t loop;
    assert_non_null(config);
    assert_int_equal(uv_loop_init(&loop), 0);
    struct enricher *enricher = enricher_new(&loop, config, NULL, &metrics, &error);
    assert_non_null(enricher);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena;
        struct article article = {0};
        struct enrichment enrichment = {0};
        arena_init(&arena, 1 << 20);
        stage.done_count = 0;
        enrich_start(&enrichment, enricher, &article, &arena, on_done);
        struct body *body = json_body(cases[i].bytes);
        if (!cases[i].is_json)
            body->data[body->len - 1] = '!';
        const struct fetch_answer answer = {
            .outcome = FETCH_OK, .http_status = 200, .attempts = 1, .body = body};
        stage.answer(stage.context, &answer);
        body_release(body); /* the work holds it */
        assert_int_equal(stage.done_count, cases[i].on_loop);
        if (cases[i].is_cancelled)
            enrich_cancel(&enrichment);
        (void)uv_run(&loop, UV_RUN_DEFAULT);
        assert_int_equal(stage.done_count, !cases[i].is_cancelled);
        if (!cases[i].is_cancelled) {
            const struct value *section = &article.metadata.fields[ARTICLE_SECTION];
            assert_int_equal(article.status, cases[i].is_json ? STATUS_OK : STATUS_PARTIAL);
            assert_true(!cases[i].is_json || span_equals(section->text, "news"));
            assert_int_equal(article.fetches[0].error.len > 0, !cases[i].is_json);
        }
        enrich_finish(&enrichment);
        arena_finish(&arena);
    }
    enricher_free(enricher);
    assert_int_equal(uv_loop_close(&loop), 0);
    config_free(config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_large_json_answer_is_parsed_off_the_loop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
