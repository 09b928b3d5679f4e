#include "core/avro_path.h"

#include <stdio.h>

static size_t append(const struct avro_path *path, char *text)
{
    if (!path)
        return 0;
    size_t len = append(path->up, text);
    size_t room = AVRO_PATH_MAX - len;
    int added;
    if (path->name)
        added = snprintf(text + len, room, "%s%s", len > 0 ? "." : "", path->name);
    else
        added = snprintf(text + len, room, "[%zu]", path->index);
    if (added < 0)
        return len;
    return (size_t)added < room ? len + (size_t)added : AVRO_PATH_MAX - 1;
}

const char *avro_path_text(const struct avro_path *path, char text[AVRO_PATH_MAX])
{
    text[0] = '\0';
    return append(path, text) > 0 ? text : "(root)";
}
