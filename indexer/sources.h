/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The list of files that a generation was made from, and what has become of them since. Private
 * to this room.
 */
#ifndef INDEXER_SOURCES_H
#define INDEXER_SOURCES_H

#include "corpus/scan.h"
#include "store/generation.h"
#include "tip/index.h"
#include "tip/status.h"

#include <stdint.h>

/** One file as it was when it was read. */
typedef struct tip_known_source {
    char *path;
    uint64_t size;
    int64_t mtime_ns;
    int64_t ctime_ns;
    uint64_t inode;
    tip_format format;
    uint64_t checksum; /**< of its bytes, before they were read; 0: they could not be */
    size_t documents;
    uint64_t text_bytes; /**< of their texts */
    uint32_t records;    /**< while it is read: documents, and those of other shards */
    size_t ignored;      /**< members of an archive that are of no kind that is read */
    char
        *problem; /**< why it could not be read, or what was skipped in it; NULL when all is well */
    bool known;   /**< the file is what it was: it need not be read (again) */
    bool kept;    /**< nor need its postings be made: those in the base are good */
    uint32_t stored; /**< number of its first document in the old store */
    uint32_t posted; /**< number of its first document in the old base; 0: not there */
} tip_known_source;

/** In order of the bytes of path. Initialize with {0}, release with tip_known_list_free. */
typedef struct tip_known_list {
    tip_known_source *items;
    size_t count;
} tip_known_list;

void tip_known_list_free(tip_known_list *list);

/** Starts a list of what a scan found, nothing known of the content yet. TIP_OK, TIP_NO_MEMORY. */
tip_status tip_known_list_from_scan(const tip_source_list *scan, tip_known_list *ret_list);

/** Writes sources.json into `folder` and gives the file's checksum. TIP_OK, TIP_NO_MEMORY or
 * TIP_IO_ERROR. */
tip_status tip_known_list_write(const tip_known_list *list, const char *folder,
                                uint64_t *ret_checksum, tip_error *err);

/** Reads sources.json of `folder`, whose checksum must be `checksum`. TIP_OK, TIP_CORRUPT,
 * TIP_NO_MEMORY, TIP_NOT_FOUND or TIP_IO_ERROR. */
tip_status tip_known_list_read(const char *folder, uint64_t checksum, tip_known_list *ret_list,
                               tip_error *err);

/**
 * Finds where the documents of each source stand in the store and in the base of the generation in
 * `folder`, whose list it is: they are in the order of the list. In the portable layout they are
 * only counted. TIP_OK, or TIP_CORRUPT when they
 * are not as many as the manifest says.
 */
tip_status tip_known_list_place(tip_known_list *list, const tip_manifest *manifest,
                                const char *folder, tip_error *err);

/**
 * Compares what was known with what a scan found, and counts added, changed, removed and
 * unchanged into *summary. A file of the same size, time and inode is taken as unchanged; else
 * its content decides; one that could not be read has changed once it can be. What is known of an
 * unchanged file is copied to `now`, and it is `known` in both lists, if it could be read. TIP_OK
 * or TIP_NO_MEMORY.
 */
tip_status tip_known_list_compare(tip_known_list *before, tip_known_list *now,
                                  tip_update_summary *summary);

#endif
