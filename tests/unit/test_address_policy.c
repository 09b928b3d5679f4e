#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/address_policy.h"

static struct address address_of(const char *text)
{
    struct address address;
    assert_true(address_parse(span_from(text), &address));
    return address;
}

/* First and last address of each range, and its neighbours outside. */
static void special_ranges_begin_and_end_where_the_registries_say(void **state)
{
    (void)state;
    static const struct {
        const char *before, *first, *last, *after;
    } cases[] = {
        {NULL, "0.0.0.0", "0.255.255.255", "1.0.0.0"},
        {"9.255.255.255", "10.0.0.0", "10.255.255.255", "11.0.0.0"},
        {"100.63.255.255", "100.64.0.0", "100.127.255.255", "100.128.0.0"},
        {"126.255.255.255", "127.0.0.0", "127.255.255.255", "128.0.0.0"},
        {"169.253.255.255", "169.254.0.0", "169.254.255.255", "169.255.0.0"},
        {"172.15.255.255", "172.16.0.0", "172.31.255.255", "172.32.0.0"},
        {"191.255.255.255", "192.0.0.0", "192.0.0.255", "192.0.1.0"},
        {"192.0.1.255", "192.0.2.0", "192.0.2.255", "192.0.3.0"},
        {"192.88.98.255", "192.88.99.0", "192.88.99.255", "192.88.100.0"},
        {"192.167.255.255", "192.168.0.0", "192.168.255.255", "192.169.0.0"},
        {"192.175.47.255", "192.175.48.0", "192.175.48.255", "192.175.49.0"},
        {"198.17.255.255", "198.18.0.0", "198.19.255.255", "198.20.0.0"},
        {"198.51.99.255", "198.51.100.0", "198.51.100.255", "198.51.101.0"},
        {"203.0.112.255", "203.0.113.0", "203.0.113.255", "203.0.114.0"},
        {"223.255.255.255", "224.0.0.0", "255.255.255.255", NULL},
        {NULL, "::", "::1", NULL},
        {NULL, "64:ff9b::", "64:ff9b::ffff:ffff", "64:ff9b::1:0:0"},
        {"64:ff9b:0:ffff::", "64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff", "64:ff9b:2::"},
        {"ff:ffff::", "100::", "100::ffff:ffff:ffff:ffff", "100:0:0:1::"},
        {"2000:ffff::", "2001::", "2001:1ff:ffff::", "2001:200::"},
        {"2001:db7::", "2001:db8::", "2001:db8:ffff::", "2001:db9::"},
        {"2001:ffff::", "2002::", "2002:ffff::", "2003::"},
        {"3ffe:ffff::", "3fff::", "3fff:fff::", "3fff:1000::"},
        {"fbff::", "fc00::", "fdff:ffff::", "fe00::"},
        {"fe7f::", "fe80::", "febf::", NULL},
        {NULL, "fec0::", "feff::", NULL},
        {NULL, "ff00::", "ffff::", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *inside[] = {cases[i].first, cases[i].last};
        const char *outside[] = {cases[i].before, cases[i].after};
        for (size_t j = 0; j < 2; j++) {
            struct address address = address_of(inside[j]);
            assert_non_null(address_special(&address));
            if (!outside[j])
                continue;
            address = address_of(outside[j]);
            assert_null(address_special(&address));
        }
    }
}

static void ipv4_inside_ipv6_is_judged_as_ipv4(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool special;
    } cases[] = {
        {"::ffff:127.0.0.1", true}, {"::ffff:10.1.2.3", true},   {"::ffff:8.8.8.8", false},
        {"::127.0.0.1", true},      {"::169.254.169.254", true}, {"::8.8.8.8", false},
        {"::ffff:0:8.8.8.8", true}, {"64:ff9b::8.8.8.8", true},  {"2002:7f00:1::", true},
        {"2606:4700::1111", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct address address = address_of(cases[i].text);
        assert_int_equal(address_special(&address) != NULL, cases[i].special);
    }
}

static void texts_are_addresses_or_not(void **state)
{
    (void)state;
    static const char *const none[] = {
        "",          "1.2.3",  "1.2.3.4.5", "256.1.1.1", "1.2.3.4 ",  "::1%1",     "[::1]",
        "localhost", "0x7f.1", ":::",       "1",         "fe80::1%e", "1.2.3.4:80"};
    struct address address;
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_false(address_parse(span_from(none[i]), &address));
    assert_false(address_parse(span_of("1.2.3.4\0", 8), &address));
}

static void ports_and_allowances_decide(void **state)
{
    (void)state;
    static const struct {
        const char *entry; /* NULL: none */
        const char *host, *address;
        uint16_t port;
        bool allowed;
    } cases[] = {
        {NULL, "a", "8.8.8.8", 80, true},
        {NULL, "a", "8.8.8.8", 443, true},
        {NULL, "a", "8.8.8.8", 8080, false},
        {NULL, "a", "127.0.0.1", 80, false},
        {"127.0.0.0/8", "a", "127.0.0.1", 80, true},
        {"127.0.0.0/8", "a", "127.0.0.1", 81, false},
        {"127.0.0.0/8:81", "a", "127.0.0.1", 81, true},
        {"127.0.0.0/8:81", "a", "127.0.0.1", 80, false},
        {"127.0.0.0/8", "a", "::ffff:127.0.0.1", 80, true},
        {"127.0.0.1", "a", "127.0.0.2", 80, false},
        {"10.0.0.0/9:8080", "a", "10.127.255.255", 8080, true},
        {"10.0.0.0/9:8080", "a", "10.128.0.0", 8080, false},
        {"0.0.0.0/0:9", "a", "10.1.2.3", 9, true},
        {"8.8.8.8:8080", "a", "8.8.8.8", 8080, true},
        {"fd00::/8", "a", "fd12::1", 443, true},
        {"fd00::/8:8080", "a", "fd12::1", 8080, true},
        {"[::1]:8080", "::1", "::1", 8080, true},
        {"::1", "::1", "::1", 80, true},
        {"::1", "::1", "::1", 8080, false},
        {"::/0", "a", "::1", 80, true},
        {"::/0", "a", "::ffff:127.0.0.1", 80, false}, /* that is an IPv4 address */
        {"::ffff:127.0.0.0/104", "a", "127.0.0.1", 80, true},
        {"::ffff:127.0.0.1", "a", "::ffff:127.0.0.1", 80, true},
        {"catalog.internal", "catalog.internal", "10.0.0.1", 80, true},
        {"catalog.internal:8080", "Catalog.Internal", "10.0.0.1", 8080, true},
        {"catalog.internal:8080", "catalog.internal", "10.0.0.1", 80, false},
        {"catalog.internal", "x.catalog.internal", "10.0.0.1", 80, false},
        {"catalog.internal", "10.0.0.1", "10.0.0.1", 80, false},
        {"catalog.internal", "catalog.internal.", "10.0.0.1", 80, false},
        {"catalog.internal.", "catalog.internal", "10.0.0.1", 80, false},
        {"catalog.internal.", "catalog.internal.", "10.0.0.1", 80, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error error;
        const char *why = NULL;
        struct address address = address_of(cases[i].address);
        struct address_policy *policy =
            address_policy_new(&cases[i].entry, cases[i].entry ? 1 : 0, &error);
        assert_non_null(policy);
        assert_int_equal(
            address_policy_allows(policy, span_from(cases[i].host), &address, cases[i].port, &why),
            cases[i].allowed);
        assert_int_equal(why == NULL, cases[i].allowed);
        address_policy_free(policy);
    }
}

static void what_no_address_can_be_allowed_for_is_known_before(void **state)
{
    (void)state;
    static const struct {
        const char *entry, *host;
        uint16_t port;
        bool may;
    } cases[] = {
        {NULL, "a", 80, true},
        {NULL, "a", 443, true},
        {NULL, "a", 81, false},
        {NULL, "a", 0, false},
        {NULL, "127.0.0.1", 80, false},
        {NULL, "::1", 443, false},
        {NULL, "8.8.8.8", 80, true},
        {NULL, "8.8.8.8", 81, false},
        {"127.0.0.1:81", "127.0.0.1", 81, true},
        {"127.0.0.1:81", "127.0.0.1", 80, false},
        {"10.0.0.0/8:81", "a", 81, true}, /* it may be there */
        {"10.0.0.0/8:81", "a", 82, false},
        {"a:81", "A", 81, true},
        {"a:81", "b", 81, false},
        {"a:81", "a.", 81, false},
        {"a", "a", 81, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error error;
        const char *why = NULL;
        struct address_policy *policy =
            address_policy_new(&cases[i].entry, cases[i].entry ? 1 : 0, &error);
        assert_non_null(policy);
        assert_int_equal(
            address_policy_may_allow(policy, span_from(cases[i].host), cases[i].port, &why),
            cases[i].may);
        assert_int_equal(why == NULL, cases[i].may);
        address_policy_free(policy);
    }
}

static void entries_that_name_nothing_are_refused(void **state)
{
    (void)state;
    static const char *const entries[] = {"",        "10.0.0.0/33", "10.0.0.0/", "a b",  "a:0",
                                          "a:70000", "a/8",         "http://a/", "[::1", "::1/129",
                                          "a:x",     "10.0.0.0/8:", "[a]:80x",   "*"};
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++) {
        struct error error;
        assert_null(address_policy_new(&entries[i], 1, &error));
        assert_int_equal(error.kind, ERROR_USAGE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(special_ranges_begin_and_end_where_the_registries_say),
        cmocka_unit_test(ipv4_inside_ipv6_is_judged_as_ipv4),
        cmocka_unit_test(texts_are_addresses_or_not),
        cmocka_unit_test(ports_and_allowances_decide),
        cmocka_unit_test(what_no_address_can_be_allowed_for_is_known_before),
        cmocka_unit_test(entries_that_name_nothing_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
