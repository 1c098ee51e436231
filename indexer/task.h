/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Tasks: how the sources are cut into pieces of work of about the same size. The cut depends on
 * the files alone, so that the index does not depend on who works on what. Private to this room.
 */
#ifndef INDEXER_TASK_H
#define INDEXER_TASK_H

#include "base/buf.h"
#include "corpus/load.h"
#include "indexer/sources.h"

/** One piece of work: some whole files, or some lines of one file. */
typedef struct tip_task {
    size_t number; /**< from 0, in the order of the sources */
    size_t first_source;
    size_t sources;    /**< how many, from the first */
    bool is_lines;     /**< the bytes are lines of the first source; else load the files */
    tip_buf bytes;     /**< owned by the task's user, reused from task to task */
    size_t first_line; /**< of the bytes in their file */
    uint64_t size;     /**< bytes on disk, for progress; approximate for compressed lines */
    bool failed;       /**< the source could not be read on; why is in `problem` */
    tip_error problem;
} tip_task;

/** Where the cutting stands. Initialize with {0} and the sources; release with
 * tip_planner_free. One thread at a time. */
typedef struct tip_planner {
    const tip_known_list *sources;
    size_t next_source;
    size_t next_task;
    tip_loader *loader; /**< of the lines of source next_source; NULL when none is open */
} tip_planner;

/** Cuts the next task off. False when nothing is left. */
bool tip_planner_next(tip_planner *planner, tip_task *task);

void tip_planner_free(tip_planner *planner);

#endif
