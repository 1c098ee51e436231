/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Making a store of pieces of others: what is taken from each, and the texts. Private to this
 * room.
 */
#ifndef STORE_SPLICE_H
#define STORE_SPLICE_H

#include "store/store.h"
#include "store/view.h"

/** The tables of a store. */
typedef enum splice_table {
    SPLICE_WORDS,
    SPLICE_STEMS,
    SPLICE_HEADINGS,
    SPLICE_REPORTS,
    SPLICE_TABLES
} splice_table;

/** A store that documents are taken from. Initialize with {0} and the store, release with
 * splice_input_free. */
typedef struct splice_input {
    const tip_store *store;
    bool *used[SPLICE_TABLES]; /**< which strings of a table the taken documents need; NULL: all */
    uint32_t *own_counts;      /**< how often they have the word of a number; NULL: as the store */
    uint64_t words;            /**< how many words they have together */
    uint32_t passed;           /**< documents since pages of the mapped file were last forgotten */
} splice_input;

/** The strings of one of its tables. */
const string_table *splice_input_table(const splice_input *input, splice_table table);

/** How often the taken documents have the word of a number. */
uint32_t splice_input_times(const splice_input *input, uint32_t word);

/** Finds what the pieces of this input, the one of that number, need. `names` is as in
 * tip_store_splice. TIP_OK, TIP_NO_MEMORY, TIP_CORRUPT or what `names` gave. */
tip_status splice_input_use(splice_input *input, size_t number, const tip_store_piece *pieces,
                            size_t count, tip_name_words_fn names, tip_error *err);

void splice_input_free(splice_input *input);

/** Documents of the input were passed on the way through it: what was mapped for them is forgotten
 * now and then, so that memory does not grow with the store. */
void splice_input_pass(splice_input *input, uint32_t documents);

/**
 * Writes the texts of the pieces, SECTION_DICTIONARY to SECTION_BLOCK_DIRECTORY, and sets
 * header.text_bytes. A block that a piece has as a whole is copied as it is,
 * if it was made with the dictionary that is chosen. TIP_OK, TIP_NO_MEMORY,
 * TIP_IO_ERROR or TIP_CORRUPT.
 */
tip_status splice_blocks(file_writer *file, splice_input *inputs, const tip_store_piece *pieces,
                         size_t count, tip_error *err);

#endif
