/* A live view of a running worker; without a terminal one look as text. */
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/interrupt.h"
#include "cli/top_view.h"
#include "io/admin_client.h"

enum { MAX_PAGE_BYTES = 16 << 20, PERIOD_MS = 2000, SNAPSHOT_MS = 1000, USUAL_ROWS = 24 };

/* The pages of one look. */
struct pages {
    struct buf metrics, partitions, readiness;
};

static void pages_init(struct pages *pages)
{
    buf_init(&pages->metrics, MAX_PAGE_BYTES);
    buf_init(&pages->partitions, MAX_PAGE_BYTES);
    buf_init(&pages->readiness, 64 * 1024);
}

static void pages_finish(struct pages *pages)
{
    buf_finish(&pages->metrics);
    buf_finish(&pages->partitions);
    buf_finish(&pages->readiness);
}

static double monotonic_s(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void wait_ms(long milliseconds)
{
    const struct timespec time = {milliseconds / 1000, milliseconds % 1000 * 1000000};
    (void)nanosleep(&time, NULL);
}

static bool get(const char *admin, const char *path, struct buf *page, int *ret_status,
                struct error *ret_error)
{
    buf_reset(page);
    return admin_get(admin, path, page, ret_status, ret_error);
}

static bool look(const char *admin, struct pages *pages, struct top_look *ret_look,
                 struct error *ret_error)
{
    int status = 0, ready = 0;
    if (!get(admin, "/metrics", &pages->metrics, &status, ret_error) ||
        !get(admin, "/debug/partitions", &pages->partitions, &status, ret_error) ||
        !get(admin, "/readyz", &pages->readiness, &ready, ret_error))
        return false;
    *ret_look = (struct top_look){
        .metrics = buf_span(&pages->metrics),
        .partitions = buf_span(&pages->partitions),
        .readiness = span_trim(buf_span(&pages->readiness)),
        .ready = ready == 200,
        .at_s = monotonic_s(),
    };
    return true;
}

static void fit_terminal(struct top_options *options)
{
    struct winsize size;
    bool is_known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0;
    options->max_rows = is_known ? size.ws_row : USUAL_ROWS;
}

/* Over what stood there before: home, each line cleared to its end, all below cleared. */
static void draw(struct span text, const struct top_options *options)
{
    fputs("\033[H", stdout);
    for (size_t i = 0, rows = 0; i < text.len && rows + 1 < options->max_rows; rows++) {
        const char *line = text.data + i, *end = memchr(line, '\n', text.len - i);
        size_t len = end ? (size_t)(end - line) : text.len - i;
        printf("%.*s\033[K\n", (int)len, line);
        i += len + 1;
    }
    fputs("\033[J", stdout);
    (void)fflush(stdout);
}

static bool show(const struct top_look *before, const struct top_look *now, bool live,
                 struct top_options *options, struct error *ret_error)
{
    struct buf text;
    buf_init(&text, MAX_PAGE_BYTES);
    if (live)
        fit_terminal(options);
    bool ok = top_view(before, now, options, &text, ret_error);
    if (ok && live)
        draw(buf_span(&text), options);
    else if (ok)
        fwrite(text.data, 1, text.len, stdout);
    buf_finish(&text);
    return ok;
}

/* Until a look fails or a signal comes; where nobody watches, for two looks. */
static bool watch(const char *admin, bool live, struct error *ret_error)
{
    struct pages pages[2];
    struct top_look looks[2];
    struct top_options options = {.admin = admin, .colors = live};
    size_t turn = 0;
    pages_init(&pages[0]);
    pages_init(&pages[1]);
    if (live) {
        /* The terminal is put back in order before the end. */
        interrupt_catch();
        fputs("\033[2J\033[?7l", stdout); /* clear; long lines are cut, not wrapped */
    }
    bool ok = look(admin, &pages[0], &looks[0], ret_error);
    while (ok && !interrupt_came()) {
        wait_ms(turn == 0 ? SNAPSHOT_MS : PERIOD_MS);
        if (interrupt_came())
            break;
        size_t before = turn % 2, now = ++turn % 2;
        ok = look(admin, &pages[now], &looks[now], ret_error) &&
             show(&looks[before], &looks[now], live, &options, ret_error);
        if (!live)
            break;
    }
    if (live)
        fputs("\033[?7h", stdout);
    pages_finish(&pages[0]);
    pages_finish(&pages[1]);
    return ok;
}

int cli_top(int argc, char **argv)
{
    const char *admin = cli_admin(argc, argv, "top");
    if (!admin)
        return EXIT_USAGE;
    struct error error;
    if (watch(admin, isatty(STDOUT_FILENO), &error))
        return EXIT_DONE;
    fprintf(stderr, "byline: %s\n", error.message);
    return error.kind == ERROR_USAGE ? EXIT_USAGE : EXIT_WORK_FAILED;
}
