#include "job.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { JOB_MAX_KEPT_BYTES = 1024 }; /* of memory for outputs, where the job is free */

void jobs_init(struct jobs *jobs, const struct job_limits *limits)
{
    *jobs = (struct jobs){.limits = *limits};
}

static void list_remove(struct job_list *list, struct job *job)
{
    if (job->previous)
        job->previous->next = job->next;
    else
        list->first = job->next;
    if (job->next)
        job->next->previous = job->previous;
    else
        list->last = job->previous;
    list->count--;
}

static void list_append(struct job_list *list, struct job *job)
{
    job->previous = list->last;
    job->next = NULL;
    if (list->last)
        list->last->next = job;
    else
        list->first = job;
    list->last = job;
    list->count++;
}

static void list_push(struct job_list *list, struct job *job)
{
    job->previous = NULL;
    job->next = list->first;
    if (list->first)
        list->first->previous = job;
    else
        list->last = job;
    list->first = job;
    list->count++;
}

void jobs_finish(struct jobs *jobs)
{
    assert(jobs_in_flight(jobs) == 0);
    struct job_list *free_jobs = &jobs->lists[JOB_FREE];
    while (free_jobs->first) {
        struct job *job = free_jobs->first;
        list_remove(free_jobs, job);
        free(job->output_memory);
        free(job);
    }
    while (jobs->spare_count > 0)
        arena_finish(&jobs->spare[--jobs->spare_count]);
}

size_t jobs_in_flight(const struct jobs *jobs)
{
    size_t count = 0;
    for (int state = JOB_FREE + 1; state < JOB_STATE_COUNT; state++)
        count += jobs->lists[state].count;
    return count;
}

bool jobs_may_enrich(const struct jobs *jobs)
{
    return jobs->lists[JOB_ENRICHING].count < jobs->limits.enriching + jobs->deferred;
}

static size_t places_left(const struct jobs *jobs)
{
    size_t in_flight = jobs_in_flight(jobs), enriching = jobs->lists[JOB_ENRICHING].count;
    size_t room = in_flight < jobs->limits.count ? jobs->limits.count - in_flight : 0;
    size_t places = jobs->limits.enriching + jobs->deferred;
    size_t lookups = enriching < places ? places - enriching : 0;
    return lookups < room ? lookups : room;
}

size_t jobs_room(const struct jobs *jobs)
{
    return jobs->kept_bytes > jobs->limits.kept_bytes ? 0 : places_left(jobs);
}

/* What records of the same batch keep is no reason to refuse this one: it has been read. */
struct job *job_take(struct jobs *jobs)
{
    if (places_left(jobs) == 0)
        return NULL;
    struct job *job = jobs->lists[JOB_FREE].first;
    if (job) {
        list_remove(&jobs->lists[JOB_FREE], job);
    } else {
        job = calloc(1, sizeof *job);
        if (!job)
            return NULL;
    }
    if (jobs->spare_count > 0)
        job->arena = jobs->spare[--jobs->spare_count];
    else
        arena_init(&job->arena, jobs->limits.arena_bytes);
    job->state = JOB_ENRICHING;
    list_append(&jobs->lists[JOB_ENRICHING], job);
    return job;
}

static void release_arena(struct jobs *jobs, struct job *job)
{
    enrich_finish(&job->enrichment);
    job->article = NULL;
    if (jobs->spare_count < JOBS_MAX_SPARE) {
        arena_reset(&job->arena);
        jobs->spare[jobs->spare_count++] = job->arena;
    } else {
        arena_finish(&job->arena);
    }
    arena_init(&job->arena, jobs->limits.arena_bytes);
}

bool job_keep_output(struct jobs *jobs, struct job *job, struct span output)
{
    if (output.len > job->output_capacity || !job->output_memory) {
        char *grown = realloc(job->output_memory, output.len + 1);
        if (!grown)
            return false;
        job->output_memory = grown;
        job->output_capacity = output.len;
    }
    memcpy(job->output_memory, output.data, output.len);
    job->output = span_of(job->output_memory, output.len);
    jobs->kept_bytes += output.len + job->record.value.len;
    release_arena(jobs, job);
    return true;
}

static void reset(struct jobs *jobs, struct job *job)
{
    assert(!job->turn.line);
    if (job->arena.first)
        release_arena(jobs, job);
    if (job->output.data)
        jobs->kept_bytes -= job->output.len + job->record.value.len;
    if (job->output_capacity > JOB_MAX_KEPT_BYTES) {
        free(job->output_memory);
        job->output_memory = NULL;
        job->output_capacity = 0;
    }
    if (job->record.message)
        source_release(&job->record);
    memset(job, 0, offsetof(struct job, output_memory));
}

void jobs_ready_again(struct jobs *jobs)
{
    struct job *job;
    while ((job = jobs->lists[JOB_PUBLISHING].last) != NULL) {
        list_remove(&jobs->lists[JOB_PUBLISHING], job);
        list_push(&jobs->lists[JOB_READY], job);
        job->state = JOB_READY;
    }
}

/* Of what waits for a schema the input is what it keeps. */
static size_t unread_bytes(const struct job *job, enum job_state state)
{
    return state == JOB_UNREAD || state == JOB_READABLE ? job->record.value.len : 0;
}

void job_move(struct jobs *jobs, struct job *job, enum job_state state)
{
    list_remove(&jobs->lists[job->state], job);
    jobs->kept_bytes += unread_bytes(job, state);
    jobs->kept_bytes -= unread_bytes(job, job->state);
    if (state == JOB_FREE) {
        reset(jobs, job);
        list_push(&jobs->lists[JOB_FREE], job);
    } else {
        list_append(&jobs->lists[state], job);
    }
    job->state = state;
}
