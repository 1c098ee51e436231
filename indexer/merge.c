/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "indexer/merge.h"

#include "base/error.h"
#include "indexer/analysis.h"
#include "indexer/levels.h"
#include "xapian-c/xapian_c.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

/* A compaction has all its sources open, two files each, and a process may by default open 1,024.
 */
static const tip_compaction postings_compaction = {xc_compact, 128};

/* A merge has the vocabularies of all its sources in memory, half a megabyte each. */
static const tip_compaction store_compaction = {tip_store_merge, 128};

/* The postings of all parts that are, or are not, about what is gone. */
static tip_status list_postings(const tip_merge_request *r, bool is_gone, tip_paths *p,
                                size_t *ret_documents, tip_error *err)
{
    tip_status status = TIP_OK;
    *ret_documents = 0;
    for (size_t i = 0; i < r->part_count && status == TIP_OK; i++) {
        if (r->parts[i].is_gone != is_gone || r->parts[i].documents == 0)
            continue;
        *ret_documents += r->parts[i].documents;
        status = tip_paths_add(p, err, "%s/part-%zu.postings", r->folder, i);
    }
    return status;
}

static tip_status describe_file(const char *folder, const char *name, size_t documents,
                                tip_index_file *ret_file, tip_error *err)
{
    tip_index_file file = {.path = tip_path_join(folder, name), .documents = documents};
    tip_status status =
        file.path ? tip_file_checksum(file.path, &file.checksum, err) : tip_fail_memory(err);
    if (status == TIP_OK)
        *ret_file = file;
    else
        free(file.path);
    return status;
}

/* ---- What is taken over ---- */

/* What the disk has changed must not get into a new generation as if it were right. */
static tip_status check_old_file(const tip_index_file *file, tip_error *err)
{
    uint64_t checksum = 0;
    tip_status status = tip_file_checksum(file->path, &checksum, err);
    if (status == TIP_NOT_FOUND || (status == TIP_OK && checksum != file->checksum))
        return tip_fail(err, TIP_CORRUPT,
                        "%s: damaged (%s); rebuild the index with tipindex --rebuild", file->path,
                        status == TIP_OK ? "checksum" : "missing");
    return status;
}

static tip_status link_old_file(const tip_merge_request *r, const tip_index_file *old,
                                const char *name, tip_index_file *ret_file, tip_error *err)
{
    tip_index_file file = {tip_path_join(r->folder, name), old->checksum, old->documents};
    tip_status status = file.path ? check_old_file(old, err) : tip_fail_memory(err);
    if (status == TIP_OK)
        status = tip_link_file(old->path, file.path, err);
    if (status == TIP_OK)
        *ret_file = file;
    else
        free(file.path);
    return status;
}

/* ---- Layers ---- */

/* The base, or the delta beside one that was taken over. */
static tip_status make_newest_layer(const tip_merge_request *r, tip_manifest *manifest,
                                    tip_error *err)
{
    tip_paths p = {0};
    size_t documents;
    size_t layer = manifest->layer_count;
    const char *name = layer == TIP_BASE ? TIP_BASE_NAME : TIP_DELTA_NAME;
    tip_status status = list_postings(r, false, &p, &documents, err);
    if (status == TIP_OK && documents > 0) {
        status = tip_compact_levels(&postings_compaction, &p, NULL, r->folder, name, err);
        if (status == TIP_OK)
            status = describe_file(r->folder, name, documents, &manifest->layers[layer], err);
        manifest->layer_count += status == TIP_OK;
    }
    tip_paths_free(&p);
    return status;
}

static tip_status make_gone(const tip_merge_request *r, tip_manifest *manifest, tip_error *err)
{
    const tip_index_file *old = &r->old->manifest.gone;
    tip_paths p = {0};
    size_t documents;
    tip_status status = list_postings(r, true, &p, &documents, err);
    if (status == TIP_OK && documents == 0) {
        if (old->path)
            status = link_old_file(r, old, TIP_GONE_NAME, &manifest->gone, err);
    } else if (status == TIP_OK) {
        if (old->path)
            status = check_old_file(old, err);
        if (status == TIP_OK)
            status = tip_compact_levels(&postings_compaction, &p, old->path, r->folder,
                                        TIP_GONE_NAME, err);
        if (status == TIP_OK)
            status = describe_file(r->folder, TIP_GONE_NAME, documents + old->documents,
                                   &manifest->gone, err);
    }
    tip_paths_free(&p);
    return status;
}

static tip_status make_layers(const tip_merge_request *r, tip_manifest *manifest, tip_error *err)
{
    tip_status status = TIP_OK;
    if (!r->plan->anew) {
        const tip_index_file *base = &r->old->manifest.layers[TIP_BASE];
        status = link_old_file(r, base, TIP_BASE_NAME, &manifest->layers[TIP_BASE], err);
        manifest->layer_count = status == TIP_OK;
        if (status == TIP_OK)
            status = make_gone(r, manifest, err);
    }
    if (status == TIP_OK)
        status = make_newest_layer(r, manifest, err);
    if (status == TIP_OK &&
        tip_plan_runs(r->plan, r->sources, &manifest->runs, &manifest->run_count) != TIP_OK)
        status = tip_fail_memory(err);
    return status;
}

/* ---- The store ---- */

/* The stores that pieces are taken from: those of the parts in order, then the old one. */
typedef struct piece_list {
    const tip_merge_request *request;
    tip_paths paths; /* of those of the parts, of which several may have become one */
    tip_store **stores;
    size_t made;    /* how many of them are of parts */
    tip_buf pieces; /* tip_store_piece */
    size_t next;    /* the store of the next document that was read from a file ... */
    uint32_t taken; /* ... and how many of it stand before that document */
} piece_list;

static tip_status list_stores(piece_list *list, tip_error *err)
{
    const tip_merge_request *r = list->request;
    tip_status status = TIP_OK;
    for (size_t i = 0; i < r->part_count && status == TIP_OK; i++)
        if (!r->parts[i].is_known && r->parts[i].documents > 0)
            status = tip_paths_add(&list->paths, err, "%s/part-%zu.store", r->folder, i);
    return status;
}

static tip_status open_stores(piece_list *list, tip_error *err)
{
    tip_status status = list_stores(list, err);
    if (status == TIP_OK)
        status = tip_compact_to_few(&store_compaction, &list->paths, 0, list->request->folder,
                                    TIP_STORE_NAME, err);
    list->stores = calloc(list->paths.count + 2, sizeof(tip_store *));
    if (status == TIP_OK && !list->stores)
        return tip_fail_memory(err);
    for (; list->made < list->paths.count && status == TIP_OK; list->made += status == TIP_OK)
        status = tip_store_open(list->paths.items[list->made], &list->stores[list->made], err);
    return status;
}

/* Pieces that stand side by side become one. */
static tip_status add_piece(piece_list *list, size_t store, uint32_t first, uint32_t count)
{
    tip_store_piece *pieces = (tip_store_piece *)(void *)list->pieces.data;
    size_t pieces_count = list->pieces.size / sizeof *pieces;
    tip_store_piece *last = pieces_count > 0 ? &pieces[pieces_count - 1] : NULL;
    if (last && last->store == store && last->first + last->count == first) {
        last->count += count;
        return TIP_OK;
    }
    tip_store_piece piece = {store, first, count};
    return tip_buf_add(&list->pieces, &piece, sizeof piece);
}

/* The next documents that were read from files, wherever one part ends and the next begins. */
static tip_status add_read(piece_list *list, size_t documents)
{
    tip_status status = TIP_OK;
    while (documents > 0 && status == TIP_OK) {
        size_t left = tip_store_documents(list->stores[list->next]) - list->taken;
        size_t count = documents < left ? documents : left;
        status = add_piece(list, list->next, list->taken + 1, (uint32_t)count);
        list->taken += (uint32_t)count;
        documents -= count;
        if (count == left) {
            list->next++;
            list->taken = 0;
        }
    }
    return status;
}

static tip_status list_pieces(piece_list *list, tip_error *err)
{
    const tip_merge_request *r = list->request;
    tip_status status = TIP_OK;
    for (size_t i = 0; i < r->sources->count && status == TIP_OK; i++) {
        const tip_known_source *source = &r->sources->items[i];
        if (source->documents == 0)
            continue;
        if (source->known)
            status = add_piece(list, list->made, source->stored, (uint32_t)source->documents);
        else
            status = add_read(list, source->documents);
    }
    return status == TIP_OK ? TIP_OK : tip_fail_memory(err);
}

static tip_status splice(const piece_list *list, const char *path, tip_error *err)
{
    const tip_store *old = list->stores[list->made];
    tip_status status = old ? tip_store_check_sums(old, err) : TIP_OK;
    if (status != TIP_OK || list->pieces.size == 0)
        return status;
    return tip_store_splice((const tip_store *const *)list->stores, list->made + (old ? 1 : 0),
                            (const tip_store_piece *)(const void *)list->pieces.data,
                            list->pieces.size / sizeof(tip_store_piece), tip_analysis_name_words,
                            path, err);
}

static tip_status make_store(const tip_merge_request *r, tip_error *err)
{
    piece_list list = {.request = r};
    char *path = tip_path_join(r->folder, TIP_STORE_NAME);
    tip_status status = path ? open_stores(&list, err) : tip_fail_memory(err);
    if (status == TIP_OK)
        status = list_pieces(&list, err);
    if (status == TIP_OK) {
        list.stores[list.made] = r->old ? r->old->store : NULL;
        status = splice(&list, path, err);
    }
    for (size_t i = 0; i < list.made; i++)
        tip_store_free(list.stores[i]);
    free(list.stores);
    free(path);
    tip_buf_free(&list.pieces);
    if (status == TIP_OK)
        status = tip_paths_remove(&list.paths, err);
    tip_paths_free(&list.paths);
    return status;
}

static tip_status describe_store(const tip_merge_request *r, tip_index_file *ret_file,
                                 tip_error *err)
{
    tip_store *store;
    char *path = tip_path_join(r->folder, TIP_STORE_NAME);
    tip_status status = path ? tip_store_open(path, &store, err) : tip_fail_memory(err);
    if (status != TIP_OK) {
        free(path);
        return status;
    }
    *ret_file = (tip_index_file){path, tip_store_checksum(store), tip_store_documents(store)};
    tip_store_free(store);
    return TIP_OK;
}

/* ---- Both ---- */

/* A shard that nothing falls to has no store. */
static bool has_documents(const tip_merge_request *r)
{
    for (size_t i = 0; i < r->sources->count; i++)
        if (r->sources->items[i].documents > 0)
            return true;
    return false;
}

typedef struct store_job {
    const tip_merge_request *request;
    tip_status status;
    tip_error err;
} store_job;

static void *run_store_job(void *payload)
{
    store_job *j = payload;
    j->status = make_store(j->request, &j->err);
    return NULL;
}

tip_status tip_merge_parts(const tip_merge_request *request, tip_manifest *manifest, tip_error *err)
{
    store_job j = {request, TIP_OK, {.message = ""}};
    pthread_t thread;
    bool started = request->parallel && pthread_create(&thread, NULL, run_store_job, &j) == 0;
    tip_status status = make_layers(request, manifest, err);
    if (started)
        pthread_join(thread, NULL);
    else if (status == TIP_OK)
        run_store_job(&j);
    if (status == TIP_OK && j.status != TIP_OK) {
        status = j.status;
        if (err)
            *err = j.err;
    }
    return status == TIP_OK && has_documents(request)
               ? describe_store(request, &manifest->store, err)
               : status;
}
