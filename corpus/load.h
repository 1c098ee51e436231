/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Loading: the bytes of a source file, decompressed when it is gzip (told by its first two bytes,
 * not by its name; several members behind one another are one file). For the rooms of libtip; not
 * public.
 */
#ifndef CORPUS_LOAD_H
#define CORPUS_LOAD_H

#include "base/buf.h"
#include "tip/status.h"

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The longest line that a loader takes, in bytes without its line end. */
#define TIP_LINE_MAX ((size_t)64 * 1024 * 1024)

/**
 * Appends the whole content of a file to *ret_bytes, at most limit_bytes of it as decompressed.
 * After a failure *ret_bytes holds what it held before (its memory may have grown).
 *
 * TIP_OK; TIP_NO_MEMORY; TIP_NOT_FOUND when there is no such file; TIP_IO_ERROR; TIP_BAD_INPUT for
 * gzip data that is damaged or cut off; TIP_TOO_LARGE when there is more than limit_bytes. The
 * message names the file.
 */
tip_status tip_load(const char *path, size_t limit_bytes, tip_buf *ret_bytes, tip_error *err);

/**
 * Appends the first bytes of a file, decompressed, at most `size` of them: less only when the file
 * ends before. To decide what a file holds. As tip_load, but never TIP_TOO_LARGE.
 */
tip_status tip_load_start(const char *path, size_t size, tip_buf *ret_bytes, tip_error *err);

/**
 * As tip_load, for the content of a file that is in memory; `path` names it in messages. A content
 * that is not gzip is copied.
 */
tip_status tip_unpack(const char *path, tip_str content, size_t limit_bytes, tip_buf *ret_bytes,
                      tip_error *err);

/** A file that is read by runs of whole lines, in memory of about one run. One thread at a time. */
typedef struct tip_loader tip_loader;

/**
 * Opens a file; release with tip_loader_close. TIP_OK, TIP_NO_MEMORY, TIP_NOT_FOUND,
 * TIP_IO_ERROR.
 */
tip_status tip_loader_open(const char *path, tip_loader **ret_loader, tip_error *err);

/**
 * Appends the next run of whole lines to *ret_lines: about target_bytes of them (at most 64 KiB
 * more; 0 counts as 1, more than TIP_LINE_MAX as that), and at least one line, however long. Only
 * the last line of the file may be without a line feed. *ret_first_line is the number in the file
 * of the run's first line, from 1; *ret_more is whether another run follows. An empty file, and a
 * call behind the last run, gives no bytes and no more.
 *
 * TIP_OK; TIP_NO_MEMORY; TIP_IO_ERROR; TIP_BAD_INPUT as in tip_load; TIP_TOO_LARGE for a line
 * longer than TIP_LINE_MAX. After a failure *ret_lines holds what it held before, and the loader
 * can only be closed.
 */
tip_status tip_loader_next(tip_loader *loader, size_t target_bytes, tip_buf *ret_lines,
                           size_t *ret_first_line, bool *ret_more, tip_error *err);

/** Closes and releases, whatever it returns; NULL is ignored. TIP_OK or TIP_IO_ERROR. */
tip_status tip_loader_close(tip_loader *loader, tip_error *err);

#ifdef __cplusplus
}
#endif

#endif
