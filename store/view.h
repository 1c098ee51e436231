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

/** TIP_CORRUPT with the message that every finding of damage gives. */
tip_status store_damaged(const tip_store *store, const char *what, tip_error *err);

/** Tells the kernel that the mapped bytes will not be looked at again soon, so that reading a
 * large store from end to end does not count as memory in use. */
void store_forget_pages(const tip_store *store);

#endif
