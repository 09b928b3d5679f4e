/* The first line is a template, the rest a value: what becomes a URL holds no character that could
 * end it, and what becomes JSON stays JSON. */
#include <jansson.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "core/template.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expand(const struct template *template, struct span value)
{
    struct article article = {0};
    struct arena arena;
    struct span text, missing;
    arena_init(&arena, 1024 * 1024);
    metadata_set_text(&article.metadata, ARTICLE_EVENT_ID, value, SPAN_NONE);
    metadata_set_text(&article.metadata, ARTICLE_SOURCE_URL, value, SPAN_NONE);
    if (template_check_url(template, NULL) && template_host_is_fixed(template) &&
        template_expand_url(template, &article, &arena, &text, &missing) == TEMPLATE_OK) {
        for (size_t i = 0; i < text.len; i++)
            if (text.data[i] <= ' ' || text.data[i] >= 0x7F || text.data[i] == '#')
                abort();
        (void)template_redact(text, &arena);
    }
    (void)template_redact(value, &arena);
    if (template_check_json(template, NULL) &&
        template_expand_json(template, &article, &arena, &text, &missing) == TEMPLATE_OK) {
        json_t *json = json_loadb(text.data, text.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
        if (!json)
            abort();
        json_decref(json);
    }
    arena_finish(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *newline = size ? memchr(data, '\n', size) : NULL;
    if (!newline)
        return 0;
    size_t len = (size_t)(newline - data);
    char *text = strndup((const char *)data, len);
    struct error error;
    struct template *template = text ? template_new(text, &error) : NULL;
    if (template)
        expand(template, span_of((const char *)newline + 1, size - len - 1));
    template_free(template);
    free(text);
    return 0;
}
