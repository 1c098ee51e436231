/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * A chunk: some consecutive records, analyzed, on their way into one part of a new generation: a
 * small Xapian database and a small store, or one of both. Private to this room.
 */
#ifndef INDEXER_CHUNK_H
#define INDEXER_CHUNK_H

#include "store/store.h"
#include "text/text.h"
#include "tip/record.h"
#include "tip/status.h"

/** One thread at a time may use one. */
typedef struct tip_chunk tip_chunk;

/**
 * An empty chunk whose postings go to the new folder `postings_path`, or nowhere if that is NULL;
 * `stemmer` is borrowed until the chunk is freed. Release with tip_chunk_free. TIP_OK or any
 * failure of the rooms below.
 */
tip_status tip_chunk_new(tip_stemmer *stemmer, const char *postings_path, tip_chunk **ret_chunk,
                         tip_error *err);

/** Analyzes a record and adds it. TIP_OK or any failure of the rooms below. */
tip_status tip_chunk_add(tip_chunk *chunk, const tip_record *record, tip_error *err);

/** Analyzes a record and adds its postings only: for one that a store has already. TIP_OK or any
 * failure of the rooms below. */
tip_status tip_chunk_post(tip_chunk *chunk, const tip_record *record, tip_error *err);

/** Records that were added, so far. */
size_t tip_chunk_documents(const tip_chunk *chunk);

/** Numbers the paragraphs that came without a number (tip_store_builder_number). */
tip_status tip_chunk_number(tip_chunk *chunk, tip_numbering *numbering, tip_error *err);

/** What its texts have in common (tip_store_builder_dictionary). */
tip_status tip_chunk_dictionary(const tip_chunk *chunk, tip_buf *ret_dictionary, tip_error *err);

/** Writes the postings, and what was added to a store at `store_path`, compressed by a dictionary,
 * unless that is NULL. The chunk can only be freed then. */
tip_status tip_chunk_finish(tip_chunk *chunk, tip_str dictionary, const char *store_path,
                            tip_error *err);

/** Releases it, finished or not; NULL is ignored. */
void tip_chunk_free(tip_chunk *chunk);

#endif
