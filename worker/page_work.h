/* page_work: the metadata of one page or JSON answer, parsed on the loop, or on libuv's pool where
 * it is large.
 *
 * The result and the memory that it points into live until page_work_release. Loop thread only. */
#ifndef BYLINE_PAGE_WORK_H
#define BYLINE_PAGE_WORK_H

#include <stdbool.h>
#include <uv.h>

#include "core/arena.h"
#include "core/error.h"
#include "core/extract.h"
#include "core/json_map.h"
#include "io/fetch.h"

enum { PAGE_WORK_INLINE_BYTES = 32 * 1024 }; /* parsed on the loop; larger ones on the pool */

/* Pages that are done with, for the next ones; zeroed but for the loop. */
struct page_pool {
    uv_loop_t *loop;
    struct page_work *spare;
};

struct page_work {
    struct page_work *next; /* the owner's, once done was called */
    void *owner;
    void (*done)(struct page_work *page);
    struct metadata metadata;
    struct error error;
    bool ok;
    /* the module's own */
    uv_work_t work;
    struct page_pool *pool;
    struct arena arena;
    struct body *body;
    struct page page;
    const struct json_map *map;
};

void page_pool_finish(struct page_pool *pool);

/* With a map, which outlives the work, the bytes are a JSON answer. page is borrowed for this call,
 * but for its bytes, which body keeps; without a body they are copied where the pool needs them.
 * *ret_page is set before done is called, which is once, possibly before this returns. False
 * without memory: then done is not called. */
bool page_work_start(struct page_pool *pool, const struct page *page, const struct json_map *map,
                     struct body *body, void *owner, void (*done)(struct page_work *page),
                     struct page_work **ret_page);

/* Before done: it will not be called. */
void page_work_cancel(struct page_work *page);

/* After done. */
void page_work_release(struct page_work *page);

#endif
