/* heads: prints what the tree of each page has in its head, for comparison with another parser.
 *
 *   heads PAGE...      one line of JSON a page:
 *   [["title", "Tide"], ["meta", {"name": "author", "content": "Jane Roe"}], ...]
 *
 * The elements stand in document order, as document_parse gives them to the extraction: the first
 * title, and every base, meta, link and JSON-LD script. Exits with 1 when a page cannot be read. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/extract/document.h"
#include "core/extract/encoding.h"
#include "core/extract/node_text.h"

enum { PAGE_MAX_BYTES = 64 << 20 };

struct kept {
    lxb_tag_id_t tag;
    const char *name;
    const char *attributes[6];
};

static const struct kept kept_elements[] = {
    {LXB_TAG_BASE, "base", {"href"}},
    {LXB_TAG_META, "meta", {"name", "property", "itemprop", "http-equiv", "content"}},
    {LXB_TAG_LINK, "link", {"rel", "href", "type"}},
};

static void put_text(struct buf *out, struct span text)
{
    buf_add_char(out, '"');
    buf_add_json_escaped(out, text);
    buf_add_char(out, '"');
}

static void put_attributes(struct buf *out, lxb_dom_node_t *node, const struct kept *kept)
{
    const char *separator = "";
    buf_format(out, "[\"%s\",{", kept->name);
    for (size_t i = 0; kept->attributes[i]; i++) {
        const char *name = kept->attributes[i];
        lxb_dom_element_t *element = lxb_dom_interface_element(node);
        if (!lxb_dom_element_has_attribute(element, (const lxb_char_t *)name, strlen(name)))
            continue;
        buf_format(out, "%s\"%s\":", separator, name);
        put_text(out, document_attribute(element, name));
        separator = ",";
    }
    buf_add_text(out, "}],");
}

/* The text directly inside a title or script, which hold nothing else. */
static void put_content(struct buf *out, lxb_dom_node_t *node, const char *name)
{
    buf_format(out, "[\"%s\",\"", name);
    for (lxb_dom_node_t *child = node->first_child; child; child = child->next) {
        if (child->type != LXB_DOM_NODE_TYPE_TEXT)
            continue;
        const lexbor_str_t *str = &lxb_dom_interface_text(child)->char_data.data;
        buf_add_json_escaped(out, span_of((const char *)str->data, str->length));
    }
    buf_add_text(out, "\"],");
}

static void put_element(struct buf *out, lxb_dom_node_t *node)
{
    lxb_dom_element_t *element = lxb_dom_interface_element(node);
    for (size_t i = 0; i < sizeof kept_elements / sizeof *kept_elements; i++)
        if (node->local_name == kept_elements[i].tag)
            put_attributes(out, node, &kept_elements[i]);
    if (node->local_name == LXB_TAG_TITLE)
        put_content(out, node, "title");
    if (node->local_name == LXB_TAG_SCRIPT &&
        span_equals_nocase(span_trim(document_attribute(element, "type")), "application/ld+json"))
        put_content(out, node, "script");
}

static void put_head(struct buf *out, lxb_html_document_t *document)
{
    lxb_dom_node_t *head = lxb_dom_interface_node(lxb_html_document_head_element(document));
    buf_add_char(out, '[');
    for (lxb_dom_node_t *node = head; node; node = node_after(node, head, false))
        if (node->type == LXB_DOM_NODE_TYPE_ELEMENT && node->ns == LXB_NS_HTML)
            put_element(out, node);
    if (out->len > 0 && out->data[out->len - 1] == ',')
        out->len--;
    buf_add_text(out, "]\n");
}

static bool read_file(const char *path, struct buf *bytes)
{
    char chunk[65536];
    size_t len;
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    while ((len = fread(chunk, 1, sizeof chunk, file)) > 0)
        buf_append(bytes, chunk, len);
    bool ok = !ferror(file) && !buf_failed(bytes);
    (void)fclose(file);
    return ok;
}

static bool print_head(const char *path)
{
    struct buf bytes, decoded, out;
    struct span text;
    lxb_html_document_t *document = NULL;
    bool ok = false;
    buf_init(&bytes, PAGE_MAX_BYTES);
    buf_init(&decoded, PAGE_MAX_BYTES);
    buf_init(&out, PAGE_MAX_BYTES);
    if (!read_file(path, &bytes) || !encoding_to_utf8(buf_span(&bytes), SPAN_NONE, &decoded, &text))
        goto out;
    document = document_parse(text);
    if (!document)
        goto out;
    put_head(&out, document);
    ok = !buf_failed(&out) && fwrite(out.data, 1, out.len, stdout) == out.len;
out:
    document_free(document);
    buf_finish(&out);
    buf_finish(&decoded);
    buf_finish(&bytes);
    return ok;
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (!print_head(argv[i])) {
            fprintf(stderr, "heads: cannot read %s\n", argv[i]);
            return EXIT_FAILURE;
        }
    }
    return EXIT_SUCCESS;
}
