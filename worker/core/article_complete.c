#include "core/article_complete.h"

#include "core/digest.h"

enum { SHA256_BYTES = 32 };

/* Bytes of the white space (Unicode White_Space) at p, 0 where there is none. */
static size_t white_space(const unsigned char *p, size_t left)
{
    if (p[0] == ' ' || (p[0] >= '\t' && p[0] <= '\r'))
        return 1;
    if (p[0] < 0xC2)
        return 0;
    if (left >= 2 && p[0] == 0xC2 && (p[1] == 0x85 || p[1] == 0xA0))
        return 2;
    if (left < 3)
        return 0;
    if (p[0] == 0xE2 && p[1] == 0x80)
        return p[2] <= 0x8A || p[2] == 0xA8 || p[2] == 0xA9 || p[2] == 0xAF ? 3 : 0;
    if ((p[0] == 0xE1 && p[1] == 0x9A && p[2] == 0x80) ||
        (p[0] == 0xE2 && p[1] == 0x81 && p[2] == 0x9F) ||
        (p[0] == 0xE3 && p[1] == 0x80 && p[2] == 0x80))
        return 3;
    return 0;
}

int32_t article_word_count(struct span text)
{
    const unsigned char *bytes = (const unsigned char *)text.data;
    int32_t words = 0;
    bool inside = false;
    for (size_t i = 0; i < text.len;) {
        size_t space = white_space(bytes + i, text.len - i);
        if (space == 0 && !inside)
            words++;
        inside = space == 0;
        i += space ? space : 1;
    }
    return words;
}

static bool set_digest(struct article *article, struct arena *arena, enum article_field field,
                       struct span digest, bool as_hex)
{
    struct value *value = &article->metadata.fields[field];
    value->kind = as_hex ? VALUE_TEXT : VALUE_BYTES;
    value->text = as_hex ? digest_hex(digest, arena) : arena_copy(arena, digest);
    return value->text.data != NULL;
}

static struct span identity(const struct article *article)
{
    static const enum article_field candidates[] = {
        ARTICLE_CANONICAL_URL,
        ARTICLE_TEXT,
        ARTICLE_SOURCE_URL,
        ARTICLE_EVENT_ID,
    };
    for (size_t i = 0; i < sizeof candidates / sizeof *candidates; i++) {
        const struct value *value = &article->metadata.fields[candidates[i]];
        if (value->kind == VALUE_TEXT)
            return value->text;
    }
    return span_of("", 0);
}

bool article_complete(struct article *article, struct arena *arena)
{
    unsigned char digest[SHA256_BYTES] = {0};
    const struct span bytes = span_of((const char *)digest, sizeof digest);
    struct value *fields = article->metadata.fields;
    if (fields[ARTICLE_TEXT].kind == VALUE_TEXT) {
        fields[ARTICLE_WORD_COUNT].kind = VALUE_INT;
        fields[ARTICLE_WORD_COUNT].integer = article_word_count(fields[ARTICLE_TEXT].text);
        digest_sha256(fields[ARTICLE_TEXT].text, digest);
        if (!set_digest(article, arena, ARTICLE_TEXT_SHA256, bytes, false))
            return false;
    }
    digest_sha256(identity(article), digest);
    return set_digest(article, arena, ARTICLE_ARTICLE_ID, bytes, true);
}
