/* The first 16 bytes are an address, what follows an entry of http.allow. An address is refused
 * alike in its IPv4 and its IPv4-mapped form. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/address_policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char entry[256] = "";
    const char *why, *entries[] = {entry};
    struct error error;
    struct address v4 = {.len = 4}, mapped = {.bytes = {[10] = 0xFF, [11] = 0xFF}, .len = 16};
    struct address v6 = {.len = 16}, parsed;
    if (size < 16)
        return 0;
    memcpy(v4.bytes, data, 4);
    memcpy(mapped.bytes + 12, data, 4);
    memcpy(v6.bytes, data, 16);
    (void)address_special(&v6);
    if (address_special(&v4) != address_special(&mapped))
        abort();
    size_t len = size - 16 < sizeof entry - 1 ? size - 16 : sizeof entry - 1;
    memcpy(entry, data + 16, len);
    (void)address_parse(span_of(entry, len), &parsed);
    struct address_policy *policy = address_policy_new(entries, 1, &error);
    if (!policy)
        return 0;
    for (unsigned port = 0; port < 65536; port += 443) {
        (void)address_policy_allows(policy, span_from("a.b"), &v6, (uint16_t)port, &why);
        if (address_policy_allows(policy, span_from("a.b"), &v4, (uint16_t)port, &why) !=
            address_policy_allows(policy, span_from("a.b"), &mapped, (uint16_t)port, &why))
            abort();
    }
    address_policy_free(policy);
    return 0;
}
