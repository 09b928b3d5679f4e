#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/arena.h"

static void memory_is_zeroed_aligned_and_apart(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 1 << 20);
    for (size_t bytes = 1; bytes < 3000; bytes += 97) {
        unsigned char *memory = arena_alloc(&arena, bytes);
        assert_non_null(memory);
        assert_int_equal((uintptr_t)memory % alignof(max_align_t), 0);
        for (size_t i = 0; i < bytes; i++) {
            assert_int_equal(memory[i], 0);
            memory[i] = 0xFF;
        }
    }
    arena_finish(&arena);
}

static void a_reset_gives_back_zeroed_memory_without_a_new_block(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 100);
    unsigned char *first = arena_alloc(&arena, 60);
    assert_non_null(first);
    first[0] = 1;
    arena_reset(&arena);
    unsigned char *second = arena_alloc(&arena, 60);
    assert_ptr_equal(first, second);
    assert_int_equal(second[0], 0);
    arena_finish(&arena);
}

static void nothing_is_handed_out_past_the_limit(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 100);
    assert_null(arena_alloc(&arena, 101));
    assert_null(arena_alloc(&arena, SIZE_MAX));
    assert_non_null(arena_alloc(&arena, 100));
    assert_null(arena_alloc(&arena, 1));
    assert_null(arena_copy(&arena, span_from("x")).data);
    assert_null(arena_format(&arena, "%d", 7).data);
    arena_finish(&arena);
}

static void a_large_piece_gets_a_block_of_its_own(void **state)
{
    (void)state;
    enum { LARGE = 3 * 1024 * 1024 };
    struct arena arena;
    arena_init(&arena, 4 * LARGE);
    assert_non_null(arena_alloc(&arena, 10));
    unsigned char *large = arena_alloc(&arena, LARGE);
    assert_non_null(large);
    large[LARGE - 1] = 1;
    assert_non_null(arena_alloc(&arena, 10));
    assert_int_equal(arena.used_bytes, LARGE + 20);
    arena_finish(&arena);
}

static void copies_end_in_a_nul_that_len_does_not_count(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 1000);
    struct span copy = arena_copy(&arena, span_of("abcdef", 3));
    assert_int_equal(copy.len, 3);
    assert_string_equal(copy.data, "abc");
    assert_null(arena_copy(&arena, SPAN_NONE).data);
    assert_non_null(arena_copy(&arena, span_of("", 0)).data);
    assert_string_equal(arena_format(&arena, "%s-%d", "a", 7).data, "a-7");
    arena_finish(&arena);
}

static void the_caller_s_memory_is_used_first_and_never_freed(void **state)
{
    (void)state;
    alignas(max_align_t) char memory[256];
    struct arena arena;
    arena_init_on(&arena, 1 << 20, memory, sizeof memory);
    char *small = arena_alloc(&arena, 64), *large = arena_alloc(&arena, 4096);
    assert_true(small > memory && small < memory + sizeof memory);
    assert_true(large && (large < memory || large >= memory + sizeof memory));
    arena_reset(&arena);
    assert_ptr_equal(arena_alloc(&arena, 64), small);
    assert_non_null(arena_alloc(&arena, 4096));
    arena_finish(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_aligned_and_apart),
        cmocka_unit_test(a_reset_gives_back_zeroed_memory_without_a_new_block),
        cmocka_unit_test(nothing_is_handed_out_past_the_limit),
        cmocka_unit_test(a_large_piece_gets_a_block_of_its_own),
        cmocka_unit_test(copies_end_in_a_nul_that_len_does_not_count),
        cmocka_unit_test(the_caller_s_memory_is_used_first_and_never_freed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
