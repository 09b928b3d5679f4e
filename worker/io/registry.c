#include "io/registry.h"

#include <curl/curl.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

enum { CONNECT_TIMEOUT_MS = 5 * 1000, URL_MAX_BYTES = 4096, REQUEST_MAX_BYTES = 8 * 1024 * 1024 };

/* One conversation: a handle that keeps its connection over the requests of one call. */
struct session {
    CURL *curl;
    struct curl_slist *headers;
    const struct config *config;
    struct buf url;
    struct buf answer;
    long http_status;
    char curl_error[CURL_ERROR_SIZE];
};

/* ---- one request ---- */

static size_t take_answer(char *data, size_t size, size_t count, void *context)
{
    struct buf *answer = context;
    return buf_append(answer, data, size * count) ? size * count : 0;
}

static void set_credentials(CURL *curl, const struct config *config)
{
    if (*config->registry.bearer) {
        (void)curl_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
        (void)curl_easy_setopt(curl, CURLOPT_XOAUTH2_BEARER, config->registry.bearer);
    } else if (*config->registry.username) {
        (void)curl_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
        (void)curl_easy_setopt(curl, CURLOPT_USERNAME, config->registry.username);
        (void)curl_easy_setopt(curl, CURLOPT_PASSWORD, config->registry.password);
    }
    if (*config->registry.ca_file)
        (void)curl_easy_setopt(curl, CURLOPT_CAINFO, config->registry.ca_file);
}

static bool session_open(struct session *session, const struct config *config,
                         struct error *ret_error)
{
    *session = (struct session){.config = config, .curl = curl_easy_init()};
    buf_init(&session->url, URL_MAX_BYTES);
    buf_init(&session->answer, REGISTRY_ANSWER_MAX_BYTES);
    CURL *curl = session->curl;
    session->headers =
        curl_slist_append(NULL, "Content-Type: application/vnd.schemaregistry.v1+json");
    if (!curl || !session->headers)
        return error_set(ret_error, ERROR_RETRY, "registry: out of memory");
    (void)curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    (void)curl_easy_setopt(curl, CURLOPT_PROXY, "");
    (void)curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_TIMEOUT_MS);
    (void)curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, session->curl_error);
    (void)curl_easy_setopt(curl, CURLOPT_HTTPHEADER, session->headers);
    (void)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_answer);
    (void)curl_easy_setopt(curl, CURLOPT_WRITEDATA, &session->answer);
    set_credentials(curl, config);
    return true;
}

static void session_close(struct session *session)
{
    curl_slist_free_all(session->headers);
    curl_easy_cleanup(session->curl);
    buf_finish(&session->url);
    buf_finish(&session->answer);
}

/* Errors that waiting does not mend. */
static bool curl_error_is_final(CURLcode code)
{
    switch (code) {
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE: return true;
    default: return false;
    }
}

/* The session's URL with its path set; body NULL asks with GET. What is left of the deadline is
 * left for the next request. */
static bool ask(struct session *session, const char *body, long *timeout_ms,
                struct error *ret_error)
{
    CURL *curl = session->curl;
    buf_reset(&session->answer);
    session->curl_error[0] = '\0';
    if (buf_failed(&session->url))
        return error_set(ret_error, ERROR_FATAL, "registry: its URL is too long");
    (void)curl_easy_setopt(curl, CURLOPT_URL, session->url.data);
    (void)curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, *timeout_ms);
    if (body) {
        (void)curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(body));
        (void)curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
    } else {
        (void)curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
    }
    CURLcode code = curl_easy_perform(curl);
    curl_off_t took_us = 0;
    (void)curl_easy_getinfo(curl, CURLINFO_TOTAL_TIME_T, &took_us);
    (void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &session->http_status);
    *timeout_ms -= (long)(took_us / 1000);
    if (*timeout_ms < 1)
        *timeout_ms = 1; /* 0 would be no timeout */
    if (code == CURLE_OK)
        return true;
    if (buf_failed(&session->answer))
        return error_set(ret_error, ERROR_RETRY, "registry: an answer of more than %d bytes",
                         REGISTRY_ANSWER_MAX_BYTES);
    return error_set(ret_error, curl_error_is_final(code) ? ERROR_FATAL : ERROR_RETRY,
                     "registry: %s",
                     session->curl_error[0] ? session->curl_error : curl_easy_strerror(code));
}

/* ---- URLs ---- */

static void set_url(struct session *session, const char *path)
{
    struct span base = span_from(session->config->registry.url);
    while (base.len > 0 && base.data[base.len - 1] == '/')
        base.len--;
    buf_reset(&session->url);
    (void)buf_add(&session->url, base);
    (void)buf_add_text(&session->url, path);
}

static void add_segment(struct session *session, const char *text)
{
    char *escaped = curl_easy_escape(session->curl, text, 0);
    if (escaped)
        (void)buf_add_text(&session->url, escaped);
    else
        session->url.failed = true;
    curl_free(escaped);
}

/* ---- answers ---- */

static json_t *parse_answer(const struct session *session)
{
    struct span answer = buf_span(&session->answer);
    return json_loadb(answer.data, answer.len, 0, NULL);
}

/* Status and the registry's own words: {"error_code": 409, "message": "..."}, else the beginning
 * of what it said. */
static bool refuse(const struct session *session, enum error_kind kind, const char *what,
                   struct error *ret_error)
{
    json_t *answer = parse_answer(session);
    const char *words = json_string_value(json_object_get(answer, "message"));
    struct span said = words ? span_from(words) : span_trim(buf_span(&session->answer));
    if (said.len > 300)
        said.len = 300;
    struct error error;
    (void)error_set(&error, kind, "registry: %s: HTTP %ld: %.*s", what, session->http_status,
                    SPAN_ARG(said));
    error.error_class = ERROR_CLASS_SCHEMA;
    if (ret_error)
        *ret_error = error;
    json_decref(answer);
    return false;
}

static bool is_success(const struct session *session)
{
    return session->http_status >= 200 && session->http_status < 300;
}

static bool is_passing(long http_status)
{
    return http_status >= 500 || http_status == 408 || http_status == 429;
}

static bool not_a_registry(const struct session *session, const char *missing,
                           struct error *ret_error)
{
    return error_set(ret_error, ERROR_FATAL,
                     "registry: HTTP %ld without %s: is registry.url a Confluent-compatible API?",
                     session->http_status, missing);
}

/* Takes "guid" of the answer, where it is there and looks like one. */
static void take_guid(const json_t *answer, char ret_guid[REGISTRY_GUID_MAX])
{
    const char *guid = json_string_value(json_object_get(answer, "guid"));
    if (guid && strlen(guid) < REGISTRY_GUID_MAX)
        (void)snprintf(ret_guid, REGISTRY_GUID_MAX, "%s", guid);
}

/* ---- register ---- */

bool registry_subject(enum config_subject naming, const char *topic, const char *record,
                      char ret_subject[REGISTRY_SUBJECT_MAX], struct error *ret_error)
{
    int len = 0;
    switch (naming) {
    case SUBJECT_TOPIC: len = snprintf(ret_subject, REGISTRY_SUBJECT_MAX, "%s-value", topic); break;
    case SUBJECT_RECORD: len = snprintf(ret_subject, REGISTRY_SUBJECT_MAX, "%s", record); break;
    case SUBJECT_TOPIC_RECORD:
        len = snprintf(ret_subject, REGISTRY_SUBJECT_MAX, "%s-%s", topic, record);
        break;
    }
    if (len < 0 || len >= REGISTRY_SUBJECT_MAX)
        return error_set(ret_error, ERROR_USAGE, "registry: the subject's name is too long");
    return true;
}

/* POST /subjects/SUBJECT/versions registers, POST /subjects/SUBJECT looks up; both take the same
 * body and answer with the id. */
static bool ask_for_id(struct session *session, const char *subject, struct span avsc,
                       long *timeout_ms, struct error *ret_error)
{
    bool registers = session->config->registry.register_schema;
    struct buf body;
    buf_init(&body, REQUEST_MAX_BYTES);
    (void)buf_add_text(&body, "{\"schema\":");
    (void)buf_add_json_string(&body, avsc);
    (void)buf_add_char(&body, '}');
    set_url(session, "/subjects/");
    add_segment(session, subject);
    if (registers)
        (void)buf_add_text(&session->url, "/versions");
    bool asked = buf_failed(&body)
                     ? error_set(ret_error, ERROR_FATAL, "registry: the schema is too large")
                     : ask(session, body.data, timeout_ms, ret_error);
    buf_finish(&body);
    if (!asked || is_success(session))
        return asked;
    char what[REGISTRY_SUBJECT_MAX + 64];
    (void)snprintf(what, sizeof what, registers ? "%s not registered" : "%s does not hold it",
                   subject);
    return refuse(session, is_passing(session->http_status) ? ERROR_RETRY : ERROR_FATAL, what,
                  ret_error);
}

static bool ask_for_guid(struct session *session, int32_t id, long *timeout_ms,
                         char ret_guid[REGISTRY_GUID_MAX], struct error *ret_error)
{
    char path[64];
    (void)snprintf(path, sizeof path, "/schemas/ids/%d", (int)id);
    set_url(session, path);
    if (!ask(session, NULL, timeout_ms, ret_error))
        return false;
    if (is_passing(session->http_status))
        return refuse(session, ERROR_RETRY, "no GUID", ret_error);
    json_t *answer = parse_answer(session);
    take_guid(answer, ret_guid);
    json_decref(answer);
    if (*ret_guid)
        return true;
    return error_set(ret_error, ERROR_FATAL,
                     "registry: schema %d has no GUID here, which output.framing confluent_header "
                     "needs; use confluent",
                     (int)id);
}

bool registry_register(const struct config *config, const char *subject, struct span avsc,
                       int32_t *ret_id, char ret_guid[REGISTRY_GUID_MAX], struct error *ret_error)
{
    struct session session;
    json_t *answer = NULL;
    char guid[REGISTRY_GUID_MAX] = "";
    long timeout_ms = REGISTRY_DEADLINE_MS;
    bool registered = false;
    if (!session_open(&session, config, ret_error) ||
        !ask_for_id(&session, subject, avsc, &timeout_ms, ret_error))
        goto out;
    answer = parse_answer(&session);
    const json_t *id = json_object_get(answer, "id");
    if (!json_is_integer(id) || json_integer_value(id) < 0 || json_integer_value(id) > INT32_MAX) {
        (void)not_a_registry(&session, "a schema id", ret_error);
        goto out;
    }
    take_guid(answer, guid);
    int32_t schema_id = (int32_t)json_integer_value(id);
    if (config->output.framing == FRAMING_CONFLUENT_HEADER && !*guid &&
        !ask_for_guid(&session, schema_id, &timeout_ms, guid, ret_error))
        goto out;
    *ret_id = schema_id;
    memcpy(ret_guid, guid, sizeof guid);
    registered = true;
out:
    json_decref(answer);
    session_close(&session);
    return registered;
}

/* ---- fetch ---- */

static bool take_schema(const struct session *session, struct buf *out, struct error *ret_error)
{
    json_t *answer = parse_answer(session);
    const json_t *schema = json_object_get(answer, "schema");
    const char *type = json_string_value(json_object_get(answer, "schemaType"));
    bool taken = false;
    if (!json_is_string(schema))
        (void)not_a_registry(session, "a schema", ret_error);
    else if (type && strcmp(type, "AVRO") != 0)
        (void)error_poison(ret_error, ERROR_CLASS_SCHEMA, "registry: a schema of type %s, not AVRO",
                           type);
    else if (!buf_append(out, json_string_value(schema), json_string_length(schema)))
        (void)error_poison(ret_error, ERROR_CLASS_SCHEMA, "registry: a schema of %zu bytes",
                           json_string_length(schema));
    else
        taken = true;
    json_decref(answer);
    return taken;
}

static bool is_json(const struct session *session)
{
    char *type = NULL;
    (void)curl_easy_getinfo(session->curl, CURLINFO_CONTENT_TYPE, &type);
    return type && strstr(type, "json");
}

/* What a refusal means to the record that wanted the schema. Only the registry itself can say that
 * it has none: a redirect, or a page that some proxy wrote, says nothing about the record. */
static enum error_kind kind_of_missing(const struct session *session)
{
    if (is_passing(session->http_status))
        return ERROR_RETRY;
    bool missing =
        session->http_status == 404 || session->http_status == 410 || session->http_status == 422;
    return missing && is_json(session) ? ERROR_POISON : ERROR_FATAL;
}

/* The answer is in the session. */
static bool ask_for_schema(struct session *session, const char *path, const char *segment,
                           const char *query, long *timeout_ms, struct error *ret_error)
{
    set_url(session, path);
    add_segment(session, segment);
    (void)buf_add_text(&session->url, query);
    if (!ask(session, NULL, timeout_ms, ret_error)) {
        if (buf_failed(&session->answer) && is_success(session))
            (void)error_poison(ret_error, ERROR_CLASS_SCHEMA,
                               "registry: schema %s is an answer of more than %d bytes", segment,
                               REGISTRY_ANSWER_MAX_BYTES);
        return false;
    }
    if (is_success(session))
        return true;
    char what[80];
    enum error_kind kind = kind_of_missing(session);
    (void)snprintf(what, sizeof what, "%s%s", kind == ERROR_POISON ? "no schema " : "schema ",
                   segment);
    return refuse(session, kind, what, ret_error);
}

/* To schemas of other subjects, whose types it names without having them. */
static bool has_references(const struct session *session)
{
    json_t *answer = parse_answer(session);
    bool has = json_array_size(json_object_get(answer, "references")) > 0;
    json_decref(answer);
    return has;
}

static bool fetch_schema(const struct config *config, const char *path, const char *segment,
                         struct buf *out, struct error *ret_error)
{
    struct session session;
    long timeout_ms = REGISTRY_DEADLINE_MS;
    bool fetched = session_open(&session, config, ret_error) &&
                   ask_for_schema(&session, path, segment, "", &timeout_ms, ret_error);
    if (fetched && has_references(&session))
        fetched =
            ask_for_schema(&session, path, segment, "?format=resolved", &timeout_ms, ret_error);
    fetched = fetched && take_schema(&session, out, ret_error);
    session_close(&session);
    return fetched;
}

bool registry_schema_by_id(const struct config *config, int32_t id, struct buf *out,
                           struct error *ret_error)
{
    char segment[16];
    (void)snprintf(segment, sizeof segment, "%d", (int)id);
    return fetch_schema(config, "/schemas/ids/", segment, out, ret_error);
}

bool registry_schema_by_guid(const struct config *config, const char *guid, struct buf *out,
                             struct error *ret_error)
{
    return fetch_schema(config, "/schemas/guids/", guid, out, ret_error);
}
