/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tip_index_rollback: an older generation takes the place of the one in use. */
#include "base/error.h"
#include "indexer/folder.h"
#include "indexer/inspect.h"
#include "store/generation.h"
#include "tip/index.h"

#include <string.h>
#include <unistd.h>

static tip_status put_in_use(const char *directory, unsigned number, uint64_t checksum,
                             tip_error *err)
{
    tip_error reason;
    tip_status status = tip_generation_publish(directory, number, checksum, err);
    if (status != TIP_OK || tip_sync_path(directory, &reason) == TIP_OK)
        return status;
    return tip_fail(err, TIP_IO_ERROR,
                    "generation %u is in use again, but may not be after a power failure: %s",
                    number, reason.message);
}

/* Gives the checksum by which the generation is published, too. */
static tip_status verify(const char *directory, unsigned number, tip_rollback_summary *ret_summary,
                         uint64_t *ret_checksum, tip_error *err)
{
    tip_generation *g;
    tip_status status = tip_generation_open_kept(directory, number, &g, ret_checksum, err);
    if (status != TIP_OK)
        return status;
    status = tip_check_generation(g, err);
    if (status == TIP_OK) {
        *ret_summary = (tip_rollback_summary){
            .generation = number, .documents = g->store ? tip_store_documents(g->store) : 0};
        memcpy(ret_summary->created, g->manifest.created, sizeof ret_summary->created);
    }
    tip_generation_free(g);
    return status;
}

/* The lock is held. */
static tip_status go_back(const char *directory, tip_rollback_summary *ret_summary, tip_error *err)
{
    unsigned current;
    uint64_t checksum;
    tip_rollback_summary summary;
    tip_error reason;
    tip_status status = tip_generation_current(directory, &current, err);
    if (status != TIP_OK)
        return status;
    unsigned number = tip_folder_newest_below(directory, current);
    if (number == 0)
        return tip_fail(err, TIP_NOT_FOUND,
                        "%s: no generation older than %u was kept; use --keep when indexing",
                        directory, current);
    status = verify(directory, number, &summary, &checksum, &reason);
    if (status != TIP_OK)
        return tip_fail(err, status, "%s: generation %u stays in use: %s", directory, current,
                        reason.message);
    status = put_in_use(directory, number, checksum, err);
    if (status == TIP_OK)
        *ret_summary = summary;
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
