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
#include "core/text.h"
#include "core/text_article.h"

/* A byte of a legacy encoding becomes at most three in UTF-8. */
enum { ENCODING_GROWTH = 3 };

static bool collect(lxb_html_document_t *document, struct facts *facts, const struct page *page,
                    struct walk_result *ret_walk)
{
    (void)facts_add(facts, ORIGIN_URL, span_from("date"), url_date(page->url), 0, 0);
    return walk_document(document, page->url, facts, ret_walk) &&
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

/* What the sender calls the bytes, told apart as far as it matters here. */
enum page_kind { PAGE_HTML, PAGE_TEXT, PAGE_OTHER };

static enum page_kind kind_of(const struct page *page)
{
    size_t len = 0;
    while (len < page->content_type.len && page->content_type.data[len] != ';')
        len++;
    struct span type = span_trim(span_of(page->content_type.data, len));
    struct span start = page->bytes;
    if (start.len > 0 && span_starts_with(start, "\xEF\xBB\xBF"))
        start = span_of(start.data + 3, start.len - 3);
    start = span_trim(start);
    bool names_kind = type.len > 0 && memchr(type.data, '/', type.len);
    bool markup = start.len > 0 && start.data[0] == '<';
    if (!names_kind || markup || text_find_folded(type, "html") < type.len ||
        text_find_folded(type, "xml") < type.len)
        return PAGE_HTML;
    return span_equals_nocase(type, "text/plain") ? PAGE_TEXT : PAGE_OTHER;
}

/* False without memory. */
static bool read_html(const struct page *page, struct span text, struct arena *arena,
                      struct metadata *metadata)
{
    struct facts facts;
    struct walk_result walk;
    if (!facts_init(&facts, arena))
        return false;
    lxb_html_document_t *document = document_parse(text);
    bool ok = document && collect(document, &facts, page, &walk) &&
              decide(&facts, page, walk.base, metadata);
    document_free(document);
    return ok;
}

/* A text that is no article gives nothing. False without memory. */
static bool read_text(struct span text, struct arena *arena, struct metadata *metadata)
{
    struct error error;
    struct span kept = arena_copy(arena, text);
    if (!kept.data)
        return false;
    if (!text_article_parse(kept, arena, metadata, &error))
        return error.error_class != ERROR_CLASS_TOO_LARGE;
    metadata->fields[ARTICLE_TEXT] = (struct value){.kind = VALUE_NONE}; /* the event's own only */
    return true;
}

bool extract_page(const struct page *page, struct arena *arena, struct metadata *ret_metadata,
                  struct error *ret_error)
{
    struct buf decoded;
    struct span text = SPAN_NONE;
    struct metadata metadata = {0};
    struct span bytes = page->bytes;
    enum page_kind kind = kind_of(page);
    if (bytes.len > DOCUMENT_MAX_BYTES)
        bytes.len = DOCUMENT_MAX_BYTES;
    buf_init(&decoded, (size_t)DOCUMENT_MAX_BYTES * ENCODING_GROWTH);
    bool ok = kind == PAGE_OTHER || encoding_to_utf8(bytes, page->content_type, &decoded, &text);
    if (ok && kind == PAGE_HTML)
        ok = read_html(page, text, arena, &metadata);
    else if (ok && kind == PAGE_TEXT)
        ok = read_text(text, arena, &metadata);
    buf_finish(&decoded);
    if (!ok)
        return error_poison(ret_error, ERROR_CLASS_TOO_LARGE, "page needs too much memory");
    *ret_metadata = metadata;
    return true;
}
