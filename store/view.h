/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * An open store: views of its sections. Private to this room.
 */
#ifndef STORE_VIEW_H
#define STORE_VIEW_H

#include "store/column.h"
#include "store/file.h"
#include "store/store.h"
#include "store/table.h"

struct tip_store {
    char *path;
    const unsigned char *bytes; /* the mapped file */
    size_t size;
    const file_header *header;
    const block_entry *blocks;
    size_t block_count;
    column word_offsets;
    column report_of;
    column section_of;
    column paragraph_of;
    column page_of;
    column word_rank;
    column word_stem;
    column word_count;
    string_table words;
    string_table stems;
    string_table headings;
    string_table reports;
};

/** The bytes of a section. */
const void *store_section(const tip_store *store, section_kind kind);

/* ---- Blocks of texts ---- */

/** The last block whose first document is not behind the wanted one; 0 when there is none. */
size_t store_find_block(const tip_store *store, uint32_t document);

/** Whether a block lies within the file and has a size that one can have. */
bool store_block_is_plausible(const tip_store *store, size_t number);

/** Decompresses a block unless `block` holds it. TIP_OK, TIP_NO_MEMORY or TIP_CORRUPT. */
tip_status store_load_block(const tip_store *store, size_t number, tip_text_block *block,
                            tip_error *err);

/** Takes one document off the front of a decompressed block; false when it is damaged. */
bool store_take_document(tip_str *rest, tip_str *ret_id, tip_str *ret_text);

/** TIP_CORRUPT with the message that every finding of damage gives. */
tip_status store_damaged(const tip_store *store, const char *what, tip_error *err);

#endif
