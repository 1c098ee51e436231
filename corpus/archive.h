/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Archives: tar (also packed by gzip, xz or Zstandard) and zip, through libarchive. Nothing is
 * unpacked to disk. Private to corpus/.
 */
#ifndef CORPUS_ARCHIVE_H
#define CORPUS_ARCHIVE_H

#include "corpus/parts.h"

#ifdef __cplusplus
extern "C" {
#endif

/** The largest member that is read, in bytes as unpacked. */
#define TIP_MEMBER_MAX ((size_t)64 * 1024 * 1024)

/** The most entries of an archive, folders and what is not read included. */
#define TIP_ENTRIES_MAX ((size_t)200000)

/** The most bytes that the entries of an archive may unpack to. */
#define TIP_UNPACKED_MAX ((uint64_t)4 * 1024 * 1024 * 1024)

/** The most times its own size that an archive may unpack to, beyond TIP_MEMBER_MAX bytes. Deflate
 * packs at most 1,032 times (zlib's technical notes); real pages are packed 5 to 100 times. */
#define TIP_UNPACKED_RATIO ((uint64_t)1000)

/** An archive that is being read from its beginning to its end. One thread at a time. */
typedef struct tip_archive tip_archive;

/**
 * Opens an archive; `path` is borrowed until tip_archive_close. TIP_OK; TIP_NO_MEMORY;
 * TIP_NOT_FOUND; TIP_IO_ERROR; TIP_BAD_INPUT when it is no archive of these kinds, or damaged.
 */
tip_status tip_archive_open(const char *path, tip_archive **ret_archive, tip_error *err);

/**
 * Takes the next member of a kind that is read off into *ret_part, which is {0} before; gzip is
 * undone. *ret_found is false at the end.
 *
 * As below a folder, names that begin with '.' are skipped, and so are `__MACOSX` folders, which
 * hold no files but notes about them; members whose name tells no kind count as ignored. The part
 * has a problem instead of bytes for a link, a device, an absolute path, one with "..", an archive
 * in the archive, and a member that is encrypted, damaged, or larger than TIP_MEMBER_MAX.
 *
 * TIP_OK; TIP_NO_MEMORY; TIP_BAD_INPUT when the archive is damaged or cut off; TIP_TOO_LARGE for
 * the limits above. After a failure *ret_part is as it was, and the archive can only be closed.
 */
tip_status tip_archive_next(tip_archive *archive, tip_part *ret_part, bool *ret_found,
                            tip_error *err);

/** Members so far that are of no kind that is read. */
size_t tip_archive_ignored(const tip_archive *archive);

/** Closes and releases; NULL is ignored. */
void tip_archive_close(tip_archive *archive);

#ifdef __cplusplus
}
#endif

#endif
