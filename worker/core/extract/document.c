#include "core/extract/document.h"

#include <lexbor/html/tokenizer/state_rawtext.h>
#include <lexbor/html/tokenizer/state_script.h>

#include "core/extract/attributes.h"
#include "core/extract/node_text.h"
#include "core/text.h"

struct guard {
    lxb_html_tokenizer_token_f pass_on;
    void *context;
    lxb_html_parser_t *parser;
    lxb_html_document_t *document;
    unsigned roots;
    unsigned merges; /* text tokens in a row that went to one text node */
    unsigned moved;  /* text tokens moved out of tables */
    bool is_data;    /* the last script was one of JSON-LD */
};

/* Fed at once; between two pieces the tables of names and the tree's size are looked at. */
enum { CHUNK_BYTES = 256 * 1024 };

/* Elements whose start tag switches the tokenizer: without it their text would become markup. They
 * never nest, so they may always pass. */
static bool holds_raw_text(lxb_tag_id_t tag)
{
    switch (tag) {
    case LXB_TAG_SCRIPT:
    case LXB_TAG_STYLE:
    case LXB_TAG_TITLE:
    case LXB_TAG_TEXTAREA:
    case LXB_TAG_XMP:
    case LXB_TAG_IFRAME:
    case LXB_TAG_NOEMBED:
    case LXB_TAG_NOFRAMES:
    case LXB_TAG_NOSCRIPT:
    case LXB_TAG_PLAINTEXT: return true;
    default: return false;
    }
}

/* The standard's "formatting" category, which is rebuilt in every new block. */
static bool is_formatting(lxb_tag_id_t tag)
{
    switch (tag) {
    case LXB_TAG_A:
    case LXB_TAG_B:
    case LXB_TAG_BIG:
    case LXB_TAG_CODE:
    case LXB_TAG_EM:
    case LXB_TAG_FONT:
    case LXB_TAG_I:
    case LXB_TAG_NOBR:
    case LXB_TAG_S:
    case LXB_TAG_SMALL:
    case LXB_TAG_STRIKE:
    case LXB_TAG_STRONG:
    case LXB_TAG_TT:
    case LXB_TAG_U: return true;
    default: return false;
    }
}

static bool is_table_part(lxb_tag_id_t tag)
{
    return tag == LXB_TAG_TABLE || tag == LXB_TAG_TBODY || tag == LXB_TAG_THEAD ||
           tag == LXB_TAG_TFOOT || tag == LXB_TAG_TR;
}

static bool is_blank(const lxb_html_token_t *token)
{
    const char *start = (const char *)token->text_start;
    return span_trim(span_of(start, (size_t)(token->text_end - token->text_start))).len == 0;
}

/* A text node grows by copying: text that comes in very many pieces, parted by tags that the parser
 * ignores, is cut. Text that stands inside a table is moved before it and joined there. */
static bool is_text_in_pieces(struct guard *guard, const lxb_html_token_t *token)
{
    const lxb_dom_node_t *parent = lxb_html_tree_current_node(guard->parser->tree);
    if (token->tag_id != LXB_TAG__TEXT || !parent)
        return false;
    if (is_table_part(parent->local_name))
        return !is_blank(token) && ++guard->moved > DOCUMENT_MAX_MERGES;
    if (!parent->last_child || parent->last_child->type != LXB_DOM_NODE_TYPE_TEXT)
        guard->merges = 0;
    else
        guard->merges++;
    return guard->merges > DOCUMENT_MAX_MERGES;
}

static bool is_too_much(struct guard *guard, const lxb_html_token_t *token)
{
    const lxb_html_tree_t *tree = guard->parser->tree;
    if (token->type & LXB_HTML_TOKEN_TYPE_CLOSE)
        return false;
    if (token->tag_id == LXB_TAG_HTML || token->tag_id == LXB_TAG_BODY)
        return ++guard->roots > DOCUMENT_MAX_ROOTS;
    if (is_formatting(token->tag_id) &&
        lexbor_array_length(tree->active_formatting) >= DOCUMENT_MAX_FORMATTING)
        return true;
    return lexbor_array_length(tree->open_elements) >= DOCUMENT_MAX_DEPTH &&
           token->tag_id > LXB_TAG__EM_DOCTYPE && !holds_raw_text(token->tag_id);
}

/* Whether a script's start tag says that it holds JSON-LD. */
static bool is_jsonld(const lxb_html_token_t *token)
{
    const lxb_html_token_attr_t *attribute = token->attr_first;
    for (; attribute; attribute = attribute->next) {
        struct span value = span_of((const char *)attribute->value, attribute->value_size);
        if (attribute->name && attribute->name->attr_id == LXB_DOM_ATTR_TYPE && value.data)
            return document_is_jsonld(value);
    }
    return false;
}

/* Shapes of a drawing: names that HTML does not have, inside svg. */
static bool is_shape(lxb_tag_id_t tag, const lxb_dom_node_t *parent)
{
    return parent->ns == LXB_NS_SVG && (tag == LXB_TAG_PATH || tag >= LXB_TAG__LAST_ENTRY);
}

/* White space inside a block, in front of all else or behind another block: it is no part of any
 * text, and a third of all text nodes. With formatting elements open it may open them again. */
static bool is_indent(const struct guard *guard, const lxb_html_token_t *token,
                      const lxb_dom_node_t *parent)
{
    const lxb_dom_node_t *last = parent->last_child;
    bool between = node_text_is_parted_by(parent->local_name) &&
                   (!last || node_text_is_parted_by(last->local_name));
    return (between || parent->local_name == LXB_TAG_HEAD) &&
           lexbor_array_length(guard->parser->tree->active_formatting) == 0 && is_blank(token);
}

/* What no rule reads is not put into the tree: comments, code, style sheets, drawings, indents. */
static bool is_unread(struct guard *guard, const lxb_html_token_t *token)
{
    const lxb_dom_node_t *parent = lxb_html_tree_current_node(guard->parser->tree);
    if (token->tag_id == LXB_TAG__EM_COMMENT)
        return true;
    if (token->tag_id == LXB_TAG_SCRIPT && !(token->type & LXB_HTML_TOKEN_TYPE_CLOSE))
        guard->is_data = is_jsonld(token);
    if (!parent)
        return false;
    if (token->tag_id == LXB_TAG__TEXT && parent->ns == LXB_NS_HTML)
        return parent->local_name == LXB_TAG_STYLE || is_indent(guard, token, parent) ||
               (parent->local_name == LXB_TAG_SCRIPT && !guard->is_data);
    return is_shape(token->tag_id, parent);
}

/* --- code and style sheets are passed over where their end is in sight: nobody reads them, and
 * they are half of many a page */

/* Whether text begins with "</name" and what ends a name. */
static bool is_end_tag(struct span text, const char *name)
{
    size_t len = strlen(name);
    if (text.len < len + 3 || text.data[1] != '/' ||
        !span_equals_nocase(span_of(text.data + 2, len), name))
        return false;
    char behind = text.data[len + 2];
    return behind == '>' || behind == '/' || span_trim(span_of(&behind, 1)).len == 0;
}

/* Where the element's end tag starts; data itself where none is in sight, or where "<!--" stands
 * before it, behind which a script's end tag need not be one. */
static const lxb_char_t *find_end_tag(const lxb_char_t *data, const lxb_char_t *end,
                                      const char *name)
{
    const lxb_char_t *at = data;
    for (; (at = memchr(at, '<', (size_t)(end - at))) != NULL; at++) {
        struct span rest = span_of((const char *)at, (size_t)(end - at));
        if (is_end_tag(rest, name))
            return at;
        if (span_starts_with(rest, "<!--"))
            break;
    }
    return data;
}

/* States of the tokenizer in front of the text of a script or style element. */
static const lxb_char_t *pass_script(lxb_html_tokenizer_t *tokenizer, const lxb_char_t *data,
                                     const lxb_char_t *end)
{
    tokenizer->state = lxb_html_tokenizer_state_script_data_before;
    return find_end_tag(data, end, "script");
}

static const lxb_char_t *pass_style(lxb_html_tokenizer_t *tokenizer, const lxb_char_t *data,
                                    const lxb_char_t *end)
{
    tokenizer->state = lxb_html_tokenizer_state_rawtext_before;
    return find_end_tag(data, end, "style");
}

static void pass_unread_text(const struct guard *guard, lxb_html_tokenizer_t *tokenizer,
                             lxb_tag_id_t tag)
{
    if (tag == LXB_TAG_SCRIPT && !guard->is_data &&
        tokenizer->state == lxb_html_tokenizer_state_script_data_before)
        tokenizer->state = pass_script;
    if (tag == LXB_TAG_STYLE && tokenizer->state == lxb_html_tokenizer_state_rawtext_before)
        tokenizer->state = pass_style;
}

/* Takes what nobody reads off a start tag, and what is too much. */
static void limit_attributes(lxb_html_token_t *token)
{
    unsigned count = 0;
    lxb_html_token_attr_t *attribute = token->attr_first;
    lxb_html_token_attr_t *last = NULL;
    for (; attribute && count < DOCUMENT_MAX_ATTRIBUTES; attribute = attribute->next) {
        if (!attribute->name || !attributes_are_read(attribute->name))
            continue;
        if (last)
            last->next = attribute;
        else
            token->attr_first = attribute;
        attribute->prev = last;
        last = attribute;
        count++;
    }
    if (last)
        last->next = NULL;
    else
        token->attr_first = NULL;
    token->attr_last = last;
}

static lxb_html_token_t *on_token(lxb_html_tokenizer_t *tokenizer, lxb_html_token_t *token,
                                  void *context)
{
    struct guard *guard = context;
    if (token->tag_id == LXB_TAG__END_OF_FILE)
        return guard->pass_on(tokenizer, token, guard->context);
    if (is_unread(guard, token))
        return token;
    if (token->attr_first)
        limit_attributes(token);
    if (is_too_much(guard, token) || is_text_in_pieces(guard, token))
        return token;
    lxb_tag_id_t tag = token->tag_id;
    token = guard->pass_on(tokenizer, token, guard->context);
    pass_unread_text(guard, tokenizer, tag);
    return token;
}

/* lexbor's tables of names do not grow with their entries: past a limit every new name costs a look
 * at thousands of others, so the rest of such a page is not read. */
static bool has_too_many_names(const lxb_html_tokenizer_t *tokenizer)
{
    return lexbor_hash_entries_count(tokenizer->attrs) > DOCUMENT_MAX_NAMES ||
           lexbor_hash_entries_count(tokenizer->tags) > DOCUMENT_MAX_NAMES;
}

static bool is_tree_full(const lxb_html_document_t *document)
{
    const lexbor_mem_t *nodes = document->dom_document.mraw->mem;
    return nodes->chunk_length * nodes->chunk_min_size > DOCUMENT_MAX_TREE_BYTES;
}

static lxb_status_t feed(lxb_html_document_t *document, const lxb_html_tokenizer_t *tokenizer,
                         struct span text)
{
    lxb_status_t status = LXB_STATUS_OK;
    while (text.len > 0 && status == LXB_STATUS_OK && !has_too_many_names(tokenizer) &&
           !is_tree_full(document)) {
        size_t len = text.len < CHUNK_BYTES ? text.len : CHUNK_BYTES;
        status = lxb_html_document_parse_chunk(document, (const lxb_char_t *)text.data, len);
        text = span_of(text.data + len, text.len - len);
    }
    return status;
}

lxb_html_document_t *document_parse(struct span text)
{
    lxb_html_document_t *document = lxb_html_document_create();
    if (!document)
        return NULL;
    if (text.len > DOCUMENT_MAX_BYTES)
        text.len = DOCUMENT_MAX_BYTES;
    if (lxb_html_document_parse_chunk_begin(document) != LXB_STATUS_OK)
        goto failed;
    lxb_html_parser_t *parser = document->dom_document.parser;
    lxb_html_tokenizer_t *tokenizer = parser->tkz;
    struct guard guard = {.pass_on = tokenizer->callback_token_done,
                          .context = tokenizer->callback_token_ctx,
                          .parser = parser,
                          .document = document};
    /* Nobody scripts this tree: what elements do when they are put in is left out. */
    lxb_html_document_dom_opt_set(document, LXB_DOM_DOCUMENT_OPT_WO_EVENTS);
    lxb_html_tokenizer_callback_token_done_set(tokenizer, on_token, &guard);
    lxb_status_t status = feed(document, tokenizer, text);
    if (lxb_html_document_parse_chunk_end(document) != LXB_STATUS_OK || status != LXB_STATUS_OK)
        goto failed;
    lxb_html_tokenizer_callback_token_done_set(tokenizer, guard.pass_on, guard.context);
    return document;

failed:
    lxb_html_document_destroy(document);
    return NULL;
}

void document_free(lxb_html_document_t *document)
{
    if (document)
        lxb_html_document_destroy(document);
}

bool document_is_jsonld(struct span type)
{
    return text_starts_folded(span_trim(type), "application/ld+json");
}

struct span document_attribute(lxb_dom_element_t *element, const char *name)
{
    size_t len = 0;
    const lxb_char_t *value =
        lxb_dom_element_get_attribute(element, (const lxb_char_t *)name, strlen(name), &len);
    return span_of((const char *)value, value ? len : 0);
}
