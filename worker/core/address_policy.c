#include "core/address_policy.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

struct range {
    unsigned char prefix[16];
    unsigned bits;
    const char *name;
};

/* IANA IPv4 Special-Purpose Address Registry, multicast (RFC 5771) and class E (RFC 1112). */
static const struct range special4[] = {
    {{0}, 8, "this network"},
    {{10}, 8, "private"},
    {{100, 64}, 10, "shared carrier address"},
    {{127}, 8, "loopback"},
    {{169, 254}, 16, "link-local"},
    {{172, 16}, 12, "private"},
    {{192, 0, 0}, 24, "IETF protocol assignment"},
    {{192, 0, 2}, 24, "documentation"},
    {{192, 88, 99}, 24, "6to4 relay"},
    {{192, 168}, 16, "private"},
    {{192, 175, 48}, 24, "AS112 service"},
    {{198, 18}, 15, "benchmarking"},
    {{198, 51, 100}, 24, "documentation"},
    {{203, 0, 113}, 24, "documentation"},
    {{224}, 4, "multicast"},
    {{240}, 4, "reserved"},
};

/* IANA IPv6 Special-Purpose Address Registry. The rest of ::/96 and ::ffff:0:0/96 is not here: they
 * hold an IPv4 address, which is judged instead. */
static const struct range special6[] = {
    {{0}, 128, "unspecified"},
    {{[15] = 1}, 128, "loopback"},
    {{0, 0x64, 0xFF, 0x9B}, 96, "IPv4 translation"},
    {{0, 0x64, 0xFF, 0x9B, 0, 1}, 48, "IPv4 translation"},
    {{[8] = 0xFF, [9] = 0xFF}, 96, "IPv4 translation"}, /* RFC 6145, section 2 */
    {{1}, 64, "discard-only"},
    {{0x20, 0x01}, 23, "IETF protocol assignment"},
    {{0x20, 0x01, 0x0D, 0xB8}, 32, "documentation"},
    {{0x20, 0x02}, 16, "6to4"},
    {{0x3F, 0xFF}, 20, "documentation"},
    {{0xFC}, 7, "unique local"},
    {{0xFE, 0x80}, 10, "link-local"},
    {{0xFE, 0xC0}, 10, "site-local"},
    {{0xFF}, 8, "multicast"},
};

/* One entry of http.allow: a range, or a host name where bits is HOST_ENTRY. */
enum { HOST_ENTRY = 255, MAX_ENTRIES = 1024 };

struct allowance {
    struct address range;
    unsigned bits;
    char *host;
    uint16_t port; /* 0: 80 and 443 */
};

struct address_policy {
    size_t count;
    struct allowance items[];
};

static bool has_prefix(const unsigned char *bytes, const unsigned char *prefix, unsigned bits)
{
    unsigned whole = bits / 8, rest = bits % 8;
    if (memcmp(bytes, prefix, whole) != 0)
        return false;
    return rest == 0 || ((bytes[whole] ^ prefix[whole]) >> (8 - rest)) == 0;
}

/* ::ffff:a.b.c.d (mapped) and ::a.b.c.d (compatible, deprecated by RFC 4291) as IPv4. :: and ::1
 * are addresses of their own. */
static struct address unwrap(const struct address *address)
{
    static const unsigned char zero[15] = {0};
    struct address inner = *address;
    if (address->len != 16 || memcmp(address->bytes, zero, 10) != 0)
        return inner;
    bool own = memcmp(address->bytes, zero, 15) == 0 && address->bytes[15] <= 1;
    bool compatible = address->bytes[10] == 0 && address->bytes[11] == 0 && !own;
    bool mapped = address->bytes[10] == 0xFF && address->bytes[11] == 0xFF;
    if (compatible || mapped) {
        inner = (struct address){.len = 4};
        memcpy(inner.bytes, address->bytes + 12, 4);
    }
    return inner;
}

const char *address_special(const struct address *address)
{
    struct address inner = unwrap(address);
    if (inner.len != 4 && inner.len != 16)
        return "not an internet address";
    const struct range *ranges = inner.len == 4 ? special4 : special6;
    size_t count =
        inner.len == 4 ? sizeof special4 / sizeof *special4 : sizeof special6 / sizeof *special6;
    for (size_t i = 0; i < count; i++)
        if (has_prefix(inner.bytes, ranges[i].prefix, ranges[i].bits))
            return ranges[i].name;
    return NULL;
}

bool address_parse(struct span text, struct address *ret_address)
{
    char copy[INET6_ADDRSTRLEN];
    struct address address = {0};
    if (text.len == 0 || text.len >= sizeof copy || memchr(text.data, '\0', text.len))
        return false;
    memcpy(copy, text.data, text.len);
    copy[text.len] = '\0';
    bool v6 = strchr(copy, ':') != NULL;
    if (inet_pton(v6 ? AF_INET6 : AF_INET, copy, address.bytes) != 1)
        return false;
    address.len = v6 ? 16 : 4;
    *ret_address = address;
    return true;
}

static bool opens(const struct allowance *allowance, struct span host,
                  const struct address *address, uint16_t port)
{
    bool port_fits = allowance->port ? port == allowance->port : port == 80 || port == 443;
    if (!port_fits)
        return false;
    if (allowance->bits == HOST_ENTRY)
        return span_equals_nocase(host, allowance->host);
    struct address inner = unwrap(address);
    return inner.len == allowance->range.len &&
           has_prefix(inner.bytes, allowance->range.bytes, allowance->bits);
}

bool address_policy_allows(const struct address_policy *policy, struct span host,
                           const struct address *address, uint16_t port, const char **ret_why)
{
    for (size_t i = 0; policy && i < policy->count; i++)
        if (opens(&policy->items[i], host, address, port))
            return true;
    const char *special = address_special(address);
    if (special) {
        *ret_why = special;
        return false;
    }
    if (port != 80 && port != 443) {
        *ret_why = "port other than 80 and 443";
        return false;
    }
    return true;
}

bool address_policy_may_allow(const struct address_policy *policy, struct span host, uint16_t port,
                              const char **ret_why)
{
    struct address address;
    if (address_parse(host, &address))
        return address_policy_allows(policy, host, &address, port, ret_why);
    for (size_t i = 0; policy && i < policy->count; i++) {
        const struct allowance *item = &policy->items[i];
        bool is_its = item->bits != HOST_ENTRY || span_equals_nocase(host, item->host);
        if (is_its && item->port == port)
            return true;
    }
    if (port == 80 || port == 443)
        return true;
    *ret_why = "port other than 80 and 443";
    return false;
}

static bool parse_number(struct span text, unsigned long max, unsigned long *ret_number)
{
    unsigned long number = 0;
    if (text.len == 0 || text.len > 5)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
        number = number * 10 + (unsigned long)(text.data[i] - '0');
    }
    if (number > max)
        return false;
    *ret_number = number;
    return true;
}

/* Takes ":PORT" off the end: of "1.2.3.0/24:8080", "[::1]:80", "fd00::/8:80", "host:81". An IPv6
 * range carries a port only behind its slash or its brackets. */
static bool split_port(struct span *text, uint16_t *ret_port)
{
    const char *colon = NULL, *slash = memchr(text->data, '/', text->len);
    size_t colons = 0;
    for (size_t i = 0; i < text->len; i++)
        if (text->data[i] == ':') {
            colon = text->data + i;
            colons++;
        }
    bool bracket = text->len > 0 && text->data[0] == '[';
    bool has_port =
        colons == 1 || (colon && slash && colon > slash) || (colon && bracket && colon[-1] == ']');
    *ret_port = 0;
    if (has_port) {
        unsigned long port;
        size_t start = (size_t)(colon - text->data) + 1;
        if (!parse_number(span_of(colon + 1, text->len - start), 65535, &port) || port == 0)
            return false;
        *ret_port = (uint16_t)port;
        text->len = start - 1;
    }
    if (bracket) {
        if (text->len < 2 || text->data[text->len - 1] != ']')
            return false;
        *text = span_of(text->data + 1, text->len - 2);
    }
    return true;
}

static bool is_host_name(struct span text)
{
    if (text.len == 0 || text.len > 253)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.data[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && !(c >= '0' && c <= '9') && c != '-' && c != '.' && c != '_')
            return false;
    }
    return true;
}

static bool parse_entry(const char *entry, struct allowance *ret_allowance)
{
    struct span text = span_from(entry);
    struct allowance allowance = {0};
    if (!split_port(&text, &allowance.port))
        return false;
    const char *slash = memchr(text.data, '/', text.len);
    struct span host = slash ? span_of(text.data, (size_t)(slash - text.data)) : text;
    if (address_parse(host, &allowance.range)) {
        unsigned long bits = allowance.range.len * 8;
        size_t behind = host.len + 1;
        if (slash && !parse_number(span_of(slash + 1, text.len - behind), bits, &bits))
            return false;
        struct address inner = unwrap(&allowance.range);
        if (inner.len < allowance.range.len && bits >= 96) {
            allowance.range = inner;
            bits -= 96;
        }
        allowance.bits = (unsigned)bits;
    } else {
        if (slash || !is_host_name(text))
            return false;
        allowance.bits = HOST_ENTRY;
        allowance.host = strndup(text.data, text.len);
        if (!allowance.host)
            return false;
    }
    *ret_allowance = allowance;
    return true;
}

struct address_policy *address_policy_new(const char *const *entries, size_t count,
                                          struct error *ret_error)
{
    if (count > MAX_ENTRIES) {
        error_set(ret_error, ERROR_USAGE, "http.allow has more than %d entries", MAX_ENTRIES);
        return NULL;
    }
    struct address_policy *policy = calloc(1, sizeof *policy + count * sizeof *policy->items);
    if (!policy) {
        error_set(ret_error, ERROR_FATAL, "no memory for http.allow");
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        if (!parse_entry(entries[i], &policy->items[i])) {
            error_set(ret_error, ERROR_USAGE,
                      "http.allow: '%s' is neither CIDR[:PORT] nor HOST[:PORT]", entries[i]);
            address_policy_free(policy);
            return NULL;
        }
        policy->count++;
    }
    return policy;
}

void address_policy_free(struct address_policy *policy)
{
    if (!policy)
        return;
    for (size_t i = 0; i < policy->count; i++)
        free(policy->items[i].host);
    free(policy);
}
