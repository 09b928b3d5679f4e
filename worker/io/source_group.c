/* Our place in the group. */
#include <string.h>

#include "io/source_parts.h"

/* librdkafka forgets its generation and its member id before it tells that the assignment is lost;
 * without both the broker takes offsets from anybody. */
static bool is_member(const rd_kafka_consumer_group_metadata_t *group)
{
#if RD_KAFKA_VERSION >= 0x020f01ff
    return rd_kafka_consumer_group_metadata_generation_id(group) >= 0 &&
           rd_kafka_consumer_group_metadata_member_id(group)[0] != '\0';
#else
    return group;
#endif
}

struct rd_kafka_consumer_group_metadata_s *source_group(struct source *source)
{
    rd_kafka_consumer_group_metadata_t *group = rd_kafka_consumer_group_metadata(source->consumer);
    if (!group || is_member(group))
        return group;
    source_group_free(group);
    return NULL;
}

bool source_is_idle_member(struct source *source)
{
    char protocol[16];
    size_t size = sizeof protocol;
    if (rd_kafka_conf_get(rd_kafka_conf(source->consumer), "group.protocol", protocol, &size) !=
            RD_KAFKA_CONF_OK ||
        strcmp(protocol, "consumer") != 0)
        return false;
    rd_kafka_consumer_group_metadata_t *group = source_group(source);
    bool is_taken_in = group && rd_kafka_consumer_group_metadata_generation_id(group) > 0;
    source_group_free(group);
    return is_taken_in;
}

void source_group_free(struct rd_kafka_consumer_group_metadata_s *group)
{
    if (group)
        rd_kafka_consumer_group_metadata_destroy(group);
}
