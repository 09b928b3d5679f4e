#include "core/extract/parsely.h"

#include "core/json.h"

enum { CONTENT_MAX_BYTES = 64 * 1024, LIST_MAX = 32 };

static const struct {
    const char *key, *name;
} places[] = {
    {"title", "parsely-title"},         {"link", "parsely-link"},
    {"image_url", "parsely-image-url"}, {"pub_date", "parsely-pub-date"},
    {"section", "parsely-section"},     {"author", "parsely-author"},
    {"authors", "parsely-author"},      {"tags", "parsely-tags"},
};

void parsely_page(struct span content, struct facts *facts, uint32_t flags, uint32_t position)
{
    struct json_error error;
    const struct json *page =
        content.len <= CONTENT_MAX_BYTES ? json_read_start(content, facts->arena, &error) : NULL;
    for (size_t i = 0; page && i < sizeof places / sizeof *places; i++) {
        const struct json *value = json_get(page, places[i].key);
        bool list = json_is(value, JSON_KIND_ARRAY);
        const struct json *item = list ? value->first : value;
        for (size_t left = LIST_MAX; item && left > 0; left--) {
            struct fact *fact = json_is(item, JSON_KIND_STRING)
                                    ? facts_add(facts, ORIGIN_META, span_from(places[i].name),
                                                item->text, flags, position)
                                    : NULL;
            if (fact)
                fact->path = arena_format(facts->arena, "meta[parsely-page]/%s", places[i].key);
            item = list ? item->next : NULL;
        }
    }
}
