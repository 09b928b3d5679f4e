/* avro_skip: passes over one value that nobody asked for.
 *
 * Only over bytes that avro_check has accepted: a read that fails is a mistake of ours. Pure. */
#ifndef BYLINE_CORE_AVRO_SKIP_H
#define BYLINE_CORE_AVRO_SKIP_H

#include "core/avro_binary.h"
#include "core/avro_schema.h"

void avro_skip(struct avro_cursor *cursor, const struct schema_node *node);

#endif
