/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * An open store: views of its sections. Private to this room.
 */
#ifndef STORE_VIEW_H
#define STORE_VIEW_H

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
    const uint64_t *word_offsets;
    const uint32_t *report_of;
    const uint32_t *section_of;
    const uint32_t *paragraph_of;
    const uint32_t *page_of; /* NULL: no document has a page */
    const uint32_t *word_rank;
    const uint32_t *word_stem;
    const uint32_t *word_count;
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
