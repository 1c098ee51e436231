/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "indexer/plan.h"

#include <stdlib.h>

/* The largest share of the index that the delta and what is gone may have together, as 1 in this.
 */
enum { WORN_SHARE = 8 };

bool tip_plan_is_base_worn(uint64_t live, uint64_t kept, uint64_t base)
{
    uint64_t delta = live - kept;
    uint64_t gone = base - kept;
    return kept == 0 || (delta + gone) * WORN_SHARE > live;
}

/* ---- How many documents there will be ---- */

/* Documents a byte of the files before. */
static double density(const tip_known_list *before)
{
    double documents = 0;
    double bytes = 1;
    for (size_t i = 0; i < before->count; i++) {
        documents += (double)before->items[i].documents;
        bytes += (double)before->items[i].size;
    }
    return documents / bytes;
}

static uint64_t expect_documents(const tip_known_list *before, const tip_known_list *now)
{
    double to_read = 0;
    uint64_t known = 0;
    for (size_t i = 0; i < now->count; i++) {
        if (now->items[i].known)
            known += now->items[i].documents;
        else
            to_read += (double)now->items[i].size;
    }
    return known + (uint64_t)(to_read * density(before));
}

/* Documents of the base that stay. */
static uint64_t count_posted(const tip_known_list *now)
{
    uint64_t count = 0;
    for (size_t i = 0; i < now->count; i++)
        if (now->items[i].known && now->items[i].posted > 0)
            count += now->items[i].documents;
    return count;
}

static bool must_start_anew(const tip_known_list *before, const tip_known_list *now,
                            const tip_manifest *manifest)
{
    if (!manifest || manifest->layer_count == 0)
        return true;
    return tip_plan_is_base_worn(expect_documents(before, now), count_posted(now),
                                 manifest->layers[TIP_BASE].documents);
}

/* ---- Work ---- */

/* Documents of the old store; those that stand behind the last ones join them. */
static void add_known(tip_plan *plan, const tip_known_source *source, bool is_gone)
{
    tip_work *last = plan->count > 0 ? &plan->work[plan->count - 1] : NULL;
    uint32_t count = (uint32_t)source->documents;
    if (count == 0)
        return;
    if (last && last->is_known && last->is_gone == is_gone &&
        last->first + last->count == source->stored)
        last->count += count;
    else
        plan->work[plan->count++] = (tip_work){
            .is_gone = is_gone, .is_known = true, .first = source->stored, .count = count};
}

static void add_source(tip_plan *plan, const tip_known_list *now, size_t i)
{
    const tip_known_source *source = &now->items[i];
    if (!source->known)
        plan->work[plan->count++] = (tip_work){.source = i};
    else if (!source->kept)
        add_known(plan, source, false);
}

tip_status tip_plan_make(const tip_known_list *before, tip_known_list *now,
                         const tip_manifest *manifest, tip_plan *ret_plan)
{
    tip_plan plan = {
        .anew = must_start_anew(before, now, manifest),
        .work = calloc(before->count + now->count + 1, sizeof *plan.work),
    };
    if (!plan.work)
        return TIP_NO_MEMORY;
    for (size_t i = 0; i < now->count; i++) {
        tip_known_source *source = &now->items[i];
        source->kept = !plan.anew && source->known && source->posted > 0;
        add_source(&plan, now, i);
    }
    for (size_t i = 0; !plan.anew && i < before->count; i++)
        if (!before->items[i].known && before->items[i].posted > 0)
            add_known(&plan, &before->items[i], true);
    *ret_plan = plan;
    return TIP_OK;
}

tip_status tip_plan_make_portable(const tip_known_list *now, tip_plan *ret_plan)
{
    tip_plan plan = {.anew = true, .work = calloc(now->count + 1, sizeof *plan.work)};
    if (!plan.work)
        return TIP_NO_MEMORY;
    for (size_t i = 0; i < now->count; i++) {
        if (!now->items[i].known)
            plan.work[plan.count++] = (tip_work){.source = i};
        else if (now->items[i].documents > 0)
            plan.anew = false;
    }
    *ret_plan = plan;
    return TIP_OK;
}

void tip_plan_free(tip_plan *plan)
{
    free(plan->work);
    *plan = (tip_plan){0};
}

/* ---- Runs ---- */

tip_status tip_plan_runs(const tip_plan *plan, const tip_known_list *now, xc_run **ret_runs,
                         size_t *ret_count)
{
    xc_run *runs = calloc(now->count + 1, sizeof *runs);
    size_t count = 0;
    uint32_t made = 0;
    if (!runs)
        return TIP_NO_MEMORY;
    for (size_t i = 0; i < now->count; i++) {
        const tip_known_source *source = &now->items[i];
        xc_run run = {TIP_BASE, source->posted, (uint32_t)source->documents};
        if (run.count == 0)
            continue;
        if (!source->kept) {
            run.layer = plan->anew ? TIP_BASE : TIP_DELTA;
            run.first = made + 1;
            made += run.count;
        }
        xc_run *last = count > 0 ? &runs[count - 1] : NULL;
        if (last && last->layer == run.layer && last->first + last->count == run.first)
            last->count += run.count;
        else
            runs[count++] = run;
    }
    *ret_runs = runs;
    *ret_count = count;
    return TIP_OK;
}
