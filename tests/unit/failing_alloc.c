/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "failing_alloc.h"

#include <errno.h>
#include <stdlib.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||                         \
    __has_feature(memory_sanitizer)
#define SANITIZED 1
#endif
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#endif

size_t allocations;
atomic_long living;

/* Which allocation is to fail, counting from 1; 0 for none. */
static size_t failing;
static bool all_after;
static bool own_only;

#ifndef SANITIZED
/* The C library's own, behind those that this program puts in front of them. Operator new of the
 * C++ library calls malloc, so that libxapian gets these too. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void __libc_free(void *block);

extern char __executable_start;
extern char etext;

static bool is_to_fail(const char *caller)
{
    if (failing == 0 || (own_only && (caller < &__executable_start || caller >= &etext)))
        return false;
    allocations++;
    if (allocations != failing && !(all_after && allocations > failing))
        return false;
    errno = ENOMEM;
    return true;
}

static void *counted(void *block)
{
    living += block != NULL;
    return block;
}

__attribute__((visibility("default"))) void *malloc(size_t size)
{
    return is_to_fail(__builtin_return_address(0)) ? NULL : counted(__libc_malloc(size));
}

__attribute__((visibility("default"))) void *calloc(size_t count, size_t size)
{
    return is_to_fail(__builtin_return_address(0)) ? NULL : counted(__libc_calloc(count, size));
}

__attribute__((visibility("default"))) void *realloc(void *block, size_t size)
{
    if (is_to_fail(__builtin_return_address(0)))
        return NULL;
    return block ? __libc_realloc(block, size) : counted(__libc_realloc(NULL, size));
}

__attribute__((visibility("default"))) void free(void *block)
{
    living -= block != NULL;
    __libc_free(block);
}
#endif

void fail_at(size_t n, bool and_after)
{
    allocations = 0;
    all_after = and_after;
    own_only = false;
    failing = n;
}

void fail_own_at(size_t n)
{
    fail_at(n, false);
    own_only = true;
}

bool can_fail(void)
{
    void *(*volatile allocate)(size_t) = malloc;
    fail_at(1, false);
    void *block = allocate(100);
    bool failed = block == NULL;
    fail_at(0, false);
    free(block);
    return failed;
}
