/* Any text as a configuration. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "config/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = strndup((const char *)data, size);
    struct error error;
    if (text)
        config_free(config_parse(text, "fuzz.yaml", &error));
    free(text);
    return 0;
}

/* libfyaml 0.7.12 forgets a buffer of its parser on some broken documents; once a process, as a
 * configuration is read. */
const char *__lsan_default_suppressions(void);

const char *__lsan_default_suppressions(void)
{
    return "leak:libfyaml.so";
}
