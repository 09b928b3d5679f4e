#include "job.h"

#include <assert.h>
#include <stdlib.h>

void jobs_init(struct jobs *jobs, size_t max_count, size_t arena_bytes)
{
    *jobs = (struct jobs){.max_count = max_count, .arena_bytes = arena_bytes};
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
        arena_finish(&job->arena);
        free(job);
    }
}

size_t jobs_in_flight(const struct jobs *jobs)
{
    size_t count = 0;
    for (int state = JOB_FREE + 1; state < JOB_STATE_COUNT; state++)
        count += jobs->lists[state].count;
    return count;
}

size_t jobs_room(const struct jobs *jobs)
{
    size_t in_flight = jobs_in_flight(jobs);
    return in_flight < jobs->max_count ? jobs->max_count - in_flight : 0;
}

struct job *job_take(struct jobs *jobs)
{
    if (jobs_room(jobs) == 0)
        return NULL;
    struct job *job = jobs->lists[JOB_FREE].first;
    if (job) {
        list_remove(&jobs->lists[JOB_FREE], job);
    } else {
        job = calloc(1, sizeof *job);
        if (!job)
            return NULL;
        arena_init(&job->arena, jobs->arena_bytes);
    }
    job->state = JOB_ENRICHING;
    list_append(&jobs->lists[JOB_ENRICHING], job);
    return job;
}

/* The memory stays for the next event, warm: the last one freed is the first one taken. */
static void reset(struct job *job)
{
    assert(!job->turn.line);
    enrich_finish(&job->enrichment);
    if (job->record.message)
        source_release(&job->record);
    struct arena arena = job->arena;
    arena_reset(&arena);
    *job = (struct job){.arena = arena};
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

void job_move(struct jobs *jobs, struct job *job, enum job_state state)
{
    list_remove(&jobs->lists[job->state], job);
    if (state == JOB_FREE) {
        reset(job);
        list_push(&jobs->lists[JOB_FREE], job);
    } else {
        list_append(&jobs->lists[state], job);
    }
    job->state = state;
}
