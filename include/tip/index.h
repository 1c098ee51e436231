/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Making and keeping an index: what stands behind the tipindex command.
 *
 * An index is a folder. Its file `current` names the generation in use, a subfolder that is never
 * changed once it is complete; an update builds the next one aside and swaps it in with
 * rename(2), so that readers are not disturbed and a failure loses nothing.
 */
#ifndef TIP_INDEX_H
#define TIP_INDEX_H

#include "tip/record.h"
#include "tip/status.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/**
 * The folder of the index when none is named: $TIPSEARCH_DB, else $XDG_DATA_HOME/tipsearch, else
 * $HOME/.local/share/tipsearch. A new string, to be released with free(); NULL when none of these
 * is set or memory ran out.
 */
char *tip_index_default_directory(void);

/** Whether there is an input format of that name (tip_update_options.input). */
bool tip_index_knows_input(const char *name);

/** How far an update has come. */
typedef struct tip_progress {
    uint64_t done;    /**< bytes of source files read */
    uint64_t total;   /**< bytes of source files to read */
    size_t documents; /**< paragraphs so far */
    bool merging;     /**< all is read; the parts are being put together */
} tip_progress;

/**
 * What an update should do. All zero is the default. The callbacks may be NULL; they may be
 * called from other threads than the caller's, one at a time.
 */
typedef struct tip_update_options {
    const char *input;  /**< "auto", "html", "text", "jsonl", "csv" or "archive"; NULL for "auto" */
    const char *tiers;  /**< file of tiers for records that have none; NULL for none. A table
                             with the columns year, tier, and country or iso3 */
    bool rebuild;       /**< read every source again, changed or not */
    const char *layout; /**< "fast", what this library searches best, or "portable", one database
                             that any Xapian program can open; NULL for that of the index, else
                             "fast". An index gets another one by `rebuild` only */
    unsigned shard;     /**< hold only the reports of this shard, from 0, ... */
    unsigned shards;    /**< ... of so many, at most 100; 0 for what the index holds, else all */
    unsigned jobs;      /**< threads; 0 for one per processor */
    unsigned wait_seconds; /**< how long to wait for another update to finish */
    unsigned keep; /**< how many generations older than the new one to keep, the newest ones, for
                        tip_index_rollback; all others that no reader holds are removed */
    void (*progress)(void *payload, const tip_progress *progress);
    /** One line of UTF-8 about something that was skipped; it names the file. */
    void (*warning)(void *payload, const char *message);
    /** One line about what is being done, for --verbose. */
    void (*note)(void *payload, const char *message);
    void *payload; /**< handed to the callbacks */
} tip_update_options;

/** What an update did. A source is a file; an archive is one, whatever is in it. */
typedef struct tip_update_summary {
    size_t added;     /**< sources that were not in the index */
    size_t changed;   /**< sources whose content is another */
    size_t removed;   /**< sources that are no longer there */
    size_t unchanged; /**< sources left as they were */
    size_t failed;    /**< sources that could not be read, in whole or in part; the file of tiers
                           counts as one */
    size_t ignored;   /**< files below a folder or in an archive that are of no kind that is read */
    size_t documents; /**< paragraphs in the index now */
    unsigned generation; /**< number of the generation in use now */
    bool written;        /**< a new generation was made; false: nothing had changed */
} tip_update_summary;

/**
 * Makes the index in the folder `directory` (created when missing) hold exactly what the files
 * and folders `paths` hold.
 *
 * TIP_OK, also when single sources failed (see the summary and the warnings). On any other status
 * the old index is as it was: TIP_NO_MEMORY, TIP_BAD_ARGUMENT, TIP_IO_ERROR, TIP_NOT_FOUND (a
 * path does not exist), TIP_LOCKED (another update is running), TIP_BAD_INPUT (no paragraph in
 * any file, or the file of tiers cannot be read), TIP_TOO_LARGE,
 * TIP_ENGINE_ERROR.
 */
tip_status tip_index_update(const char *directory, const char *const *paths, size_t count,
                            const tip_update_options *options, tip_update_summary *ret_summary,
                            tip_error *err);

/* ---- Shards: one index as several, for a host or a disk each ---- */

/** How many shards the index in the folder `directory` has: indexes of their own in its folders
 * shard-00, shard-01 and so on, also those that are missing while another one is there. 0 when it
 * is an index itself, or there is none. */
unsigned tip_index_shards(const char *directory);

/** The folder of one of them, from 0. A new string, to be released with free(); NULL when memory
 * ran out. */
char *tip_index_shard_directory(const char *directory, unsigned shard);

/**
 * Updates `shards` of them, 0 for as many as there are, one behind the other, as tip_index_update
 * does with the options shard and shards. Whole reports fall to one; every shard reads every file
 * that has changed. More shards than before take their share from each: with options->rebuild only.
 * In the summary files count once; the warnings about them are told once.
 *
 * TIP_OK; TIP_BAD_ARGUMENT also when the folder is an index itself, or has more shards. On any
 * other status shards before the one that failed are updated, the others are as they were; else as
 * tip_index_update.
 */
tip_status tip_index_update_shards(const char *directory, unsigned shards, const char *const *paths,
                                   size_t count, const tip_update_options *options,
                                   tip_update_summary *ret_summary, tip_error *err);

/** A generation that was put back in use. */
typedef struct tip_rollback_summary {
    unsigned generation; /**< its number */
    char created[32];    /**< when it was made, ISO 8601, UTC */
    size_t documents;    /**< paragraphs in it */
} tip_rollback_summary;

/**
 * Puts the newest generation that is older than the one in use, and was kept (see
 * tip_update_options.keep), back in its place, after verifying it as tip_index_check does. The one
 * in use may be damaged. It is removed by the next update, which compares the sources with those of
 * the generation in use, and gives the next one a number that none has had.
 *
 * TIP_OK. On any other status the same generation is in use as before: TIP_NOT_FOUND (no index, or
 * none was kept), TIP_LOCKED (another update is running, also after waiting so many seconds),
 * TIP_CORRUPT and TIP_BAD_VERSION (the kept one, which is named), TIP_NO_MEMORY, TIP_ENGINE_ERROR,
 * TIP_IO_ERROR. With the last the message can also be that the change was made but may not outlast
 * a power failure.
 */
tip_status tip_index_rollback(const char *directory, unsigned wait_seconds,
                              tip_rollback_summary *ret_summary, tip_error *err);

/** Where tip_index_explain sends what it finds, file by file. The callbacks may not be NULL; a
 * status other than TIP_OK ends it and is returned. */
typedef struct tip_explanation {
    /** A file, or a member of an archive, that is being read as `format` ("html", "jsonl", ...). */
    tip_status (*file)(void *payload, const char *path, const char *format);
    /** A paragraph of it, in order; its strings are valid during the call only. Its id and its
     * number are often not known yet: an update counts the paragraphs of a section. */
    tip_status (*record)(void *payload, const tip_record *record, size_t words);
    /** One line about what was skipped, in this file or, before the first, in looking for files. */
    void (*warning)(void *payload, const char *message);
    void *payload; /**< handed to the callbacks */
} tip_explanation;

/**
 * Tells what the readers make of the files and folders `paths`, without an index. Of the options,
 * which may be NULL, only input and tiers matter.
 *
 * TIP_OK, also when files cannot be read: a warning says why. TIP_NO_MEMORY, TIP_BAD_ARGUMENT (no
 * such input format), TIP_IO_ERROR, TIP_BAD_INPUT (the file of tiers), or what a callback returned.
 */
tip_status tip_index_explain(const char *const *paths, size_t count,
                             const tip_update_options *options, const tip_explanation *explanation,
                             tip_error *err);

/**
 * Verifies every checksum, every posting and every number of the index; changes nothing. TIP_OK,
 * TIP_CORRUPT (the message names the file), TIP_BAD_VERSION, TIP_NOT_FOUND, TIP_NO_MEMORY,
 * TIP_IO_ERROR, TIP_ENGINE_ERROR.
 */
tip_status tip_index_check(const char *directory, tip_error *err);

/** Figures of an index. */
typedef struct tip_index_stats {
    size_t documents;       /**< paragraphs */
    size_t reports;         /**< different combinations of year, country, title and source */
    size_t sources;         /**< files it was made from */
    size_t sections;        /**< different section headings */
    size_t vocabulary;      /**< different words */
    uint64_t words;         /**< words of all paragraphs */
    uint64_t text_bytes;    /**< bytes of all paragraphs */
    uint64_t store_bytes;   /**< bytes of the store on disk */
    uint64_t posting_bytes; /**< bytes of the postings on disk */
    size_t delta_documents; /**< paragraphs whose postings stand beside the base of the index ... */
    size_t gone_documents;  /**< ... and those that the base has and the index has no longer */
    unsigned generation;    /**< number of the generation in use */
    char created[32];       /**< when it was made, ISO 8601, UTC */
    const char *layout; /**< "fast" or "portable", which has all of it in posting_bytes; static */
    unsigned shard;     /**< which one, from 0, ... */
    unsigned shards;    /**< ... of how many shards the index is; 0: it is whole */
} tip_index_stats;

/** Reads the figures. TIP_OK, or as tip_index_check. */
tip_status tip_index_stats_read(const char *directory, tip_index_stats *ret_stats, tip_error *err);

/**
 * Hands every record of the index to `record`, in order; its strings are valid during the call
 * only. A status other than TIP_OK from the callback ends the dump and is returned. Else as
 * tip_index_check.
 */
tip_status tip_index_dump(const char *directory,
                          tip_status (*record)(void *payload, const tip_record *record),
                          void *payload, tip_error *err);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
