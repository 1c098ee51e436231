/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "indexer/chunk.h"

#include "base/error.h"
#include "indexer/analysis.h"
#include "xapian-c/xapian_c.h"

#include <stdlib.h>

struct tip_chunk {
    tip_store_builder *builder;
    tip_analysis *analysis;
    xc_writer *writer; /* NULL: only a store is made */
};

tip_status tip_chunk_new(tip_stemmer *stemmer, const char *postings_path, tip_chunk **ret_chunk,
                         tip_error *err)
{
    tip_chunk *chunk = calloc(1, sizeof *chunk);
    if (!chunk)
        return tip_fail_memory(err);
    tip_status status = tip_store_builder_new(&chunk->builder, err);
    if (status == TIP_OK)
        status = tip_analysis_new(stemmer, chunk->builder, &chunk->analysis, err);
    if (status == TIP_OK && postings_path)
        status = xc_writer_new(postings_path, &chunk->writer, err);
    if (status != TIP_OK) {
        tip_chunk_free(chunk);
        return status;
    }
    *ret_chunk = chunk;
    return TIP_OK;
}

void tip_chunk_free(tip_chunk *chunk)
{
    if (!chunk)
        return;
    tip_analysis_free(chunk->analysis);
    tip_store_builder_free(chunk->builder);
    xc_writer_discard(chunk->writer);
    free(chunk);
}

size_t tip_chunk_documents(const tip_chunk *chunk)
{
    return tip_store_builder_documents(chunk->builder);
}

static tip_status write_postings(tip_chunk *chunk, tip_error *err)
{
    size_t count;
    const xc_posting *postings = tip_analysis_postings(chunk->analysis, &count);
    return chunk->writer ? xc_writer_add(chunk->writer, postings, count, err) : TIP_OK;
}

tip_status tip_chunk_post(tip_chunk *chunk, const tip_record *record, tip_error *err)
{
    tip_status status = tip_analysis_run(chunk->analysis, record, err);
    return status == TIP_OK ? write_postings(chunk, err) : status;
}

static tip_status store_record(tip_chunk *chunk, const tip_record *record, tip_error *err)
{
    size_t count;
    const uint32_t *words = tip_analysis_words(chunk->analysis, &count);
    return tip_store_builder_add(chunk->builder, record, words, count, err);
}

/* A record that is refused must not leave words behind. */
tip_status tip_chunk_add(tip_chunk *chunk, const tip_record *record, tip_error *err)
{
    tip_status status = tip_store_builder_accept(record, err);
    if (status == TIP_OK)
        status = tip_analysis_run(chunk->analysis, record, err);
    if (status == TIP_OK)
        status = store_record(chunk, record, err);
    return status == TIP_OK ? write_postings(chunk, err) : status;
}

tip_status tip_chunk_number(tip_chunk *chunk, tip_numbering *numbering, tip_error *err)
{
    return tip_store_builder_number(chunk->builder, numbering, err);
}

tip_status tip_chunk_dictionary(const tip_chunk *chunk, tip_buf *ret_dictionary, tip_error *err)
{
    return tip_store_builder_dictionary(chunk->builder, ret_dictionary, err);
}

tip_status tip_chunk_finish(tip_chunk *chunk, tip_str dictionary, const char *store_path,
                            tip_error *err)
{
    xc_writer *writer = chunk->writer;
    tip_status status = TIP_OK;
    chunk->writer = NULL;
    if (writer)
        status = xc_writer_finish(writer, err);
    if (status == TIP_OK && store_path)
        status = tip_store_builder_write(chunk->builder, dictionary, store_path, err);
    return status;
}
