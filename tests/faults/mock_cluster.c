/* mock_cluster: librdkafka's mock brokers as a program of its own, ill as its standard input says.
 *
 *   mock_cluster BROKERS TOPIC=PARTITIONS...     prints the brokers' addresses
 *
 *   leader TOPIC PARTITION BROKER      the partition's leader is that broker from now on
 *   coordinator TYPE KEY BROKER        and the coordinator of a group or transaction (TYPE)
 *   down BROKER | up BROKER            its connections end, none is accepted
 *   delay MS                           each answer of each broker takes that long
 *   fail BROKER API CODE MS            the next answer to that API: an error (0: none), so late
 *   refuse TOPIC PARTITION API CODE    the same for what a request says of one partition
 *   left BROKER API                    how many of those after fail have not been given yet
 *
 * Each line is answered by a number, 0 for done. Ends with its input. The cluster stores no offsets
 * of transactions, and shows what they aborted: it tests how errors are met, never atomicity. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

enum { MAX_WORDS = 5, MAX_LINE = 512 };

static int number(const char *text)
{
    return (int)strtol(text, NULL, 10);
}

static long delay_all(rd_kafka_mock_cluster_t *cluster, int brokers, int delay_ms)
{
    for (int broker = 1; broker <= brokers; broker++)
        (void)rd_kafka_mock_broker_set_rtt(cluster, broker, delay_ms);
    return 0;
}

static long left(rd_kafka_mock_cluster_t *cluster, int broker, int api)
{
    size_t count = 0;
    (void)rd_kafka_mock_broker_error_stack_cnt(cluster, broker, (int16_t)api, &count);
    return (long)count;
}

static long obey(rd_kafka_mock_cluster_t *cluster, int brokers, char *const words[MAX_WORDS])
{
    if (strcmp(words[0], "leader") == 0)
        return rd_kafka_mock_partition_set_leader(cluster, words[1], number(words[2]),
                                                  number(words[3]));
    if (strcmp(words[0], "coordinator") == 0)
        return rd_kafka_mock_coordinator_set(cluster, words[1], words[2], number(words[3]));
    if (strcmp(words[0], "down") == 0)
        return rd_kafka_mock_broker_set_down(cluster, number(words[1]));
    if (strcmp(words[0], "up") == 0)
        return rd_kafka_mock_broker_set_up(cluster, number(words[1]));
    if (strcmp(words[0], "delay") == 0)
        return delay_all(cluster, brokers, number(words[1]));
    if (strcmp(words[0], "fail") == 0)
        return rd_kafka_mock_broker_push_request_error_rtts(
            cluster, number(words[1]), (int16_t)number(words[2]), 1,
            (rd_kafka_resp_err_t)number(words[3]), number(words[4]));
    if (strcmp(words[0], "refuse") == 0)
        return rd_kafka_mock_partition_push_request_errors(cluster, words[1], number(words[2]),
                                                           (int16_t)number(words[3]), 1,
                                                           (rd_kafka_resp_err_t)number(words[4]));
    if (strcmp(words[0], "left") == 0)
        return left(cluster, number(words[1]), number(words[2]));
    return -1;
}

static void serve(rd_kafka_mock_cluster_t *cluster, int brokers)
{
    char line[MAX_LINE];
    while (fgets(line, sizeof line, stdin)) {
        char *words[MAX_WORDS] = {"", "", "", "", ""}, *rest = NULL;
        char *word = strtok_r(line, " \n", &rest);
        for (int i = 0; i < MAX_WORDS && word; i++, word = strtok_r(NULL, " \n", &rest))
            words[i] = word;
        printf("%ld\n", obey(cluster, brokers, words));
        (void)fflush(stdout);
    }
}

int main(int argc, char **argv)
{
    char reason[256];
    const int brokers = argc > 1 ? number(argv[1]) : 1;
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    (void)rd_kafka_conf_set(conf, "log_level", "2", reason, sizeof reason);
    rd_kafka_t *owner = rd_kafka_new(RD_KAFKA_PRODUCER, conf, reason, sizeof reason);
    rd_kafka_mock_cluster_t *cluster = owner ? rd_kafka_mock_cluster_new(owner, brokers) : NULL;
    if (!cluster)
        return 1;
    rd_kafka_mock_group_initial_rebalance_delay_ms(cluster, 0);
    for (int i = 2; i < argc; i++) {
        char *count = strchr(argv[i], '=');
        if (!count)
            return 2;
        *count++ = '\0';
        (void)rd_kafka_mock_topic_create(cluster, argv[i], number(count), brokers);
    }
    printf("%s\n", rd_kafka_mock_cluster_bootstraps(cluster));
    (void)fflush(stdout);
    serve(cluster, brokers);
    rd_kafka_mock_cluster_destroy(cluster);
    rd_kafka_destroy(owner);
    return 0;
}
