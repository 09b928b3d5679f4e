#include "output.h"

#include <stdio.h>
#include <string.h>

#include "core/wire_format.h"
#include "log.h"

enum { NUMBER_BYTES = 24 };

struct dead_letter {
    char message[sizeof((struct error){0}.message)];
    struct sink_header headers[8];
    char attempts[NUMBER_BYTES], partition[NUMBER_BYTES], offset[NUMBER_BYTES],
        timestamp[NUMBER_BYTES];
};

static struct span number_text(char *text, int64_t number)
{
    return span_of(text, (size_t)snprintf(text, NUMBER_BYTES, "%lld", (long long)number));
}

static void write_headers(struct dead_letter *letter, const struct job *job)
{
    const struct source_record *record = &job->record;
    struct sink_header *next = letter->headers;
    *next++ =
        (struct sink_header){"byline.error.class", span_from(error_class_name(job->error_class))};
    *next++ = (struct sink_header){"byline.error.message", span_from(letter->message)};
    *next++ = (struct sink_header){"byline.error.stage", span_from(job->stage)};
    *next++ = (struct sink_header){"byline.attempts", number_text(letter->attempts, job->attempts)};
    *next++ = (struct sink_header){"byline.source.topic", span_from(record->partition->topic)};
    *next++ = (struct sink_header){"byline.source.partition",
                                   number_text(letter->partition, record->partition->id)};
    *next++ =
        (struct sink_header){"byline.source.offset", number_text(letter->offset, record->offset)};
    *next++ = (struct sink_header){"byline.source.timestamp",
                                   number_text(letter->timestamp, record->timestamp_ms)};
}

bool output_dead_letter(struct job *job, const char *stage, const struct error *error, int attempts)
{
    const struct source_record *record = &job->record;
    job->result = JOB_DEAD_LETTER;
    job->stage = stage;
    job->error_class = error->error_class;
    job->attempts = attempts;
    log_debug("dead_letter", LOG_TEXT("class", error_class_name(error->error_class)),
              LOG_TEXT("stage", stage), LOG_TEXT("topic", record->partition->topic),
              LOG_INT("partition", record->partition->id), LOG_INT("offset", record->offset),
              LOG_TEXT("reason", error->message));
    /* An arena that is full is what some dead letters are about. */
    job->arena.limit_bytes += sizeof *job->dead_letter;
    job->dead_letter = arena_alloc(&job->arena, sizeof *job->dead_letter);
    job->arena.limit_bytes -= sizeof *job->dead_letter;
    if (!job->dead_letter)
        return false;
    memcpy(job->dead_letter->message, error->message, sizeof error->message);
    write_headers(job->dead_letter, job);
    return true;
}

bool output_too_large(struct job *job, const char *topic, const char *reason)
{
    struct error error;
    (void)error_poison(&error, ERROR_CLASS_TOO_LARGE,
                       "the output record of %zu bytes (input %zu) is more than topic %s takes: %s",
                       job->output.len, job->record.value.len, topic, reason);
    return output_dead_letter(job, "publish", &error, job->publish_count);
}

enum sink_topic output_topic(const struct job *job)
{
    return job->result == JOB_DEAD_LETTER ? SINK_DEAD_LETTER : SINK_OUTPUT;
}

struct sink_message output_message(struct job *job, const struct sink_header *schema)
{
    const struct source_record *record = &job->record;
    struct sink_message message = {
        .topic = output_topic(job),
        .key = record->key,
        .headers = record->headers,
        .opaque = job,
    };
    switch (job->result) {
    case JOB_RECORD:
        message.value = job->output;
        message.left_out = WIRE_HEADER_NAME; /* it tells the schema of the input's value */
        message.added = schema;
        message.added_count = schema->name ? 1 : 0;
        break;
    case JOB_TOMBSTONE: break;
    case JOB_DEAD_LETTER:
        message.value = record->value;
        message.added = job->dead_letter->headers;
        message.added_count = sizeof job->dead_letter->headers / sizeof(struct sink_header);
        break;
    }
    return message;
}
