#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config/config.h"

#define REGISTRY "registry: {url: 'http://localhost:8081'}\n"
#define LOOKUP   REGISTRY "enrich:\n  - name: a\n"

static struct config *parse(const char *text)
{
    struct error error = {0};
    struct config *config = config_parse(text, "byline.yaml", &error);
    if (!config)
        fail_msg("%s", error.message);
    return config;
}

static void what_is_not_written_has_its_default(void **state)
{
    (void)state;
    struct config *config = parse("output: {framing: single_object}\nhttp:\nenrich: ~\n");
    assert_string_equal(config->kafka.brokers, "localhost:9092");
    assert_string_equal(config->kafka.group, "byline");
    assert_int_equal(config->kafka.topics.count, 1);
    assert_string_equal(config->kafka.topics.items[0], "articles");
    assert_string_equal(config->output.topic, "articles.enriched");
    assert_string_equal(config->output.schema_text, "");
    assert_true(config->output.include_text);
    assert_string_equal(config->dead_letter.topic, "articles.dead");
    assert_int_equal(config->enrich.count, 0);
    assert_int_equal(config->http.in_flight, 256);
    assert_int_equal(config->http.deadline_ms, 120000);
    assert_int_equal(config->http.max_body_bytes, 1048576);
    assert_int_equal(config->cache.size_bytes, 8388608);
    assert_string_equal(config->admin.listen, "127.0.0.1:9464");
    config_free(config);
}

static void every_type_of_value_is_read(void **state)
{
    (void)state;
    struct config *config =
        parse("kafka:\n"
              "  brokers: one:9092,two:9092\n"
              "  topics: [a, 'b']\n"
              "  properties: {security.protocol: sasl_ssl, socket.timeout.ms: 60000, x: }\n"
              "input: {format: text}\n"
              "output: {framing: none, include_text: false}\n"
              "ordering: partition\n"
              "http:\n"
              "  in_flight: 8\n"
              "  per_host: {in_flight: 2, rate: 2.5}\n"
              "  timeout: 1500ms\n"
              "  max_body: 2MB\n"
              "  allow: [10.0.0.0/8, 'metadata.internal:8080']\n"
              "memory: 1GiB\n"
              "log: {level: debug, format: json}\n"
              "enrich:\n"
              "  - {name: page, type: page}\n"
              "  - name: catalog\n"
              "    type: json\n"
              "    url: 'http://localhost:8080/articles/{event_id}'\n"
              "    headers: {Authorization: 'Bearer x'}\n"
              "    required: true\n"
              "    fields: {section: /section, extra.rank: /rank}\n");
    assert_int_equal(config->kafka.topics.count, 2);
    assert_string_equal(config->kafka.topics.items[1], "b");
    assert_int_equal(config->kafka.properties.count, 3);
    assert_string_equal(config->kafka.properties.items[0].key, "security.protocol");
    assert_string_equal(config->kafka.properties.items[1].value, "60000");
    assert_string_equal(config->kafka.properties.items[2].value, "");
    assert_int_equal(config->input.format, FORMAT_TEXT);
    assert_int_equal(config->output.framing, FRAMING_NONE);
    assert_false(config->output.include_text);
    assert_int_equal(config->ordering, ORDERING_PARTITION);
    assert_true(config->http.per_host.rate == 2.5);
    assert_int_equal(config->http.timeout_ms, 1500);
    assert_int_equal(config->http.max_body_bytes, 2000000);
    assert_int_equal(config->memory_bytes, 1073741824);
    assert_int_equal(config->log.level, LOG_LEVEL_DEBUG);
    assert_int_equal(config->enrich.count, 2);
    assert_string_equal(config->enrich.items[0].url, "{url}");
    assert_string_equal(config->enrich.items[1].method, "GET");
    assert_true(config->enrich.items[1].required);
    assert_string_equal(config->enrich.items[1].fields.items[1].key, "extra.rank");
    assert_string_equal(config->enrich.items[1].headers.items[0].value, "Bearer x");
    config_free(config);
}

static void environment_and_files_are_substituted(void **state)
{
    (void)state;
    assert_int_equal(setenv("BYLINE_TEST_GROUP", "blue", 1), 0);
    assert_int_equal(unsetenv("BYLINE_TEST_UNSET"), 0);
    char path[] = "/tmp/byline-config-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    FILE *file = fdopen(fd, "w");
    assert_non_null(file);
    fputs("s3cret\n", file);
    fclose(file);

    char text[512];
    snprintf(text, sizeof text,
             "output: {framing: none}\n"
             "kafka:\n"
             "  group: pre-${BYLINE_TEST_GROUP}-${BYLINE_TEST_UNSET:-a b}\n"
             "  brokers: $${BYLINE_TEST_GROUP}\n"
             "  topics: ['${BYLINE_TEST_GROUP}']\n"
             "  properties: {sasl.password: '${file:%s}'}\n"
             "http: {in_flight: '${BYLINE_TEST_UNSET:-7}'}\n",
             path);
    struct config *config = parse(text);
    assert_string_equal(config->kafka.group, "pre-blue-a b");
    assert_string_equal(config->kafka.brokers, "${BYLINE_TEST_GROUP}");
    assert_string_equal(config->kafka.topics.items[0], "blue");
    assert_string_equal(config->kafka.properties.items[0].value, "s3cret");
    assert_int_equal(config->http.in_flight, 7);
    config_free(config);
    remove(path);
}

static void mistakes_are_told_with_file_and_line(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"kafka:\n  topcis: [a]\n", "byline.yaml:2: unknown key kafka.topcis; did you mean "
                                    "kafka.topics?"},
        {"htp: {timeout: 3s}\n", "byline.yaml:1: unknown key htp; did you mean http?"},
        {"http:\n  per_hots: {rate: 1}\n",
         "byline.yaml:2: unknown key http.per_hots; did you mean http.per_host?"},
        {"timeout: 3s\n", "byline.yaml:1: unknown key timeout; did you mean http.timeout?"},
        {"nothing like it: 3\n", "byline.yaml:1: unknown key nothing like it"},
        {"\n\nhttp: 3\n", "byline.yaml:3: http must be a map of keys"},
        {"- a\n", "byline.yaml:1: the file must be a map of keys"},
        {"kafka: {topics: articles}\n", "byline.yaml:1: kafka.topics must be a list"},
        {"kafka: {topics: [[a]]}\n", "byline.yaml:1: kafka.topics must be a single value"},
        {"kafka: {group: [a]}\n", "byline.yaml:1: kafka.group must be a text"},
        {"kafka:\n  consumer: none\n", "byline.yaml:2: kafka.consumer must be a map"},
        {"http:\n  timeout: 30\n", "byline.yaml:2: http.timeout must be a duration such as 500ms, "
                                   "30s, 5m or 1h, not \"30\""},
        {"http: {max_body: 1 MiB}\n", "http.max_body must be a size"},
        {"http: {in_flight: 0}\n", "http.in_flight must be from 1 to 10000, not \"0\""},
        {"http: {in_flight: 99999999999999999999}\n", "must be from 1 to 10000"},
        {"http: {timeout: 2h}\n", "http.timeout must be from 1ms to 1h"},
        {"http: {max_body: 1GiB}\n", "http.max_body must be from 1KiB to 256MiB"},
        {"http: {per_host: {rate: nan}}\n", "http.per_host.rate must be a number"},
        {"output: {include_text: yes}\n", "output.include_text must be true or false, not \"yes\""},
        {"output: {framing: singleobject}\n",
         "must be confluent, confluent_header, single_object or none (did you mean "
         "single_object?)"},
        {"registry: {password: {a: b}}\n", "registry.password must be a text"},
        {"http: {in_flight: '${BYLINE_TEST_SECRET}'}\n", "http.in_flight must be a whole number"},
        {"kafka: {group: '${BYLINE_TEST_UNSET}'}\n",
         "byline.yaml:1: kafka.group: the environment variable BYLINE_TEST_UNSET is not set"},
        {"kafka: {group: '${file:/nonexistent/x}'}\n", "/nonexistent/x: No such file"},
        {"kafka: {group: '${file:/tmp}'}\n", "not a regular file"},
        {"kafka: {group: '${A'}\n", "${ without its closing }"},
        {"kafka: {group: '${a b}'}\n", "${...} takes NAME"},
        {"kafka: {group: \"a\\0b\"}\n", "NUL"},
        {"kafka: {group: &g x}\noutput: {topic: *g}\n", "byline.yaml:2: output.topic is a YAML "
                                                        "alias"},
        {"kafka:\n  group: a\n  group: b\n", "byline.yaml:3: not YAML: duplicate key"},
        {"output:\n  schema: /nonexistent/a.avsc\n", "byline.yaml:2: output.schema: /nonexistent"},
        {"a: [\n", "not YAML"},
        {"\n%YAML 1.2\n", "byline.yaml:2: YAML directives"},
        {"a: 1\n- ? b:\t? c\n", "byline.yaml:2: YAML's explicit keys"},
        {"a: \xFF\n", "byline.yaml:1: not UTF-8 from byte 4 on"},
        /* pairs that cannot be */
        {"kafka: {topics: []}\n", "nothing would be consumed"},
        {"kafka: {topics: [a, a]}\n", "names a twice"},
        {"kafka: {topics: ['^a.*']}\n", "not a topic's name"},
        {"kafka: {topics: [articles.enriched]}\n", "also an input topic"},
        {REGISTRY "dead_letter:\n  topic: articles\n", "byline.yaml:3: dead_letter.topic articles "
                                                       "is also an input topic"},
        {"dead_letter: {topic: articles.enriched}\n", "also output.topic"},
        {"kafka:\n  consumer:\n    enable.auto.commit: true\n",
         "byline.yaml:3: kafka.consumer: enable.auto.commit cannot be set here"},
        {"kafka:\n  consumer:\n    partition.assignment.strategy: range\n",
         "byline.yaml:3: kafka.consumer: partition.assignment.strategy cannot be set here"},
        {"kafka:\n  producer:\n    linger.ms: 1\n    transactional.id: x\n",
         "byline.yaml:4: kafka.producer: transactional.id cannot be set here"},
        {"kafka: {properties: {group.id: x}}\n", "it is kafka.group"},
        {"", "need registry.url"},
        {"output:\n  topic: o\n  framing: confluent\n", "byline.yaml:3: output.framing confluent"},
        {"output: {framing: none}\ninput:\n  format: avro\n",
         "byline.yaml:3: input.format avro needs registry.url"},
        {"registry: {url: 'localhost:8081'}\n", "must be an http or https URL"},
        {"registry: {url: 'http://a:b@host'}\n", "must not hold credentials"},
        {REGISTRY "http: {retry: {backoff: 1m}}\n", "longer than http.retry.max_backoff"},
        {REGISTRY "cache: {size: 64MiB}\nmemory: 64MiB\n", "cache.size leaves nothing"},
        {REGISTRY "cache: {redis: 'localhost:6379'}\n", "cache.redis must be redis://"},
        {REGISTRY "cache: {size: 0, redis: 'redis://h'}\n", "cache.redis needs a cache.size"},
        {REGISTRY "admin: {listen: 9464}\n", "must be ADDRESS:PORT"},
        /* lookups */
        {REGISTRY "enrich: {name: a}\n", "enrich must be a list of lookups"},
        {REGISTRY "enrich: [a]\n", "not a map of keys"},
        {REGISTRY "enrich: [{nam: a}]\n", "unknown key enrich.nam; did you mean enrich.name?"},
        {REGISTRY "enrich: [{type: page}]\n", "a lookup needs a name"},
        {REGISTRY "enrich: [{name: event}]\n", "name the event itself"},
        {LOOKUP "  - name: a\n", "byline.yaml:4: lookup a: another lookup has this name"},
        {LOOKUP "    fields: {title: /t}\n", "byline.yaml:4: lookup a: type page takes no fields"},
        {LOOKUP "    type: json\n", "byline.yaml:3: lookup a: type json needs fields"},
        {LOOKUP "    type: json\n    method: POST\n    fields: {title: /t}\n",
         "byline.yaml:5: lookup a: POST needs a body"},
        {LOOKUP "    type: json\n    body: '{}'\n    fields: {title: /t}\n", "needs method: POST"},
        {LOOKUP "    url: '{ulr}'\n",
         "byline.yaml:4: lookup a: {ulr} is no field; did you mean {url}?"},
        {LOOKUP "    url: 'ftp://host/'\n", "starts with http:// or https://"},
        {LOOKUP "    url: 'http://{publisher}/'\n", "the host must be written out"},
        {LOOKUP "    url: 'http://a:b@host/'\n", "must not hold credentials"},
        {LOOKUP "    when: '!dio'\n", "byline.yaml:4: lookup a: when must be a field"},
        {LOOKUP "    type: json\n    method: POST\n    body: '{'\n    fields: {title: /t}\n",
         "byline.yaml:6: lookup a: the body does not become JSON"},
        {LOOKUP "    type: json\n    fields:\n      titel: /t\n",
         "byline.yaml:6: lookup a: no output field is called titel; did you mean title?"},
        {LOOKUP "    type: json\n    fields: {status: /t}\n", "cannot be set by a lookup"},
        {LOOKUP "    type: json\n    fields: {title: t}\n", "is not a JSON Pointer"},
        {LOOKUP "    headers: {Host: x}\n", "byline's own to write"},
        {LOOKUP "    headers: {Authorization: x}\n", "would go to any host that an event names"},
        {LOOKUP "    headers: {X-Api-Key: x}\n", "would go to any host that an event names"},
        {LOOKUP "    headers: {Cookie: x}\n", "would go to any host that an event names"},
        {LOOKUP "    headers: {Accept: a/b, X-Tenant: 'of ${BYLINE_TEST_SECRET}'}\n",
         "byline.yaml:4: lookup a: this header would go to any host that an event names"},
        {LOOKUP "    headers: {X-Tenant: '${BYLINE_TEST_UNSET:-us}'}\n", "would go to any host"},
        {LOOKUP "    type: json\n    method: POST\n    body: '{\"a\": \"${BYLINE_TEST_SECRET}\"}'\n"
                "    fields: {title: /t}\n",
         "byline.yaml:6: lookup a: what ${...} gives would go to any host"},
        {LOOKUP "    headers: {'a b': x}\n", "a character that none may have"},
        {LOOKUP "    headers: {a: \"x\\ny: z\"}\n", "line break"},
    };
    assert_int_equal(setenv("BYLINE_TEST_SECRET", "s3cret", 1), 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error error = {0};
        struct config *config = config_parse(cases[i].text, "byline.yaml", &error);
        if (config)
            fail_msg("accepted: %s", cases[i].text);
        if (!strstr(error.message, cases[i].message))
            fail_msg("\"%s\" gave \"%s\", not \"%s\"", cases[i].text, error.message,
                     cases[i].message);
        assert_int_equal(error.kind, ERROR_USAGE);
        assert_null(strstr(error.message, "s3cret"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_written_has_its_default),
        cmocka_unit_test(every_type_of_value_is_read),
        cmocka_unit_test(environment_and_files_are_substituted),
        cmocka_unit_test(mistakes_are_told_with_file_and_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
