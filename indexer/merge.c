/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "indexer/merge.h"

#include "base/error.h"
#include "store/store.h"
#include "xapian-c/xapian_c.h"

#include <errno.h>
#include <ftw.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A compaction has all its sources open, two files each, and a process may by default open 1,024.
 */
enum { COMPACT_MAX = 128 };

/* ---- Lists of paths ---- */

typedef struct paths {
    char **items;
    size_t count;
} paths;

static void paths_free(paths *p)
{
    for (size_t i = 0; i < p->count; i++)
        free(p->items[i]);
    free(p->items);
    *p = (paths){0};
}

/* FOLDER/STEM-N.ENDING for each N, or for 0 to count - 1. */
static tip_status paths_make(const char *folder, const char *stem, const size_t *numbers,
                             size_t count, const char *ending, paths *ret_paths, tip_error *err)
{
    paths p = {calloc(count + 1, sizeof *p.items), 0};
    while (p.items && p.count < count) {
        size_t number = numbers ? numbers[p.count] : p.count;
        if (asprintf(&p.items[p.count], "%s/%s-%zu.%s", folder, stem, number, ending) < 0)
            break;
        p.count++;
    }
    if (!p.items || p.count < count) {
        paths_free(&p);
        return tip_fail_memory(err);
    }
    *ret_paths = p;
    return TIP_OK;
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

static tip_status remove_paths(const paths *p, tip_error *err)
{
    tip_status status = TIP_OK;
    for (size_t i = 0; i < p->count && status == TIP_OK; i++)
        status = tip_remove_tree(p->items[i], err);
    return status;
}

/* ---- Postings: in levels, so that no compaction opens too many files ---- */

static tip_status compact_level(paths *p, const char *folder, size_t level, tip_error *err)
{
    char stem[32];
    paths next = {0};
    size_t groups = (p->count + COMPACT_MAX - 1) / COMPACT_MAX;
    snprintf(stem, sizeof stem, "level-%zu", level);
    tip_status status = paths_make(folder, stem, NULL, groups, "postings", &next, err);
    for (size_t i = 0; i < groups && status == TIP_OK; i++) {
        size_t first = i * COMPACT_MAX;
        size_t count = p->count - first < COMPACT_MAX ? p->count - first : COMPACT_MAX;
        status = xc_compact((const char *const *)p->items + first, count, next.items[i], err);
    }
    if (status == TIP_OK)
        status = remove_paths(p, err);
    paths_free(p);
    *p = next;
    return status;
}

static tip_status merge_postings(const char *folder, const char *name, const size_t *parts,
                                 size_t count, tip_error *err)
{
    char *path = NULL;
    paths p = {0};
    tip_status status = paths_make(folder, "part", parts, count, "postings", &p, err);
    for (size_t level = 1; status == TIP_OK && p.count > COMPACT_MAX; level++)
        status = compact_level(&p, folder, level, err);
    if (status == TIP_OK && asprintf(&path, "%s/%s.postings", folder, name) < 0) {
        path = NULL;
        status = tip_fail_memory(err);
    }
    if (status == TIP_OK)
        status = xc_compact((const char *const *)p.items, p.count, path, err);
    if (status == TIP_OK)
        status = remove_paths(&p, err);
    free(path);
    paths_free(&p);
    return status;
}

/* ---- Stores ---- */

static tip_status merge_stores(const char *folder, const char *name, const size_t *parts,
                               size_t count, tip_error *err)
{
    char *path = NULL;
    paths p = {0};
    tip_status status = paths_make(folder, "part", parts, count, "store", &p, err);
    if (status == TIP_OK && asprintf(&path, "%s/%s.store", folder, name) < 0) {
        path = NULL;
        status = tip_fail_memory(err);
    }
    if (status == TIP_OK)
        status = tip_store_merge((const char *const *)p.items, p.count, path, err);
    if (status == TIP_OK)
        status = remove_paths(&p, err);
    free(path);
    paths_free(&p);
    return status;
}

/* ---- Both ---- */

typedef struct store_job {
    const char *folder;
    const char *name;
    const size_t *parts;
    size_t count;
    tip_status status;
    tip_error err;
} store_job;

static void *run_store_job(void *payload)
{
    store_job *j = payload;
    j->status = merge_stores(j->folder, j->name, j->parts, j->count, &j->err);
    return NULL;
}

tip_status tip_merge_parts(const char *folder, const char *name, const size_t *parts, size_t count,
                           bool parallel, tip_error *err)
{
    store_job j = {folder, name, parts, count, TIP_OK, {.message = ""}};
    pthread_t thread;
    bool started = parallel && pthread_create(&thread, NULL, run_store_job, &j) == 0;
    tip_status status = merge_postings(folder, name, parts, count, err);
    if (started)
        pthread_join(thread, NULL);
    else if (status == TIP_OK)
        run_store_job(&j);
    if (status == TIP_OK && j.status != TIP_OK) {
        status = j.status;
        if (err)
            *err = j.err;
    }
    return status;
}
