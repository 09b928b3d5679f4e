#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/metrics_read.h"

static void samples_are_read_and_all_else_is_passed_over(void **state)
{
    (void)state;
    struct span text = span_from("# HELP a What a is.\n# TYPE a counter\n\n"
                                 "a 12\n"
                                 "b{x=\"1\",y=\"two, }and \\\"three\\\"\"} 0.5\n"
                                 "c{le=\"+Inf\"} 7e3\n"
                                 "d{x=\"open} 1\n"
                                 "e{x=\"1\"}\n"
                                 "f many\n"
                                 "g{} 3");
    struct metrics_sample sample;
    assert_true(metrics_read(&text, &sample));
    assert_true(span_equals(sample.name, "a"));
    assert_float_equal(sample.value, 12, 0);
    assert_null(metrics_label_of(&sample, "x").data);
    assert_true(metrics_read(&text, &sample));
    assert_true(span_equals(sample.name, "b"));
    assert_true(span_equals(metrics_label_of(&sample, "x"), "1"));
    assert_true(span_equals(metrics_label_of(&sample, "y"), "two, }and \\\"three\\\""));
    assert_null(metrics_label_of(&sample, "z").data);
    assert_float_equal(sample.value, 0.5, 0);
    assert_true(metrics_read(&text, &sample));
    assert_true(span_equals(metrics_label_of(&sample, "le"), "+Inf"));
    assert_float_equal(sample.value, 7000, 0);
    assert_true(metrics_read(&text, &sample));
    assert_true(span_equals(sample.name, "g"));
    assert_false(metrics_read(&text, &sample));
}

static void values_of_a_name_are_added(void **state)
{
    (void)state;
    const struct span text = span_from("a{x=\"1\"} 2\na{x=\"2\"} 3\nab{x=\"1\"} 100\n");
    assert_float_equal(metrics_sum(text, "a", NULL, SPAN_NONE), 5, 0);
    assert_float_equal(metrics_sum(text, "a", "x", span_from("2")), 3, 0);
    assert_float_equal(metrics_sum(text, "a", "y", span_from("2")), 0, 0);
    assert_float_equal(metrics_sum(text, "none", NULL, SPAN_NONE), 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(samples_are_read_and_all_else_is_passed_over),
        cmocka_unit_test(values_of_a_name_are_added),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
