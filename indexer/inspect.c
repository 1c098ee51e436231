/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looking at an index without changing it: check, figures, dump. */
#include "indexer/inspect.h"

#include "base/error.h"
#include "indexer/sources.h"
#include "tip/index.h"
#include "xapian-c/xapian_c.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static tip_status check_segment(const tip_segment *segment, const tip_store *store, tip_error *err)
{
    uint64_t checksum;
    tip_status status = tip_store_check(store, err);
    if (status == TIP_OK)
        status = tip_file_checksum(segment->postings_path, &checksum, err);
    if (status == TIP_OK && checksum != segment->postings_checksum)
        status = tip_fail(err, TIP_CORRUPT,
                          "%s: damaged (checksum); rebuild the index with tipindex --rebuild",
                          segment->postings_path);
    if (status == TIP_OK)
        status = xc_database_check(segment->postings_path, err);
    if (status == TIP_NOT_FOUND)
        status =
            tip_fail(err, TIP_CORRUPT, "%s: missing; rebuild the index with tipindex --rebuild",
                     segment->postings_path);
    return status;
}

tip_status tip_check_generation(const tip_generation *g, tip_error *err)
{
    tip_known_list sources = {0};
    tip_status status = TIP_OK;
    for (size_t i = 0; i < g->manifest.segment_count && status == TIP_OK; i++)
        status = check_segment(&g->manifest.segments[i], g->stores[i], err);
    if (status == TIP_OK)
        status = tip_known_list_read(g->path, g->manifest.sources_checksum, &sources, err);
    tip_known_list_free(&sources);
    return status;
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

static tip_status file_size(const char *path, uint64_t *size, tip_error *err)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return tip_fail_errno(err, TIP_CORRUPT, errno, "%s", path);
    *size += (uint64_t)st.st_size;
    return TIP_OK;
}

static tip_status add_segment_stats(const tip_segment *segment, const tip_store *store,
                                    tip_index_stats *stats, tip_error *err)
{
    stats->documents += tip_store_documents(store);
    stats->reports += tip_store_reports(store);
    stats->sections += tip_store_sections(store);
    stats->vocabulary += tip_store_vocabulary(store);
    stats->words += tip_store_words(store);
    stats->text_bytes += tip_store_text_bytes(store);
    tip_status status = file_size(segment->store_path, &stats->store_bytes, err);
    if (status == TIP_OK)
        status = file_size(segment->postings_path, &stats->posting_bytes, err);
    return status;
}

tip_status tip_index_stats_read(const char *directory, tip_index_stats *ret_stats, tip_error *err)
{
    tip_generation *g;
    tip_status status = tip_generation_open(directory, &g, err);
    if (status != TIP_OK)
        return status;
    tip_index_stats stats = {.sources = g->manifest.sources, .generation = g->manifest.number};
    memcpy(stats.created, g->manifest.created, sizeof stats.created);
    for (size_t i = 0; i < g->manifest.segment_count && status == TIP_OK; i++)
        status = add_segment_stats(&g->manifest.segments[i], g->stores[i], &stats, err);
    tip_generation_free(g);
    if (status == TIP_OK)
        *ret_stats = stats;
    return status;
}

tip_status tip_index_dump(const char *directory,
                          tip_status (*record)(void *payload, const tip_record *record),
                          void *payload, tip_error *err)
{
    tip_generation *g;
    tip_text_block block = {0};
    tip_status status = tip_generation_open(directory, &g, err);
    if (status != TIP_OK)
        return status;
    for (size_t i = 0; i < g->manifest.segment_count && status == TIP_OK; i++) {
        size_t documents = tip_store_documents(g->stores[i]);
        for (size_t n = 1; n <= documents && status == TIP_OK; n++) {
            tip_record r;
            status = tip_store_record(g->stores[i], (uint32_t)n, &block, &r, err);
            if (status == TIP_OK)
                status = record(payload, &r);
        }
    }
    tip_text_block_free(&block);
    tip_generation_free(g);
    return status;
}
