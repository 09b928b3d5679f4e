#include "core/avro_check.h"

#include "core/avro_binary.h"
#include "core/avro_path.h"

struct checker {
    struct avro_cursor cursor;
    size_t values; /* seen so far */
    struct error *error;
};

static bool check_value(struct checker *checker, const struct schema_node *node,
                        const struct avro_path *path, int depth);

static bool refuse(struct checker *checker, const struct avro_path *path, const char *problem)
{
    char place[AVRO_PATH_MAX];
    return error_poison(checker->error, ERROR_CLASS_DECODE, "not Avro of this schema: %s: %s",
                        avro_path_text(path, place), problem);
}

static bool check_integer(struct checker *checker, enum schema_type type,
                          const struct avro_path *path)
{
    int64_t value;
    if (!avro_take_long(&checker->cursor, &value))
        return refuse(checker, path, "truncated, or a number of more than 64 bits");
    if (type == SCHEMA_INT && (value < INT32_MIN || value > INT32_MAX))
        return refuse(checker, path, "an int of more than 32 bits");
    return true;
}

static bool check_index(struct checker *checker, size_t count, const struct avro_path *path,
                        const char *problem, size_t *ret_index)
{
    int64_t index;
    if (!avro_take_long(&checker->cursor, &index))
        return refuse(checker, path, "truncated");
    if (index < 0 || (uint64_t)index >= count)
        return refuse(checker, path, problem);
    *ret_index = (size_t)index;
    return true;
}

static bool check_bytes(struct checker *checker, bool text, const struct avro_path *path)
{
    struct span bytes;
    if (!avro_take_bytes(&checker->cursor, &bytes))
        return refuse(checker, path, "truncated, or a length that is none");
    if (text && !span_is_utf8(bytes))
        return refuse(checker, path, "not valid UTF-8");
    return true;
}

static bool check_fixed(struct checker *checker, size_t len, const struct avro_path *path)
{
    struct span bytes;
    return avro_take_fixed(&checker->cursor, len, &bytes) || refuse(checker, path, "truncated");
}

static bool check_record(struct checker *checker, const struct schema_node *node,
                         const struct avro_path *path, int depth)
{
    for (size_t i = 0; i < node->count; i++) {
        struct avro_path below = {.up = path, .name = node->fields[i].name};
        if (!check_value(checker, node->fields[i].type, &below, depth))
            return false;
    }
    return true;
}

static bool check_block(struct checker *checker, const struct schema_node *node, int64_t count,
                        size_t first, const struct avro_path *path, int depth)
{
    for (int64_t i = 0; i < count; i++) {
        struct avro_path below = {.up = path, .index = first + (size_t)i};
        if (node->type == SCHEMA_MAP && !check_bytes(checker, true, &below))
            return false;
        if (!check_value(checker, node->items, &below, depth))
            return false;
    }
    return true;
}

/* Arrays and maps. A block that tells its size must have it. */
static bool check_blocks(struct checker *checker, const struct schema_node *node,
                         const struct avro_path *path, int depth)
{
    for (size_t seen = 0;;) {
        int64_t count;
        int64_t size_bytes;
        if (!avro_take_block(&checker->cursor, &count, &size_bytes))
            return refuse(checker, path, "truncated, or a block that cannot be");
        if (count == 0)
            return true;
        if (count > AVRO_CHECK_MAX_VALUES)
            return refuse(checker, path, "too many items");
        const unsigned char *start = checker->cursor.at;
        if (!check_block(checker, node, count, seen, path, depth))
            return false;
        if (size_bytes >= 0 && checker->cursor.at - start != size_bytes)
            return refuse(checker, path, "a block of another size than it tells");
        seen += (size_t)count;
    }
}

static bool check_union(struct checker *checker, const struct schema_node *node,
                        const struct avro_path *path, int depth)
{
    size_t branch = 0;
    return check_index(checker, node->count, path, "no such branch of the union", &branch) &&
           check_value(checker, node->branches[branch], path, depth);
}

static bool check_value(struct checker *checker, const struct schema_node *node,
                        const struct avro_path *path, int depth)
{
    bool flag;
    size_t symbol;
    if (++depth > AVRO_CHECK_MAX_DEPTH)
        return refuse(checker, path, "nested too deep");
    if (++checker->values > AVRO_CHECK_MAX_VALUES)
        return refuse(checker, path, "too many values");
    switch (node->type) {
    case SCHEMA_NULL: return true;
    case SCHEMA_BOOLEAN:
        return avro_take_boolean(&checker->cursor, &flag) ||
               refuse(checker, path, "truncated, or neither true nor false");
    case SCHEMA_INT:
    case SCHEMA_LONG: return check_integer(checker, node->type, path);
    case SCHEMA_FLOAT: return check_fixed(checker, sizeof(float), path);
    case SCHEMA_DOUBLE: return check_fixed(checker, sizeof(double), path);
    case SCHEMA_BYTES: return check_bytes(checker, false, path);
    case SCHEMA_STRING: return check_bytes(checker, true, path);
    case SCHEMA_FIXED: return check_fixed(checker, node->fixed_bytes, path);
    case SCHEMA_ENUM:
        return check_index(checker, node->count, path, "no such symbol of the enum", &symbol);
    case SCHEMA_RECORD: return check_record(checker, node, path, depth);
    case SCHEMA_ARRAY:
    case SCHEMA_MAP: return check_blocks(checker, node, path, depth);
    case SCHEMA_UNION: return check_union(checker, node, path, depth);
    case SCHEMA_TYPE_COUNT: break;
    }
    return refuse(checker, path, "of no type");
}

bool avro_check(const struct avro_schema *schema, struct span bytes, struct error *ret_error)
{
    struct checker checker = {.cursor = avro_cursor_of(bytes), .error = ret_error};
    if (!check_value(&checker, avro_schema_root(schema), NULL, 0))
        return false;
    size_t left = avro_cursor_left(&checker.cursor);
    if (left > 0)
        return error_poison(ret_error, ERROR_CLASS_DECODE,
                            "not Avro of this schema: %zu bytes behind the record", left);
    return true;
}
