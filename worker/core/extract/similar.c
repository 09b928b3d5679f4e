#include "core/extract/similar.h"

#include "core/text.h"

enum { FNV_START = 0x811C9DC5, FNV_PRIME = 16777619, FIRST_IDEOGRAPH = 0x2E80 };

static bool is_word_character(uint32_t c)
{
    return text_is_letter(c) || (c >= '0' && c <= '9');
}

void bag_read(struct span text, struct bag *ret_bag)
{
    ret_bag->count = 0;
    uint32_t hash = (uint32_t)FNV_START;
    bool inside = false;
    while (text.len > 0 && ret_bag->count < SIMILAR_MAX_WORDS) {
        uint32_t c = text_lower(text_next(&text));
        bool word = is_word_character(c);
        if (word) {
            hash = (hash ^ c) * FNV_PRIME;
            inside = true;
        }
        bool apostrophe = c == '\'' || c == 0x2019;
        if (inside && ((!word && !apostrophe) || c >= FIRST_IDEOGRAPH || text.len == 0)) {
            ret_bag->hashes[ret_bag->count++] = hash;
            hash = (uint32_t)FNV_START;
            inside = false;
        }
    }
}

size_t bag_shared(const struct bag *a, const struct bag *b)
{
    size_t shared = 0;
    for (size_t i = 0; i < a->count; i++) {
        size_t k = 0;
        while (k < b->count && b->hashes[k] != a->hashes[i])
            k++;
        shared += k < b->count;
    }
    return shared;
}

static unsigned percent(size_t part, size_t whole)
{
    return whole == 0 ? 0 : (unsigned)(part * 100 / whole);
}

unsigned bag_to_shorter(const struct bag *a, const struct bag *b)
{
    return a->count <= b->count ? percent(bag_shared(a, b), a->count)
                                : percent(bag_shared(b, a), b->count);
}

unsigned bag_to_longer(const struct bag *a, const struct bag *b)
{
    return a->count >= b->count ? percent(bag_shared(a, b), a->count)
                                : percent(bag_shared(b, a), b->count);
}

unsigned similar_to_shorter(struct span a, struct span b)
{
    struct bag x, y;
    bag_read(a, &x);
    bag_read(b, &y);
    return bag_to_shorter(&x, &y);
}

unsigned similar_to_longer(struct span a, struct span b)
{
    struct bag x, y;
    bag_read(a, &x);
    bag_read(b, &y);
    return bag_to_longer(&x, &y);
}

static uint32_t next_letter(struct span *rest)
{
    while (rest->len > 0) {
        uint32_t c = text_lower(text_next(rest));
        if (is_word_character(c))
            return c;
    }
    return 0;
}

bool similar_same_letters(struct span a, struct span b)
{
    for (bool any = false;; any = true) {
        uint32_t c = next_letter(&a);
        if (c != next_letter(&b))
            return false;
        if (c == 0)
            return any;
    }
}
