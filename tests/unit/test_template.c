#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/template.h"

static const struct author authors[] = {{.name = SPAN_LITERAL("J\xC3\xB6rg O'Neil")}};
static struct extra attribute = {.key = SPAN_LITERAL("feed"), .value = SPAN_LITERAL("a&b")};

static struct article article_of(const char *event_id, const char *url)
{
    struct article article = {0};
    struct value *fields = article.metadata.fields;
    metadata_set_text(&article.metadata, ARTICLE_EVENT_ID, span_from(event_id), SPAN_NONE);
    metadata_set_text(&article.metadata, ARTICLE_SOURCE_URL, span_from(url), SPAN_NONE);
    metadata_set_text(&article.metadata, ARTICLE_TITLE, span_from("say \"hi\"\n"), SPAN_NONE);
    fields[ARTICLE_AUTHORS].kind = VALUE_AUTHORS;
    fields[ARTICLE_AUTHORS].authors.items = authors;
    fields[ARTICLE_AUTHORS].authors.count = 1;
    fields[ARTICLE_PUBLISHED].kind = VALUE_DATE;
    fields[ARTICLE_PUBLISHED].date.has_date = true;
    fields[ARTICLE_PUBLISHED].date.date = 19016;
    article.metadata.extra = &attribute;
    return article;
}

static void values_are_encoded_by_their_place(void **state)
{
    (void)state;
    static const struct {
        const char *text, *event_id, *expanded; /* NULL: a value is missing */
    } cases[] = {
        {"{url}", "e", "https://a.example/x y?z"},
        {"http://h/articles/{event_id}", "a/../b c", "http://h/articles/a%2F..%2Fb%20c"},
        {"http://h/?by={authors}&u={url}", "e",
         "http://h/?by=J%C3%B6rg%20O%27Neil&u=https%3A%2F%2Fa.example%2Fx%20y%3Fz"},
        {"http://h/{published}", "e", "http://h/2022-01-24"},
        {"http://h/?f={extra.feed}", "e", "http://h/?f=a%26b"},
        {"http://h/?f={extra.other}", "e", NULL},
        {"http://h/{doi}", "e", NULL},
        {"http://h/{event_id}/x", "..", NULL},
        {"http://h/{event_id}", ".", NULL},
        {"http://h/plain", "e", "http://h/plain"},
    };
    struct arena arena;
    arena_init(&arena, 65536);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct article article = article_of(cases[i].event_id, "https://a.example/x y?z");
        struct template *template = template_new(cases[i].text, NULL);
        assert_non_null(template);
        struct span url, missing;
        enum template_result result =
            template_expand_url(template, &article, &arena, &url, &missing);
        assert_int_equal(result, cases[i].expanded ? TEMPLATE_OK : TEMPLATE_MISSING);
        if (cases[i].expanded)
            assert_true(span_equals(url, cases[i].expanded));
        else
            assert_true(missing.len > 0);
        template_free(template);
    }
    arena_finish(&arena);
}

static void json_bodies_are_escaped_and_keep_their_braces(void **state)
{
    (void)state;
    static const struct {
        const char *text, *expanded;
    } cases[] = {
        {"{\"a\":{\"t\":\"<{title}>\"}}", "{\"a\":{\"t\":\"<say \\\"hi\\\"\\n>\"}}"},
        {"{\"t\": {title}, \"d\": {doi}}", "{\"t\": \"say \\\"hi\\\"\\n\", \"d\": null}"},
        {"{\"d\": \"{doi}\"}", "{\"d\": \"\"}"},
        {"{\"q\": \"\\\"{doi}\"}", "{\"q\": \"\\\"\"}"},
        {"[{}]", "[{}]"},
    };
    struct arena arena;
    arena_init(&arena, 65536);
    struct article article = article_of("e", "u");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct template *template = template_new(cases[i].text, NULL);
        assert_non_null(template);
        struct span body, missing;
        assert_true(template_check_json(template, NULL));
        assert_int_equal(template_expand_json(template, &article, &arena, &body, &missing),
                         TEMPLATE_OK);
        assert_true(span_equals(body, cases[i].expanded));
        template_free(template);
    }
    arena_finish(&arena);
}

static void mistakes_are_found_before_the_first_event(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message; /* NULL: a good URL */
    } cases[] = {
        {"{url}", NULL},
        {"https://h.example:8443/a{event_id}?b={extra.k}", NULL},
        {"http://[::1]:8080/{doi}", NULL},
        {"", "is empty"},
        {"{titel}", "{titel} is no field; did you mean {title}?"},
        {"{status}", "{status} cannot be used"},
        {"{article_id}", "cannot be used"},
        {"{nothing_like_it}", "{nothing_like_it} is no field; extra.NAME"},
        {"{url}/x", "starts with http://"},
        {"ftp://h/", "starts with http://"},
        {"http://{title}/", "the host must be written out"},
        {"http://h{title}/", "the host must be written out"},
        {"http:///x", "needs a host"},
        {"http://u:p@h/", "must not hold credentials"},
        {"http://h/a b", "cannot hold the character \" \""},
        {"http://h/#x", "cannot hold the character \"#\""},
        {"http://h/{}", "cannot hold the character \"{\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error error = {0};
        struct template *template = template_new(cases[i].text, &error);
        bool good = template && template_check_url(template, &error);
        template_free(template);
        assert_int_equal(good, cases[i].message == NULL);
        if (!good && !strstr(error.message, cases[i].message))
            fail_msg("%s: \"%s\"", cases[i].text, error.message);
    }
}

static void only_a_written_host_is_fixed(void **state)
{
    (void)state;
    struct template *whole = template_new("{url}", NULL);
    struct template *written = template_new("http://h/{event_id}", NULL);
    assert_non_null(whole);
    assert_non_null(written);
    assert_false(template_host_is_fixed(whole));
    assert_true(template_host_is_fixed(written));
    template_free(whole);
    template_free(written);
}

static void secrets_in_urls_are_hidden(void **state)
{
    (void)state;
    static const struct {
        const char *url, *redacted;
    } cases[] = {
        {"http://h/a?api_key=1&q=2&Token=3", "http://h/a?api_key=***&q=2&Token=***"},
        {"https://user:word@h/a", "https://h/a"},
        {"http://h/a@b", "http://h/a@b"},
        {"http://h/?key", "http://h/?key"},
        {"http://h/?author=jane&authToken=x", "http://h/?author=jane&authToken=***"},
        {"http://h", "http://h"},
        {"", ""},
    };
    struct arena arena;
    arena_init(&arena, 65536);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_true(
            span_equals(template_redact(span_from(cases[i].url), &arena), cases[i].redacted));
    arena_finish(&arena);
}

static void secrets_are_hidden_wherever_they_stand(void **state)
{
    (void)state;
    static char *const secrets[] = {"hunt", "hunter2"};
    struct arena arena;
    arena_init(&arena, 65536);
    struct span text = span_from("http://h/hunter2/x?q=hunt&r=hun");
    assert_true(span_equals(template_mask(text, secrets, 2, &arena), "http://h/***/x?q=***&r=hun"));
    assert_true(span_equals(template_mask(text, secrets, 0, &arena), text.data));
    arena_finish(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_encoded_by_their_place),
        cmocka_unit_test(json_bodies_are_escaped_and_keep_their_braces),
        cmocka_unit_test(mistakes_are_found_before_the_first_event),
        cmocka_unit_test(only_a_written_host_is_fixed),
        cmocka_unit_test(secrets_in_urls_are_hidden),
        cmocka_unit_test(secrets_are_hidden_wherever_they_stand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
