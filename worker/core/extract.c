#include "core/extract.h"

#include "core/buf.h"
#include "core/extract/decide.h"
#include "core/extract/document.h"
#include "core/extract/encoding.h"
#include "core/extract/facts.h"
#include "core/extract/jsonld.h"
#include "core/extract/link.h"
#include "core/extract/url_date.h"
#include "core/extract/walk.h"

/* A byte of a legacy encoding becomes at most three in UTF-8. */
enum { ENCODING_GROWTH = 3 };

static bool collect(lxb_html_document_t *document, struct facts *facts, const struct page *page,
                    struct walk_result *ret_walk)
{
    (void)facts_add(facts, ORIGIN_URL, span_from("date"), url_date(page->url), 0, 0);
    return walk_document(document, facts, ret_walk) &&
           jsonld_collect(ret_walk->jsonld, ret_walk->jsonld_count, page->url, facts);
}

static bool decide(struct facts *facts, const struct page *page, struct span base,
                   struct metadata *metadata)
{
    struct link_base links;
    bool ok = link_base_init(&links, page->url, base);
    struct decision decision = {.facts = facts,
                                .arena = facts->arena,
                                .links = &links,
                                .page_url = page->url,
                                .metadata = metadata};
    if (ok) {
        decide_fields(&decision);
        decide_title(&decision);
        decide_dates(&decision);
        decide_authors(&decision);
    }
    link_base_finish(&links);
    return ok;
}

bool extract_page(const struct page *page, struct arena *arena, struct metadata *ret_metadata,
                  struct error *ret_error)
{
    struct buf decoded;
    struct span text;
    struct facts facts;
    struct walk_result walk;
    struct metadata metadata = {0};
    lxb_html_document_t *document = NULL;
    bool ok = false;
    struct span bytes = page->bytes;
    if (bytes.len > DOCUMENT_MAX_BYTES)
        bytes.len = DOCUMENT_MAX_BYTES;
    buf_init(&decoded, (size_t)DOCUMENT_MAX_BYTES * ENCODING_GROWTH);
    if (!encoding_to_utf8(bytes, page->content_type, &decoded, &text) || !facts_init(&facts, arena))
        goto out;
    document = document_parse(text);
    if (!document)
        goto out;
    ok = collect(document, &facts, page, &walk) && decide(&facts, page, walk.base, &metadata);
out:
    document_free(document);
    buf_finish(&decoded);
    if (!ok)
        return error_poison(ret_error, ERROR_CLASS_TOO_LARGE, "page needs too much memory");
    *ret_metadata = metadata;
    return true;
}
