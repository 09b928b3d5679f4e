#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base64.h"

/* The test vectors of RFC 4648, section 10, with and without their padding. */
static void text_is_decoded_as_rfc_4648_says(void **state)
{
    (void)state;
    static const struct {
        const char *text, *bytes; /* NULL: not base64 */
    } cases[] = {
        {"", ""},
        {"Zg==", "f"},
        {"Zm8=", "fo"},
        {"Zm9v", "foo"},
        {"Zm9vYg==", "foob"},
        {"Zm9vYmE=", "fooba"},
        {"Zm9vYmFy", "foobar"},
        {"Zg", "f"},
        {"Zm8", "fo"},
        {"+/+/", "\xFB\xFF\xBF"},
        {"Z", NULL},
        {"Zg=", NULL},
        {"=", NULL},
        {"====", NULL},
        {"Zg==Zg==", NULL},
        {"Zm9v\n", NULL},
        {"-_-_", NULL},
    };
    struct arena arena;
    arena_init(&arena, 4096);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct span bytes;
        bool ok = base64_decode(span_from(cases[i].text), &arena, &bytes);
        assert_int_equal(ok, cases[i].bytes != NULL);
        if (ok)
            assert_true(span_equals(bytes, cases[i].bytes));
    }
    arena_finish(&arena);
}

static void without_memory_the_bytes_are_absent(void **state)
{
    (void)state;
    struct arena arena;
    struct span bytes;
    arena_init(&arena, 1);
    assert_true(base64_decode(span_from("Zm9v"), &arena, &bytes));
    assert_null(bytes.data);
    assert_int_equal(bytes.len, 0);
    arena_finish(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_decoded_as_rfc_4648_says),
        cmocka_unit_test(without_memory_the_bytes_are_absent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
