#include "core/robots.h"

enum { MAX_STEPS = 1000000 }; /* about two milliseconds */

/* The best rule so far: its length, and what it says. Length 0 is "no rule", which allows. */
struct verdict {
    size_t len;
    bool allow;
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

static struct line next_line(struct span *rest)
{
    struct span text = take_until(rest, '\n');
    struct span value = take_until(&text, '#'); /* the comment is left behind in text */
    if (!memchr(value.data, ':', value.len))
        return (struct line){SPAN_NONE, SPAN_NONE};
    struct span key = take_until(&value, ':');
    return (struct line){span_trim(key), span_trim(value)};
}

/* `*` stands for any bytes, `$` at the end for the end of the path (section 2.2.3). Greedy with one
 * place to come back to, so the time is at most pattern times path; steps bounds that of a whole
 * file. A rule that they do not suffice for is taken as one that matches. */
static bool matches(struct span pattern, struct span path, size_t *steps)
{
    bool to_the_end = pattern.len > 0 && pattern.data[pattern.len - 1] == '$';
    if (to_the_end)
        pattern.len--;
    size_t p = 0, i = 0, star = pattern.len, resume = 0;
    while (*steps > 0) {
        (*steps)--;
        if (p < pattern.len && pattern.data[p] == '*') {
            star = p++;
            resume = i;
        } else if (p == pattern.len && (!to_the_end || i == path.len)) {
            return true;
        } else if (p < pattern.len && i < path.len && pattern.data[p] == path.data[i]) {
            p++;
            i++;
        } else if (star < pattern.len && resume < path.len) {
            i = ++resume;
            p = star + 1;
        } else {
            return false;
        }
    }
    return true;
}

static void read_rule(struct verdict *verdict, struct line line, struct span path, size_t *steps)
{
    bool allow = span_equals_nocase(line.key, "allow");
    if ((!allow && !span_equals_nocase(line.key, "disallow")) || line.value.len == 0)
        return;
    bool stronger = line.value.len > verdict->len || (line.value.len == verdict->len && allow);
    if (stronger && matches(line.value, path, steps))
        *verdict = (struct verdict){line.value.len, allow};
}

bool robots_allows(struct span text, const char *product, struct span path)
{
    struct verdict ours = {0, true}, others = {0, true};
    bool for_us = false, for_all = false; /* whom the group at hand is for */
    bool in_rules = true, have_own = false;
    size_t steps = MAX_STEPS;
    if (span_equals(path, "/robots.txt"))
        return true;
    if (text.len > ROBOTS_MAX_BYTES)
        text.len = ROBOTS_MAX_BYTES;
    while (text.len > 0) {
        struct line line = next_line(&text);
        if (span_equals_nocase(line.key, "user-agent")) {
            if (in_rules) /* several User-agent lines in a row share one group */
                for_us = for_all = in_rules = false;
            for_us = for_us || span_equals_nocase(line.value, product);
            for_all = for_all || span_equals(line.value, "*");
            have_own = have_own || for_us;
        } else if (line.key.data && line.key.len > 0) {
            in_rules = true;
            if (for_us)
                read_rule(&ours, line, path, &steps);
            if (for_all)
                read_rule(&others, line, path, &steps);
        }
    }
    if (steps == 0)
        return false;
    return have_own ? ours.allow : others.allow;
}
