/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A library to be preloaded: one allocation of a program fails. Told by the environment as shim.c
 * is: TIP_FAIL_STATE, and TIP_FAIL_AT. What is counted begins when the program has read its
 * arguments: what libraries allocate before that is not in its hands. */
#include <argp.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

struct state {
    _Atomic uint64_t calls;
    _Atomic uint64_t fired;
};

static struct state *state; /* NULL: nothing is counted yet */
static uint64_t fail_at;

/* Declares `real` as the function that the one around it stands in for. */
#define REAL(type, name, ...)                                                                      \
    static type (*real)(__VA_ARGS__);                                                              \
    if (!real)                                                                                     \
    *(void **)&real = dlsym(RTLD_NEXT, name)

static void start(void)
{
    const char *path = getenv("TIP_FAIL_STATE");
    const char *at = getenv("TIP_FAIL_AT");
    if (!path || !at)
        return;
    fail_at = strtoull(at, NULL, 10);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    void *map = mmap(NULL, sizeof *state, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (fd < 0 || map == MAP_FAILED)
        abort();
    (void)close(fd);
    state = map;
}

error_t argp_parse(const struct argp *argp, int argc, char **argv, unsigned flags, int *index,
                   void *input)
{
    REAL(error_t, "argp_parse", const struct argp *, int, char **, unsigned, int *, void *);
    error_t result = real(argp, argc, argv, flags, index, input);
    start();
    return result;
}

static bool fails(void)
{
    if (!state || atomic_fetch_add(&state->calls, 1) + 1 != fail_at)
        return false;
    atomic_store(&state->fired, 1);
    errno = ENOMEM;
    return true;
}

void *malloc(size_t size)
{
    REAL(void *, "malloc", size_t);
    return fails() ? NULL : real(size);
}

void *calloc(size_t count, size_t size)
{
    REAL(void *, "calloc", size_t, size_t);
    return fails() ? NULL : real(count, size);
}

void *realloc(void *block, size_t size)
{
    REAL(void *, "realloc", void *, size_t);
    return fails() ? NULL : real(block, size);
}
