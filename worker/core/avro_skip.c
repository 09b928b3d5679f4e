#include "core/avro_skip.h"

#include <assert.h>

static int64_t skip_long(struct avro_cursor *cursor)
{
    int64_t value;
    bool taken = avro_take_long(cursor, &value);
    assert(taken);
    return value;
}

static void skip_bytes(struct avro_cursor *cursor)
{
    struct span bytes;
    bool taken = avro_take_bytes(cursor, &bytes);
    assert(taken);
}

static void skip_fixed(struct avro_cursor *cursor, size_t len)
{
    struct span bytes;
    bool taken = avro_take_fixed(cursor, len, &bytes);
    assert(taken);
}

/* Arrays and maps; a block that tells its size is passed at once. */
static void skip_blocks(struct avro_cursor *cursor, const struct schema_node *node)
{
    for (;;) {
        int64_t count;
        int64_t size_bytes;
        bool taken = avro_take_block(cursor, &count, &size_bytes);
        assert(taken);
        if (count == 0)
            return;
        if (size_bytes >= 0) {
            skip_fixed(cursor, (size_t)size_bytes);
            continue;
        }
        for (int64_t i = 0; i < count; i++) {
            if (node->type == SCHEMA_MAP)
                skip_bytes(cursor);
            avro_skip(cursor, node->items);
        }
    }
}

void avro_skip(struct avro_cursor *cursor, const struct schema_node *node)
{
    switch (node->type) {
    case SCHEMA_NULL: break;
    case SCHEMA_BOOLEAN: skip_fixed(cursor, 1); break;
    case SCHEMA_INT:
    case SCHEMA_LONG:
    case SCHEMA_ENUM: (void)skip_long(cursor); break;
    case SCHEMA_FLOAT: skip_fixed(cursor, sizeof(float)); break;
    case SCHEMA_DOUBLE: skip_fixed(cursor, sizeof(double)); break;
    case SCHEMA_BYTES:
    case SCHEMA_STRING: skip_bytes(cursor); break;
    case SCHEMA_FIXED: skip_fixed(cursor, node->fixed_bytes); break;
    case SCHEMA_RECORD:
        for (size_t i = 0; i < node->count; i++)
            avro_skip(cursor, node->fields[i].type);
        break;
    case SCHEMA_ARRAY:
    case SCHEMA_MAP: skip_blocks(cursor, node); break;
    case SCHEMA_UNION: avro_skip(cursor, node->branches[skip_long(cursor)]); break;
    case SCHEMA_TYPE_COUNT: assert(false && "of no type");
    }
}
