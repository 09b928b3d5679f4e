#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/offset_map.h"

/* A ledger of 100..(100 + strlen(pattern)) with '#' finished; the first one always is. */
static void make(struct ledger *ledger, const char *pattern)
{
    ledger_init(ledger);
    for (size_t i = 0; pattern[i]; i++)
        assert_true(ledger_open(ledger, 100 + (int64_t)i));
    for (size_t i = 0; pattern[i]; i++)
        if (pattern[i] == '#')
            ledger_finish(ledger, 100 + (int64_t)i);
}

static void what_lies_beyond_the_prefix_comes_back(void **state)
{
    (void)state;
    static const char *const patterns[] = {"#-", "#-#", "##-###--#", "#-#-#-#-#-", "#--------#"};
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        struct ledger ledger;
        struct offset_map map;
        char text[OFFSET_MAP_MAX_BYTES + 1];
        make(&ledger, patterns[i]);
        int64_t safe = ledger_safe_offset(&ledger);
        size_t len = offset_map_write(&ledger, text);
        assert_int_equal(offset_map_read(span_of(text, len), safe, &map), len > 0);
        for (int64_t offset = safe; patterns[i][offset - 100]; offset++)
            assert_int_equal(offset_map_has(&map, offset), patterns[i][offset - 100] == '#');
        offset_map_finish(&map);
        ledger_finish_all(&ledger);
    }
}

static void the_picture_in_the_header_is_true(void **state)
{
    (void)state;
    struct ledger ledger;
    char text[OFFSET_MAP_MAX_BYTES + 1];
    ledger_init(&ledger);
    for (int64_t offset = 99; offset <= 106; offset++)
        assert_true(ledger_open(&ledger, offset));
    static const int64_t finished[] = {99, 101, 102, 103, 106};
    for (size_t i = 0; i < sizeof finished / sizeof *finished; i++)
        ledger_finish(&ledger, finished[i]);
    (void)offset_map_write(&ledger, text);
    assert_string_equal(text, "b1.AQMCAQ");
    ledger_finish_all(&ledger);
}

static void the_worst_pattern_degrades_and_keeps_its_beginning(void **state)
{
    (void)state;
    enum { RECORDS = 20000 };
    struct ledger ledger;
    struct offset_map map;
    char text[OFFSET_MAP_MAX_BYTES + 1];
    ledger_init(&ledger);
    for (int64_t offset = 0; offset < RECORDS; offset++)
        assert_true(ledger_open(&ledger, offset));
    for (int64_t offset = 0; offset < RECORDS; offset += 2)
        ledger_finish(&ledger, offset);
    size_t len = offset_map_write(&ledger, text);
    assert_in_range(len, 1, OFFSET_MAP_MAX_BYTES);
    assert_true(offset_map_read(span_of(text, len), 1, &map));
    size_t known = 0;
    for (int64_t offset = 1; offset < RECORDS; offset++)
        known += offset_map_has(&map, offset);
    assert_in_range(known, 1500, RECORDS / 2);
    offset_map_finish(&map);
    ledger_finish_all(&ledger);
}

static void text_of_others_is_no_map(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "b1.",
        "hello",
        "b2.AQMCAQ",
        "b1.AQ",
        "b1.!!!!",
        "b1.gICAgICAgICAgIAB",
        "b1.____________________",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct offset_map map;
        assert_false(offset_map_read(span_from(texts[i]), 100, &map));
        assert_false(offset_map_has(&map, 100));
        offset_map_finish(&map);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_lies_beyond_the_prefix_comes_back),
        cmocka_unit_test(the_picture_in_the_header_is_true),
        cmocka_unit_test(the_worst_pattern_degrades_and_keeps_its_beginning),
        cmocka_unit_test(text_of_others_is_no_map),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
