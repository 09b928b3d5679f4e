#include "core/extract/circumstances.h"

#include "core/extract/facts.h"
#include "core/extract/words.h"

uint32_t circumstances_of_tag(uintptr_t tag)
{
    switch (tag) {
    case LXB_TAG_ARTICLE: return FACT_IN_ARTICLE;
    case LXB_TAG_MAIN: return FACT_IN_MAIN;
    case LXB_TAG_HEADER: return FACT_IN_HEADER;
    case LXB_TAG_ASIDE:
    case LXB_TAG_NAV:
    case LXB_TAG_FOOTER: return FACT_IN_ASIDE;
    case LXB_TAG_A: return FACT_IN_LINK;
    case LXB_TAG_BLOCKQUOTE:
    case LXB_TAG_FIGCAPTION: return FACT_IN_COMMENT; /* who took the picture, and when */
    case LXB_TAG_H1:
    case LXB_TAG_H2:
    case LXB_TAG_H3:
    case LXB_TAG_H4:
    case LXB_TAG_H5:
    case LXB_TAG_H6: return FACT_IN_HEADING;
    case LXB_TAG_TEMPLATE:
    case LXB_TAG_DIALOG: return FACT_HIDDEN;
    default: return 0;
    }
}

uint32_t circumstances_of_words(uint32_t words)
{
    static const struct {
        uint32_t word, flag;
    } map[] = {
        {WORD_COMMENT, FACT_IN_COMMENT}, {WORD_RELATED, FACT_IN_RELATED},
        {WORD_ASIDE, FACT_IN_ASIDE},     {WORD_BYLINE, FACT_IN_BYLINE},
        {WORD_AUTHOR, FACT_IN_BYLINE},   {WORD_BIO, FACT_IN_BIO},
        {WORD_DATE, FACT_IN_DATE},       {WORD_META, FACT_IN_META},
        {WORD_UPDATED, FACT_UPDATED},    {WORD_EVENT, FACT_EVENT},
        {WORD_HEADER, FACT_IN_HEADER},   {WORD_CAPTION, FACT_UNSIGNED},
    };
    uint32_t flags = 0;
    for (size_t i = 0; words && i < sizeof map / sizeof *map; i++)
        if (words & map[i].word)
            flags |= map[i].flag;
    return flags;
}
