/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looking at an index without changing it: check, figures, dump. */
#include "indexer/inspect.h"

#include "base/error.h"
#include "indexer/portable.h"
#include "indexer/sources.h"
#include "tip/index.h"
#include "xapian-c/xapian_c.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static tip_status damaged(const char *path, const char *what, tip_error *err)
{
    return tip_fail(err, TIP_CORRUPT, "%s: damaged (%s); rebuild the index with tipindex --rebuild",
                    path, what);
}

static tip_status check_postings(const tip_index_file *file, tip_error *err)
{
    uint64_t checksum;
    if (!file->path)
        return TIP_OK;
    tip_status status = tip_file_checksum(file->path, &checksum, err);
    if (status == TIP_OK && checksum != file->checksum)
        status = damaged(file->path, "checksum", err);
    if (status == TIP_OK)
        status = xc_database_check(file->path, err);
    return status == TIP_NOT_FOUND ? damaged(file->path, "missing", err) : status;
}

/* The layers have the documents that the runs speak of, and what is gone is what they leave out. */
static tip_status check_runs(const tip_generation *g, tip_error *err)
{
    xc_database *database;
    tip_status status = xc_database_open(&g->postings, 1, &database, err);
    if (status != TIP_OK)
        return status;
    if (xc_database_documents(database) != tip_store_documents(g->store))
        status = damaged(g->path, "numbers of documents", err);
    xc_database_free(database);
    return status;
}

static tip_status check_sources(const tip_generation *g, tip_error *err)
{
    tip_known_list sources = {0};
    tip_status status = tip_known_list_read(g->path, g->manifest.sources_checksum, &sources, err);
    if (status == TIP_OK)
        status = tip_known_list_place(&sources, &g->manifest, g->path, err);
    tip_known_list_free(&sources);
    return status;
}

tip_status tip_check_generation(const tip_generation *g, tip_error *err)
{
    tip_status status = g->store ? tip_store_check(g->store, err) : TIP_OK;
    if (g->manifest.layout == TIP_LAYOUT_PORTABLE)
        status = tip_portable_check(g, err);
    for (size_t i = 0; i < TIP_LAYERS_MAX && status == TIP_OK; i++)
        status = check_postings(&g->manifest.layers[i], err);
    if (status == TIP_OK)
        status = check_postings(&g->manifest.gone, err);
    if (status == TIP_OK && g->store)
        status = check_runs(g, err);
    return status == TIP_OK ? check_sources(g, err) : status;
}

tip_status tip_index_check(const char *directory, tip_error *err)
{
    tip_generation *g;
    tip_status status = tip_generation_open(directory, &g, err);
    if (status != TIP_OK)
        return status;
    status = tip_check_generation(g, err);
    tip_generation_free(g);
    return status;
}

static tip_status add_size(const tip_index_file *file, uint64_t *size, tip_error *err)
{
    struct stat st;
    if (!file->path)
        return TIP_OK;
    if (stat(file->path, &st) != 0)
        return tip_fail_errno(err, TIP_CORRUPT, errno, "%s", file->path);
    *size += (uint64_t)st.st_size;
    return TIP_OK;
}

static void add_store_figures(const tip_store *store, tip_index_stats *stats)
{
    stats->documents = tip_store_documents(store);
    stats->reports = tip_store_reports(store);
    stats->sections = tip_store_sections(store);
    stats->vocabulary = tip_store_vocabulary(store);
    stats->words = tip_store_words(store);
    stats->text_bytes = tip_store_text_bytes(store);
}

static tip_status add_file_figures(const tip_manifest *manifest, tip_index_stats *stats,
                                   tip_error *err)
{
    stats->delta_documents = manifest->layers[TIP_DELTA].documents;
    stats->gone_documents = manifest->gone.documents;
    tip_status status = add_size(&manifest->store, &stats->store_bytes, err);
    for (size_t i = 0; i < TIP_LAYERS_MAX && status == TIP_OK; i++)
        status = add_size(&manifest->layers[i], &stats->posting_bytes, err);
    return status == TIP_OK ? add_size(&manifest->gone, &stats->posting_bytes, err) : status;
}

tip_status tip_index_stats_read(const char *directory, tip_index_stats *ret_stats, tip_error *err)
{
    tip_generation *g;
    tip_status status = tip_generation_open(directory, &g, err);
    if (status != TIP_OK)
        return status;
    tip_index_stats stats = {.sources = g->manifest.sources,
                             .generation = g->manifest.number,
                             .layout = tip_layout_name(g->manifest.layout),
                             .shard = g->manifest.shard,
                             .shards = g->manifest.shards};
    memcpy(stats.created, g->manifest.created, sizeof stats.created);
    if (g->store)
        add_store_figures(g->store, &stats);
    status = g->manifest.layout == TIP_LAYOUT_PORTABLE
                 ? tip_portable_stats(g, &stats, err)
                 : add_file_figures(&g->manifest, &stats, err);
    tip_generation_free(g);
    if (status == TIP_OK)
        *ret_stats = stats;
    return status;
}

static tip_status dump_store(const tip_generation *g,
                             tip_status (*record)(void *payload, const tip_record *record),
                             void *payload, tip_error *err)
{
    tip_text_block block = {0};
    tip_status status = TIP_OK;
    size_t documents = g->store ? tip_store_documents(g->store) : 0;
    for (size_t n = 1; n <= documents && status == TIP_OK; n++) {
        tip_record r;
        status = tip_store_record(g->store, (uint32_t)n, &block, &r, err);
        if (status == TIP_OK)
            status = record(payload, &r);
    }
    tip_text_block_free(&block);
    return status;
}

tip_status tip_index_dump(const char *directory,
                          tip_status (*record)(void *payload, const tip_record *record),
                          void *payload, tip_error *err)
{
    tip_generation *g;
    tip_status status = tip_generation_open(directory, &g, err);
    if (status != TIP_OK)
        return status;
    status = g->manifest.layout == TIP_LAYOUT_PORTABLE ? tip_portable_dump(g, record, payload, err)
                                                       : dump_store(g, record, payload, err);
    tip_generation_free(g);
    return status;
}
