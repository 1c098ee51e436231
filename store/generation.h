/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The folder of an index: which generation is in use, and what it consists of.
 *
 *   current                 "gen-7 CHECKSUM": the generation in use and its manifest's checksum
 *   lock                    locked (flock) while a generation is being made
 *   gen-7/manifest.json     what the generation consists of; locked (flock, shared) by readers
 *   gen-7/sources.json      the files it was made from, for the next update
 *   gen-7/paragraphs.store  texts and words of the paragraphs (store.h)
 *   gen-7/base.postings     postings, a single-file Xapian database
 *   gen-7/delta.postings    the same, of what the base does not have
 *   gen-7/gone.postings     the same, of what the base has and the store has no longer
 *   gen-7/portable/         in the portable layout, in place of the last four: a database that has
 *                           all of it (portable/layout.h)
 *   XAPIANDB                in the portable layout: names that database to other programs
 *
 * The store is what the same files would be indexed as anew, but for where its blocks begin. The
 * postings are in layers so that an update need not make all of them: the base stays as it is, and
 * is shared by generations with hard links, until the others have grown. Runs tell where the
 * documents of a layer stand in the store. An index made anew has a base only, and an empty one has
 * no files but the lists.
 */
#ifndef STORE_GENERATION_H
#define STORE_GENERATION_H

#include "store/store.h"
#include "tip/status.h"
#include "xapian-c/xapian_c.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Version of the folder's layout, of the manifest and of the files that it names. */
#define TIP_SCHEMA_VERSION 3

/** Version of what the room text/ does: an index made by another one has other terms. Raised with
 * every change of the words, the stems or the spelling of terms. */
#define TIP_ANALYSIS_VERSION 2

/** How a generation keeps its paragraphs. */
typedef enum tip_layout {
    TIP_LAYOUT_FAST,    /**< a store and postings of our own */
    TIP_LAYOUT_PORTABLE /**< one database that any Xapian program can open */
} tip_layout;

/** The layout of a name, "fast" or "portable"; false when there is none of that name. */
bool tip_layout_of_name(const char *name, tip_layout *ret_layout);

const char *tip_layout_name(tip_layout layout);

/** Names of the files of a generation, and of its layers in order. */
#define TIP_STORE_NAME "paragraphs.store"
#define TIP_BASE_NAME "base.postings"
#define TIP_DELTA_NAME "delta.postings"
#define TIP_GONE_NAME "gone.postings"

/** The layers of postings that a generation can have: the base, then the delta. */
enum { TIP_BASE, TIP_DELTA, TIP_LAYERS_MAX };

/** A file of a generation. */
typedef struct tip_index_file {
    char *path;        /**< NULL: there is no such file */
    uint64_t checksum; /**< of the whole file; of a store what tip_store_checksum gives, of a
                            folder what tip_folder_checksum gives */
    size_t documents;
} tip_index_file;

/** The most shards that there can be: two digits number them. */
#define TIP_SHARDS_MAX 100

/** What a generation consists of. Owned by the caller: initialize with {0}, release with
 * tip_manifest_free. */
typedef struct tip_manifest {
    unsigned number;
    char created[32]; /**< ISO 8601, UTC */
    size_t sources;
    uint64_t sources_checksum; /**< of sources.json */
    uint64_t tiers_checksum;   /**< of the file of tiers that was supplied; 0 for none */
    tip_layout layout;
    unsigned shard;          /**< which one, from 0, ... */
    unsigned shards;         /**< ... of how many it is; 0: it is whole */
    tip_index_file database; /**< of the portable layout, which has nothing of what follows */
    tip_index_file store;
    tip_index_file layers[TIP_LAYERS_MAX];
    size_t layer_count;
    tip_index_file gone;
    xc_run *runs; /**< where the documents of the store stand in the layers, in order */
    size_t run_count;
} tip_manifest;

void tip_manifest_free(tip_manifest *manifest);

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
    tip_store *store;                        /**< NULL when the index is empty */
    xc_index postings;                       /**< of the manifest; borrowed */
    const char *layer_paths[TIP_LAYERS_MAX]; /**< what stands behind it */
    int lock; /**< descriptor that keeps the generation from being removed */
} tip_generation;

/**
 * Opens the generation that `directory` names as current, and holds it until tip_generation_free:
 * updates do not disturb it. TIP_OK; TIP_NOT_FOUND when there is no index; TIP_BAD_VERSION with
 * both versions and the remedy; TIP_CORRUPT; TIP_NO_MEMORY; TIP_IO_ERROR.
 */
tip_status tip_generation_open(const char *directory, tip_generation **ret_generation,
                               tip_error *err);

/** Of how many shards the index in `directory` says to be one; 0 when it is whole, or cannot tell.
 */
unsigned tip_generation_shards(const char *directory);

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

/** The checksum of what an open file has from where it stands on; `path` is for messages. TIP_OK,
 * TIP_NO_MEMORY or TIP_IO_ERROR. */
tip_status tip_open_file_checksum(int fd, const char *path, uint64_t *ret_checksum, tip_error *err);

/** Files that the folder of a glass database can have, beside its lock; NULL is behind the last.
 * Only the first must be there. */
extern const char *const tip_glass_files[];

/**
 * Refuses a database in the folder `path` that leads elsewhere, or waits for somebody: libxapian
 * would follow symbolic links and read from pipes. TIP_OK; TIP_CORRUPT when the folder or a file of
 * it is such; TIP_NOT_FOUND when there is none; TIP_NO_MEMORY or TIP_IO_ERROR.
 */
tip_status tip_database_check_files(const char *path, tip_error *err);

/** The checksum of the files of a glass database's folder, by their names. TIP_OK, TIP_NO_MEMORY,
 * TIP_NOT_FOUND or TIP_IO_ERROR. */
tip_status tip_folder_checksum(const char *path, uint64_t *ret_checksum, tip_error *err);

/**
 * Opens a file of an index for reading; the caller closes *ret_fd. Links are not followed, and what
 * is no file, such as a pipe, is damage. TIP_OK; TIP_NOT_FOUND; TIP_CORRUPT with the remedy;
 * TIP_IO_ERROR.
 */
tip_status tip_open_in_index(const char *path, int *ret_fd, tip_error *err);

/** Syncs a file or a folder to disk. TIP_OK or TIP_IO_ERROR. */
tip_status tip_sync_path(const char *path, tip_error *err);

/**
 * Gives a file that is never changed a second name, `path`, or copies it where the file system does
 * not allow that. Not synced. TIP_OK, TIP_NO_MEMORY or TIP_IO_ERROR.
 */
tip_status tip_link_file(const char *old_path, const char *path, tip_error *err);

/** Copies a file to `path`, which must not exist. Not synced. TIP_OK, TIP_NO_MEMORY or
 * TIP_IO_ERROR. */
tip_status tip_copy_file(const char *old_path, const char *path, tip_error *err);

/**
 * Writes a small file aside, syncs it and renames it to `path`; a link there is replaced. The
 * folder is not synced. TIP_OK, TIP_NO_MEMORY or TIP_IO_ERROR.
 */
tip_status tip_replace_file(const char *path, const char *text, tip_error *err);

/** Whether a folder is named as that of a shard, and of which one. */
bool tip_shard_of_name(const char *name, unsigned *ret_shard);

/** "A/B" as a new string, to be released with free(); NULL when out of memory. */
char *tip_path_join(const char *folder, const char *name);

#ifdef __cplusplus
}
#endif

#endif
