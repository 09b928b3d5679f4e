#include "core/robots.h"

#include <stdint.h>
#include <string.h>

#include "core/hex.h"

enum {
    MAX_STEPS = 200000, /* behind the stars, for one path: about a millisecond */
    /* A byte of a pattern becomes three at most, and what a rule takes besides is less than what
     * its line has beside the pattern. */
    MAX_RULES_BYTES = 3 * ROBOTS_MAX_BYTES,
};

/* A rule as it is kept: this, then its pattern. */
struct rule {
    unsigned char allow, len_low, len_high;
};

struct line {
    struct span key, value; /* key is absent on lines without a colon */
};

static struct span take_until(struct span *rest, char end)
{
    const char *found = rest->len > 0 ? memchr(rest->data, end, rest->len) : NULL;
    struct span taken = span_of(rest->data, found ? (size_t)(found - rest->data) : rest->len);
    size_t used = taken.len + (found ? 1 : 0);
    *rest = span_of(rest->data + used, rest->len - used);
    return taken;
}

/* Ends with LF, CR or both; an empty line between the two does no harm. */
static struct span take_line(struct span *rest)
{
    size_t len = 0;
    while (len < rest->len && rest->data[len] != '\n' && rest->data[len] != '\r')
        len++;
    struct span taken = span_of(rest->data, len);
    size_t used = len < rest->len ? len + 1 : len;
    *rest = span_of(rest->data + used, rest->len - used);
    return taken;
}

static struct line next_line(struct span *rest)
{
    struct span text = take_line(rest);
    struct span value = take_until(&text, '#'); /* the comment is left behind in text */
    if (!memchr(value.data, ':', value.len))
        return (struct line){SPAN_NONE, SPAN_NONE};
    struct span key = take_until(&value, ':');
    return (struct line){span_trim(key), span_trim(value)};
}

static bool is_unreserved(int c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c > 0 && strchr("-._~", c));
}

/* The octet at `at` as it is compared (section 2.2.2): ENCODED where it is, or would have to be,
 * percent-encoded. `*` and `$` are so where they stand for themselves. */
enum { ENCODED = 0x100 };

static int octet_at(struct span s, size_t at, size_t *ret_len)
{
    int c = (unsigned char)s.data[at], high, low;
    *ret_len = 1;
    if (c == '%' && s.len - at > 2 && (high = hex_value(s.data[at + 1])) >= 0 &&
        (low = hex_value(s.data[at + 2])) >= 0) {
        *ret_len = 3;
        c = high * 16 + low;
        return is_unreserved(c) ? c : c | ENCODED;
    }
    return is_unreserved(c) || (c > 0 && strchr("%:/?#[]@!&'()+,;=", c)) ? c : c | ENCODED;
}

/* As it is compared: a byte that is, or would have to be, percent-encoded is so in capitals. Of a
 * rule `*` and a last `$` stay what they are. */
static void add_compared(struct buf *out, struct span s, bool is_rule)
{
    for (size_t i = 0, len; i < s.len; i += len) {
        int c = octet_at(s, i, &len);
        if (is_rule && s.data[i] == '*') {
            if (i == 0 || s.data[i - 1] != '*')
                (void)buf_add_char(out, '*');
        } else if (is_rule && s.data[i] == '$' && i + 1 == s.len) {
            (void)buf_add_char(out, '$');
        } else if (c & ENCODED) {
            const char digits[] = "0123456789ABCDEF";
            const char escape[] = {'%', digits[c >> 4 & 15], digits[c & 15]};
            (void)buf_append(out, escape, sizeof escape);
        } else {
            (void)buf_add_char(out, (char)c);
        }
    }
}

/* A pattern that is longer than its length can say is longer than any path, stars and all. */
static void add_rule(struct buf *out, struct span pattern, bool allow)
{
    struct rule rule = {.allow = allow};
    size_t at = out->len;
    if (pattern.len == 0 || !buf_append(out, &rule, sizeof rule))
        return;
    add_compared(out, pattern, true);
    size_t len = out->len - at - sizeof rule;
    if (len > UINT16_MAX) {
        out->len = at;
        return;
    }
    rule.len_low = (unsigned char)(len & 255);
    rule.len_high = (unsigned char)(len >> 8);
    memcpy(out->data + at, &rule, sizeof rule);
}

/* "byline/0.1 news" is for byline. */
static struct span first_token(struct span value)
{
    size_t len = 0;
    while (len < value.len && !strchr("/ \t(;", value.data[len]))
        len++;
    return span_of(value.data, len);
}

/* The rules of the groups for whom; false where there is none. */
static bool read_groups(struct span text, const char *whom, struct buf *out)
{
    bool is_theirs = false, in_rules = true, found = false;
    while (text.len > 0 && !buf_failed(out)) {
        struct line line = next_line(&text);
        if (span_equals_nocase(line.key, "user-agent")) {
            if (in_rules) /* several User-agent lines in a row share one group */
                is_theirs = in_rules = false;
            is_theirs = is_theirs || span_equals_nocase(first_token(line.value), whom);
            found = found || is_theirs;
        } else if (span_equals_nocase(line.key, "allow") ||
                   span_equals_nocase(line.key, "disallow")) {
            in_rules = true; /* other lines, such as Sitemap, end no group (section 2.2.4) */
            if (is_theirs)
                add_rule(out, line.value, span_equals_nocase(line.key, "allow"));
        }
    }
    return found;
}

char *robots_product(const char *user_agent)
{
    struct span token = first_token(span_from(user_agent));
    return token.len > 0 ? strndup(token.data, token.len) : strdup("byline");
}

bool robots_read(struct span text, const char *product, struct buf *ret_rules)
{
    buf_init(ret_rules, MAX_RULES_BYTES);
    if (text.len > ROBOTS_MAX_BYTES)
        text.len = ROBOTS_MAX_BYTES;
    if (span_starts_with(text, "\xEF\xBB\xBF")) /* of UTF-8 */
        text = span_of(text.data + 3, text.len - 3);
    if (!read_groups(text, product, ret_rules))
        (void)read_groups(text, "*", ret_rules);
    return !buf_failed(ret_rules);
}

/* Where the byte behind a star comes next in path, from at on; false where it does not. */
static bool skip_to(struct span path, char byte, size_t *at, size_t *steps)
{
    enum { BYTES_A_STEP = 32 };
    const char *found = *at < path.len ? memchr(path.data + *at, byte, path.len - *at) : NULL;
    size_t skipped = found ? (size_t)(found - path.data) - *at : path.len - *at;
    *at += skipped;
    *steps -= *steps < skipped / BYTES_A_STEP ? *steps : skipped / BYTES_A_STEP;
    return found;
}

/* `*` stands for any bytes, `$` at the end for the end of the path (section 2.2.3). What stands
 * before the first star is compared at once; behind it greedy with one place to come back to, and
 * steps bounds the time of all rules. One that they do not suffice for is taken as one that
 * matches. */
static bool matches(struct span pattern, struct span path, size_t *steps)
{
    bool to_the_end = pattern.data[pattern.len - 1] == '$';
    if (to_the_end)
        pattern.len--;
    const char *first_star = memchr(pattern.data, '*', pattern.len);
    size_t head = first_star ? (size_t)(first_star - pattern.data) : pattern.len;
    if (head > path.len || memcmp(pattern.data, path.data, head) != 0)
        return false;
    if (!first_star)
        return !to_the_end || head == path.len;
    size_t p = head, i = head, star = head, resume = head;
    while (*steps > 0) {
        (*steps)--;
        if (p < pattern.len && pattern.data[p] == '*') {
            if (p + 1 == pattern.len)
                return true;
            star = p++;
            resume = i;
        } else if (p == pattern.len && (!to_the_end || i == path.len)) {
            return true;
        } else if (p < pattern.len && i < path.len && pattern.data[p] == path.data[i]) {
            p++;
            i++;
        } else {
            resume++;
            if (!skip_to(path, pattern.data[star + 1], &resume, steps))
                return false;
            i = resume;
            p = star + 1;
        }
    }
    return true;
}

/* The longest that matches, Allow where two are as long; without one it is allowed. */
static bool decide(struct span rules, struct span path)
{
    size_t best_len = 0, steps = MAX_STEPS, len;
    bool allowed = true;
    struct rule rule;
    for (size_t at = 0; at < rules.len; at += sizeof rule + len) {
        memcpy(&rule, rules.data + at, sizeof rule);
        len = rule.len_low + (size_t)rule.len_high * 256;
        bool stronger = len > best_len || (len == best_len && rule.allow);
        if (!stronger || !matches(span_of(rules.data + at + sizeof rule, len), path, &steps))
            continue;
        best_len = len;
        allowed = rule.allow;
    }
    return allowed && steps > 0;
}

bool robots_allows(struct span rules, struct span path)
{
    struct buf compared;
    if (span_equals(path, "/robots.txt"))
        return true;
    buf_init(&compared, 3 * path.len);
    add_compared(&compared, path, false);
    bool allowed = !buf_failed(&compared) && decide(rules, buf_span(&compared));
    buf_finish(&compared);
    return allowed;
}
