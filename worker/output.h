/* output: what a job publishes, as the message that goes to Kafka. */
#ifndef BYLINE_OUTPUT_H
#define BYLINE_OUTPUT_H

#include <stdbool.h>

#include "core/error.h"
#include "core/sink_message.h"
#include "job.h"

/* Turns the job into a dead letter: its input unchanged, and why. stage is decode, enrich, encode
 * or publish; attempts the requests or tries that failed. False without memory for its headers. */
bool output_dead_letter(struct job *job, const char *stage, const struct error *error, int attempts)
    __attribute__((warn_unused_result));

/* The same, for a record that topic does not take. */
bool output_too_large(struct job *job, const char *topic, const char *reason)
    __attribute__((warn_unused_result));

/* Borrows from the job. schema is added to records; its name is NULL where the framing needs no
 * header. */
struct sink_message output_message(struct job *job, const struct sink_header *schema);

enum sink_topic output_topic(const struct job *job);

#endif
