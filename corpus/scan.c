/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "corpus/scan.h"

#include "base/buf.h"
#include "base/error.h"
#include "corpus/load.h"

#include <errno.h>
#include <fts.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Read from a file to learn what it holds. */
enum { FIRST_BYTES = 4096 };

/* A source and its one true path, by which the same file is known again. */
struct found {
    tip_source source;
    char *real;
};

struct scan {
    tip_format format;
    tip_warning_fn warning;
    void *payload;
    tip_error *err;
    struct found *items;
    size_t count;
    size_t room;
    size_t ignored;
    size_t errors;
};

static void warn(struct scan *scan, const char *message)
{
    scan->errors++;
    if (scan->warning)
        scan->warning(scan->payload, message);
}

static void warn_errno(struct scan *scan, int error, const char *what, const char *path)
{
    tip_error text;
    (void)tip_fail_errno(&text, TIP_IO_ERROR, error, "%s %s", what, path);
    warn(scan, text.message);
}

static void found_free(struct found *found)
{
    free(found->source.path);
    free(found->real);
}

static tip_status reserve(struct scan *scan)
{
    if (scan->count < scan->room)
        return TIP_OK;
    size_t room = scan->room ? scan->room * 2 : 64;
    struct found *items = reallocarray(scan->items, room, sizeof *items);
    if (!items)
        return tip_fail_memory(scan->err);
    scan->items = items;
    scan->room = room;
    return TIP_OK;
}

static int64_t nanoseconds(const struct timespec *time)
{
    return (int64_t)time->tv_sec * 1000000000 + time->tv_nsec;
}

/* Takes over `path` and `real`; NULL in either means that memory ran out. */
static tip_status add(struct scan *scan, char *path, char *real, const struct stat *info,
                      tip_format format)
{
    struct found found = {.real = real,
                          .source = {.path = path,
                                     .size = (uint64_t)info->st_size,
                                     .mtime_ns = nanoseconds(&info->st_mtim),
                                     .ctime_ns = nanoseconds(&info->st_ctim),
                                     .inode = (uint64_t)info->st_ino,
                                     .format = format}};
    tip_status status = path && real ? reserve(scan) : tip_fail_memory(scan->err);
    if (status != TIP_OK) {
        found_free(&found);
        return status;
    }
    scan->items[scan->count++] = found;
    return TIP_OK;
}

/* The format of a file that the user named. False after a warning. */
static bool named_format(struct scan *scan, const char *path, tip_format *ret_format,
                         tip_status *ret_status)
{
    tip_str name = tip_str_of(path);
    if (scan->format != TIP_FORMAT_AUTO) {
        *ret_format = scan->format;
        return true;
    }
    if (tip_format_guess(name, (tip_str){NULL, 0}, ret_format))
        return true;
    tip_buf first = {0};
    tip_error text;
    bool known = false;
    tip_status status = tip_load_start(path, FIRST_BYTES, &first, &text);
    if (status == TIP_OK) {
        known = tip_format_guess(name, tip_buf_str(&first), ret_format);
        if (!known)
            (void)tip_fail(&text, TIP_BAD_INPUT, "%s: %s", path,
                           first.size ? "not HTML, text, JSON lines or an archive"
                                      : "the file is empty");
    }
    tip_buf_free(&first);
    if (status == TIP_NO_MEMORY)
        *ret_status = tip_fail_memory(scan->err);
    else if (!known)
        warn(scan, text.message);
    return known;
}

static tip_status add_named_file(struct scan *scan, const char *path, const struct stat *info)
{
    tip_format format = TIP_FORMAT_AUTO;
    tip_status status = TIP_OK;
    if (!named_format(scan, path, &format, &status))
        return status;
    char *real = realpath(path, NULL);
    if (!real && errno != ENOMEM) {
        warn_errno(scan, errno, "cannot read", path);
        return TIP_OK;
    }
    return add(scan, tip_str_dup(tip_str_of(path)), real, info, format);
}

/* Whether a file below a folder is one to read, by the ending of its name. */
static bool wanted(const struct scan *scan, const char *path, tip_format *ret_format)
{
    tip_format format;
    if (!tip_format_guess(tip_str_of(path), (tip_str){NULL, 0}, &format))
        return false;
    if (scan->format != TIP_FORMAT_AUTO && scan->format != format)
        return false;
    *ret_format = format;
    return true;
}

/* `base` and `rest` with one slash between them; NULL when out of memory. */
static char *join(const char *base, const char *rest)
{
    size_t size = strlen(base);
    while (size > 0 && base[size - 1] == '/')
        size--;
    while (*rest == '/')
        rest++;
    size_t more = strlen(rest);
    char *path = malloc(size + more + 2);
    if (!path)
        return NULL;
    memcpy(path, base, size);
    path[size] = '/';
    memcpy(path + size + 1, rest, more + 1);
    return path;
}

/* The folder being walked. */
struct walk {
    struct scan *scan;
    const char *root; /* as the user gave it */
    size_t root_size; /* bytes of it at the head of every path that fts gives */
    char *real;       /* its one true path */
};

static tip_status add_below(struct walk *walk, const FTSENT *entry, const struct stat *info,
                            bool link)
{
    tip_format format = TIP_FORMAT_AUTO;
    if (!S_ISREG(info->st_mode) || !wanted(walk->scan, entry->fts_path, &format)) {
        walk->scan->ignored++;
        return TIP_OK;
    }
    const char *rest = entry->fts_path + walk->root_size;
    char *real = link ? realpath(entry->fts_path, NULL) : join(walk->real, rest);
    if (!real && errno != ENOMEM) {
        warn_errno(walk->scan, errno, "cannot read", entry->fts_path);
        return TIP_OK;
    }
    return add(walk->scan, join(walk->root, rest), real, info, format);
}

static tip_status visit_link(struct walk *walk, const FTSENT *entry)
{
    struct stat info;
    tip_format format;
    if (stat(entry->fts_path, &info) == 0) {
        if (S_ISDIR(info.st_mode))
            return TIP_OK;
        return add_below(walk, entry, &info, true);
    }
    if (wanted(walk->scan, entry->fts_path, &format))
        warn_errno(walk->scan, errno, "cannot read", entry->fts_path);
    else
        walk->scan->ignored++;
    return TIP_OK;
}

static tip_status visit(struct walk *walk, FTS *tree, FTSENT *entry)
{
    bool hidden = entry->fts_level > FTS_ROOTLEVEL && entry->fts_name[0] == '.';
    if (hidden) {
        if (entry->fts_info == FTS_D)
            (void)fts_set(tree, entry, FTS_SKIP); /* fails only for an unknown instruction */
        return TIP_OK;
    }
    switch (entry->fts_info) {
    case FTS_F:
    case FTS_DEFAULT:
        return add_below(walk, entry, entry->fts_statp, false);
    case FTS_SL:
    case FTS_SLNONE:
        return visit_link(walk, entry);
    case FTS_DNR:
    case FTS_ERR:
    case FTS_NS:
        warn_errno(walk->scan, entry->fts_errno, "cannot read", entry->fts_path);
        return TIP_OK;
    case FTS_DC:
        warn_errno(walk->scan, ELOOP, "cannot read", entry->fts_path);
        return TIP_OK;
    default: /* FTS_D and FTS_DP, a folder on the way down and up */
        return TIP_OK;
    }
}

static tip_status walk_failed(struct scan *scan, int error, const char *root)
{
    if (error == ENOMEM)
        return tip_fail_memory(scan->err);
    return tip_fail_errno(scan->err, TIP_IO_ERROR, error, "cannot walk the folder %s", root);
}

static tip_status walk_tree(struct walk *walk, FTS *tree)
{
    for (;;) {
        errno = 0;
        FTSENT *entry = fts_read(tree);
        if (!entry)
            return errno ? walk_failed(walk->scan, errno, walk->root) : TIP_OK;
        tip_status status = visit(walk, tree, entry);
        if (status != TIP_OK)
            return status;
    }
}

/* fts_path starts with the root as it was given, and how fts treats slashes at its end is not
 * documented: they are taken off first. */
static tip_status walk_root(struct walk *walk, char *root)
{
    while (walk->root_size > 1 && root[walk->root_size - 1] == '/')
        root[--walk->root_size] = '\0';
    char *roots[] = {root, NULL};
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR, NULL);
    if (!tree)
        return walk_failed(walk->scan, errno, walk->root);
    tip_status status = walk_tree(walk, tree);
    if (fts_close(tree) != 0 && status == TIP_OK)
        status = walk_failed(walk->scan, errno, walk->root);
    return status;
}

static tip_status add_folder(struct scan *scan, const char *path)
{
    char *real = realpath(path, NULL);
    if (!real && errno != ENOMEM) {
        warn_errno(scan, errno, "cannot read", path);
        return TIP_OK;
    }
    char *root = tip_str_dup(tip_str_of(path));
    struct walk walk = {.scan = scan, .root = path, .root_size = strlen(path), .real = real};
    tip_status status = real && root ? walk_root(&walk, root) : tip_fail_memory(scan->err);
    free(root);
    free(real);
    return status;
}

static tip_status add_path(struct scan *scan, const char *path)
{
    struct stat info;
    if (stat(path, &info) != 0) {
        warn_errno(scan, errno, "cannot read", path);
        return TIP_OK;
    }
    if (S_ISDIR(info.st_mode))
        return add_folder(scan, path);
    if (S_ISREG(info.st_mode))
        return add_named_file(scan, path, &info);
    tip_error text;
    (void)tip_fail(&text, TIP_BAD_INPUT, "%s: neither a regular file nor a folder", path);
    warn(scan, text.message);
    return TIP_OK;
}

/* The same files side by side, the plainest path to each in front. */
static int by_real_path(const void *left, const void *right)
{
    const struct found *a = left;
    const struct found *b = right;
    int order = strcmp(a->real, b->real);
    if (order)
        return order;
    size_t a_size = strlen(a->source.path);
    size_t b_size = strlen(b->source.path);
    if (a_size != b_size)
        return a_size < b_size ? -1 : 1;
    return strcmp(a->source.path, b->source.path);
}

static int by_path(const void *left, const void *right)
{
    const tip_source *a = left;
    const tip_source *b = right;
    return strcmp(a->path, b->path);
}

static void drop_doubles(struct scan *scan)
{
    if (scan->count == 0)
        return;
    qsort(scan->items, scan->count, sizeof *scan->items, by_real_path);
    size_t kept = 1;
    for (size_t i = 1; i < scan->count; i++) {
        if (strcmp(scan->items[i].real, scan->items[kept - 1].real) == 0)
            found_free(&scan->items[i]);
        else
            scan->items[kept++] = scan->items[i];
    }
    scan->count = kept;
}

/* Moves what was found into the list, which takes over the paths. */
static tip_status hand_over(struct scan *scan, tip_source_list *ret_list)
{
    drop_doubles(scan);
    tip_source *items = NULL;
    if (scan->count) {
        items = reallocarray(NULL, scan->count, sizeof *items);
        if (!items)
            return tip_fail_memory(scan->err);
        for (size_t i = 0; i < scan->count; i++) {
            items[i] = scan->items[i].source;
            scan->items[i].source.path = NULL;
        }
        qsort(items, scan->count, sizeof *items, by_path);
    }
    *ret_list = (tip_source_list){
        .items = items, .count = scan->count, .ignored = scan->ignored, .errors = scan->errors};
    return TIP_OK;
}

tip_status tip_scan(const char *const *paths, size_t path_count, tip_format format,
                    tip_warning_fn warning, void *payload, tip_source_list *ret_list,
                    tip_error *err)
{
    struct scan scan = {.format = format, .warning = warning, .payload = payload, .err = err};
    tip_status status = TIP_OK;
    bool *empty = path_count ? calloc(path_count, sizeof *empty) : NULL;
    if (path_count && !empty)
        return tip_fail_memory(err);
    for (size_t i = 0; i < path_count && status == TIP_OK; i++) {
        size_t before = scan.count;
        status = add_path(&scan, paths[i]);
        empty[i] = scan.count == before;
    }
    if (status == TIP_OK)
        status = hand_over(&scan, ret_list);
    if (status == TIP_OK)
        ret_list->empty = empty;
    else
        free(empty);
    for (size_t i = 0; i < scan.count; i++)
        found_free(&scan.items[i]);
    free(scan.items);
    return status;
}

void tip_source_list_free(tip_source_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i].path);
    free(list->items);
    free(list->empty);
    *list = (tip_source_list){0};
}
