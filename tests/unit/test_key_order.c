#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/key_order.h"

static void members_of_one_key_take_turns(void **state)
{
    (void)state;
    struct key_order order;
    struct key_member a1, a2, a3, b1;
    key_order_init(&order);
    assert_true(key_order_enter(&order, &a1, 1));
    assert_true(key_order_enter(&order, &a2, 1));
    assert_true(key_order_enter(&order, &b1, 2));
    assert_true(key_order_enter(&order, &a3, 1));
    assert_true(key_order_has_turn(&a1));
    assert_false(key_order_has_turn(&a2));
    assert_true(key_order_has_turn(&b1));
    assert_ptr_equal(key_order_leave(&order, &a1), &a2);
    assert_true(key_order_has_turn(&a2));
    assert_ptr_equal(key_order_leave(&order, &a2), &a3);
    assert_null(key_order_leave(&order, &a3));
    assert_null(key_order_leave(&order, &b1));
    key_order_finish(&order);
}

static void one_that_leaves_from_the_middle_hands_on_no_turn(void **state)
{
    (void)state;
    struct key_order order;
    struct key_member a1, a2, a3;
    key_order_init(&order);
    assert_true(key_order_enter(&order, &a1, 1));
    assert_true(key_order_enter(&order, &a2, 1));
    assert_true(key_order_enter(&order, &a3, 1));
    assert_null(key_order_leave(&order, &a2));
    assert_ptr_equal(key_order_leave(&order, &a1), &a3);
    assert_null(key_order_leave(&order, &a3));
    key_order_finish(&order);
}

static void an_event_without_a_key_waits_for_nobody(void **state)
{
    (void)state;
    struct key_order order;
    struct key_member member = {0};
    key_order_init(&order);
    assert_true(key_order_has_turn(&member));
    assert_null(key_order_leave(&order, &member));
    key_order_finish(&order);
}

static void the_first_is_sent_alone_and_then_the_line_flows(void **state)
{
    (void)state;
    struct key_order order;
    struct key_member a1, a2, a3, a4;
    key_order_init(&order);
    assert_true(key_order_enter(&order, &a1, 1));
    assert_true(key_order_enter(&order, &a2, 1));
    assert_true(key_order_enter(&order, &a3, 1));
    assert_null(key_order_send(&a1));
    assert_false(key_order_has_turn(&a1));
    assert_false(key_order_has_turn(&a2));
    assert_ptr_equal(key_order_leave(&order, &a1), &a2);
    assert_ptr_equal(key_order_send(&a2), &a3);
    assert_null(key_order_send(&a3));
    assert_true(key_order_enter(&order, &a4, 1));
    assert_true(key_order_has_turn(&a4));
    assert_ptr_equal(key_order_leave(&order, &a2), &a4);
    assert_null(key_order_send(&a4));
    assert_null(key_order_leave(&order, &a3));
    assert_null(key_order_leave(&order, &a4));
    key_order_finish(&order);
}

static void who_is_recalled_takes_its_turn_again_alone(void **state)
{
    (void)state;
    struct key_order order;
    struct key_member a1, a2, a3, a4;
    key_order_init(&order);
    assert_true(key_order_enter(&order, &a1, 1));
    assert_true(key_order_enter(&order, &a2, 1));
    assert_true(key_order_enter(&order, &a3, 1));
    assert_true(key_order_enter(&order, &a4, 1));
    assert_null(key_order_send(&a1));
    assert_ptr_equal(key_order_leave(&order, &a1), &a2);
    assert_ptr_equal(key_order_send(&a2), &a3);
    assert_ptr_equal(key_order_send(&a3), &a4);
    assert_null(key_order_leave(&order, &a3)); /* answered, while a2 is refused */
    key_order_recall(&order);
    assert_true(key_order_has_turn(&a2));
    assert_false(key_order_has_turn(&a4));
    assert_null(key_order_send(&a2));
    assert_ptr_equal(key_order_leave(&order, &a2), &a4);
    assert_null(key_order_leave(&order, &a4));
    key_order_finish(&order);
}

static void lines_are_reused_once_empty(void **state)
{
    (void)state;
    struct key_order order;
    key_order_init(&order);
    for (uint64_t key = 0; key < 10000; key++) {
        struct key_member member;
        assert_true(key_order_enter(&order, &member, key));
        assert_null(key_order_leave(&order, &member));
    }
    assert_null(order.lines);
    key_order_finish(&order);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_of_one_key_take_turns),
        cmocka_unit_test(one_that_leaves_from_the_middle_hands_on_no_turn),
        cmocka_unit_test(an_event_without_a_key_waits_for_nobody),
        cmocka_unit_test(the_first_is_sent_alone_and_then_the_line_flows),
        cmocka_unit_test(who_is_recalled_takes_its_turn_again_alone),
        cmocka_unit_test(lines_are_reused_once_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
