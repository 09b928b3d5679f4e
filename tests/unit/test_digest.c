#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/digest.h"
#include "core/suggest.h"

/* The examples of FIPS 180-4 (NIST's example values for SHA-256). */
static void digests_are_sha_256(void **state)
{
    (void)state;
    static const struct {
        struct span bytes;
        const char *hex;
    } cases[] = {
        {{NULL, 0}, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {SPAN_LITERAL("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    };
    struct arena arena;
    arena_init(&arena, 4096);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned char digest[DIGEST_BYTES];
        digest_sha256(cases[i].bytes, digest);
        struct span hex = digest_hex(span_of((const char *)digest, sizeof digest), &arena);
        assert_true(span_equals(hex, cases[i].hex));
    }
    arena_finish(&arena);
}

static void only_a_close_name_is_suggested(void **state)
{
    (void)state;
    static const char *const names[] = {"title", "authors", "publisher", "published", NULL};
    static const struct {
        const char *wanted, *suggested;
    } cases[] = {
        {"titel", "title"},       {"author", "authors"}, {"publishd", "published"},
        {"something else", NULL}, {"x", NULL},           {"", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct suggest suggest;
        suggest_init(&suggest, span_from(cases[i].wanted));
        for (size_t k = 0; names[k]; k++)
            suggest_offer(&suggest, span_from(names[k]));
        if (cases[i].suggested)
            assert_true(span_equals(suggest.best, cases[i].suggested));
        else
            assert_null(suggest.best.data);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digests_are_sha_256),
        cmocka_unit_test(only_a_close_name_is_suggested),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
