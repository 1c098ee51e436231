/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "indexer/task.h"

#include "base/error.h"

#include <stdlib.h>

enum { TASK_FILES = 1024 };

/* About TIP_TASK_BYTES of text from a store. */
enum { TASK_DOCUMENTS = 2048 };

/* Three quarters of a saved page are menus and scripts. */
enum { HTML_SHARE = 4 };

static uint64_t text_size(tip_format format, uint64_t size)
{
    return format == TIP_FORMAT_HTML ? size / HTML_SHARE : size;
}

void tip_task_free(tip_task *task)
{
    for (size_t i = 0; i < task->part_count; i++)
        tip_part_free(&task->parts[i]);
    free(task->parts);
    *task = (tip_task){0};
}

static const tip_work *next_work(const tip_planner *planner)
{
    const tip_plan *plan = planner->plan;
    return planner->next_work < plan->count ? &plan->work[planner->next_work] : NULL;
}

/* The source of the next work, which is to be read. */
static const tip_known_source *next_source(const tip_planner *planner)
{
    return &planner->sources->items[next_work(planner)->source];
}

/* Whether a source is cut into parts; others are whole files. */
static bool is_cut(const tip_known_source *source)
{
    return source->format == TIP_FORMAT_JSONL || source->format == TIP_FORMAT_CSV ||
           source->format == TIP_FORMAT_ARCHIVE;
}

/* Files up to the size of a task, and at least one. */
static void take_files(tip_planner *planner, tip_task *task)
{
    uint64_t text = 0;
    task->kind = TIP_TASK_FILES;
    while (next_work(planner) && !next_work(planner)->is_known && task->files < TASK_FILES) {
        const tip_known_source *source = next_source(planner);
        uint64_t more = text_size(source->format, source->size);
        if (is_cut(source) || (task->files > 0 && text + more > TIP_TASK_BYTES))
            break;
        text += more;
        task->size += source->size;
        task->files++;
        planner->next_work++;
    }
}

/* Documents up to the size of a task, of one work or of several. */
static void take_known(tip_planner *planner, tip_task *task)
{
    const tip_work *work;
    task->kind = TIP_TASK_KNOWN;
    task->skipped = planner->taken;
    while ((work = next_work(planner)) && work->is_known && work->is_gone == task->work->is_gone &&
           task->documents < TASK_DOCUMENTS) {
        uint32_t left = work->count - planner->taken;
        uint32_t room = TASK_DOCUMENTS - task->documents;
        uint32_t more = left < room ? left : room;
        task->documents += more;
        planner->taken += more;
        if (more < left)
            break;
        planner->taken = 0;
        planner->next_work++;
    }
}

/* ---- Parts ---- */

/* A failure is the task's that the part would have been in. */
static void look_ahead(tip_planner *planner, tip_task *task)
{
    task->status = tip_parts_next(planner->parts, TIP_TASK_BYTES, &planner->ahead,
                                  &planner->has_ahead, &task->problem);
    if (task->status != TIP_OK)
        planner->has_ahead = false;
}

static void open_source(tip_planner *planner, tip_task *task)
{
    const tip_known_source *source = next_source(planner);
    task->is_first = true;
    task->status = tip_file_checksum(source->path, &task->checksum, &task->problem);
    if (task->status == TIP_OK)
        task->status =
            tip_parts_open(source->path, source->format, &planner->parts, &task->problem);
    if (task->status == TIP_OK)
        look_ahead(planner, task);
}

static void end_source(tip_planner *planner, tip_task *task)
{
    if (planner->parts)
        task->ignored = tip_parts_ignored(planner->parts);
    tip_parts_close(planner->parts);
    planner->parts = NULL;
    planner->next_work++;
}

/* Parts up to the size of a task, and at least one. */
static tip_status take_parts(tip_planner *planner, tip_task *task, tip_error *err)
{
    uint64_t text = 0;
    task->kind = TIP_TASK_PARTS;
    if (!planner->parts)
        open_source(planner, task);
    while (planner->has_ahead && task->part_count < TASK_FILES) {
        uint64_t more = text_size(planner->ahead.format, planner->ahead.bytes.size);
        if (task->part_count > 0 && text + more > TIP_TASK_BYTES)
            break;
        tip_part *parts = reallocarray(task->parts, task->part_count + 1, sizeof *parts);
        if (!parts)
            return tip_fail_memory(err);
        task->parts = parts;
        task->parts[task->part_count++] = planner->ahead;
        text += more;
        task->size += planner->ahead.on_disk;
        planner->ahead = (tip_part){0};
        look_ahead(planner, task);
    }
    if (!planner->has_ahead)
        end_source(planner, task);
    return TIP_OK;
}

tip_status tip_planner_next(tip_planner *planner, tip_task *task, bool *ret_found, tip_error *err)
{
    const tip_work *work = next_work(planner);
    *ret_found = work;
    if (!work)
        return TIP_OK;
    task->number = planner->next_task++;
    task->work = work;
    if (work->is_known)
        take_known(planner, task);
    else if (is_cut(next_source(planner)))
        return take_parts(planner, task, err);
    else
        take_files(planner, task);
    return TIP_OK;
}

void tip_planner_free(tip_planner *planner)
{
    tip_part_free(&planner->ahead);
    tip_parts_close(planner->parts);
    planner->parts = NULL;
}
