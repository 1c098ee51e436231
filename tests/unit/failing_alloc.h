/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Allocations that fail when told to, of the whole program; in a build without sanitizers, which
 * have allocators of their own.
 */
#ifndef TESTS_UNIT_FAILING_ALLOC_H
#define TESTS_UNIT_FAILING_ALLOC_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

extern size_t allocations; /* since the last fail_at or fail_own_at that was not 0 */
extern atomic_long living; /* blocks allocated and not released */

/** Lets the n-th allocation from now on fail, counting from 1, and with `and_after` those behind it
 * too; 0 for none. */
void fail_at(size_t n, bool and_after);

/** As fail_at, but counts only what the program itself asks for, not the libraries that it loads.
 */
void fail_own_at(size_t n);

/** Whether they can fail: valgrind and the sanitizers have allocators of their own in front. */
bool can_fail(void);

#endif
