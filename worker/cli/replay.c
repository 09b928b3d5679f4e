/* Dead letters back to their source topic. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/interrupt.h"
#include "cli/replay_options.h"
#include "core/replay_tally.h"
#include "io/dead_letters.h"
#include "log.h"

enum {
    COMMIT_EVERY_MS = 1000,
    DRAW_EVERY_MS = 200,
    BAR_CELLS = 30,
    MAX_TOPIC_BYTES = 512,
    MAX_TABLE_BYTES = 1 << 20,
    ARENA_BYTES = 64 << 20, /* of one letter */
};

struct replay {
    const struct config *config;
    const struct replay_options *options;
    struct replay_filter filter;
    struct dead_letters *letters;
    struct url_parser *parser;
    struct arena arena;
    struct replay_tally tally;
    char parked_topic[MAX_TOPIC_BYTES];
    uint64_t sent;                     /* or, in a dry run, what would be */
    uint64_t replayed, parked, failed; /* answered */
    uint64_t passed_over;              /* not for this run */
    int64_t started_ms, committed_ms, drawn_ms;
    bool draws; /* a person is watching */
    bool troubled;
};

/* ---- clocks ---- */

static int64_t read_clock_ms(clockid_t clock)
{
    struct timespec now;
    (void)clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- what a person sees ---- */

static void clear_bar(const struct replay *replay)
{
    if (replay->draws)
        (void)fputs("\r\033[K", stderr);
}

static void draw_bar(struct replay *replay)
{
    int64_t now_ms = read_clock_ms(CLOCK_MONOTONIC);
    if (!replay->draws || now_ms - replay->drawn_ms < DRAW_EVERY_MS)
        return;
    uint64_t total = (uint64_t)dead_letters_waiting(replay->letters);
    uint64_t done = replay->replayed + replay->parked + replay->failed + replay->passed_over;
    int cells = total ? (int)(done * BAR_CELLS / total) : BAR_CELLS;
    double seconds = (double)(now_ms - replay->started_ms + 1) / 1000;
    static const char full[] = "##############################";
    (void)fprintf(stderr, "\r\033[K[%-*.*s] %llu/%llu  replayed %llu  parked %llu  %.0f/s",
                  BAR_CELLS, cells < BAR_CELLS ? cells : BAR_CELLS, full, (unsigned long long)done,
                  (unsigned long long)total, (unsigned long long)replay->replayed,
                  (unsigned long long)replay->parked,
                  (double)(replay->replayed + replay->parked) / seconds);
    replay->drawn_ms = now_ms;
}

static void on_answered(void *context, bool parked, bool acknowledged)
{
    struct replay *replay = context;
    if (!acknowledged)
        replay->failed++;
    else if (parked)
        replay->parked++;
    else
        replay->replayed++;
}

static void on_waiting(void *context, const char *brokers)
{
    clear_bar(context);
    fprintf(stderr, "byline: waiting for brokers %s, at most %d s\n", brokers,
            DEAD_LETTERS_PATIENCE_MS / 1000);
}

static void on_troubled(void *context, const char *sentence)
{
    struct replay *replay = context;
    replay->troubled = true;
    clear_bar(replay);
    fprintf(stderr, "byline: %s; its letters stay where they are\n", sentence);
}

static bool interrupted(void *context)
{
    (void)context;
    return interrupt_came();
}

/* ---- one letter ---- */

static void send_letter(struct replay *replay, struct dead_letter *letter,
                        const struct replay_facts *facts)
{
    char counter[16];
    const struct replay_letter *content = &letter->content;
    struct replay_header *headers =
        arena_alloc(&replay->arena, (content->header_count + 1) * sizeof *headers);
    struct span topic = arena_copy(&replay->arena, facts->source_topic);
    if (!headers || !topic.data) {
        dead_letters_leave(replay->letters, letter);
        replay->failed++;
        return;
    }
    size_t count = replay_rewrite(content, facts, counter, headers);
    bool sent = dead_letters_send(replay->letters, letter, topic.data, facts->source_partition,
                                  headers, count, false);
    replay->sent += sent;
    replay->failed += !sent;
}

/* As it is, with all its headers. */
static void park_letter(struct replay *replay, struct dead_letter *letter)
{
    const struct replay_letter *content = &letter->content;
    bool sent = dead_letters_send(replay->letters, letter, replay->parked_topic, -1,
                                  content->headers, content->header_count, true);
    replay->sent += sent;
    replay->failed += !sent;
}

static void handle(struct replay *replay, struct dead_letter *letter)
{
    arena_reset(&replay->arena);
    struct replay_facts facts = replay_read(&letter->content, replay->parser, &replay->arena);
    enum replay_fate fate = replay_judge(&replay->filter, &facts);
    if (replay->options->dry_run)
        replay_tally_add(&replay->tally, &facts, fate);
    if (fate == REPLAY_SKIP) {
        replay->passed_over++;
        dead_letters_leave(replay->letters, letter);
    } else if (replay->options->dry_run) {
        replay->sent++;
        on_answered(replay, fate == REPLAY_PARK, true);
        dead_letters_leave(replay->letters, letter);
    } else if (fate == REPLAY_PARK) {
        park_letter(replay, letter);
    } else {
        send_letter(replay, letter, &facts);
    }
}

/* ---- the run ---- */

/* With --rate: until the next letter may go. */
static void pace(struct replay *replay)
{
    const double rate = replay->options->rate;
    while (rate > 0 && !replay->options->dry_run && !interrupt_came()) {
        int64_t due_ms = replay->started_ms + (int64_t)((double)replay->sent * 1000 / rate);
        int64_t wait_ms = due_ms - read_clock_ms(CLOCK_MONOTONIC);
        if (wait_ms <= 0)
            return;
        dead_letters_serve(replay->letters, wait_ms < DRAW_EVERY_MS ? (int)wait_ms : DRAW_EVERY_MS);
        draw_bar(replay);
    }
}

static bool commit(struct replay *replay, struct error *ret_error)
{
    if (replay->options->dry_run)
        return true;
    replay->committed_ms = read_clock_ms(CLOCK_MONOTONIC);
    return dead_letters_commit(replay->letters, ret_error);
}

static bool is_over(const struct replay *replay)
{
    uint64_t limit = replay->options->limit;
    return interrupt_came() || (limit > 0 && replay->sent >= limit);
}

static bool read_all(struct replay *replay, struct error *ret_error)
{
    while (!is_over(replay)) {
        struct dead_letter *letter = NULL;
        switch (dead_letters_next(replay->letters, &letter, ret_error)) {
        case DEAD_LETTERS_TAKEN: handle(replay, letter); break;
        case DEAD_LETTERS_NOT_YET: break;
        case DEAD_LETTERS_END: return true;
        case DEAD_LETTERS_FAILED: return false;
        }
        pace(replay);
        draw_bar(replay);
        if (read_clock_ms(CLOCK_MONOTONIC) - replay->committed_ms >= COMMIT_EVERY_MS &&
            !commit(replay, ret_error))
            return false;
    }
    return true;
}

/* Every letter sent has its answer within DEAD_LETTERS_PATIENCE_MS, if only that of librdkafka. */
static void wait_for_answers(struct replay *replay)
{
    while (dead_letters_under_way(replay->letters) > 0) {
        dead_letters_serve(replay->letters, DRAW_EVERY_MS);
        draw_bar(replay);
    }
}

static void print_table(struct replay *replay)
{
    struct buf table;
    buf_init(&table, MAX_TABLE_BYTES);
    replay_tally_print(&replay->tally, &table);
    (void)fwrite(buf_span(&table).data, 1, table.len, stdout);
    buf_finish(&table);
}

static void print_summary(struct replay *replay)
{
    bool dry = replay->options->dry_run;
    uint64_t total = (uint64_t)dead_letters_waiting(replay->letters);
    int64_t forgotten = dead_letters_forgotten(replay->letters);
    uint64_t left = total - replay->replayed - replay->parked;
    if (dry)
        print_table(replay);
    printf("%s %llu, %s %llu, %s %llu of %llu dead letters\n", dry ? "would replay" : "replayed",
           (unsigned long long)replay->replayed, dry ? "park" : "parked",
           (unsigned long long)replay->parked, dry ? "skip" : "skipped", (unsigned long long)left,
           (unsigned long long)total);
    if (replay->failed > 0)
        fprintf(stderr, "byline: %llu of the skipped could not be sent\n",
                (unsigned long long)replay->failed);
    if (interrupt_came())
        fputs("byline: interrupted: run it again for the rest\n", stderr);
    if (forgotten > 0)
        fprintf(stderr,
                "byline: %lld of the replayed lie scattered among too many skipped ones to be "
                "remembered: another run replays them again\n",
                (long long)forgotten);
}

static bool run(struct replay *replay, struct error *ret_error)
{
    const struct dead_letters_handlers handlers = {replay, on_answered, on_waiting, on_troubled,
                                                   interrupted};
    replay->letters =
        dead_letters_new(replay->config, replay->options->dry_run, &handlers, ret_error);
    if (!replay->letters)
        return false;
    replay->started_ms = replay->committed_ms = read_clock_ms(CLOCK_MONOTONIC);
    bool ok = read_all(replay, ret_error);
    wait_for_answers(replay);
    ok = commit(replay, ok ? ret_error : NULL) && ok;
    clear_bar(replay);
    print_summary(replay);
    return ok;
}

static int replay_with(const struct config *config, const struct replay_options *options)
{
    struct error error = {0};
    struct replay replay = {
        .config = config,
        .options = options,
        .draws = isatty(STDERR_FILENO),
        .parser = url_parser_new(),
        .filter = {options->error_class, options->host, options->since_ms, options->until_ms,
                   (const char *const *)config->kafka.topics.items, config->kafka.topics.count},
    };
    (void)snprintf(replay.parked_topic, sizeof replay.parked_topic, "%s%s",
                   config->dead_letter.topic, REPLAY_PARKED_SUFFIX);
    arena_init(&replay.arena, ARENA_BYTES);
    replay_tally_init(&replay.tally);
    interrupt_catch();
    (void)signal(SIGPIPE, SIG_IGN);
    if (!replay.parser)
        (void)error_set(&error, ERROR_FATAL, "out of memory");
    bool ok = replay.parser && run(&replay, &error);
    if (!ok)
        fprintf(stderr, "byline: %s\n", error.message);
    dead_letters_free(replay.letters);
    url_parser_free(replay.parser);
    replay_tally_finish(&replay.tally);
    arena_finish(&replay.arena);
    if (!ok && error.kind == ERROR_USAGE)
        return EXIT_USAGE;
    return ok && replay.failed == 0 && !replay.troubled ? EXIT_DONE : EXIT_WORK_FAILED;
}

int cli_replay(int argc, char **argv)
{
    struct error error;
    struct replay_options options;
    if (!replay_options_parse(argc, argv, read_clock_ms(CLOCK_REALTIME), &options, &error)) {
        fprintf(stderr, "byline: %s\n%s", error.message, replay_options_usage);
        return EXIT_USAGE;
    }
    struct config *config = cli_configuration(options.config);
    if (!config)
        return EXIT_USAGE;
    log_configure(config->log.level, config->log.format);
    int status = replay_with(config, &options);
    config_free(config);
    return status;
}
