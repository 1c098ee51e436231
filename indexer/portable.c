/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Putting the database of a new generation together. */
#include "indexer/portable.h"

#include "base/error.h"
#include "indexer/folder.h"
#include "indexer/levels.h"
#include "indexer/portable_words.h"
#include "portable/layout.h"
#include "text/term.h"
#include "xapian-c/full.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* A compaction has six files of each source open, and a process may by default open 1,024. */
static const tip_compaction database_compaction = {xc_full_compact, 96};

static tip_status list_parts(const tip_merge_request *r, tip_paths *p, tip_error *err)
{
    tip_status status = TIP_OK;
    for (size_t i = 0; i < r->part_count && status == TIP_OK; i++)
        if (r->parts[i].documents > 0)
            status = tip_paths_add(p, err, "%s/part-%zu.postings", r->folder, i);
    return status;
}

/* ---- Of the parts alone ---- */

static tip_status make_empty(const char *path, tip_error *err)
{
    xc_full *database;
    tip_status status = xc_full_new(path, &database, err);
    return status == TIP_OK ? xc_full_finish(database, err) : status;
}

static tip_status make_anew(const tip_merge_request *r, tip_paths *parts, const char *path,
                            tip_error *err)
{
    if (parts->count == 0)
        return make_empty(path, err);
    return tip_compact_levels(&database_compaction, parts, NULL, r->folder, PORTABLE_DATABASE_NAME,
                              err);
}

/* ---- Of the old database ---- */

/* What the disk has changed must not get into a new generation as if it were right. */
static tip_status check_old(const tip_index_file *old, tip_error *err)
{
    uint64_t checksum = 0;
    tip_status status = tip_folder_checksum(old->path, &checksum, err);
    if (status == TIP_NOT_FOUND || (status == TIP_OK && checksum != old->checksum))
        return tip_fail(err, TIP_CORRUPT,
                        "%s: damaged (%s); rebuild the index with tipindex --rebuild", old->path,
                        status == TIP_OK ? "checksum" : "missing");
    return status;
}

static tip_status copy_table(const char *old_folder, const char *folder, const char *name,
                             tip_error *err)
{
    char *old_path = tip_path_join(old_folder, name);
    char *path = tip_path_join(folder, name);
    tip_status status = TIP_OK;
    if (!old_path || !path)
        status = tip_fail_memory(err);
    else if (access(old_path, F_OK) == 0)
        status = tip_copy_file(old_path, path, err);
    free(old_path);
    free(path);
    return status;
}

static tip_status copy_old(const char *old_path, const char *path, tip_error *err)
{
    tip_status status = tip_folder_make(path, err);
    for (size_t i = 0; tip_glass_files[i] && status == TIP_OK; i++)
        status = copy_table(old_path, path, tip_glass_files[i], err);
    return status;
}

/* The documents of the sources that are gone or were read again. */
static tip_status remove_gone(xc_full *database, const tip_known_list *before, tip_error *err)
{
    tip_buf term = {0};
    tip_status status = TIP_OK;
    for (size_t i = 0; i < before->count && status == TIP_OK; i++) {
        const tip_known_source *source = &before->items[i];
        if (source->known || source->documents == 0)
            continue;
        status = tip_term_of_text(PORTABLE_TERM_FILE, tip_str_of(source->path), &term);
        status = status == TIP_OK ? xc_full_remove(database, tip_buf_str(&term), err)
                                  : tip_fail_memory(err);
    }
    tip_buf_free(&term);
    return status;
}

static tip_status change(const char *path, const tip_known_list *before, const tip_paths *parts,
                         tip_error *err)
{
    xc_full *database;
    tip_status status = xc_full_change(path, &database, err);
    if (status != TIP_OK)
        return status;
    status = remove_gone(database, before, err);
    for (size_t i = 0; i < parts->count && status == TIP_OK; i++)
        status = xc_full_add_all(database, parts->items[i], err);
    if (status == TIP_OK)
        return xc_full_finish(database, err);
    xc_full_discard(database);
    return status;
}

static tip_status make_changed(const tip_merge_request *r, const tip_known_list *before,
                               const tip_paths *parts, const char *path, tip_error *err)
{
    const tip_index_file *old = &r->old->manifest.database;
    tip_status status = check_old(old, err);
    if (status == TIP_OK)
        status = copy_old(old->path, path, err);
    if (status == TIP_OK)
        status = change(path, before, parts, err);
    return status == TIP_OK ? tip_paths_remove(parts, err) : status;
}

/* ---- Metadata ---- */

static tip_status set_number(xc_full *database, const char *key, unsigned number, tip_error *err)
{
    char text[16];
    snprintf(text, sizeof text, "%u", number);
    return xc_full_set(database, tip_str_of(key), tip_str_of(text), err);
}

static tip_status set_metadata(xc_full *database, const char *path, tip_error *err)
{
    tip_status status = set_number(database, PORTABLE_KEY_SCHEMA, PORTABLE_SCHEMA, err);
    if (status == TIP_OK)
        status = set_number(database, PORTABLE_KEY_ANALYSIS, TIP_ANALYSIS_VERSION, err);
    if (status == TIP_OK)
        status = xc_full_set(database, tip_str_of(PORTABLE_KEY_LAYOUT), tip_str_of(PORTABLE_LAYOUT),
                             err);
    return status == TIP_OK ? tip_portable_words_write(database, path, err) : status;
}

/* Xapian makes its lock anew when it needs one. */
static tip_status remove_lock(const char *path, tip_error *err)
{
    char *lock = tip_path_join(path, "flintlock");
    tip_status status = lock ? tip_remove_tree(lock, err) : tip_fail_memory(err);
    free(lock);
    return status;
}

static tip_status describe(const char *path, tip_index_file *ret_file, tip_error *err)
{
    xc_full *database;
    size_t documents = 0;
    tip_status status = xc_full_change(path, &database, err);
    if (status != TIP_OK)
        return status;
    documents = xc_full_documents(database);
    status = set_metadata(database, path, err);
    if (status == TIP_OK)
        status = xc_full_finish(database, err);
    else
        xc_full_discard(database);
    if (status == TIP_OK)
        status = remove_lock(path, err);
    if (status == TIP_OK)
        status = tip_folder_checksum(path, &ret_file->checksum, err);
    ret_file->documents = documents;
    return status;
}

/* ---- Both ---- */

tip_status tip_portable_merge(const tip_merge_request *request, const tip_known_list *before,
                              tip_manifest *manifest, tip_error *err)
{
    tip_paths parts = {0};
    char *path = tip_path_join(request->folder, PORTABLE_DATABASE_NAME);
    tip_status status = path ? list_parts(request, &parts, err) : tip_fail_memory(err);
    if (status == TIP_OK)
        status = request->plan->anew ? make_anew(request, &parts, path, err)
                                     : make_changed(request, before, &parts, path, err);
    tip_index_file file = {.path = path};
    if (status == TIP_OK)
        status = describe(path, &file, err);
    if (status == TIP_OK)
        manifest->database = file;
    else
        free(path);
    tip_paths_free(&parts);
    return status;
}

tip_status tip_portable_sync(const char *path, tip_error *err)
{
    tip_status status = TIP_OK;
    for (size_t i = 0; tip_glass_files[i] && status == TIP_OK; i++) {
        char *table = tip_path_join(path, tip_glass_files[i]);
        if (!table)
            return tip_fail_memory(err);
        if (access(table, F_OK) == 0)
            status = tip_sync_path(table, err);
        free(table);
    }
    return status == TIP_OK ? tip_sync_path(path, err) : status;
}
