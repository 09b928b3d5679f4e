#include <assert.h>
#include <stdlib.h>

#include "io/dead_letters_parts.h"
#include "log.h"

/* ---- where a run begins and ends ---- */

static rd_kafka_resp_err_t ask_committed(struct dead_letters *letters, void *argument)
{
    rd_kafka_topic_partition_list_t *asked = argument;
    rd_kafka_resp_err_t err = rd_kafka_committed(letters->consumer, asked, DEAD_LETTERS_TRY_MS);
    for (int i = 0; !err && i < asked->cnt; i++)
        err = asked->elems[i].err;
    return err;
}

struct ends {
    int32_t partition;
    int64_t low, high;
};

static rd_kafka_resp_err_t ask_ends(struct dead_letters *letters, void *argument)
{
    struct ends *ends = argument;
    return rd_kafka_query_watermark_offsets(letters->consumer, letters->topic, ends->partition,
                                            &ends->low, &ends->high, DEAD_LETTERS_TRY_MS);
}

/* A commit beyond the end is of a topic that has been made anew since; one before the first record
 * is of letters that retention has taken. */
static void find_place(struct dead_letters *letters, struct letter_partition *partition,
                       const struct ends *ends, const rd_kafka_topic_partition_t *committed)
{
    bool is_valid = committed->offset >= 0 && committed->offset <= ends->high;
    int64_t start = is_valid ? committed->offset : ends->low;
    replay_progress_init(&partition->progress, start);
    struct span runs = span_of(committed->metadata, committed->metadata_size);
    if (is_valid && runs.len > 0 && !replay_progress_read(&partition->progress, runs))
        log_warn("replay_progress_ignored", LOG_TEXT("reason", "the commit's metadata is not ours"),
                 LOG_INT("partition", ends->partition));
    if (partition->progress.start < ends->low)
        (void)replay_progress_settle(&partition->progress, partition->progress.start, ends->low);
    partition->id = ends->partition;
    partition->next = partition->progress.start;
    partition->end = ends->high;
    partition->at_end = partition->next >= partition->end;
    partition->committed_start = partition->progress.start;
    partition->committed_count = replay_progress_settled_count(&partition->progress);
    if (!partition->at_end)
        letters->waiting_count += ends->high - partition->next - partition->committed_count;
}

static bool find_each(struct dead_letters *letters, const rd_kafka_topic_partition_list_t *list,
                      struct error *ret_error)
{
    for (size_t i = 0; i < letters->partition_count; i++) {
        struct ends ends = {.partition = (int32_t)i};
        if (!dead_letters_ask(letters, letters->topic, ask_ends, &ends, ret_error))
            return false;
        find_place(letters, &letters->partitions[i], &ends, &list->elems[i]);
    }
    return true;
}

bool dead_letters_find_places(struct dead_letters *letters, struct error *ret_error)
{
    int32_t count = 0;
    if (!dead_letters_describe(letters, letters->topic, &count, ret_error))
        return false;
    letters->partitions = calloc((size_t)count + 1, sizeof *letters->partitions);
    if (!letters->partitions)
        return error_set(ret_error, ERROR_FATAL, "out of memory");
    letters->partition_count = (size_t)count;
    rd_kafka_topic_partition_list_t *asked = rd_kafka_topic_partition_list_new(count);
    for (int32_t id = 0; id < count; id++)
        (void)rd_kafka_topic_partition_list_add(asked, letters->topic, id);
    bool found =
        dead_letters_ask(letters, "offsets of earlier replays", ask_committed, asked, ret_error) &&
        find_each(letters, asked, ret_error);
    letters->committed = asked;
    return found;
}

/* ---- commits ---- */

static bool has_news(const struct letter_partition *partition)
{
    return partition->progress.start != partition->committed_start ||
           replay_progress_settled_count(&partition->progress) != partition->committed_count;
}

/* The list owns the text that is put into it and frees it as rd_kafka_mem_malloc's. */
static void add_commit(struct dead_letters *letters, rd_kafka_topic_partition_list_t *list,
                       struct letter_partition *partition, bool padded)
{
    struct buf text;
    buf_init(&text, REPLAY_PROGRESS_MAX_BYTES);
    partition->forgotten_count =
        replay_progress_write(&partition->progress, &text) + partition->progress.forgotten_count;
    if (padded)
        replay_progress_pad(&text);
    rd_kafka_topic_partition_t *commit =
        rd_kafka_topic_partition_list_add(list, letters->topic, partition->id);
    commit->offset = partition->progress.start;
    if (text.len > 0) {
        commit->metadata = rd_kafka_mem_malloc(letters->consumer, text.len);
        memcpy(commit->metadata, text.data, text.len);
        commit->metadata_size = text.len;
    }
    buf_finish(&text);
}

static rd_kafka_resp_err_t ask_commit(struct dead_letters *letters, void *argument)
{
    rd_kafka_topic_partition_list_t *commits = argument;
    rd_kafka_resp_err_t err = rd_kafka_commit(letters->consumer, commits, 0);
    for (int i = 0; !err && i < commits->cnt; i++)
        err = commits->elems[i].err;
    commits->elems[0].err = err; /* for who wants to know why */
    return err;
}

static bool is_same_commit(const rd_kafka_topic_partition_t *one,
                           const rd_kafka_topic_partition_t *other)
{
    return one->offset == other->offset && one->metadata_size == other->metadata_size &&
           (one->metadata_size == 0 ||
            memcmp(one->metadata, other->metadata, one->metadata_size) == 0);
}

/* Nobody else has committed since the run's last commit: two replays at once send the same letters.
 */
static bool is_alone(struct dead_letters *letters, const rd_kafka_topic_partition_list_t *commits,
                     struct error *ret_error)
{
    rd_kafka_topic_partition_list_t *now = rd_kafka_topic_partition_list_new(commits->cnt);
    for (int i = 0; i < commits->cnt; i++)
        (void)rd_kafka_topic_partition_list_add(now, letters->topic, commits->elems[i].partition);
    bool ok = dead_letters_ask(letters, "offsets of this replay", ask_committed, now, ret_error);
    for (int i = 0; ok && i < now->cnt; i++)
        if (!is_same_commit(&now->elems[i], &letters->committed->elems[now->elems[i].partition]))
            ok = error_set(ret_error, ERROR_FATAL,
                           "another replay runs for the same group: letters may have been sent "
                           "twice; run this one again when the other one has ended");
    rd_kafka_topic_partition_list_destroy(now);
    return ok;
}

static void remember(struct dead_letters *letters, rd_kafka_topic_partition_list_t *commits)
{
    for (int i = 0; i < commits->cnt; i++) {
        rd_kafka_topic_partition_t *commit = &commits->elems[i];
        rd_kafka_topic_partition_t *known = &letters->committed->elems[commit->partition];
        void *old = known->metadata; /* freed with the list of commits */
        known->offset = commit->offset;
        known->metadata = commit->metadata;
        known->metadata_size = commit->metadata_size;
        commit->metadata = old;
    }
}

/* Nothing where there is nothing to commit. */
static bool commit_all(struct dead_letters *letters, rd_kafka_topic_partition_list_t *commits,
                       struct error *ret_error)
{
    if (commits->cnt == 0)
        return true;
    bool ok = is_alone(letters, commits, ret_error) &&
              dead_letters_ask(letters, "offsets of this replay", ask_commit, commits, ret_error);
    if (ok)
        remember(letters, commits);
    return ok;
}

bool dead_letters_commit(struct dead_letters *letters, struct error *ret_error)
{
    assert(letters->producer); /* a dry run settles nothing */
    rd_kafka_topic_partition_list_t *commits = rd_kafka_topic_partition_list_new(4);
    for (size_t i = 0; i < letters->partition_count; i++)
        if (has_news(&letters->partitions[i]))
            add_commit(letters, commits, &letters->partitions[i], false);
    bool ok = commit_all(letters, commits, ret_error);
    for (size_t i = 0; ok && i < letters->partition_count; i++) {
        struct letter_partition *partition = &letters->partitions[i];
        partition->committed_start = partition->progress.start;
        partition->committed_count = replay_progress_settled_count(&partition->progress);
    }
    rd_kafka_topic_partition_list_destroy(commits);
    return ok;
}

bool dead_letters_try_commit(struct dead_letters *letters, struct error *ret_error)
{
    rd_kafka_topic_partition_list_t *commits = rd_kafka_topic_partition_list_new(1);
    for (size_t i = 0; i < letters->partition_count && commits->cnt == 0; i++)
        if (!letters->partitions[i].at_end)
            add_commit(letters, commits, &letters->partitions[i], true);
    bool ok = commit_all(letters, commits, ret_error);
    if (!ok && commits->elems[0].err == RD_KAFKA_RESP_ERR_OFFSET_METADATA_TOO_LARGE)
        (void)error_set(ret_error, ERROR_FATAL,
                        "nothing was replayed: which letters were cannot be noted, as the brokers' "
                        "offset.metadata.max.bytes is below %d; raise it",
                        REPLAY_PROGRESS_MAX_BYTES);
    rd_kafka_topic_partition_list_destroy(commits);
    return ok;
}

int64_t dead_letters_forgotten(const struct dead_letters *letters)
{
    int64_t count = 0;
    for (size_t i = 0; i < letters->partition_count; i++)
        count += letters->partitions[i].forgotten_count;
    return count;
}
