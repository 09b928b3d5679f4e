/* config: the whole configuration as one struct, read from YAML by config_load.
 *
 * Every string is NUL-terminated and owned by the config; "" stands for "not set". Times are
 * milliseconds, sizes bytes. Read-only after loading; config_free gives everything back. */
#ifndef BYLINE_CONFIG_CONFIG_H
#define BYLINE_CONFIG_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/error.h"

struct config_pair {
    char *key;
    char *value;
    int line;         /* of the file, from 1 */
    bool substituted; /* ${...} gave some of the value */
};

/* An ordered map of free keys. */
struct config_map {
    struct config_pair *items;
    size_t count;
};

struct config_list {
    char **items;
    size_t count;
};

enum config_format { FORMAT_AUTO, FORMAT_JSON, FORMAT_AVRO, FORMAT_TEXT };
enum config_framing {
    FRAMING_CONFLUENT,
    FRAMING_CONFLUENT_HEADER,
    FRAMING_SINGLE_OBJECT,
    FRAMING_NONE
};
enum config_subject { SUBJECT_TOPIC, SUBJECT_RECORD, SUBJECT_TOPIC_RECORD };
enum config_delivery { DELIVERY_AT_LEAST_ONCE, DELIVERY_EXACTLY_ONCE };
enum config_ordering { ORDERING_KEY, ORDERING_PARTITION, ORDERING_NONE };
enum config_lookup_type { LOOKUP_PAGE, LOOKUP_JSON };
enum config_log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARN, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };
enum config_log_format { LOG_LOGFMT, LOG_JSON };

struct config_lookup {
    char *name;
    enum config_lookup_type type;
    char *url;                      /* template: {field} */
    struct config_list url_secrets; /* what ${...} put behind its host */
    char *method;                   /* GET | POST */
    char *body;                     /* template of a JSON body, "" for none */
    bool body_substituted;          /* ${...} gave some of it */
    char *when; /* "" always, "field" where it is present, "!field" where it is absent */
    struct config_map headers;
    struct config_map fields; /* output field or extra.NAME -> JSON Pointer */
    int rate_limit_status;    /* taken as 429; 0: none */
    bool required;
};

struct config {
    struct {
        char *brokers;
        char *group;
        struct config_list topics;
        struct config_map properties, consumer, producer;
    } kafka;
    struct {
        enum config_format format;
    } input;
    struct {
        char *topic;
        char *schema;      /* path of an .avsc; "" is the built-in one */
        char *schema_text; /* the text itself, as written */
        enum config_framing framing;
        enum config_subject subject;
        bool include_text;
    } output;
    struct {
        char *topic;
    } dead_letter;
    struct {
        char *url;
        bool register_schema;
        char *username, *password, *bearer;
        char *ca_file;
    } registry;
    enum config_delivery delivery;
    enum config_ordering ordering;
    struct {
        struct config_lookup *items;
        size_t count;
    } enrich;
    struct {
        int in_flight;
        struct {
            int in_flight;
            double rate; /* requests a second, 0: no limit */
        } per_host;
        int64_t connect_timeout_ms, timeout_ms, deadline_ms;
        struct {
            int attempts;
            int64_t backoff_ms, max_backoff_ms;
        } retry;
        struct {
            int failures;
            int64_t open_ms;
        } breaker;
        int64_t max_body_bytes;
        int max_redirects;
        char *user_agent;
        char *ca_file; /* "" is the system's certificates */
        bool robots;   /* pages ask robots.txt first */
        struct config_list allow;
    } http;
    struct {
        int64_t size_bytes, ttl_ms, negative_ttl_ms;
        char *redis;
    } cache;
    int64_t memory_bytes;
    struct {
        char *listen; /* ADDRESS:PORT, "" for none */
    } admin;
    struct {
        enum config_log_level level;
        enum config_log_format format;
    } log;
    struct {
        char *otlp;
    } tracing;
};

/* Reads a YAML file: substitutes ${...}, fills defaults, checks every key, type and pair.
 * NULL on failure; ret_error is ERROR_USAGE and its message starts with FILE:LINE. */
struct config *config_load(const char *path, struct error *ret_error)
    __attribute__((warn_unused_result));

/* The same from text; name stands for the file in messages. */
struct config *config_parse(const char *text, const char *name, struct error *ret_error)
    __attribute__((warn_unused_result));

void config_free(struct config *config);

#endif
