/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * A folder of its own for each test.
 */
#ifndef TESTS_UNIT_SCRATCH_H
#define TESTS_UNIT_SCRATCH_H

#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>

static inline int scratch_remove_entry(const char *path, const struct stat *info, int kind,
                                       struct FTW *where)
{
    (void)info;
    (void)kind;
    (void)where;
    return remove(path);
}

/** Removes a folder and all in it. 0, or not. */
static inline int scratch_remove(const char *root)
{
    return nftw(root, scratch_remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

#endif
