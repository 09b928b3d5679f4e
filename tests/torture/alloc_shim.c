/* alloc_shim: a preloaded library that fails one allocation of a program's own code.
 *
 *   ALLOC_RANGES=FILE   whose calls count: lines "FIRST END", hexadecimal, relative to where the
 *                       program is loaded, ascending
 *   ALLOC_FAIL=N        the Nth of them gets NULL, from 1
 *   ALLOC_AFTER=1       and all after it
 *   ALLOC_LOG=FILE      "failed ADDRESS" for each that fails, at the end "counted N"
 *
 * For programs that use mimalloc, as byline does. Any thread may allocate. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <mimalloc.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_RANGES = 16384 };

static struct {
    uintptr_t first, end;
} ranges[MAX_RANGES];
static size_t range_count;
static uintptr_t base;
static unsigned long fail_at;
static bool fail_after;
static const char *log_path;
static atomic_ulong counted;

static int note_base(struct dl_phdr_info *info, size_t size, void *context)
{
    (void)size;
    (void)context;
    base = info->dlpi_addr;
    return 1; /* the program comes first */
}

static void say(const char *word, unsigned long number)
{
    char line[64];
    int fd = open(log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    int len = snprintf(line, sizeof line, "%s %lx\n", word, number);
    if (fd < 0)
        return;
    (void)!write(fd, line, (size_t)len);
    (void)close(fd);
}

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("ALLOC_RANGES"), *fail = getenv("ALLOC_FAIL");
    unsigned long first, end;
    log_path = getenv("ALLOC_LOG");
    FILE *file = path && log_path ? fopen(path, "re") : NULL;
    (void)unsetenv("LD_PRELOAD");
    (void)dl_iterate_phdr(note_base, NULL);
    if (!file)
        return;
    size_t count = 0;
    while (count < MAX_RANGES && fscanf(file, "%lx %lx", &first, &end) == 2) {
        ranges[count].first = first;
        ranges[count++].end = end;
    }
    (void)fclose(file);
    fail_at = fail ? strtoul(fail, NULL, 10) : 0;
    fail_after = getenv("ALLOC_AFTER") != NULL;
    range_count = count;
}

__attribute__((destructor)) static void finish(void)
{
    if (range_count > 0)
        say("counted", atomic_load(&counted));
}

static bool is_ours(uintptr_t address)
{
    size_t low = 0, high = range_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (address < ranges[middle].first)
            high = middle;
        else if (address >= ranges[middle].end)
            low = middle + 1;
        else
            return true;
    }
    return false;
}

static bool fails(const void *caller)
{
    uintptr_t address = (uintptr_t)caller - base;
    if (range_count == 0 || !is_ours(address))
        return false;
    unsigned long number = atomic_fetch_add(&counted, 1) + 1;
    if (fail_at == 0 || (fail_after ? number < fail_at : number != fail_at))
        return false;
    say("failed", address);
    errno = ENOMEM;
    return true;
}

void *malloc(size_t bytes)
{
    return fails(__builtin_return_address(0)) ? NULL : mi_malloc(bytes);
}

void *calloc(size_t count, size_t bytes)
{
    return fails(__builtin_return_address(0)) ? NULL : mi_calloc(count, bytes);
}

void *realloc(void *memory, size_t bytes)
{
    return fails(__builtin_return_address(0)) ? NULL : mi_realloc(memory, bytes);
}

char *strdup(const char *text)
{
    size_t bytes = strlen(text) + 1;
    char *copy = fails(__builtin_return_address(0)) ? NULL : mi_malloc(bytes);
    return copy ? memcpy(copy, text, bytes) : NULL;
}
