/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tip_index_rollback: an older generation takes the place of the one in use. */
#include "base/error.h"
#include "indexer/folder.h"
#include "indexer/inspect.h"
#include "store/generation.h"
#include "tip/index.h"

#include <string.h>
#include <unistd.h>

/* A generation that was verified. */
typedef struct candidate {
    tip_rollback_summary summary;
    uint64_t checksum; /* by which it is published */
    tip_layout layout;
} candidate;

static tip_status put_in_use(const char *directory, const candidate *c, tip_error *err)
{
    tip_error reason;
    unsigned number = c->summary.generation;
    tip_status status = tip_folder_put_in_use(directory, c->layout, number, c->checksum, err);
    if (status != TIP_OK || tip_sync_path(directory, &reason) == TIP_OK)
        return status;
    return tip_fail(err, TIP_IO_ERROR,
                    "generation %u is in use again, but may not be after a power failure: %s",
                    number, reason.message);
}

static tip_status verify(const char *directory, unsigned number, candidate *c, tip_error *err)
{
    tip_generation *g;
    tip_status status = tip_generation_open_kept(directory, number, &g, &c->checksum, err);
    if (status != TIP_OK)
        return status;
    status = tip_check_generation(g, err);
    if (status == TIP_OK) {
        c->layout = g->manifest.layout;
        c->summary.generation = number;
        c->summary.documents =
            g->store ? tip_store_documents(g->store) : g->manifest.database.documents;
        memcpy(c->summary.created, g->manifest.created, sizeof c->summary.created);
    }
    tip_generation_free(g);
    return status;
}

/* The lock is held. */
static tip_status go_back(const char *directory, tip_rollback_summary *ret_summary, tip_error *err)
{
    unsigned current;
    candidate c;
    tip_error reason;
    tip_status status = tip_generation_current(directory, &current, err);
    if (status != TIP_OK)
        return status;
    unsigned number = tip_folder_newest_below(directory, current);
    if (number == 0)
        return tip_fail(
            err, TIP_NOT_FOUND,
            "%s: no generation older than %u was kept; --keep N, when indexing, keeps more",
            directory, current);
    status = verify(directory, number, &c, &reason);
    if (status != TIP_OK)
        return tip_fail(err, status, "%s: generation %u stays in use: %s", directory, current,
                        reason.message);
    status = put_in_use(directory, &c, err);
    if (status == TIP_OK)
        *ret_summary = c.summary;
    return status;
}

tip_status tip_index_rollback(const char *directory, unsigned wait_seconds,
                              tip_rollback_summary *ret_summary, tip_error *err)
{
    /* Before the lock, which would be made in any folder. */
    unsigned current;
    int lock;
    tip_status status = tip_generation_current(directory, &current, err);
    if (status == TIP_OK)
        status = tip_folder_lock(directory, wait_seconds, &lock, err);
    if (status != TIP_OK)
        return status;
    status = go_back(directory, ret_summary, err);
    close(lock);
    return status;
}
