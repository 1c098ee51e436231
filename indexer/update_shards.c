/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tip_index_update_shards: one index after the other, each of which reads the files for itself. */
#include "base/error.h"
#include "indexer/folder.h"
#include "store/strings.h"
#include "tip/index.h"

#include <stdlib.h>
#include <unistd.h>

/* What the updates of all shards have in common. */
typedef struct shards_update {
    const char *directory;
    unsigned shards;
    const tip_update_options *options; /* of the caller */
    tip_strings *told;                 /* warnings: each shard meets those of the files again */
} shards_update;

static void warn_once(void *payload, const char *message)
{
    const shards_update *u = payload;
    size_t before = tip_strings_count(u->told);
    uint32_t number;
    tip_status status = tip_strings_add(u->told, tip_str_of(message), &number);
    bool is_new = status != TIP_OK || tip_strings_count(u->told) > before;
    if (is_new && u->options->warning)
        u->options->warning(u->options->payload, message);
}

static void pass_note(void *payload, const char *message)
{
    const shards_update *u = payload;
    u->options->note(u->options->payload, message);
}

static void pass_progress(void *payload, const tip_progress *progress)
{
    const shards_update *u = payload;
    u->options->progress(u->options->payload, progress);
}

/* The files are the same for all: what one shard has to do that others did already counts once. */
static void add_summary(tip_update_summary *all, const tip_update_summary *one)
{
    size_t documents = all->documents + one->documents;
    bool written = all->written || one->written;
    unsigned generation = one->generation > all->generation ? one->generation : all->generation;
    if (one->added + one->changed + one->removed + one->unchanged == 0)
        return;
    if (all->generation == 0 ||
        one->added + one->changed + one->removed > all->added + all->changed + all->removed)
        *all = *one;
    all->documents = documents;
    all->written = written;
    all->generation = generation;
}

static tip_status update_shard(shards_update *u, unsigned shard, const char *const *paths,
                               size_t count, tip_update_summary *ret_summary, tip_error *err)
{
    tip_update_options options = *u->options;
    char *directory = tip_index_shard_directory(u->directory, shard);
    if (!directory)
        return tip_fail_memory(err);
    options.shard = shard;
    options.shards = u->shards;
    options.warning = warn_once;
    options.note = u->options->note ? pass_note : NULL;
    options.progress = u->options->progress ? pass_progress : NULL;
    options.payload = u;
    tip_status status = tip_index_update(directory, paths, count, &options, ret_summary, err);
    free(directory);
    return status;
}

/* ---- The folder ---- */

static tip_status check_number(const shards_update *u, unsigned before, tip_error *err)
{
    unsigned current;
    if (tip_generation_current(u->directory, &current, NULL) != TIP_NOT_FOUND)
        return tip_fail(err, TIP_BAD_ARGUMENT,
                        "%s: is one index, not shards of one; name another folder with --db",
                        u->directory);
    if (u->shards < 1 || u->shards > TIP_SHARDS_MAX)
        return tip_fail(err, TIP_BAD_ARGUMENT, "there can be 1 to %d shards, not %u",
                        TIP_SHARDS_MAX, u->shards);
    if (before > u->shards)
        return tip_fail(err, TIP_BAD_ARGUMENT,
                        "%s: has %u shards; to have fewer, name another folder with --db",
                        u->directory, before);
    if (before > 0 && before < u->shards && !u->options->rebuild)
        return tip_fail(err, TIP_BAD_ARGUMENT,
                        "%s: has %u shards; to make %u of them, read every file again with "
                        "--rebuild",
                        u->directory, before, u->shards);
    return TIP_OK;
}

/* To make one anew that is only not there would read everything, and hide it when it comes back.
 * Before the first update is done there may be only some. */
static tip_status check_presence(const shards_update *u, unsigned before, tip_error *err)
{
    unsigned missing = before, made = 0;
    for (unsigned i = 0; i < before; i++) {
        unsigned current;
        char *path = tip_index_shard_directory(u->directory, i);
        if (!path)
            return tip_fail_memory(err);
        made += tip_generation_current(path, &current, NULL) != TIP_NOT_FOUND;
        if (access(path, F_OK) != 0 && missing == before)
            missing = i;
        free(path);
    }
    if (missing == before || made == 0 || u->options->rebuild)
        return TIP_OK;
    return tip_fail(err, TIP_NOT_FOUND,
                    "%s/shard-%02u: missing; the index has %u shards: bring it back, or make it "
                    "anew with --rebuild, which reads every file again",
                    u->directory, missing, before);
}

/* All are there before the first is filled, so that they can be counted. */
static tip_status make_folders(const shards_update *u, tip_error *err)
{
    tip_status status = tip_folder_prepare(u->directory, err);
    for (unsigned i = 0; i < u->shards && status == TIP_OK; i++) {
        char *path = tip_index_shard_directory(u->directory, i);
        status = path ? tip_folder_prepare(path, err) : tip_fail_memory(err);
        free(path);
    }
    return status;
}

static tip_status name_databases(const shards_update *u, tip_error *err)
{
    tip_buf lines = {0};
    bool is_portable = true;
    tip_status status = TIP_OK;
    for (unsigned i = 0; i < u->shards && status == TIP_OK; i++) {
        char *path = tip_index_shard_directory(u->directory, i);
        is_portable = is_portable && path && tip_folder_has_stub(path);
        free(path);
        status = tip_folder_add_shard(i, &lines);
    }
    if (status == TIP_OK)
        status = tip_buf_add_byte(&lines, '\0');
    if (status == TIP_OK)
        status = tip_folder_write_stub(u->directory, is_portable ? lines.data : NULL, err);
    else
        status = tip_fail_memory(err);
    tip_buf_free(&lines);
    return status;
}

static tip_status update_all(shards_update *u, const char *const *paths, size_t count,
                             tip_update_summary *all, tip_error *err)
{
    tip_status status = make_folders(u, err);
    for (unsigned i = 0; i < u->shards && status == TIP_OK; i++) {
        tip_update_summary one = {0};
        status = update_shard(u, i, paths, count, &one, err);
        if (status == TIP_OK)
            add_summary(all, &one);
    }
    if (status == TIP_OK)
        status = name_databases(u, err);
    return status == TIP_OK ? tip_sync_path(u->directory, err) : status;
}

tip_status tip_index_update_shards(const char *directory, unsigned shards, const char *const *paths,
                                   size_t count, const tip_update_options *options,
                                   tip_update_summary *ret_summary, tip_error *err)
{
    static const tip_update_options defaults = {0};
    unsigned before = tip_index_shards(directory);
    tip_update_summary all = {0};
    shards_update u = {.directory = directory,
                       .shards = shards > 0 ? shards : before,
                       .options = options ? options : &defaults};
    tip_status status = check_number(&u, before, err);
    if (status == TIP_OK)
        status = check_presence(&u, before, err);
    if (status != TIP_OK)
        return status;
    if (tip_strings_new(&u.told) != TIP_OK)
        return tip_fail_memory(err);
    status = update_all(&u, paths, count, &all, err);
    tip_strings_free(u.told);
    if (status == TIP_OK)
        *ret_summary = all;
    return status;
}
