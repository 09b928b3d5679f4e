#include "core/extract/related_heading.h"

#include <lexbor/dom/interfaces/text.h>

#include "core/text.h"

enum { WORDS_MAX = 7, LEVELS_MAX = 3 };

bool related_heading_is(struct span text)
{
    static const char *const openings[] = {
        "more stories",
        "more articles",
        "more news",
        "more posts",
        "more from",
        "more on ",
        "more in ",
        "more like this",
        "more to read",
        "related",
        "recommended",
        "you may also",
        "you might also",
        "you may like",
        "you might like",
        "read next",
        "read more",
        "read also",
        "also read",
        "up next",
        "what to read next",
        "keep reading",
        "most read",
        "most popular",
        "most viewed",
        "popular posts",
        "popular articles",
        "popular stories",
        "trending",
        "latest news",
        "latest stories",
        "latest articles",
        "latest posts",
        "latest from",
        "recent posts",
        "recent articles",
        "recent news",
        "recent stories",
        "other stories",
        "other articles",
        "other news",
        "similar articles",
        "similar posts",
        "editor's picks",
        "editors' picks",
        "top stories",
        "mehr zum thema",
        "mehr zu ",
        "mehr aus ",
        "das könnte sie auch",
        "das könnte dich auch",
        "auch interessant",
        "weitere artikel",
        "weitere themen",
        "weitere beiträge",
        "weitere nachrichten",
        "weitere meldungen",
        "ähnliche artikel",
        "ähnliche beiträge",
        "verwandte artikel",
        "verwandte beiträge",
        "verwandte themen",
        "lesen sie auch",
        "lesen sie mehr",
        "meistgelesen",
        "neueste artikel",
        "neueste beiträge",
        "à lire aussi",
        "a lire aussi",
        "lire aussi",
        "sur le même sujet",
        "sur le même thème",
        "articles liés",
        "articles similaires",
        "articles récents",
        "les plus lus",
        "vous aimerez aussi",
        "lea también",
        "te puede interesar",
        "le puede interesar",
        "noticias relacionadas",
        "artículos relacionados",
        "entradas relacionadas",
        "más noticias",
        "más leídas",
        "lo más leído",
        "lo más visto",
        "leggi anche",
        "articoli correlati",
        "articoli recenti",
        "potrebbe interessarti",
        "ti potrebbe interessare",
        "i più letti",
        "leia também",
        "leia mais",
        "veja também",
        "mais lidas",
        "notícias relacionadas",
        "artigos relacionados",
        "lees ook",
        "meer nieuws",
        "meer over",
        "gerelateerd",
        "meest gelezen",
        "les også",
        "läs också",
        "läs mer",
        "læs også",
        "lue myös",
        "czytaj też",
        "czytaj także",
        "zobacz także",
        "čtěte také",
        "читайте также",
        "читайте також",
        "похожие",
        "ilgili haberler",
        "関連記事",
        "あわせて読みたい",
        "相关",
        "相關",
        "관련",
    };
    if (text_count_words(text) > WORDS_MAX)
        return false;
    for (size_t i = 0; i < sizeof openings / sizeof *openings; i++)
        if (text_starts_folded(text, openings[i]))
            return true;
    return false;
}

/* Whether a node beside the heading is nothing but its ornament: a rule, a link to all of them. */
static bool is_ornament(const lxb_dom_node_t *node)
{
    if (node->type == LXB_DOM_NODE_TYPE_TEXT) {
        const lexbor_str_t *str = &lxb_dom_interface_text(node)->char_data.data;
        return text_trim(span_of((const char *)str->data, str->length)).len == 0;
    }
    return node->type != LXB_DOM_NODE_TYPE_ELEMENT || node->local_name == LXB_TAG_HR ||
           node->local_name == LXB_TAG_A || node->local_name == LXB_TAG_SVG ||
           node->local_name == LXB_TAG_SPAN;
}

static bool is_alone(const lxb_dom_node_t *node)
{
    enum { BESIDE_MAX = 3 };
    int beside = 0;
    for (const lxb_dom_node_t *other = node->parent->first_child; other; other = other->next)
        if (other != node && (!is_ornament(other) || ++beside > BESIDE_MAX))
            return false;
    return true;
}

lxb_dom_node_t *related_heading_box(lxb_dom_node_t *heading, size_t *ret_levels)
{
    lxb_dom_node_t *node = heading;
    size_t levels = 1;
    while (levels < LEVELS_MAX && node->parent->parent && is_alone(node) &&
           node->parent->local_name != LXB_TAG_BODY && node->parent->local_name != LXB_TAG_MAIN) {
        node = node->parent;
        levels++;
    }
    *ret_levels = levels;
    return node->parent;
}
