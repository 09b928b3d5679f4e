/* address_policy: which network addresses a URL from outside may reach.
 *
 * Public unicast addresses on ports 80 and 443, and what the operator opens with http.allow:
 * CIDR[:PORT] or HOST[:PORT]. Everything the IANA special-purpose registries reserve is refused
 * (RFC 6890 and its successors); IPv4 inside IPv6 is unwrapped and judged as IPv4. The judgement is
 * made on the bytes of the address that is about to be connected to, never on a name.
 *
 * Pure. Read-only once built. */
#ifndef BYLINE_CORE_ADDRESS_POLICY_H
#define BYLINE_CORE_ADDRESS_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/error.h"
#include "core/span.h"

/* 4 or 16 bytes in network order. */
struct address {
    unsigned char bytes[16];
    size_t len; /* 0: no address */
};

struct address_policy;

/* entries are C strings as in http.allow. NULL on failure: ERROR_USAGE for an entry that is neither
 * a range nor a host name. */
struct address_policy *address_policy_new(const char *const *entries, size_t count,
                                          struct error *ret_error)
    __attribute__((warn_unused_result));
void address_policy_free(struct address_policy *policy);

/* host is the URL's canonical host. False: ret_why says in words what the address is. */
bool address_policy_allows(const struct address_policy *policy, struct span host,
                           const struct address *address, uint16_t port, const char **ret_why);

/* The same before a name has been resolved: false where no address that it may have is allowed. */
bool address_policy_may_allow(const struct address_policy *policy, struct span host, uint16_t port,
                              const char **ret_why);

/* Dotted IPv4 or IPv6 text (RFC 4291), without brackets. */
bool address_parse(struct span text, struct address *ret_address);

/* The name of the special-purpose range that address lies in, NULL for a public address. */
const char *address_special(const struct address *address);

#endif
