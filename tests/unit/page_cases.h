/* page_cases: small pages and what must and must not stand in their JSON. */
#ifndef BYLINE_UNIT_PAGE_CASES_H
#define BYLINE_UNIT_PAGE_CASES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/buf.h"
#include "core/extract.h"
#include "core/metadata_json.h"

struct page_case {
    const char *name, *html, *want, *reject; /* reject may be NULL */
};

#define URL    "https://www.coast.example/news/tide-rises"
#define LD     "<script type=\"application/ld+json\">"
#define LD_END "</script>"

/* So many elements that what follows does not stand near what was before. */
#define I_8  "<i></i><i></i><i></i><i></i><i></i><i></i><i></i><i></i>"
#define I_16 I_8 I_8
#define FAR  I_16 I_16 I_16 I_16 I_16 I_16 I_16 I_16

static void page_cases_check(const char *url, const struct page_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct arena arena;
        struct buf out;
        struct metadata metadata;
        struct error error;
        arena_init(&arena, 16 << 20);
        buf_init(&out, 1 << 20);
        struct page page = {.bytes = span_from(cases[i].html),
                            .content_type = span_from("text/html; charset=utf-8"),
                            .url = span_from(url)};
        assert_true(extract_page(&page, &arena, &metadata, &error));
        assert_true(metadata_json(&metadata, "page", &out));
        buf_add_char(&out, '\0');
        if (!strstr(out.data, cases[i].want))
            fail_msg("%s: want %s in %s", cases[i].name, cases[i].want, out.data);
        if (cases[i].reject && strstr(out.data, cases[i].reject))
            fail_msg("%s: %s must not be in %s", cases[i].name, cases[i].reject, out.data);
        buf_finish(&out);
        arena_finish(&arena);
    }
}

#define TABLE_TEST_AT(name, url, table)                                                            \
    static void name(void **state)                                                                 \
    {                                                                                              \
        (void)state;                                                                               \
        page_cases_check(url, table, sizeof(table) / sizeof *(table));                             \
    }
#define TABLE_TEST(name, table) TABLE_TEST_AT(name, URL, table)

#endif
