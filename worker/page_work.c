#include "page_work.h"

#include <stdlib.h>

enum {
    PAGE_ARENA_BYTES = 16 * 1024 * 1024, /* what one page's metadata may take */
};

void page_pool_finish(struct page_pool *pool)
{
    while (pool->spare) {
        struct page_work *page = pool->spare;
        pool->spare = page->next;
        arena_finish(&page->arena);
        free(page);
    }
}

static struct page_work *take(struct page_pool *pool)
{
    struct page_work *page = pool->spare;
    if (page) {
        pool->spare = page->next;
    } else {
        page = calloc(1, sizeof *page);
        if (!page)
            return NULL;
        page->pool = pool;
        arena_init(&page->arena, PAGE_ARENA_BYTES);
    }
    page->next = NULL;
    return page;
}

void page_work_release(struct page_work *page)
{
    struct page_pool *pool = page->pool;
    body_release(page->body);
    page->body = NULL;
    arena_reset(&page->arena);
    page->next = pool->spare;
    pool->spare = page;
}

void page_work_cancel(struct page_work *page)
{
    page->done = NULL;
}

static void parse(uv_work_t *work)
{
    struct page_work *page = work->data;
    page->metadata = (struct metadata){0};
    page->ok = page->map ? json_map_apply(page->map, page->page.bytes, &page->arena,
                                          &page->metadata, &page->error)
                         : extract_page(&page->page, &page->arena, &page->metadata, &page->error);
}

static void parsed(uv_work_t *work, int status)
{
    struct page_work *page = work->data;
    if (status != 0)
        page->ok = error_set(&page->error, ERROR_RETRY, "the answer was not parsed");
    if (page->done)
        page->done(page);
    else
        page_work_release(page);
}

bool page_work_start(struct page_pool *pool, const struct page *page, const struct json_map *map,
                     struct body *body, void *owner, void (*done)(struct page_work *page),
                     struct page_work **ret_page)
{
    struct page_work *work = take(pool);
    if (!work)
        return false;
    bool large = page->bytes.len > PAGE_WORK_INLINE_BYTES;
    work->body = body ? body_hold(body) : NULL;
    work->page = (struct page){
        /* The pool may still read them when the event is long gone. */
        .bytes = large && !body ? arena_copy(&work->arena, page->bytes) : page->bytes,
        .content_type = arena_copy(&work->arena, page->content_type),
        .url = arena_copy(&work->arena, page->url),
    };
    if (page->bytes.data && !work->page.bytes.data) {
        page_work_release(work);
        return false;
    }
    work->map = map;
    work->owner = owner;
    work->done = done;
    work->work.data = work;
    *ret_page = work;
    if (large && uv_queue_work(pool->loop, &work->work, parse, parsed) == 0)
        return true;
    parse(&work->work);
    parsed(&work->work, 0);
    return true;
}
