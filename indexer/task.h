/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Tasks: how the work of a plan is cut into pieces of about the same size. The cut depends on the
 * files alone, so that the index does not depend on who works on what. Private to this room.
 */
#ifndef INDEXER_TASK_H
#define INDEXER_TASK_H

#include "corpus/parts.h"
#include "indexer/plan.h"
#include "indexer/sources.h"

/** About how many bytes of text a task, and a run of lines, has. Small enough that two jobs end
 * together and a part of the index fits the cache of the machine; large enough that the merge of
 * the parts stays cheap. Measured on the benchmark corpus, 1 job: 1 MiB takes 13.5 s, 2 MiB 14.7 s,
 * 4 MiB 19.6 s. */
#define TIP_TASK_BYTES ((size_t)1024 * 1024)

typedef enum tip_task_kind {
    TIP_TASK_FILES, /**< some whole files */
    TIP_TASK_PARTS, /**< some parts of one file */
    TIP_TASK_KNOWN  /**< some documents of the old store */
} tip_task_kind;

/** One piece of work. Initialize with {0}, release with tip_task_free. */
typedef struct tip_task {
    size_t number; /**< from 0, in the order of the plan */
    tip_task_kind kind;
    const tip_work *work; /**< of the plan, from the first that this task has a part in */
    size_t files;         /**< of FILES: how many */
    bool is_first;        /**< of PARTS: the first ones of that source */
    uint64_t checksum;    /**< of that source, if they are: before any of them was read */
    tip_part *parts;      /**< of PARTS; owned by the task */
    size_t part_count;
    uint32_t skipped;   /**< of KNOWN: documents of the first work that earlier tasks have */
    uint32_t documents; /**< of KNOWN: how many */
    size_t ignored;     /**< members of the archive that ends with these parts which are not read */
    uint64_t size;      /**< bytes on disk, for progress; approximate for parts */
    tip_status
        status; /**< not TIP_OK: the source could not be read behind the parts; see `problem` */
    tip_error problem;
} tip_task;

/** Releases what the task holds; it is {0} again. */
void tip_task_free(tip_task *task);

/** Where the cutting stands. Initialize with {0}, the sources and the plan; release with
 * tip_planner_free. One thread at a time. */
typedef struct tip_planner {
    const tip_known_list *sources;
    const tip_plan *plan;
    size_t next_work;
    size_t next_task;
    uint32_t taken;   /**< documents of the next work that tasks have */
    tip_parts *parts; /**< of the source of the next work; NULL when none is open */
    tip_part ahead;   /**< the first of the next task */
    bool has_ahead;
} tip_planner;

/** Cuts the next task off into *task, which is {0} before. *ret_found is false when nothing is
 * left. TIP_OK or TIP_NO_MEMORY. */
tip_status tip_planner_next(tip_planner *planner, tip_task *task, bool *ret_found, tip_error *err);

void tip_planner_free(tip_planner *planner);

#endif
