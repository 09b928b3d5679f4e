#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "config/kafka_properties.h"

static const char *value_of(const struct kafka_properties *properties, const char *name)
{
    for (size_t i = 0; i < properties->count; i++)
        if (strcmp(properties->items[i].name, name) == 0)
            return properties->items[i].value;
    return NULL;
}

static struct config *parse(const char *yaml)
{
    struct error error;
    struct config *config = config_parse(yaml, "test", &error);
    if (!config)
        fail_msg("%s", error.message);
    return config;
}

static void the_ledger_alone_decides_what_is_committed(void **state)
{
    (void)state;
    struct kafka_properties properties;
    struct config *config = parse("output: {framing: none}\n");
    kafka_properties_consumer(config, &properties);
    assert_string_equal(value_of(&properties, "enable.auto.commit"), "false");
    assert_string_equal(value_of(&properties, "enable.auto.offset.store"), "false");
    assert_string_equal(value_of(&properties, "partition.assignment.strategy"),
                        "cooperative-sticky");
    kafka_properties_producer(config, &properties);
    assert_string_equal(value_of(&properties, "enable.idempotence"), "true");
    config_free(config);
}

static void the_narrower_layer_wins(void **state)
{
    (void)state;
    struct kafka_properties properties;
    struct config *config = parse("kafka:\n"
                                  "  properties: {client.id: both, linger.ms: 1}\n"
                                  "  consumer: {client.id: reader}\n"
                                  "  producer: {linger.ms: 2}\n"
                                  "output: {framing: none}\n");
    kafka_properties_consumer(config, &properties);
    assert_string_equal(value_of(&properties, "client.id"), "reader");
    kafka_properties_producer(config, &properties);
    assert_string_equal(value_of(&properties, "client.id"), "both");
    assert_string_equal(value_of(&properties, "linger.ms"), "2");
    config_free(config);
}

static void the_budget_bounds_what_is_read_ahead(void **state)
{
    (void)state;
    static const struct {
        const char *yaml, *kbytes, *answer, *partition;
    } cases[] = {
        {"output: {framing: none}\n", "2048", "2097152", "131072"},
        {"memory: 1GiB\noutput: {framing: none}\n", "8192", "8388608", "524288"},
        {"memory: 32MiB\noutput: {framing: none}\n", "1024", "1048576", "65536"},
        /* librdkafka refuses answers smaller than a record may be */
        {"kafka: {properties: {message.max.bytes: 33554432}}\noutput: {framing: none}\n", "2048",
         NULL, "131072"},
        {"kafka: {consumer: {fetch.max.bytes: 9000000}}\noutput: {framing: none}\n", "2048",
         "9000000", "131072"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct kafka_properties properties;
        struct config *config = parse(cases[i].yaml);
        kafka_properties_consumer(config, &properties);
        assert_string_equal(value_of(&properties, "queued.max.messages.kbytes"), cases[i].kbytes);
        const char *answer = value_of(&properties, "fetch.max.bytes");
        if (cases[i].answer)
            assert_string_equal(answer, cases[i].answer);
        else
            assert_null(answer);
        assert_string_equal(value_of(&properties, "fetch.message.max.bytes"), cases[i].partition);
        config_free(config);
    }
}

/* KIP-848: the broker assigns, and refuses a client that names a strategy. */
static void the_new_group_protocol_gets_no_strategy(void **state)
{
    (void)state;
    struct kafka_properties properties;
    struct config *config = parse("kafka: {consumer: {group.protocol: consumer}}\n"
                                  "output: {framing: none}\n");
    kafka_properties_consumer(config, &properties);
    assert_null(value_of(&properties, "partition.assignment.strategy"));
    config_free(config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_ledger_alone_decides_what_is_committed),
        cmocka_unit_test(the_narrower_layer_wins),
        cmocka_unit_test(the_budget_bounds_what_is_read_ahead),
        cmocka_unit_test(the_new_group_protocol_gets_no_strategy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
