#include "core/offset_map.h"

#include <stdlib.h>
#include <string.h>

#define VERSION "b1."

enum {
    VERSION_BYTES = sizeof VERSION - 1,
    MAX_RUN_BYTES = (OFFSET_MAP_MAX_BYTES - VERSION_BYTES) * 3 / 4,
    MAX_VARINT_BYTES = 10,
};

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* ---- writing ---- */

static size_t put_varint(unsigned char *out, uint64_t number)
{
    size_t len = 0;
    for (; number >= 0x80; number >>= 7)
        out[len++] = (unsigned char)(number | 0x80);
    out[len++] = (unsigned char)number;
    return len;
}

/* base64url without padding (RFC 4648, section 5). */
static size_t put_base64(char *out, const unsigned char *bytes, size_t len)
{
    size_t written = 0;
    for (size_t i = 0; i < len; i += 3) {
        uint32_t group = (uint32_t)bytes[i] << 16;
        if (i + 1 < len)
            group |= (uint32_t)bytes[i + 1] << 8;
        if (i + 2 < len)
            group |= bytes[i + 2];
        size_t count = len - i >= 3 ? 4 : len - i + 1;
        for (size_t j = 0; j < count; j++)
            out[written++] = digits[group >> (18 - 6 * j) & 63];
    }
    out[written] = '\0';
    return written;
}

size_t offset_map_write(const struct ledger *ledger, char ret_text[OFFSET_MAP_MAX_BYTES + 1])
{
    unsigned char bytes[MAX_RUN_BYTES];
    size_t len = 0;
    int64_t start = ledger_safe_offset(ledger); /* of the run that is being counted */
    struct ledger_run run = {.end = start};
    ret_text[0] = '\0';
    while (start >= 0 && ledger_next_run(ledger, &run)) {
        if (len + 2 * MAX_VARINT_BYTES > sizeof bytes)
            break; /* the rest is done again */
        len += put_varint(bytes + len, (uint64_t)(run.first - start));
        len += put_varint(bytes + len, (uint64_t)(run.end - run.first));
        start = run.end;
    }
    if (len == 0)
        return 0;
    memcpy(ret_text, VERSION, VERSION_BYTES);
    return VERSION_BYTES + put_base64(ret_text + VERSION_BYTES, bytes, len);
}

/* ---- reading ---- */

static size_t get_base64(struct span text, unsigned char *out, size_t capacity)
{
    uint32_t group = 0;
    size_t len = 0;
    int bits = 0;
    for (size_t i = 0; i < text.len; i++) {
        const char *digit = text.data[i] ? strchr(digits, text.data[i]) : NULL;
        if (!digit)
            return 0;
        group = group << 6 | (uint32_t)(digit - digits);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            if (len == capacity)
                return 0;
            out[len++] = (unsigned char)(group >> bits);
        }
    }
    return len;
}

/* Bytes used, 0 where there is no number below 2^62. */
static size_t get_varint(const unsigned char *bytes, size_t len, int64_t *ret_number)
{
    uint64_t number = 0;
    for (size_t i = 0; i < len && i < 9; i++) {
        number |= (uint64_t)(bytes[i] & 0x7F) << (7 * i);
        if (!(bytes[i] & 0x80)) {
            *ret_number = (int64_t)number;
            return number < UINT64_C(1) << 62 ? i + 1 : 0;
        }
    }
    return 0;
}

bool offset_map_read(struct span text, int64_t committed, struct offset_map *ret_map)
{
    unsigned char bytes[MAX_RUN_BYTES];
    *ret_map = (struct offset_map){0};
    if (!span_starts_with(text, VERSION) || text.len > OFFSET_MAP_MAX_BYTES || committed < 0)
        return false;
    size_t len = get_base64(span_of(text.data + VERSION_BYTES, text.len - VERSION_BYTES), bytes,
                            sizeof bytes);
    struct offset_map map = {.runs = malloc((len / 2 + 1) * sizeof *map.runs)};
    int64_t offset = committed;
    size_t used = 0;
    while (map.runs && used < len) {
        int64_t open, finished;
        size_t first = get_varint(bytes + used, len - used, &open);
        size_t second = first ? get_varint(bytes + used + first, len - used - first, &finished) : 0;
        if (!second || open > INT64_MAX - offset || finished > INT64_MAX - offset - open)
            break;
        map.runs[map.count++] = (struct offset_run){offset + open, offset + open + finished};
        offset += open + finished;
        used += first + second;
    }
    if (!map.runs || len == 0 || used < len) {
        offset_map_finish(&map);
        return false;
    }
    *ret_map = map;
    return true;
}

void offset_map_finish(struct offset_map *map)
{
    free(map->runs);
    *map = (struct offset_map){0};
}

bool offset_map_has(struct offset_map *map, int64_t offset)
{
    while (map->next < map->count && map->runs[map->next].end <= offset)
        map->next++;
    return map->next < map->count && map->runs[map->next].first <= offset;
}
