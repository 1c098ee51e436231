/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Parts: a source file as pieces that can each be read by themselves. A page or a text is one part;
 * JSON lines are runs of whole lines, a table runs of whole rows behind its header row, an archive
 * its members. For the rooms of libtip; not public.
 */
#ifndef CORPUS_PARTS_H
#define CORPUS_PARTS_H

#include "base/buf.h"
#include "corpus/reader.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The largest file that is read whole, in bytes as decompressed: a report of more is a mistake. */
#define TIP_FILE_MAX ((size_t)256 * 1024 * 1024)

/** One part. Owned by whoever declares it: initialize with {0}, release with tip_part_free. */
typedef struct tip_part {
    tip_format format; /**< never AUTO or ARCHIVE */
    tip_buf path;      /**< of the file; of a member "reports.zip/2020/kenya.html" */
    tip_buf bytes;     /**< the content, decompressed */
    size_t first_line; /**< as in tip_input */
    tip_buf problem;   /**< why the part cannot be read; nothing when it can */
    uint64_t on_disk;  /**< bytes of the file that it stands for, about */
} tip_part;

/** Releases the memory; the part is {0} again. */
void tip_part_free(tip_part *part);

/**
 * Reads a part as tip_read does. A part with a problem gives TIP_BAD_INPUT with it as the message.
 */
tip_status tip_part_read(const tip_part *part, const tip_sink *sink, tip_error *err);

/** A source that is being taken apart. One thread at a time. */
typedef struct tip_parts tip_parts;

/**
 * Opens the file `path`, which is of the given format (not AUTO); the path is borrowed. Release
 * with tip_parts_close. TIP_OK, TIP_NO_MEMORY, TIP_NOT_FOUND, TIP_IO_ERROR, or TIP_BAD_INPUT for an
 * archive of no known kind.
 */
tip_status tip_parts_open(const char *path, tip_format format, tip_parts **ret_parts,
                          tip_error *err);

/**
 * Takes the next part off into *ret_part, which is {0} before. Runs of lines or rows are of about
 * target_bytes. *ret_found is false behind the last part. One part is in memory at a time.
 *
 * TIP_OK; TIP_NO_MEMORY; TIP_IO_ERROR; TIP_BAD_INPUT for a file that is damaged, an empty file of
 * lines and an archive without a file of a kind that is read; TIP_TOO_LARGE for a page or a text of
 * more than TIP_FILE_MAX, a line of more than TIP_LINE_MAX, a row of more than TIP_TABLE_ROW_MAX,
 * and the limits of corpus/archive.h. After a failure *ret_part is {0}, the parts before it stay
 * good, and the source can only be closed.
 */
tip_status tip_parts_next(tip_parts *parts, size_t target_bytes, tip_part *ret_part,
                          bool *ret_found, tip_error *err);

/** Members of an archive so far that are of no kind that is read. */
size_t tip_parts_ignored(const tip_parts *parts);

/** Closes and releases; NULL is ignored. */
void tip_parts_close(tip_parts *parts);

/** Whether a failure is about one file, so that the others can be read, and not about the machine
 * or the receiver of the records. */
bool tip_is_about_file(tip_status status);

#ifdef __cplusplus
}
#endif

#endif
