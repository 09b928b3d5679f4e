#include "core/extract/jsonld_context.h"

#include "core/extract/jsonld.h"
#include "core/text.h"

enum { PREFIXES_MAX = 8 };

struct prefixes {
    struct span items[PREFIXES_MAX];
    size_t count;
};

static bool is_schema_org(const struct json *value)
{
    return json_is(value, JSON_KIND_STRING) && (span_equals(value->text, "http://schema.org/") ||
                                                span_equals(value->text, "https://schema.org/"));
}

/* A context is an object, or a list of objects and addresses. */
static void read_context(const struct json *context, struct prefixes *prefixes)
{
    if (!json_is_container(context))
        return;
    for (const struct json *member = context->first; member; member = member->next) {
        if (json_is(context, JSON_KIND_ARRAY)) {
            if (json_is(member, JSON_KIND_OBJECT))
                read_context(member, prefixes);
        } else if (is_schema_org(member) && member->key.len > 0 && member->key.data[0] != '@' &&
                   prefixes->count < PREFIXES_MAX) {
            prefixes->items[prefixes->count++] = member->key;
        }
    }
}

static void rename_keys(struct json *value, const struct prefixes *prefixes, unsigned depth)
{
    if (depth > JSONLD_NODE_DEPTH)
        return;
    for (struct json *member = value->first; member; member = member->next) {
        for (size_t i = 0; i < prefixes->count; i++) {
            size_t len = prefixes->items[i].len;
            if (member->key.len > len + 1 && member->key.data[len] == ':' &&
                span_equal(span_of(member->key.data, len), prefixes->items[i]))
                member->key = span_of(member->key.data + len + 1, member->key.len - len - 1);
        }
        if (json_is_container(member))
            rename_keys(member, prefixes, depth + 1);
    }
}

void jsonld_context_apply(struct json *root)
{
    struct prefixes prefixes = {.count = 0};
    read_context(json_get(root, "@context"), &prefixes);
    if (json_is(root, JSON_KIND_ARRAY))
        for (const struct json *item = root->first; item; item = item->next)
            read_context(json_get(item, "@context"), &prefixes);
    if (prefixes.count > 0)
        rename_keys(root, &prefixes, 0);
}
