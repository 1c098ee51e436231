/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "indexer/paths.h"

#include "base/error.h"

#include <errno.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

tip_status tip_paths_add(tip_paths *p, tip_error *err, const char *format, ...)
{
    char *path = NULL;
    char **items = reallocarray(p->items, p->count + 1, sizeof *items);
    if (!items)
        return tip_fail_memory(err);
    p->items = items;
    va_list args;
    va_start(args, format);
    int size = vasprintf(&path, format, args);
    va_end(args);
    if (size < 0)
        return tip_fail_memory(err);
    p->items[p->count++] = path;
    return TIP_OK;
}

void tip_paths_free(tip_paths *p)
{
    for (size_t i = 0; i < p->count; i++)
        free(p->items[i]);
    free(p->items);
    *p = (tip_paths){0};
}

static int remove_entry(const char *path, const struct stat *st, int kind, struct FTW *place)
{
    (void)st;
    (void)kind;
    (void)place;
    return remove(path);
}

tip_status tip_remove_tree(const char *path, tip_error *err)
{
    if (nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS) != 0 && errno != ENOENT)
        return tip_fail_errno(err, TIP_IO_ERROR, errno, "%s: cannot remove", path);
    return TIP_OK;
}

tip_status tip_paths_remove(const tip_paths *p, tip_error *err)
{
    tip_status status = TIP_OK;
    for (size_t i = 0; i < p->count && status == TIP_OK; i++)
        status = tip_remove_tree(p->items[i], err);
    return status;
}
