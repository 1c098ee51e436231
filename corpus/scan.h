/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Scanning: from the files and folders that a user names to the list of files to read. For the
 * rooms of libtip; not public.
 */
#ifndef CORPUS_SCAN_H
#define CORPUS_SCAN_H

#include "corpus/reader.h"
#include "tip/status.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** One file to read, and what stat(2) says of it; for a symbolic link, of the file behind it. */
typedef struct tip_source {
    char *path;        /**< as the user gave it, or the folder as given, "/", and the way below it;
                            NUL-terminated, any bytes but NUL */
    uint64_t size;     /**< bytes on disk, compressed or not */
    int64_t mtime_ns;  /**< last change of the content, nanoseconds since 1970 */
    int64_t ctime_ns;  /**< last change of anything, which nobody can set */
    uint64_t inode;    /**< its number in its file system */
    tip_format format; /**< never TIP_FORMAT_AUTO */
} tip_source;

/** Owned by whoever declares it: initialize with {0}, release with tip_source_list_free. */
typedef struct tip_source_list {
    tip_source *items; /**< in order of the bytes of path, each file once; NULL when count is 0 */
    size_t count;
    size_t ignored; /**< files below a folder that were left out because of their name's ending
                         or because they are no regular files; hidden ones do not count */
    size_t errors;  /**< files and folders that could not be looked at: one warning each */
    bool *empty; /**< of each path that was named: whether there is no such file; NULL for none */
} tip_source_list;

/**
 * Lists the files that the paths stand for.
 *
 * A file named in `paths` is always taken: its format is `format`, or for TIP_FORMAT_AUTO the one
 * that its name's ending or its first bytes tell. Below a folder, files are taken whose ending
 * tells a format (with `format` other than AUTO: tells that one). Names beginning with '.' are
 * skipped below a folder, symbolic links to files are followed, symbolic links to folders are not;
 * a link named in `paths` is followed in any case. A file met twice (the same path, or another way
 * to it through "..", a link or an overlapping folder) is listed once, under its shortest path, or
 * the first in order of bytes of several; hard links are files of their own.
 *
 * What is missing, cannot be opened or is of no format is told to `warning` (which may be NULL) and
 * counted in errors; the scan goes on and still returns TIP_OK. TIP_NO_MEMORY; TIP_IO_ERROR when a
 * folder could not be walked to its end. On failure nothing is written.
 */
tip_status tip_scan(const char *const *paths, size_t path_count, tip_format format,
                    tip_warning_fn warning, void *payload, tip_source_list *ret_list,
                    tip_error *err);

/** Releases the list; it is {0} again. */
void tip_source_list_free(tip_source_list *list);

#ifdef __cplusplus
}
#endif

#endif
