/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The folder of an index: which generation is in use, and what it consists of.
 *
 *   current                 "gen-7 CHECKSUM": the generation in use and the checksum of its
 * manifest lock                    locked (flock) while a generation is being made
 *   gen-7/manifest.json     what the generation consists of; locked (flock, shared) by readers
 *   gen-7/sources.json      the files it was made from, for the next update
 *   gen-7/1.store           texts and words of the paragraphs (store.h)
 *   gen-7/1.postings        their postings, a single-file Xapian database
 *
 * The paragraphs may be spread over several segments (1, 2, ...), searched as one. An empty
 * index has none.
 */
#ifndef STORE_GENERATION_H
#define STORE_GENERATION_H

#include "store/store.h"
#include "tip/status.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Version of the folder's layout, of the manifest and of the files that it names. */
#define TIP_SCHEMA_VERSION 2

/** Version of what the room text/ does: an index made by another one has other terms. Raised with
 * every change of the words, the stems or the spelling of terms. */
#define TIP_ANALYSIS_VERSION 2

/** One pair of files. */
typedef struct tip_segment {
    char *store_path;
    char *postings_path;
    uint64_t postings_checksum; /**< of the whole file */
    size_t documents;
} tip_segment;

/** What a generation consists of. Owned by the caller: initialize with {0}, release with
 * tip_manifest_free. */
typedef struct tip_manifest {
    unsigned number;
    char created[32]; /**< ISO 8601, UTC */
    size_t sources;
    uint64_t sources_checksum; /**< of sources.json */
    uint64_t tiers_checksum;   /**< of the file of tiers that was supplied; 0 for none */
    tip_segment *segments;
    size_t segment_count;
} tip_manifest;

void tip_manifest_free(tip_manifest *manifest);

/** Adds a segment whose files are NAME.store and NAME.postings in `folder`. TIP_OK or
 * TIP_NO_MEMORY. */
tip_status tip_manifest_add(tip_manifest *manifest, const char *folder, const char *name,
                            size_t documents, uint64_t postings_checksum, tip_error *err);

/**
 * Writes manifest.json into `folder` and gives its checksum. Not synced. TIP_OK, TIP_NO_MEMORY,
 * TIP_IO_ERROR.
 */
tip_status tip_manifest_write(const tip_manifest *manifest, const char *folder,
                              uint64_t *ret_checksum, tip_error *err);

/** A generation in use. */
typedef struct tip_generation {
    char *path; /**< of its folder */
    tip_manifest manifest;
    tip_store **stores; /**< one a segment */
    int lock;           /**< descriptor that keeps the generation from being removed */
} tip_generation;

/**
 * Opens the generation that `directory` names as current, and holds it until tip_generation_free:
 * updates do not disturb it. TIP_OK; TIP_NOT_FOUND when there is no index; TIP_BAD_VERSION with
 * both versions and the remedy; TIP_CORRUPT; TIP_NO_MEMORY; TIP_IO_ERROR.
 */
tip_status tip_generation_open(const char *directory, tip_generation **ret_generation,
                               tip_error *err);

/** The number of the generation that `directory` names as current, which may be damaged itself.
 * TIP_OK; TIP_NOT_FOUND when there is no index; TIP_CORRUPT; TIP_NO_MEMORY; TIP_IO_ERROR. */
tip_status tip_generation_current(const char *directory, unsigned *ret_number, tip_error *err);

/**
 * Opens generation `number` as tip_generation_open does, whether it is the current one or not, and
 * gives the checksum that tip_generation_publish takes. Nothing tells what its manifest's checksum
 * was; what the manifest says of the other files is verified. TIP_OK; TIP_CORRUPT, also when it is
 * not there; TIP_BAD_VERSION; TIP_NO_MEMORY; TIP_IO_ERROR.
 */
tip_status tip_generation_open_kept(const char *directory, unsigned number,
                                    tip_generation **ret_generation, uint64_t *ret_checksum,
                                    tip_error *err);

/** Closes and releases; NULL is ignored. */
void tip_generation_free(tip_generation *generation);

/**
 * Makes the folder gen-NUMBER of `directory` the current one: writes `current` aside, syncs it
 * and renames it. Once it returns TIP_OK the generation is in use; for it to be so after a power
 * failure too, the directory must then be synced. TIP_OK, TIP_NO_MEMORY or TIP_IO_ERROR.
 */
tip_status tip_generation_publish(const char *directory, unsigned number,
                                  uint64_t manifest_checksum, tip_error *err);

/** The checksum of a whole file. TIP_OK, TIP_NOT_FOUND or TIP_IO_ERROR. */
tip_status tip_file_checksum(const char *path, uint64_t *ret_checksum, tip_error *err);

/** Syncs a file or a folder to disk. TIP_OK or TIP_IO_ERROR. */
tip_status tip_sync_path(const char *path, tip_error *err);

/** "A/B" as a new string, to be released with free(); NULL when out of memory. */
char *tip_path_join(const char *folder, const char *name);

#ifdef __cplusplus
}
#endif

#endif
