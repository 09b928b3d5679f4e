/* The bare loop: libcurl and librdkafka with nothing between. Every record's event_id goes into a
 * URL, the answer's bytes go out as they came. No JSON, no Avro, no order, no retry, no limits;
 * offsets are committed on a timer, whatever became of the record.
 *
 *   consume -> slot (easy handle, one of BENCH_IN_FLIGHT) -> one multi -> produce */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kafka.h"

enum { ID_LENGTH = 8, MAX_ANSWER_BYTES = 4096, MAX_URL_BYTES = 256, WAIT_MS = 100 };

struct slot {
    struct slot *next; /* among the free ones */
    CURL *easy;
    rd_kafka_message_t *record;
    size_t len;
    char answer[MAX_ANSWER_BYTES];
};

struct loop {
    struct kafka kafka;
    const char *url;
    CURLM *multi;
    struct slot *spare;
    rd_kafka_message_t *waiting[KAFKA_BATCH]; /* consumed, from next up to count not yet asked */
    size_t next, count;
};

static size_t on_body(char *data, size_t size, size_t count, void *context)
{
    struct slot *slot = context;
    size_t len = size * count;
    if (len > sizeof slot->answer - slot->len)
        return 0;
    memcpy(slot->answer + slot->len, data, len);
    slot->len += len;
    return len;
}

static struct slot *slots_new(size_t count)
{
    struct slot *slots = calloc(count, sizeof *slots);
    if (!slots)
        bench_die("slots", "no memory");
    for (size_t i = 0; i < count; i++) {
        struct slot *slot = &slots[i];
        slot->easy = curl_easy_init();
        slot->next = i + 1 < count ? slot + 1 : NULL;
        curl_easy_setopt(slot->easy, CURLOPT_PRIVATE, slot);
        curl_easy_setopt(slot->easy, CURLOPT_WRITEFUNCTION, on_body);
        curl_easy_setopt(slot->easy, CURLOPT_WRITEDATA, slot);
        curl_easy_setopt(slot->easy, CURLOPT_NOSIGNAL, 1L);
    }
    return slots;
}

/* The event_id of our own generator's events: the string behind the first colon. */
static const char *event_id(const rd_kafka_message_t *record)
{
    const char *colon = memchr(record->payload, ':', record->len);
    const char *quote =
        colon ? memchr(colon, '"', record->len - (size_t)(colon - (char *)record->payload)) : NULL;
    if (!quote)
        bench_die("event", "without an event_id");
    return quote + 1;
}

static void ask(struct loop *loop, rd_kafka_message_t *record)
{
    char url[MAX_URL_BYTES];
    struct slot *slot = loop->spare;
    loop->spare = slot->next;
    slot->record = record;
    slot->len = 0;
    (void)snprintf(url, sizeof url, "%s%.*s", loop->url, ID_LENGTH, event_id(record));
    curl_easy_setopt(slot->easy, CURLOPT_URL, url);
    curl_multi_add_handle(loop->multi, slot->easy);
}

static void fill(struct loop *loop, bool idle)
{
    while (loop->spare) {
        if (loop->next == loop->count) {
            loop->next = 0;
            loop->count = kafka_take(&loop->kafka, idle ? WAIT_MS : 0, loop->waiting);
            if (loop->count == 0)
                return;
        }
        ask(loop, loop->waiting[loop->next++]);
    }
}

static void collect(struct loop *loop)
{
    int left;
    CURLMsg *message;
    while ((message = curl_multi_info_read(loop->multi, &left)) != NULL) {
        struct slot *slot;
        if (message->data.result != CURLE_OK)
            bench_die("lookup", curl_easy_strerror(message->data.result));
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&slot);
        kafka_send(&loop->kafka, slot->record, slot->answer, slot->len);
        rd_kafka_message_destroy(slot->record);
        curl_multi_remove_handle(loop->multi, slot->easy);
        slot->next = loop->spare;
        loop->spare = slot;
    }
}

int main(void)
{
    static struct loop loop;
    int running = 0;
    size_t in_flight = strtoul(bench_env("BENCH_IN_FLIGHT"), NULL, 10);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    loop.url = bench_env("BENCH_URL");
    loop.multi = curl_multi_init();
    curl_multi_setopt(loop.multi, CURLMOPT_MAXCONNECTS, (long)in_flight);
    loop.spare = slots_new(in_flight);
    kafka_open(&loop.kafka);
    for (;;) {
        fill(&loop, running == 0);
        curl_multi_perform(loop.multi, &running);
        collect(&loop);
        rd_kafka_poll(loop.kafka.producer, 0);
        if (running > 0)
            curl_multi_poll(loop.multi, NULL, 0, WAIT_MS, NULL);
    }
}
