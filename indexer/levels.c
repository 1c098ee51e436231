/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "indexer/levels.h"

#include "base/error.h"
#include "store/generation.h"

#include <stdlib.h>

static tip_status compact_level(const tip_compaction *how, tip_paths *p, const char *folder,
                                const char *name, size_t level, tip_error *err)
{
    tip_paths next = {0};
    tip_status status = TIP_OK;
    for (size_t first = 0; first < p->count && status == TIP_OK; first += how->most) {
        size_t count = p->count - first < how->most ? p->count - first : how->most;
        status = tip_paths_add(&next, err, "%s/%s-%zu-%zu", folder, name, level, next.count);
        if (status == TIP_OK)
            status = how->compact((const char *const *)p->items + first, count,
                                  next.items[next.count - 1], err);
    }
    if (status == TIP_OK)
        status = tip_paths_remove(p, err);
    tip_paths_free(p);
    *p = next;
    return status;
}

tip_status tip_compact_to_few(const tip_compaction *how, tip_paths *p, size_t extra,
                              const char *folder, const char *name, tip_error *err)
{
    tip_status status = TIP_OK;
    for (size_t level = 1; status == TIP_OK && p->count + extra > how->most; level++)
        status = compact_level(how, p, folder, name, level, err);
    return status;
}

tip_status tip_compact_levels(const tip_compaction *how, tip_paths *p, const char *more,
                              const char *folder, const char *name, tip_error *err)
{
    size_t extra = more ? 1 : 0;
    tip_status status = tip_compact_to_few(how, p, extra, folder, name, err);
    char *path = tip_path_join(folder, name);
    const char **sources = calloc(p->count + 1, sizeof *sources);
    if (status == TIP_OK && (!path || !sources))
        status = tip_fail_memory(err);
    if (status == TIP_OK) {
        for (size_t i = 0; i < p->count; i++)
            sources[i] = p->items[i];
        sources[p->count] = more;
        status = how->compact(sources, p->count + extra, path, err);
    }
    if (status == TIP_OK)
        status = tip_paths_remove(p, err);
    free(sources);
    free(path);
    return status;
}
