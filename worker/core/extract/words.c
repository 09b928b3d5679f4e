#include "core/extract/words.h"

enum { NAMES_MAX_BYTES = 512 };

static const struct {
    const char *word; /* lower case */
    uint32_t flags;
} entries[] = {
    {"author", WORD_AUTHOR},
    {"authors", WORD_AUTHOR},
    {"authorname", WORD_AUTHOR | WORD_NAME},
    {"authored", WORD_AUTHOR},
    {"autor", WORD_AUTHOR},
    {"autoren", WORD_AUTHOR},
    {"autores", WORD_AUTHOR},
    {"autora", WORD_AUTHOR},
    {"auteur", WORD_AUTHOR},
    {"auteurs", WORD_AUTHOR},
    {"autore", WORD_AUTHOR},
    {"autori", WORD_AUTHOR},
    {"writer", WORD_AUTHOR},
    {"writers", WORD_AUTHOR},
    {"verfasser", WORD_AUTHOR},
    {"forfatter", WORD_AUTHOR},
    {"journalist", WORD_AUTHOR},
    {"contributor", WORD_AUTHOR},
    {"contributors", WORD_AUTHOR},
    {"postauthor", WORD_AUTHOR},
    {"articleauthor", WORD_AUTHOR},
    {"blogauthor", WORD_AUTHOR},
    {"byauthor", WORD_AUTHOR},
    {"creator", WORD_AUTHOR},
    {"byline", WORD_BYLINE},
    {"bylines", WORD_BYLINE},
    {"postedby", WORD_BYLINE},
    {"postby", WORD_BYLINE},
    {"writtenby", WORD_BYLINE},
    {"autorzeile", WORD_BYLINE},
    {"signature", WORD_BYLINE},
    {"firma", WORD_BYLINE},
    {"credits", WORD_BYLINE},
    {"date", WORD_DATE},
    {"dates", WORD_DATE},
    {"datetime", WORD_DATE},
    {"time", WORD_DATE},
    {"timestamp", WORD_DATE},
    {"dateline", WORD_DATE},
    {"datum", WORD_DATE},
    {"fecha", WORD_DATE},
    {"postdate", WORD_DATE | WORD_PUBLISHED},
    {"blogdate", WORD_DATE | WORD_PUBLISHED},
    {"articledate", WORD_DATE | WORD_PUBLISHED},
    {"pubdate", WORD_DATE | WORD_PUBLISHED},
    {"publishdate", WORD_DATE | WORD_PUBLISHED},
    {"published", WORD_DATE | WORD_PUBLISHED},
    {"publish", WORD_DATE | WORD_PUBLISHED},
    {"publication", WORD_PUBLISHED},
    {"posted", WORD_DATE | WORD_PUBLISHED},
    {"created", WORD_DATE | WORD_PUBLISHED},
    {"updated", WORD_UPDATED},
    {"update", WORD_UPDATED},
    {"modified", WORD_UPDATED},
    {"lastmod", WORD_UPDATED},
    {"reviewed", WORD_UPDATED},
    {"comment", WORD_COMMENT},
    {"comments", WORD_COMMENT},
    {"disqus", WORD_COMMENT},
    {"kommentare", WORD_COMMENT},
    {"review", WORD_COMMENT},
    {"reviews", WORD_COMMENT},
    {"testimonial", WORD_COMMENT},
    {"testimonials", WORD_COMMENT},
    {"quote", WORD_COMMENT},
    {"blockquote", WORD_COMMENT},
    {"related", WORD_RELATED},
    {"recommended", WORD_RELATED},
    {"recommendations", WORD_RELATED},
    {"recommendation", WORD_RELATED},
    {"popular", WORD_RELATED},
    {"trending", WORD_RELATED},
    {"latest", WORD_RELATED},
    {"recent", WORD_RELATED},
    {"similar", WORD_RELATED},
    {"teaser", WORD_RELATED},
    {"teasers", WORD_RELATED},
    {"carousel", WORD_RELATED},
    {"slider", WORD_RELATED},
    {"promo", WORD_RELATED},
    {"readmore", WORD_RELATED},
    {"upnext", WORD_RELATED},
    {"suggested", WORD_RELATED},
    {"sidebar", WORD_ASIDE},
    {"footer", WORD_ASIDE},
    {"nav", WORD_ASIDE},
    {"navbar", WORD_ASIDE},
    {"navigation", WORD_ASIDE},
    {"menu", WORD_ASIDE},
    {"newsletter", WORD_ASIDE},
    {"subscribe", WORD_ASIDE},
    {"cookie", WORD_ASIDE},
    {"modal", WORD_ASIDE},
    {"popup", WORD_ASIDE},
    {"advert", WORD_ASIDE},
    {"copyright", WORD_ASIDE},
    {"title", WORD_TITLE},
    {"headline", WORD_TITLE},
    {"article", WORD_ARTICLE},
    {"post", WORD_ARTICLE},
    {"entry", WORD_ARTICLE},
    {"bio", WORD_BIO},
    {"biography", WORD_BIO},
    {"about", WORD_BIO},
    {"description", WORD_ABOUT},
    {"desc", WORD_ABOUT},
    {"role", WORD_ABOUT},
    {"job", WORD_ABOUT},
    {"position", WORD_ABOUT},
    {"meta", WORD_META},
    {"info", WORD_META},
    {"details", WORD_META},
    {"name", WORD_NAME},
    {"avatar", WORD_PERSON_PICTURE},
    {"image", WORD_PERSON_PICTURE},
    {"img", WORD_PERSON_PICTURE},
    {"photo", WORD_PERSON_PICTURE},
    {"caption", WORD_PERSON_PICTURE},
    {"figcaption", WORD_PERSON_PICTURE},
    {"today", WORD_EVENT},
    {"todays", WORD_EVENT},
    {"event", WORD_EVENT},
    {"events", WORD_EVENT},
    {"share", WORD_SHARE},
    {"social", WORD_SHARE},
    {"header", WORD_HEADER},
    {"hero", WORD_HEADER},
};

enum { ENTRY_COUNT = sizeof entries / sizeof *entries };
_Static_assert(ENTRY_COUNT < 255, "slots hold entry + 1 in a byte");

/* FNV-1a */
static uint32_t hash_step(uint32_t hash, char c)
{
    return (hash ^ (unsigned char)c) * 16777619u;
}

enum { HASH_START = 0x811C9DC5 };

void words_init(struct words *words)
{
    *words = (struct words){{0}};
    for (size_t i = 0; i < ENTRY_COUNT; i++) {
        uint32_t hash = (uint32_t)HASH_START;
        for (const char *c = entries[i].word; *c; c++)
            hash = hash_step(hash, *c);
        size_t slot = hash % WORD_SLOTS;
        while (words->slots[slot])
            slot = (slot + 1) % WORD_SLOTS;
        words->slots[slot] = (uint8_t)(i + 1);
    }
}

static uint32_t look_up(const struct words *words, uint32_t hash, const char *word, size_t len)
{
    for (size_t slot = hash % WORD_SLOTS; words->slots[slot]; slot = (slot + 1) % WORD_SLOTS) {
        const char *entry = entries[words->slots[slot] - 1].word;
        size_t i = 0;
        while (i < len && entry[i] == (word[i] | 0x20))
            i++;
        if (i == len && entry[i] == '\0')
            return entries[words->slots[slot] - 1].flags;
    }
    return 0;
}

/* WordPress lists a post's terms among its classes: category-reviews, tag-latest. They say what it
 * is about, not what the element is. */
static bool is_term(struct span names, size_t start)
{
    static const char *const taxonomies[] = {"category-", "tag-", "topic-"};
    for (size_t i = 0; i < sizeof taxonomies / sizeof *taxonomies; i++) {
        size_t len = strlen(taxonomies[i]);
        if (names.len - start > len && memcmp(names.data + start, taxonomies[i], len) == 0)
            return true;
    }
    return false;
}

uint32_t words_read(const struct words *words, struct span names)
{
    uint32_t flags = 0;
    size_t end = names.len < NAMES_MAX_BYTES ? names.len : NAMES_MAX_BYTES;
    size_t i = 0;
    while (i < end) {
        size_t start = i;
        if ((i == 0 || names.data[i - 1] == ' ') && is_term(names, i)) {
            while (i < end && names.data[i] != ' ')
                i++;
            continue;
        }
        uint32_t hash = (uint32_t)HASH_START;
        bool after_lower = false;
        for (; i < end; i++) {
            char c = names.data[i];
            bool upper = c >= 'A' && c <= 'Z';
            bool lower = c >= 'a' && c <= 'z';
            if ((!upper && !lower) || (upper && after_lower))
                break;
            after_lower = lower;
            hash = hash_step(hash, (char)(c | 0x20));
        }
        if (i > start)
            flags |= look_up(words, hash, names.data + start, i - start);
        else
            i++;
    }
    return flags;
}
