#include "core/extract/words.h"

#include <assert.h>

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
    {"commentlist", WORD_COMMENT},
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
    {"suggestions", WORD_RELATED},
    {"readnext", WORD_RELATED},
    {"mostread", WORD_RELATED},
    {"morestories", WORD_RELATED},
    {"relatedposts", WORD_RELATED},
    {"recirc", WORD_RELATED},
    {"recirculation", WORD_RELATED},
    {"outbrain", WORD_RELATED}, /* teasers of advertising networks */
    {"taboola", WORD_RELATED},
    {"more", WORD_MORE},
    {"other", WORD_MORE},
    {"most", WORD_MORE},
    {"also", WORD_MORE},
    {"stories", WORD_ITEMS},
    {"articles", WORD_ITEMS},
    {"posts", WORD_ITEMS},
    {"news", WORD_ITEMS},
    {"from", WORD_ITEMS},
    {"viewed", WORD_ITEMS},
    {"like", WORD_ITEMS},
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
    {"site", WORD_SITE},
    {"branding", WORD_SITE | WORD_TITLE},
    {"logo", WORD_SITE | WORD_TITLE},
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
    {"vcard", WORD_NAME}, /* hCard (microformats) */
    {"avatar", WORD_PERSON_PICTURE},
    {"image", WORD_PERSON_PICTURE},
    {"img", WORD_PERSON_PICTURE},
    {"photo", WORD_PERSON_PICTURE},
    {"caption", WORD_PERSON_PICTURE | WORD_CAPTION},
    {"figcaption", WORD_PERSON_PICTURE | WORD_CAPTION},
    {"credit", WORD_CAPTION},
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

/* What tells the table's words apart: their ends and their length. */
static size_t slot_of(const char *word, size_t len)
{
    const unsigned char *at = (const unsigned char *)word;
    size_t first = at[0] | 0x20, second = at[1] | 0x20;
    size_t middle = at[len / 2] | 0x20, last = at[len - 1] | 0x20;
    return (first * 5 + second * 203 + middle * 55 + last * 67 + len * 113) % WORD_SLOTS;
}

void words_init(struct words *words)
{
    memset(words, 0, sizeof *words);
    for (size_t i = 0; i < ENTRY_COUNT; i++) {
        size_t len = strlen(entries[i].word);
        assert(len >= WORD_MIN_BYTES && len <= WORD_MAX_BYTES);
        words->firsts[len] |= 1u << (entries[i].word[0] & 31);
        size_t slot = slot_of(entries[i].word, len);
        while (words->slots[slot])
            slot = (slot + 1) % WORD_SLOTS;
        words->slots[slot] = (uint8_t)(i + 1);
    }
}

static uint32_t look_up(const struct words *words, const char *word, size_t len)
{
    if (len > WORD_MAX_BYTES || !(words->firsts[len] & 1u << (word[0] & 31)))
        return 0;
    for (size_t slot = slot_of(word, len); words->slots[slot]; slot = (slot + 1) % WORD_SLOTS) {
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
static bool is_term(struct span name)
{
    static const char *const taxonomies[] = {"category-", "tag-", "topic-"};
    if (name.data[0] != 'c' && name.data[0] != 't')
        return false;
    for (size_t i = 0; i < sizeof taxonomies / sizeof *taxonomies; i++)
        if (span_starts_with(name, taxonomies[i]))
            return true;
    return false;
}

static bool is_small(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_capital(char c)
{
    return c >= 'A' && c <= 'Z';
}

/* The flags of the words in a name without spaces. */
static uint32_t read_name(const struct words *words, struct span name)
{
    uint32_t flags = 0;
    size_t i = 0;
    while (i < name.len) {
        size_t start = i;
        while (i < name.len && is_capital(name.data[i]))
            i++;
        while (i < name.len && is_small(name.data[i]))
            i++;
        if (i == start)
            i++;
        else
            flags |= look_up(words, name.data + start, i - start);
    }
    if (flags & WORD_MORE && flags & WORD_ITEMS) /* "more-stories" */
        flags |= WORD_RELATED;
    return flags & ~(uint32_t)(WORD_MORE | WORD_ITEMS);
}

static uint32_t read_names(const struct words *words, struct span names)
{
    uint32_t flags = 0;
    while (names.len > 0) {
        const char *space = memchr(names.data, ' ', names.len);
        size_t len = space ? (size_t)(space - names.data) : names.len;
        struct span name = span_of(names.data, len);
        if (len >= WORD_MIN_BYTES && !is_term(name))
            flags |= read_name(words, name);
        size_t taken = space ? len + 1 : len;
        names = span_of(names.data + taken, names.len - taken);
    }
    return flags;
}

uint32_t words_read(struct words *words, struct span names)
{
    if (names.len > NAMES_MAX_BYTES)
        names.len = NAMES_MAX_BYTES;
    if (names.len < WORD_MIN_BYTES)
        return 0;
    size_t middle = (unsigned char)names.data[names.len / 2];
    size_t last = (unsigned char)names.data[names.len - 1];
    size_t at = (names.len * 7 + middle * 3 + last) % WORD_KNOWN;
    if (!span_equal(words->known[at].names, names)) {
        words->known[at].names = names;
        words->known[at].flags = read_names(words, names);
    }
    return words->known[at].flags;
}
