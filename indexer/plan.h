/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What an update has to do: which postings stay, which are made, and of what. Private to this room.
 */
#ifndef INDEXER_PLAN_H
#define INDEXER_PLAN_H

#include "indexer/sources.h"
#include "store/generation.h"

/** Documents whose postings are to be made. */
typedef struct tip_work {
    bool is_gone;   /**< the postings of what is gone; else of the base or the delta */
    bool is_known;  /**< documents of the old store; else a source that is to be read */
    size_t source;  /**< place in the list, of what is to be read */
    uint32_t first; /**< number of the first document, of what is known ... */
    uint32_t count; /**< ... and how many there are */
} tip_work;

/** Initialize with {0}, release with tip_plan_free. */
typedef struct tip_plan {
    bool anew;      /**< a base is made of all documents; else a delta beside the old base */
    tip_work *work; /**< in the order of the documents, those that are gone last */
    size_t count;
} tip_plan;

/**
 * Whether a new base is due: what a delta and what is gone cost a search and each further update
 * grows with them. Numbers of documents: in the index, of the base that are in the index, and
 * in the base.
 */
bool tip_plan_is_base_worn(uint64_t live, uint64_t kept, uint64_t base);

/**
 * Makes the plan for the sources `now` where those of the generation with this manifest, NULL when
 * there is none that can be used, were `before` (tip_known_list_compare), and sets which sources
 * are kept. How many documents will be read is guessed from the sizes of the files. TIP_OK or
 * TIP_NO_MEMORY.
 */
tip_status tip_plan_make(const tip_known_list *before, tip_known_list *now,
                         const tip_manifest *manifest, tip_plan *ret_plan);

/** The plan for the portable layout: sources that are not known are read; it is made anew when no
 * other has documents. TIP_OK or TIP_NO_MEMORY. */
tip_status tip_plan_make_portable(const tip_known_list *now, tip_plan *ret_plan);

/** Where the documents of the sources, all of which have been read, stand in the layers: an array
 * of runs, to be released with free(). TIP_OK or TIP_NO_MEMORY. */
tip_status tip_plan_runs(const tip_plan *plan, const tip_known_list *now, xc_run **ret_runs,
                         size_t *ret_count);

void tip_plan_free(tip_plan *plan);

#endif
