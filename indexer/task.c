/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "indexer/task.h"

/* Small enough that two jobs end together and a part fits the cache of the machine; large enough
 * that the merge of the parts stays cheap. Measured on the benchmark corpus, 1 job: 1 MiB takes
 * 13.5 s, 2 MiB 14.7 s, 4 MiB 19.6 s. */
enum { TASK_BYTES = 1024 * 1024, TASK_FILES = 1024 };

/* Three quarters of a saved page are menus and scripts. */
enum { HTML_SHARE = 4 };

static uint64_t text_size(const tip_known_source *source)
{
    return source->format == TIP_FORMAT_HTML ? source->size / HTML_SHARE : source->size;
}

static bool is_lines(const tip_planner *planner, size_t source)
{
    return planner->sources->items[source].format == TIP_FORMAT_JSONL;
}

/* Files up to the size of a task, and at least one. */
static void take_files(tip_planner *planner, tip_task *task)
{
    uint64_t text = 0;
    task->is_lines = false;
    while (planner->next_source < planner->sources->count &&
           !is_lines(planner, planner->next_source) && task->sources < TASK_FILES) {
        const tip_known_source *source = &planner->sources->items[planner->next_source];
        if (task->sources > 0 && text + text_size(source) > TASK_BYTES)
            break;
        text += text_size(source);
        task->size += source->size;
        task->sources++;
        planner->next_source++;
    }
}

static void end_lines(tip_planner *planner)
{
    (void)tip_loader_close(planner->loader, NULL);
    planner->loader = NULL;
    planner->next_source++;
}

static void take_lines(tip_planner *planner, tip_task *task)
{
    const char *path = planner->sources->items[planner->next_source].path;
    bool more = false;
    tip_status status = TIP_OK;
    task->is_lines = true;
    task->sources = 1;
    if (!planner->loader)
        status = tip_loader_open(path, &planner->loader, &task->problem);
    if (status == TIP_OK)
        status = tip_loader_next(planner->loader, TASK_BYTES, &task->bytes, &task->first_line,
                                 &more, &task->problem);
    task->failed = status != TIP_OK;
    task->size = task->bytes.size;
    if (task->failed || !more)
        end_lines(planner);
}

bool tip_planner_next(tip_planner *planner, tip_task *task)
{
    if (planner->next_source >= planner->sources->count)
        return false;
    tip_buf_clear(&task->bytes);
    *task = (tip_task){
        .number = planner->next_task++,
        .first_source = planner->next_source,
        .bytes = task->bytes,
    };
    if (is_lines(planner, planner->next_source))
        take_lines(planner, task);
    else
        take_files(planner, task);
    return true;
}

void tip_planner_free(tip_planner *planner)
{
    (void)tip_loader_close(planner->loader, NULL);
    planner->loader = NULL;
}
